import type { LoggingLevel } from "./logging-level.js";

/**
 * The legacy lifecycle of one client, as plain data that a store can keep (over HTTP under its session id).
 *
 * `opening`: `initialize` is answered, `notifications/initialized` has not come. The client's requests are served; the
 * server sends only pings and log messages. `ready`: everything. `closed`: nothing.
 *
 * Page: `2025-11-25/basic/lifecycle`.
 */
export interface Session {
  phase: "opening" | "ready" | "closed";
  /** The revision that both sides agreed on. */
  readonly version: string;
  readonly clientInfo: ClientInfo;
  readonly clientCapabilities: Readonly<Record<string, unknown>>;
  /** What the server offered when the session was opened: nothing else is to be sent to it. */
  readonly serverCapabilities: Readonly<Record<string, unknown>>;
  /** The least severe level that the client wants to hear; absent until it says so. */
  logLevel?: LoggingLevel;
  /** The resources that `resources/subscribe` watches; absent as long as none is. */
  watched?: Set<string>;
  readonly principal?: string;
  /** When the client was last heard, in milliseconds of the endpoint's clock. */
  lastSeen: number;
}

/** What a client says of itself. Self-reported: for display and logs, never for decisions. */
export interface ClientInfo {
  readonly name: string;
  readonly version: string;
  readonly title?: string;
  readonly [member: string]: unknown;
}
