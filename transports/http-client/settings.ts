import type { Clock } from "../../protocol/clock.js";
import type { HttpAuthorization } from "../../protocol/http-authorization.js";
import type { Bounds } from "./reading.js";

/** All of it optional. */
export interface HttpTransportOptions {
  /** What sends the requests; it is asked to leave redirects to its caller. Default: the global `fetch`. */
  readonly fetch?: typeof fetch;
  /** Headers of each request, as `Authorization`, or a function that gives them each time. */
  readonly headers?: Record<string, string> | (() => Record<string, string> | Promise<Record<string, string>>);
  /** Gets tokens where the server asks for them, as `authorizationCode` of `barewire/client/authorization` does. */
  readonly authorization?: HttpAuthorization;
  /** Largest message of the server in bytes. Default 16 Mi. */
  readonly maxMessageBytes?: number;
  /** Deepest nesting of a message. Default 128. */
  readonly maxDepth?: number;
  /** Times in a row that a stream which broke is asked for again without success (up to 2025-11-25). Default 5. */
  readonly maxReconnects?: number;
  /** Milliseconds before a stream is asked for again where the server names none. Default 1,000. */
  readonly reconnectMs?: number;
  /** Whether servers of the transport of 2024-11-05 (HTTP+SSE) are found at the same address. Default true. */
  readonly sse?: boolean;
  /** Default: the machine's own. */
  readonly clock?: Clock;
}

/** Options with their defaults. */
export interface HttpSettings extends Bounds {
  readonly fetch: typeof fetch;
  readonly headers: () => Promise<Headers>;
  readonly maxReconnects: number;
  readonly reconnectMs: number;
  readonly sse: boolean;
  readonly clock: Clock;
}

/** Throws a TypeError for what no header field can carry. It tells the name alone, as the value may be a secret. */
export function headersOf(given: Record<string, string>): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(given)) {
    try {
      headers.append(name, value);
    } catch {
      throw new TypeError(`headers: ${JSON.stringify(name)} has a name or a value that no header field can carry`);
    }
  }
  return headers;
}
