// The `_meta` objects and the parameters that every method shares.
// https://modelcontextprotocol.io/specification/2026-07-28/basic#_meta
import type { ClientCapabilities } from "./capabilities.js";
import type { Implementation } from "./implementation.js";
import type { RequestId } from "./json-rpc.js";
import type { LoggingLevel } from "./logging.js";
import type { ProgressToken } from "./progress.js";

/**
 * Free room for metadata. Keys may carry a reversed-domain prefix; those of the protocol are reserved.
 * @since 2026-07-28
 */
export interface MetaObject {
  [key: string]: unknown;
}

/**
 * What a request says about itself and its caller.
 * @since 2026-07-28
 */
export interface RequestMetaObject extends MetaObject {
  /** Asks for progress: the notifications about this request carry the same token. */
  progressToken?: ProgressToken;
  /** The revision this request speaks. @since 2026-07-28 @requiredSince 2026-07-28 */
  "io.modelcontextprotocol/protocolVersion"?: string;
  /** Name and version of the client software. @since 2026-07-28 */
  "io.modelcontextprotocol/clientInfo"?: Implementation;
  /** What the client can do while it waits for this answer. @since 2026-07-28 @requiredSince 2026-07-28 */
  "io.modelcontextprotocol/clientCapabilities"?: ClientCapabilities;
  /** The lowest severity of log messages wanted with this request; none are sent without it. @since 2026-07-28 */
  "io.modelcontextprotocol/logLevel"?: LoggingLevel;
}

/**
 * What a notification says about itself.
 * @since 2026-07-28
 */
export interface NotificationMetaObject extends MetaObject {
  /** Id of the `subscriptions/listen` request that this notification belongs to. @since 2026-07-28 */
  "io.modelcontextprotocol/subscriptionId"?: RequestId;
}

/**
 * What a result says about itself.
 * @since 2026-07-28
 */
export interface ResultMetaObject extends MetaObject {
  /** Name and version of the server software. @since 2026-07-28 */
  "io.modelcontextprotocol/serverInfo"?: Implementation;
}

/**
 * Parameters of a request that needs none of its own.
 * @since 2025-11-25
 */
export interface RequestParams {
  /** Metadata of the request. @since 2025-11-25 @requiredSince 2026-07-28 */
  _meta?: RequestMetaObject;
}

/**
 * Parameters of a notification that needs none of its own.
 * @since 2025-11-25
 */
export interface NotificationParams {
  /** Metadata of the notification. @since 2025-11-25 */
  _meta?: NotificationMetaObject;
}

/**
 * The parameters that a request without its own had up to 2025-06-18; not a name of the specification.
 * @inline
 */
export interface EarlyRequestParams {
  /** Metadata of the request. */
  _meta?: RequestMetaObject;
}

/**
 * The parameters that a notification without its own had up to 2025-06-18; not a name of the specification.
 * @inline
 */
export interface EarlyNotificationParams {
  /** Metadata of the notification. */
  _meta?: NotificationMetaObject;
}
