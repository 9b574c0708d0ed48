// Asking to be told of changes: one stream for all since 2026-07-28, resource by resource before.
// https://modelcontextprotocol.io/specification/2026-07-28/basic/patterns/subscriptions
// https://modelcontextprotocol.io/specification/2025-11-25/server/resources#subscriptions
import type { JSONRPCResultResponse, NotificationEnvelope, RequestEnvelope, RequestId, Result } from "./json-rpc.js";
import type { NotificationParams, RequestParams, ResultMetaObject } from "./meta.js";
import type { ResourceRequestParams } from "./resources.js";

/**
 * Parameters of `resources/subscribe`.
 * @since 2025-11-25
 * @until 2025-11-25
 */
export interface SubscribeRequestParams extends ResourceRequestParams {}

/**
 * Asks to be told when a resource changes.
 * @until 2025-11-25
 */
export interface SubscribeRequest extends RequestEnvelope {
  /** The method called. */
  method: "resources/subscribe";
  /** Its parameters. */
  params: SubscribeRequestParams;
}

/**
 * Parameters of `resources/unsubscribe`.
 * @since 2025-11-25
 * @until 2025-11-25
 */
export interface UnsubscribeRequestParams extends ResourceRequestParams {}

/**
 * Asks not to be told any more.
 * @until 2025-11-25
 */
export interface UnsubscribeRequest extends RequestEnvelope {
  /** The method called. */
  method: "resources/unsubscribe";
  /** Its parameters. */
  params: UnsubscribeRequestParams;
}

/**
 * Which changes a subscription is about.
 * @since 2026-07-28
 */
export interface SubscriptionFilter {
  /** Changes of the list of tools. */
  toolsListChanged?: boolean;
  /** Changes of the list of prompts. */
  promptsListChanged?: boolean;
  /** Changes of the list of resources. */
  resourcesListChanged?: boolean;
  /** Changes of the resources at these addresses. */
  resourceSubscriptions?: string[];
}

/**
 * Parameters of `subscriptions/listen`.
 * @since 2026-07-28
 */
export interface SubscriptionsListenRequestParams extends RequestParams {
  /** The changes wanted. */
  notifications: SubscriptionFilter;
}

/**
 * Opens a stream of changes, which lasts until either end closes it.
 * @since 2026-07-28
 */
export interface SubscriptionsListenRequest extends RequestEnvelope {
  /** The method called. */
  method: "subscriptions/listen";
  /** Its parameters. */
  params: SubscriptionsListenRequestParams;
}

/**
 * Parameters of `notifications/subscriptions/acknowledged`.
 * @since 2026-07-28
 */
export interface SubscriptionsAcknowledgedNotificationParams extends NotificationParams {
  /** The changes that will be told: of those wanted, the ones that the server offers. */
  notifications: SubscriptionFilter;
}

/**
 * Tells what the stream will carry; the first message on it.
 * @since 2026-07-28
 */
export interface SubscriptionsAcknowledgedNotification extends NotificationEnvelope {
  /** What is notified. */
  method: "notifications/subscriptions/acknowledged";
  /** Its parameters. */
  params: SubscriptionsAcknowledgedNotificationParams;
}

/**
 * Metadata of the result of a subscription.
 * @since 2026-07-28
 */
export interface SubscriptionsListenResultMetaObject extends ResultMetaObject {
  /** Id of the `subscriptions/listen` request that ends. */
  "io.modelcontextprotocol/subscriptionId": RequestId;
}

/**
 * Ends a stream of changes that the server closes.
 * @since 2026-07-28
 */
export interface SubscriptionsListenResult extends Result {
  /** Metadata of the result. */
  _meta: SubscriptionsListenResultMetaObject;
}

/**
 * The response to `subscriptions/listen`.
 * @since 2026-07-28
 */
export interface SubscriptionsListenResultResponse extends JSONRPCResultResponse {
  /** What came out. */
  result: SubscriptionsListenResult;
}
