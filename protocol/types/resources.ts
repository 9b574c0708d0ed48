// Resources: data that a server lets clients read, by URI.
// https://modelcontextprotocol.io/specification/2026-07-28/server/resources
import type { CacheableResult } from "./caching.js";
import type { Annotations } from "./content.js";
import type { BaseMetadata, Icons } from "./implementation.js";
import type { JSONRPCResultResponse, NotificationEnvelope, RequestEnvelope } from "./json-rpc.js";
import type { MetaObject, NotificationParams, RequestParams } from "./meta.js";
import type { InputRequiredResult, InputResponseRequestParams } from "./mrtr.js";
import type { PaginatedRequestParams, PaginatedResult } from "./pagination.js";

/** A resource on the list. */
export interface Resource extends BaseMetadata, Icons {
  /** Its address. @format uri */
  uri: string;
  /** What it holds, for people and models. */
  description?: string;
  /** The media type of its contents, where known. */
  mimeType?: string;
  /** Hints for the client. */
  annotations?: Annotations;
  /** How many bytes it holds, before any encoding, where known. @schema integer */
  size?: number;
  /** Metadata. @since 2025-06-18 */
  _meta?: MetaObject;
}

/** A family of resources, whose addresses a template makes. */
export interface ResourceTemplate extends BaseMetadata, Icons {
  /** The template of their addresses (RFC 6570). @format uri-template */
  uriTemplate: string;
  /** What they hold, for people and models. */
  description?: string;
  /** Their media type, where it is one for all. */
  mimeType?: string;
  /** Hints for the client. */
  annotations?: Annotations;
  /** Metadata. @since 2025-06-18 */
  _meta?: MetaObject;
}

/** What the contents of any resource carry. */
export interface ResourceContents {
  /** The address of these contents. @format uri */
  uri: string;
  /** Their media type, where known. */
  mimeType?: string;
  /** Metadata. @since 2025-06-18 */
  _meta?: MetaObject;
}

/** Contents that are text. */
export interface TextResourceContents extends ResourceContents {
  /** The text itself. */
  text: string;
}

/** Contents that are bytes. */
export interface BlobResourceContents extends ResourceContents {
  /** The bytes, in base64. @format byte */
  blob: string;
}

/** Asks for the list of resources. */
export interface ListResourcesRequest extends RequestEnvelope {
  /** The method called. */
  method: "resources/list";
  /** Its parameters. @requiredSince 2026-07-28 */
  params?: PaginatedRequestParams;
}

/** A page of the list of resources. */
export interface ListResourcesResult extends PaginatedResult, CacheableResult {
  /** The resources on this page. */
  resources: Resource[];
}

/**
 * The response to `resources/list`.
 * @since 2026-07-28
 */
export interface ListResourcesResultResponse extends JSONRPCResultResponse {
  /** What came out. */
  result: ListResourcesResult;
}

/** Asks for the list of resource templates. */
export interface ListResourceTemplatesRequest extends RequestEnvelope {
  /** The method called. */
  method: "resources/templates/list";
  /** Its parameters. @requiredSince 2026-07-28 */
  params?: PaginatedRequestParams;
}

/** A page of the list of resource templates. */
export interface ListResourceTemplatesResult extends PaginatedResult, CacheableResult {
  /** The templates on this page. */
  resourceTemplates: ResourceTemplate[];
}

/**
 * The response to `resources/templates/list`.
 * @since 2026-07-28
 */
export interface ListResourceTemplatesResultResponse extends JSONRPCResultResponse {
  /** What came out. */
  result: ListResourceTemplatesResult;
}

/**
 * Parameters of a request about one resource.
 * @since 2025-11-25
 */
export interface ResourceRequestParams extends RequestParams {
  /** The address of the resource. @format uri */
  uri: string;
}

/**
 * Parameters of `resources/read`.
 * @since 2025-11-25
 */
export interface ReadResourceRequestParams extends ResourceRequestParams, InputResponseRequestParams {}

/** Asks for the contents of a resource. */
export interface ReadResourceRequest extends RequestEnvelope {
  /** The method called. */
  method: "resources/read";
  /** Its parameters. */
  params: ReadResourceRequestParams;
}

/** The contents of a resource; several where its address names several. */
export interface ReadResourceResult extends CacheableResult {
  /** Which kind of result this is. @since 2026-07-28 @requiredSince 2026-07-28 @schema string */
  resultType?: "complete";
  /** The contents. */
  contents: (TextResourceContents | BlobResourceContents)[];
}

/**
 * The response to `resources/read`.
 * @since 2026-07-28
 */
export interface ReadResourceResultResponse extends JSONRPCResultResponse {
  /** What came out, or what the server has to know before. */
  result: ReadResourceResult | InputRequiredResult;
}

/** Tells that the list of resources changed. */
export interface ResourceListChangedNotification extends NotificationEnvelope {
  /** What is notified. */
  method: "notifications/resources/list_changed";
  /** Its parameters. @was 2025-06-18 EarlyNotificationParams */
  params?: NotificationParams;
}

/**
 * Parameters of `notifications/resources/updated`.
 * @since 2025-11-25
 */
export interface ResourceUpdatedNotificationParams extends NotificationParams {
  /** The address of what changed; it may be part of the resource subscribed to. @format uri */
  uri: string;
}

/** Tells that a resource changed and may be read anew. */
export interface ResourceUpdatedNotification extends NotificationEnvelope {
  /** What is notified. */
  method: "notifications/resources/updated";
  /** Its parameters. */
  params: ResourceUpdatedNotificationParams;
}
