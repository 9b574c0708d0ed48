import type { Json } from "../../trace.js";

/** Where a client finds the suite's server. */
export type Target =
  { readonly url: string; readonly sse?: true } | { readonly command: string } | { readonly memory: MemoryEnd };

/** The server's side of an in-memory connection, as a client in this process gets it. */
export interface MemoryEnd {
  /** `receive` takes the JSON text of one message; `closed` is called when the server goes away. */
  open(receive: (text: string) => void, closed: () => void): { send(text: string): void; close(): void };
}

/** One HTTP request of the client, and its reply as far as it was given. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly replied: boolean;
  /** The reply has been given to its end, or the client is gone. */
  readonly over: boolean;
  reply(status: number, headers?: Readonly<Record<string, string>>, body?: string): void;
  /** Sends an event; the first opens the stream. */
  event(
    event: { data?: string; id?: string; retry?: number; event?: string },
    headers?: Readonly<Record<string, string>>,
  ): void;
  /** Opens the stream without an event. */
  open(headers?: Readonly<Record<string, string>>): void;
  end(): void;
  /** Cuts the connection. */
  cut(): void;
}

export type Arrival =
  | { readonly kind: "message"; readonly message: Json; readonly exchange?: Exchange }
  /** What stands where a message has to be, and is none. */
  | { readonly kind: "noise"; readonly text: string; readonly exchange?: Exchange }
  /** HTTP: a request that carries no message. */
  | { readonly kind: "request"; readonly exchange: Exchange }
  /** A protected server: a request to another place than the MCP endpoint, with the name of its origin. */
  | { readonly kind: "visit"; readonly at: string; readonly exchange: Exchange; readonly body: string }
  /** HTTP: the client went away before the end of a reply. */
  | { readonly kind: "left"; readonly exchange: Exchange }
  /** A pipe: the client ended it, or sent a signal to the server. */
  | { readonly kind: "closed"; readonly how: string };

/** The server's side of one wire, for one client. */
export interface ServerSide {
  readonly target: Target;
  /** Of a protected server and its authorization servers: their origins by name, and the `resource` itself. */
  readonly origins?: Readonly<Record<string, string>>;
  /** Memory and stdio: sends a message as text. */
  send?(text: string): void;
  /** The server goes away. */
  cut(): void;
  close(): Promise<void>;
}

/** Reads a message from its text. */
export function arrivalOf(text: string, exchange?: Exchange): Arrival {
  const of = exchange ? { exchange } : {};
  try {
    return { kind: "message", message: JSON.parse(text) as Json, ...of };
  } catch {
    return { kind: "noise", text, ...of };
  }
}
