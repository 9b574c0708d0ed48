import { Refusal } from "../../protocol/errors.js";
import type { Auth } from "../../protocol/exchange.js";
import type { Sink } from "../outbox.js";
import { JSON_TYPE } from "./accept.js";

/** An HTTP request as the binding sees it, whatever carries it. Adapters translate, they never decide. */
export interface HttpRequest {
  readonly method: string;
  /** A header's value by its lower-case name; several of the same name joined by a comma. */
  header(name: string): string | undefined;
  /** Hands the whole body to `reader` once it is there, or why it cannot be had. */
  readBody(maxBytes: number, reader: BodyReader): void;
  /** The body, where a framework has parsed it already. */
  readonly parsed: unknown;
  readonly auth: Auth | undefined;
  /** Path and query. */
  readonly target: string;
  /** Whether the request reached this machine over its loopback interface. */
  readonly local: boolean;
}

/** Waits for the body of a request: one of the two is called, once. Neither throws. */
export interface BodyReader {
  take(text: string): void;
  /** A refusal for a body of too many bytes (413), that is not UTF-8, or whose sender is gone. */
  fail(error: unknown): void;
}

export type Headers = Record<string, string>;

/** The headers of most answers. */
export const jsonAlone: Headers = Object.freeze({ "Content-Type": JSON_TYPE });

/** Where the answer goes: one of the two, once. */
export interface HttpReply {
  /** A whole answer. */
  send(status: number, headers: Headers, body?: string): void;
  /** Opens a stream of events; `feeder` is told when a sink that was full takes more. */
  open(status: number, headers: Headers, feeder: { drained(): void }): HttpStream;
  /** Tells `who` when the client is gone before the answer has ended: at once where it is gone already. */
  onDisconnect(who: { lost(): void }): void;
}

export interface HttpStream extends Sink {
  close(): void;
}

/** What reading a body throws when its sender is gone. Nobody is left to see it, and it is no fault of the server. */
export const disconnected = (): Refusal =>
  new Refusal("connection_closed", -32600, "The client disconnected", { http: { status: 400 } });

/** What answers requests, of whatever transport. */
export interface AnyBinding {
  handle(request: HttpRequest, reply: HttpReply): Promise<void> | void;
  /** Throws 403 for an `Origin` or `Host` that is not allowed. */
  admits(request: HttpRequest): void;
  close(): Promise<void>;
}
