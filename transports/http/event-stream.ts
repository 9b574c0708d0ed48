import type { Message, Response } from "../../protocol/jsonrpc.js";
import { Outbox, type OutboxOptions } from "../outbox.js";
import { EVENTS_TYPE } from "./accept.js";
import type { KeepAlive } from "./keep-alive.js";
import type { Headers, HttpReply, HttpStream } from "./message.js";

/** What all event streams of a binding have in common. */
export interface EventStreamOptions {
  readonly keepAlive: KeepAlive;
  readonly outbox: OutboxOptions;
}

/**
 * JSON is one line, so an event is one `data` field.
 * Page: `2026-07-28/basic/transports/streamable-http#receiving-messages`.
 */
const frame = (json: string, id?: string): string =>
  `${id === undefined ? "" : `id: ${id}\n`}event: message\ndata: ${json}\n\n`;

/** What the streams of a binding have in common: `maxQueued` characters may wait in each. */
export const streamOptions = (
  maxQueued: number,
  keepAlive: KeepAlive,
  onError: OutboxOptions["onError"],
): EventStreamOptions => ({ keepAlive, outbox: { frame, maxQueued, onError } });

/** An open stream of server-sent events. */
export class EventStream {
  readonly #stream: HttpStream;
  readonly #outbox: Outbox;
  readonly #keepAlive: KeepAlive;
  #stopWaiting: (() => void) | undefined;
  closed = false;
  #closing = false;

  constructor(reply: HttpReply, headers: Headers, { keepAlive, outbox }: EventStreamOptions) {
    // Proxies that buffer would hold events back until the stream ends.
    const all = { "Content-Type": EVENTS_TYPE, "Cache-Control": "no-cache", "X-Accel-Buffering": "no", ...headers };
    this.#stream = reply.open(200, all, this);
    this.#outbox = new Outbox(this.#stream, outbox);
    this.#keepAlive = keepAlive;
    keepAlive.add(this);
  }

  send(message: Message | readonly Response[]): void {
    if (!this.closed && !this.#closing) this.#outbox.send(message);
  }

  /** Sends a message that is encoded already, in an event that has an id. */
  sendEncoded(message: Message | readonly Response[], json: string, id: string): void {
    if (!this.closed && !this.#closing) this.#outbox.sendEncoded(message, json, id);
  }

  /** Sends an event by its fields. */
  sendFields(fields: string): void {
    if (!this.closed && !this.#closing) this.#outbox.sendText(`${fields}\n\n`);
  }

  /** The reader has caught up. */
  drained(): void {
    this.#outbox.drained();
    if (this.#closing && !this.closed && this.#outbox.empty) this.#end();
  }

  /** Whether the reader is so far behind that nothing more should be fed to it. */
  get congested(): boolean {
    return this.#outbox.congested;
  }

  /** A comment: it says nothing to the client, and everything to what stands between. One who is behind needs none. */
  comment(): void {
    if (this.#outbox.idle) this.#stream.write(":\n\n");
  }

  /** Closes the stream once everything sent has been written. */
  close(): void {
    if (this.closed || this.#closing) return;
    this.#closing = true;
    if (this.#outbox.empty) this.#end();
  }

  /**
   * Calls `run` at a time (milliseconds since the epoch) if the stream is still open then. A later call takes the place
   * of an earlier one.
   */
  atEnd(time: number, run: () => void): void {
    this.#stopWaiting?.();
    this.#stopWaiting = undefined;
    if (time === Infinity || this.closed) return;
    const { clock } = this.#keepAlive;
    this.#stopWaiting = clock.after(Math.max(time - clock.now(), 0), () => {
      // Where the clock was set back, there is still time left.
      if (clock.now() < time) this.atEnd(time, run);
      else run();
    });
  }

  /** The client is gone; nothing can be written any more. */
  lost(): void {
    this.closed = true;
    this.#stopWaiting?.();
    this.#stopWaiting = undefined;
    this.#keepAlive.delete(this);
  }

  #end(): void {
    this.lost();
    this.#stream.close();
  }
}
