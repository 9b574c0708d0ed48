// Taking a request back.
// https://modelcontextprotocol.io/specification/2026-07-28/basic/patterns/cancellation
import type { NotificationEnvelope, RequestId } from "./json-rpc.js";
import type { NotificationParams } from "./meta.js";

/**
 * Parameters of `notifications/cancelled`.
 * @since 2025-11-25
 */
export interface CancelledNotificationParams extends NotificationParams {
  /**
   * The request taken back, one that the sender of this notification made.
   * @optionalSince 2025-11-25
   * @requiredSince 2026-07-28
   */
  requestId: RequestId;
  /** Why, for logs and people. */
  reason?: string;
}

/** Tells the receiver that nobody waits for its answer any more. */
export interface CancelledNotification extends NotificationEnvelope {
  /** What is notified. */
  method: "notifications/cancelled";
  /** Its parameters. */
  params: CancelledNotificationParams;
}
