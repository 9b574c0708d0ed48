import type { Json, Tokens, WireName } from "../trace.js";
import type { StreamEvent } from "./event-stream.js";

/** The reply to one HTTP request. `body` is the text of a reply that is not an event stream. */
export interface HttpReply {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One HTTP request and its reply. */
export interface HttpExchange {
  /** At the reply's header fields when it is an event stream, else at the end of its body. */
  readonly replied: Promise<HttpReply>;
  /** The reply, once `replied` is settled. */
  readonly reply: HttpReply | undefined;
  /** What an event stream has brought so far, events without data too. */
  readonly events: readonly StreamEvent[];
  /** When the reply has ended. */
  readonly ended: Promise<void>;
  /** The client gives the request up by closing its stream. */
  abandon(): void;
}

export type Arrival =
  | { readonly kind: "message"; readonly message: Json; readonly exchange?: HttpExchange }
  /**
   * What stands where a message has to be and is none, or a connection that broke; with the statements that the wire
   * knows to be broken by it.
   */
  | { readonly kind: "noise"; readonly text: string; readonly requirements?: readonly string[] };

/** Whether a message is the body of an HTTP reply that refuses. */
export const isRefusal = (arrival: Arrival): arrival is Extract<Arrival, { kind: "message" }> =>
  arrival.kind === "message" && (arrival.exchange?.reply?.status ?? 0) >= 400;

export interface Parcel {
  /** The bytes on the wire: a message without line end on stdio, a body on HTTP. */
  readonly text: string | Uint8Array;
  /** HTTP only. */
  readonly headers: Readonly<Record<string, string>>;
  readonly method?: string;
  /** HTTP and HTTP+SSE: replaces the path and query of the endpoint; or a URL. */
  readonly path?: string;
  /** HTTP and HTTP+SSE: is added to the URL. */
  readonly query?: Readonly<Record<string, string>>;
  /** HTTP and HTTP+SSE: header fields of the caller that are left out. */
  readonly without?: readonly string[];
  /** HTTP and HTTP+SSE: what is asked for is a document, and no message. */
  readonly document?: true;
}

/** One client's connection to the subject. */
export interface Connection {
  /** Sends; on HTTP returns the exchange. Throws where the wire cannot carry it. */
  send(parcel: Parcel): HttpExchange | undefined;
  /** The client goes away without a word. Settles when the subject's side of it has ended. */
  close(): Promise<void>;
  /** The trace is over and left nothing open: a stateless connection may serve the next one. Default: close. */
  release?(): void;
}

/** Something that speaks the protocol on one wire. */
export interface Subject {
  readonly wire: WireName;
  /** HTTP and HTTP+SSE: where it is. */
  readonly url?: string;
  /** HTTP and HTTP+SSE: tokens that were made for it. */
  readonly tokens?: Tokens;
  /** Who may connect beside the first caller, by name. */
  readonly callers?: ReadonlySet<string>;
  /** HTTP: paths where it serves in another way than at its endpoint. */
  readonly paths?: ReadonlySet<string>;
  /**
   * `stateless`: no session will be opened on it, so that it may be one that served before. `caller`: one of
   * `callers`; without it, the first.
   */
  connect(receive: (arrival: Arrival) => void, stateless: boolean, caller?: string): Promise<Connection>;
  /** Another one of the same kind that shares nothing with this; undefined where none can be had. */
  fresh?(): Promise<Subject>;
  /** The variant of that name, which shares nothing with this; absent where there are none. */
  variant?(name: string): Promise<Subject>;
  /** What the subject last said beside the protocol (standard error), for reports. */
  said?(): string;
  close(): Promise<void>;
}

/** Reads one message from its JSON text. */
export function readArrival(text: string, exchange?: HttpExchange): Arrival {
  try {
    const message = JSON.parse(text) as Json;
    return exchange ? { kind: "message", message, exchange } : { kind: "message", message };
  } catch {
    return { kind: "noise", text };
  }
}
