import { refusalOf } from "../../protocol/batch.js";
import type { Endpoint } from "../../protocol/endpoint.js";
import { encodeMessage } from "../../protocol/encode.js";
import { httpRefusal, internalError, type Refusal } from "../../protocol/errors.js";
import { errorResponse, type Message, type RequestId, type Response } from "../../protocol/jsonrpc.js";
import { EVENTS_TYPE, JSON_TYPE, notAcceptable, type Accepted } from "./accept.js";
import { EventStream, type EventStreamOptions } from "./event-stream.js";
import type { Headers, HttpReply } from "./message.js";
import type { HttpSession } from "./http-session.js";
import type { Settled } from "./options.js";
import { SessionStream } from "./session-stream.js";

/** Answers with a refusal: its HTTP face, and a JSON-RPC error that has no id where none could be read. */
export function sendRefusal(reply: HttpReply, refusal: Refusal, headers: Headers): void {
  const { status, headers: more } = refusal.http ?? { status: 500 };
  reply.send(status, { "Content-Type": JSON_TYPE, ...headers, ...more }, JSON.stringify(refusalOf(undefined, refusal)));
}

/**
 * The answer to one POST: the status line waits for the first message, the end, or a silence that is too long, and only
 * then is it known whether the answer is JSON or a stream of events.
 *
 * Page: `2026-07-28/basic/transports/streamable-http#receiving-messages`.
 */
export class PostReply {
  readonly #reply: HttpReply;
  readonly #endpoint: Endpoint;
  readonly #settled: Settled;
  readonly #stream: EventStreamOptions;
  readonly #headers: Headers;
  readonly #mustStream: boolean;
  /** Whether anything can be sent before the response. */
  readonly canStream: boolean;
  /** The session that the POST belongs to: its stream of events is one of that session's. */
  session: HttpSession | undefined;
  #events: EventStream | SessionStream | undefined;
  /** The one that the POST itself opened. */
  #connection: EventStream | undefined;
  #stopTimer: (() => void) | undefined;
  #id: RequestId | undefined;
  #over = false;

  /** Throws 406 where the client takes nothing that this binding's `reply` option allows. */
  constructor(
    reply: HttpReply,
    accepted: Accepted,
    endpoint: Endpoint,
    settled: Settled,
    stream: EventStreamOptions,
    headers: Headers,
  ) {
    this.canStream = settled.reply !== "json" && accepted.events;
    if (!this.canStream && !accepted.json) {
      throw notAcceptable(settled.reply === "json" ? JSON_TYPE : `${JSON_TYPE} or ${EVENTS_TYPE}`);
    }
    this.#mustStream = this.canStream && (settled.reply === "sse" || !accepted.json);
    this.#reply = reply;
    this.#endpoint = endpoint;
    this.#settled = settled;
    this.#stream = stream;
    this.#headers = headers;
  }

  /** A request is being worked on: after a while of silence the answer begins to stream. */
  wait(id?: RequestId): void {
    this.#id = id;
    if (this.canStream) this.#stopTimer = this.#settled.clock.after(this.#settled.sseAfterMs, () => this.#open());
  }

  /** Sends a message that comes before the response. */
  event(message: Message): void {
    if (this.canStream) this.#open()?.send(message);
  }

  /** The client is gone. A stream that it can come back for goes on without it. */
  lost(): void {
    if (!(this.#events instanceof SessionStream)) return this.drop();
    this.#events.detach(this.#connection!);
  }

  /** Whatever happens, nothing more is answered. */
  drop(): void {
    this.#over = true;
    this.#stopTimer?.();
    this.#connection?.lost();
    if (this.#events instanceof SessionStream) this.#events.close();
  }

  /** Lets the client come back for the rest, where its revision knows how (2025-11-25). */
  pause(): void {
    if (this.#over || !this.canStream || !this.#settled.resumable || !this.session?.facts?.polls) return;
    const events = this.#open();
    if (events instanceof SessionStream) events.pause();
  }

  /**
   * Sends the response, or ends without one when the request was cancelled. `more` are headers that only now are known.
   */
  finish(response: Response | readonly Response[] | undefined, refusal: Refusal | undefined, more: Headers): void {
    if (this.#over) return;
    this.#stopTimer?.();
    const { status = 200, headers } = refusal?.http ?? {};
    // A status other than 200 can only stand on a whole answer, whatever the client would rather have.
    if (!this.#events && response !== undefined && (!this.#mustStream || status !== 200)) {
      const body = encodeMessage(response, this.#endpoint.onError.bind(this.#endpoint));
      this.#over = true;
      this.#reply.send(status, { "Content-Type": JSON_TYPE, ...this.#headers, ...more, ...headers }, body);
      return;
    }
    if (!this.#events && !this.canStream) {
      this.#over = true;
      this.#reply.send(202, this.#headers);
      return;
    }
    const events = this.#open(more);
    this.#over = true;
    if (events instanceof SessionStream) return events.finish(response);
    if (response !== undefined) events?.send(response);
    events?.close();
  }

  /** Ends what the server cannot answer any more, since it is closing. */
  abandon(): void {
    if (this.#over) return;
    if (this.#events)
      return this.finish(
        this.#id === undefined ? undefined : errorResponse(this.#id, internalError(closing().message)),
        undefined,
        {},
      );
    this.#over = true;
    this.#stopTimer?.();
    sendRefusal(this.#reply, closing(), this.#headers);
  }

  #open(more: Headers = {}): EventStream | SessionStream | undefined {
    if (this.#over) return undefined;
    if (this.#events) return this.#events;
    this.#stopTimer?.();
    this.#connection = new EventStream(this.#reply, { ...this.#headers, ...more }, this.#stream);
    return (this.#events = this.session?.postStream(this.#connection) ?? this.#connection);
  }
}

/** 503: the server is on its way out. */
export const closing = (): Refusal =>
  httpRefusal("unavailable", 503, "The server is shutting down", { "Retry-After": "5" });
