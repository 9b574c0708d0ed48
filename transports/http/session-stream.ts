import { encodeMessage } from "../../protocol/encode.js";
import type { Message, Response } from "../../protocol/jsonrpc.js";
import type { LoggedEvent, StreamLog } from "../../protocol/stream-log.js";
import type { EventStream } from "./event-stream.js";

/** Where the streams of one session write down what they send, and how its revision lets clients come back for it. */
export interface Journal {
  readonly log: StreamLog;
  readonly session: string;
  /** Whether streams begin with an event without data, and may be left to their client to poll. */
  readonly polls: boolean;
  /** Milliseconds that a polling client shall wait before it comes back. */
  readonly retryMs: number;
  readonly onError: (error: unknown, where: string) => void;
}

/** What is said of a stream and an event of it: the id that a client gives back as `Last-Event-ID`. */
export const eventId = (stream: string, number: number): string => `${stream}.${number}`;

/** The stream and the number in an event's id; undefined for what cannot have been one. */
export function readEventId(id: string): { readonly stream: string; readonly number: number } | undefined {
  const match = /^([gp][0-9a-z-]{1,50})\.(\d{1,15})$/.exec(id);
  return match ? { stream: match[1]!, number: Number(match[2]) } : undefined;
}

/**
 * A stream of a legacy session: an id, its part of the log, and at most one connection that carries it at the moment.
 * The reply to a POST and a GET are both such connections, and so is the GET of a client that lost one of them.
 *
 * Pages: `2025-11-25/basic/transports#resumability-and-redelivery`, `#sending-messages-to-the-server`.
 */
export class SessionStream {
  readonly id: string;
  readonly #journal: Journal;
  /** Events that came while a connection is being caught up with what is in the log. */
  readonly #catchingUp = new Set<LoggedEvent[]>();
  #connection: EventStream | undefined;
  #number: number;
  #over = false;
  readonly #onOver: () => void;

  /** `number` is that of the last event, where the stream goes on from what is in the log. */
  constructor(id: string, journal: Journal, number: number, onOver: () => void) {
    this.id = id;
    this.#journal = journal;
    this.#number = number;
    this.#onOver = onOver;
  }

  /** The connection that carries the stream at first. */
  open(connection: EventStream): void {
    this.#connection = connection;
    const { polls, retryMs } = this.#journal;
    if (polls) this.#mark(retryMs);
  }

  send(message: Message | readonly Response[]): void {
    if (this.#over) return;
    const json = encodeMessage(message, this.#journal.onError);
    if (json === undefined) return;
    const number = this.#note(json, false);
    this.#connection?.sendEncoded(message, json, eventId(this.id, number));
  }

  /** The last message, or none: the stream is over, and so is what carries it. */
  finish(message?: Message | readonly Response[]): void {
    if (this.#over) return;
    const json = message === undefined ? undefined : encodeMessage(message, this.#journal.onError);
    const number = this.#note(json ?? "", true);
    this.#over = true;
    if (message !== undefined && json !== undefined)
      this.#connection?.sendEncoded(message, json, eventId(this.id, number));
    this.#connection?.close();
    this.#connection = undefined;
    this.#onOver();
  }

  /** That connection is gone; the stream goes on without. Says whether it was the one that carried it. */
  detach(connection: EventStream): boolean {
    connection.lost();
    if (this.#connection !== connection) return false;
    this.#connection = undefined;
    return true;
  }

  /** Ends the stream without a last message. */
  close(): void {
    this.finish();
  }

  /** Whether that connection carries it. */
  isOn(connection: EventStream): boolean {
    return this.#connection === connection;
  }

  /** Whether its client has been told an id by which it can come back. */
  get resumable(): boolean {
    return this.#number > 0;
  }

  /** Ends the connection but not the stream: its client comes back for the rest. */
  pause(): void {
    const { polls, retryMs } = this.#journal;
    const connection = this.#connection;
    if (!connection) return;
    // Right at the beginning the client has just been told how long to wait.
    if (polls && this.#number > 1) this.#mark(retryMs);
    this.#connection = undefined;
    connection.close();
  }

  /**
   * Sends what came after event number `after` on a new connection, which carries the stream from here on. Answers
   * false, and opens nothing, when not all of that is known any more.
   */
  async resume(after: number, connect: () => EventStream): Promise<boolean> {
    const since: LoggedEvent[] = [];
    this.#catchingUp.add(since);
    const { log, session } = this.#journal;
    let missed;
    try {
      missed = after === this.#number ? { events: [], ended: false } : await log.read(session, this.id, after);
    } finally {
      this.#catchingUp.delete(since);
    }
    if (!missed) return false;
    const connection = connect();
    const before = this.#connection;
    this.#connection = connection;
    const last = missed.events.at(-1)?.number ?? after;
    replay(connection, this.id, missed.events);
    replay(
      connection,
      this.id,
      since.filter(({ number }) => number > last),
    );
    // Whoever comes back has given the other connection up, whatever the network says of it.
    before?.close();
    if (this.#over) {
      this.#connection = undefined;
      connection.close();
    }
    return true;
  }

  /** An event without data: it gives the client an id to come back with, and says how long to wait before that. */
  #mark(retryMs: number): void {
    const number = this.#note("", false);
    this.#connection?.sendFields(`id: ${eventId(this.id, number)}\nretry: ${retryMs}\ndata:`);
  }

  #note(data: string, ended: boolean): number {
    const event = { number: ++this.#number, data };
    for (const since of this.#catchingUp) since.push(event);
    const { log, session, onError } = this.#journal;
    try {
      const kept = log.append(session, this.id, event, ended);
      if (kept) kept.catch((error: unknown) => onError(error, "stream log"));
    } catch (error) {
      onError(error, "stream log");
    }
    return event.number;
  }
}

/** Sends events of a stream once more, each under its id. */
export function replay(connection: EventStream, stream: string, events: readonly LoggedEvent[]): void {
  for (const { number, data } of events) {
    if (data !== "") connection.sendFields(`id: ${eventId(stream, number)}\nevent: message\ndata: ${data}`);
  }
}
