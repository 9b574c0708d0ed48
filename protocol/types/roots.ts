// Roots: the folders and files that a client lets a server work on.
// https://modelcontextprotocol.io/specification/2026-07-28/client/roots
import type { InputEnvelope, NotificationEnvelope } from "./json-rpc.js";
import type { MetaObject, NotificationParams } from "./meta.js";

/** A folder or a file that the server may work on. */
export interface Root {
  /** Its address, a `file:` URI. @format uri */
  uri: string;
  /** The name that people see. */
  name?: string;
  /** Metadata. @since 2025-06-18 */
  _meta?: MetaObject;
}

/** Asks for the roots. */
export interface ListRootsRequest extends InputEnvelope {
  /** The method called. */
  method: "roots/list";
  /** Its parameters. @was 2025-06-18 EarlyRequestParams; 2025-11-25 RequestParams */
  params?: {
    /** Metadata of the request. */
    _meta?: MetaObject;
  };
}

/** The roots. */
export interface ListRootsResult {
  /** Metadata of the result. @until 2025-11-25 */
  _meta?: MetaObject;
  /** The roots. */
  roots: Root[];
}

/**
 * Tells that the roots changed.
 * @until 2025-11-25
 */
export interface RootsListChangedNotification extends NotificationEnvelope {
  /** What is notified. */
  method: "notifications/roots/list_changed";
  /** Its parameters. @was 2025-06-18 EarlyNotificationParams */
  params?: NotificationParams;
}
