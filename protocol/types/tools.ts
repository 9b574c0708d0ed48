// Tools: what a language model can have a server do.
// https://modelcontextprotocol.io/specification/2026-07-28/server/tools
import type { CacheableResult } from "./caching.js";
import type { ContentBlock } from "./content.js";
import type { BaseMetadata, Icons } from "./implementation.js";
import type { JSONRPCResultResponse, NotificationEnvelope, RequestEnvelope, Result } from "./json-rpc.js";
import type { MetaObject, NotificationParams } from "./meta.js";
import type { InputRequiredResult, InputResponseRequestParams } from "./mrtr.js";
import type { PaginatedRequestParams, PaginatedResult } from "./pagination.js";
import type { TaskAugmentedRequestParams, ToolExecution } from "./tasks-2025-11-25.js";

/**
 * Hints on what a tool does to the world. Only as trustworthy as the server that gives them.
 * @since 2025-03-26
 */
export interface ToolAnnotations {
  /** The name that people see; a tool's own `title` comes before it. */
  title?: string;
  /** It changes nothing; false unless told. */
  readOnlyHint?: boolean;
  /** It may destroy, not only add; true unless told, and without meaning on a read-only tool. */
  destructiveHint?: boolean;
  /** Calling it again with the same arguments changes nothing more; false unless told. */
  idempotentHint?: boolean;
  /** It reaches an open world, as a web search does; true unless told. */
  openWorldHint?: boolean;
}

/** A tool on the list. */
export interface Tool extends BaseMetadata, Icons {
  /** What it does, for a language model. */
  description?: string;
  /** JSON Schema of its arguments, 2020-12 unless it says otherwise. */
  inputSchema: {
    /** The dialect of the schema. @since 2025-11-25 */
    $schema?: string;
    /** Arguments are always an object. */
    type: "object";
    /** The schema of each argument. @until 2025-11-25 @schema { [name]: object } */
    properties?: { [name: string]: object | boolean };
    /** The arguments that must be given. @until 2025-11-25 */
    required?: string[];
    /** Any other keyword of JSON Schema. */
    [keyword: string]: unknown;
  };
  /** JSON Schema of its structured result; up to 2025-11-25 always an object. @since 2025-06-18 */
  outputSchema?: {
    /** The dialect of the schema. @since 2025-11-25 */
    $schema?: string;
    /** The type of the result. @until 2025-11-25 @requiredSince 2025-06-18 @schema "object" */
    type?: string | string[];
    /** The schema of each member. @until 2025-11-25 @schema { [name]: object } */
    properties?: { [name: string]: object | boolean };
    /** The members that are always there. @until 2025-11-25 */
    required?: string[];
    /** Any other keyword of JSON Schema. */
    [keyword: string]: unknown;
  };
  /** What it does to the world. @since 2025-03-26 */
  annotations?: ToolAnnotations;
  /** How it may be run. @since 2025-11-25 @until 2025-11-25 */
  execution?: ToolExecution;
  /** Metadata. @since 2025-06-18 */
  _meta?: MetaObject;
}

/** Asks for the list of tools. */
export interface ListToolsRequest extends RequestEnvelope {
  /** The method called. */
  method: "tools/list";
  /** Its parameters. @requiredSince 2026-07-28 */
  params?: PaginatedRequestParams;
}

/** A page of the list of tools. */
export interface ListToolsResult extends PaginatedResult, CacheableResult {
  /** The tools on this page. */
  tools: Tool[];
}

/**
 * The response to `tools/list`.
 * @since 2026-07-28
 */
export interface ListToolsResultResponse extends JSONRPCResultResponse {
  /** What came out. */
  result: ListToolsResult;
}

/**
 * Parameters of `tools/call`.
 * @since 2025-11-25
 */
export interface CallToolRequestParams extends InputResponseRequestParams, TaskAugmentedRequestParams {
  /** Which tool. */
  name: string;
  /** Its arguments, by name. */
  arguments?: { [name: string]: unknown };
}

/** Calls a tool. */
export interface CallToolRequest extends RequestEnvelope {
  /** The method called. */
  method: "tools/call";
  /** Its parameters. */
  params: CallToolRequestParams;
}

/** What came of the call of a tool. A tool that fails says so here, so that the model can see it. */
export interface CallToolResult extends Result {
  /** Which kind of result this is. @since 2026-07-28 @requiredSince 2026-07-28 @schema string */
  resultType?: "complete";
  /** The result as content, for the model and for people. */
  content: ContentBlock[];
  /** The result as data, which conforms to `outputSchema`. @since 2025-06-18 @was 2025-11-25 object */
  structuredContent?: unknown;
  /** The tool failed; false unless told. */
  isError?: boolean;
}

/**
 * The response to `tools/call`.
 * @since 2026-07-28
 */
export interface CallToolResultResponse extends JSONRPCResultResponse {
  /** What came out, or what the server has to know before. */
  result: CallToolResult | InputRequiredResult;
}

/** Tells that the list of tools changed. */
export interface ToolListChangedNotification extends NotificationEnvelope {
  /** What is notified. */
  method: "notifications/tools/list_changed";
  /** Its parameters. @was 2025-06-18 EarlyNotificationParams */
  params?: NotificationParams;
}
