/** The bounds that every endpoint keeps. All have safe defaults; transports add their own. */
export interface Limits {
  /** Largest message in bytes (of UTF-8) that a binding reads. */
  readonly maxMessageBytes: number;
  /** Deepest nesting of arrays and objects in a message. */
  readonly maxDepth: number;
  /** Requests of one peer that may be in flight at the same time. */
  readonly maxInFlight: number;
  /** Messages in one batch (2025-03-26). */
  readonly maxBatch: number;
  /** Open `subscriptions/listen` requests of one peer. */
  readonly maxSubscriptions: number;
  /** Open `subscriptions/listen` requests of all peers together. */
  readonly maxSubscriptionsInAll: number;
  /** Resource URIs that one session or one `subscriptions/listen` may watch. */
  readonly maxWatchedUris: number;
  /** Tasks of one principal that are kept at the same time, ended ones included. */
  readonly maxTasks: number;
}

export const defaultLimits: Limits = {
  maxMessageBytes: 4 * 1024 * 1024,
  maxDepth: 128,
  maxInFlight: 1024,
  maxBatch: 100,
  maxSubscriptions: 64,
  maxSubscriptionsInAll: 10_000,
  maxWatchedUris: 1000,
  maxTasks: 1000,
};
