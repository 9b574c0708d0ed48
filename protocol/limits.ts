import { wholeNumber } from "./options.js";

/** The bounds that every endpoint keeps. All have safe defaults; transports add their own. */
export interface Limits {
  /** Largest message in bytes (of UTF-8) that a binding reads. Default 4 MiB. */
  readonly maxMessageBytes: number;
  /** Deepest nesting of arrays and objects in a message. Default 128. */
  readonly maxDepth: number;
  /** Requests of one peer that may be in flight at the same time. Default 1,024. */
  readonly maxInFlight: number;
  /** Messages in one batch (2025-03-26). Default 100. */
  readonly maxBatch: number;
  /** Open `subscriptions/listen` requests of one client: its principal or, where it has none, its peer. Default 64. */
  readonly maxSubscriptions: number;
  /** Open `subscriptions/listen` requests of all peers together. Default 10,000. */
  readonly maxSubscriptionsInAll: number;
  /** Resource URIs that one session or one `subscriptions/listen` may watch. Default 1,000. */
  readonly maxWatchedUris: number;
  /** Tasks of one principal that are kept at the same time, ended ones included. */
  readonly maxTasks: number;
  /**
   * Requests about tasks in a second, of one client: its principal or, where it has none, its peer. Those of ten
   * seconds may come at once. Default 100.
   */
  readonly maxTaskRequestsPerSecond: number;
  /** Times that one run of a handler may ask the client's model with tools. Default 32. */
  readonly maxToolRounds: number;
  /**
   * Log messages a second to one connection, session or (2026-07-28 over HTTP) request. What comes faster is left out,
   * and the client is told so once. Default 200.
   */
  readonly maxLogMessagesPerSecond: number;
  /** Progress notifications a second about one request; of what comes faster the latest is told. Default 20. */
  readonly maxProgressPerSecond: number;
  /** Completions a second of one client: its principal or, where it has none, its peer. Default 50. */
  readonly maxCompletionsPerSecond: number;
  /** Completions a second of all clients together. Default 1,000. */
  readonly maxCompletionsPerSecondInAll: number;
}

/** The defaults of what every endpoint bounds; features of a server have more. */
export const coreLimits = {
  maxMessageBytes: 4 * 1024 * 1024,
  maxDepth: 128,
  maxInFlight: 1024,
  maxBatch: 100,
} as const satisfies Partial<Limits>;

/** Fills in what is left out. Throws a TypeError that names the limit which makes no sense. */
export function settleLimits(limits: Partial<Limits> = {}, defaults: Partial<Limits> = coreLimits): Limits {
  const settled: Record<string, number> = {};
  for (const [name, byDefault] of Object.entries(defaults) as [keyof Limits, number][]) {
    settled[name] = wholeNumber(limits[name], byDefault, `limits.${name}`);
  }
  for (const name of Object.keys(limits))
    if (!(name in defaults)) throw new TypeError(`limits.${name}: there is no such limit`);
  return settled as unknown as Limits;
}
