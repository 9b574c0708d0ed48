// Log messages of a server, shown by its client.
// https://modelcontextprotocol.io/specification/2026-07-28/server/utilities/logging
import type { NotificationEnvelope, RequestEnvelope } from "./json-rpc.js";
import type { NotificationParams, RequestParams } from "./meta.js";

/** How severe a log message is, from the least to the most: the severities of syslog (RFC 5424). */
export type LoggingLevel = "debug" | "info" | "notice" | "warning" | "error" | "critical" | "alert" | "emergency";

/**
 * Parameters of `logging/setLevel`.
 * @since 2025-11-25
 * @until 2025-11-25
 */
export interface SetLevelRequestParams extends RequestParams {
  /** The lowest severity still sent. */
  level: LoggingLevel;
}

/**
 * Sets from which severity on the session wants log messages.
 * @until 2025-11-25
 */
export interface SetLevelRequest extends RequestEnvelope {
  /** The method called. */
  method: "logging/setLevel";
  /** Its parameters. */
  params: SetLevelRequestParams;
}

/**
 * Parameters of `notifications/message`.
 * @since 2025-11-25
 */
export interface LoggingMessageNotificationParams extends NotificationParams {
  /** How severe it is. */
  level: LoggingLevel;
  /** Which part of the server says it. */
  logger?: string;
  /** What it says: a text or any other JSON value. */
  data: unknown;
}

/** A log message. */
export interface LoggingMessageNotification extends NotificationEnvelope {
  /** What is notified. */
  method: "notifications/message";
  /** Its parameters. */
  params: LoggingMessageNotificationParams;
}
