// How far a request has come.
// https://modelcontextprotocol.io/specification/2026-07-28/basic/patterns/progress
import type { NotificationEnvelope } from "./json-rpc.js";
import type { NotificationParams } from "./meta.js";

/**
 * Ties progress to the request that asked for it. Unique among the sender's requests in flight.
 * @schema string | integer
 */
export type ProgressToken = string | number;

/**
 * Parameters of `notifications/progress`.
 * @since 2025-11-25
 */
export interface ProgressNotificationParams extends NotificationParams {
  /** The token that the request gave in its `_meta`. */
  progressToken: ProgressToken;
  /** How much is done, in a unit of the sender's choice; it grows with each notification. */
  progress: number;
  /** How much there is to do, in the same unit, where known. */
  total?: number;
  /** What is happening, for people. @since 2025-03-26 */
  message?: string;
}

/** Tells how far a request has come. */
export interface ProgressNotification extends NotificationEnvelope {
  /** What is notified. */
  method: "notifications/progress";
  /** Its parameters. */
  params: ProgressNotificationParams;
}
