// Prompts: messages with gaps that a user picks and fills.
// https://modelcontextprotocol.io/specification/2026-07-28/server/prompts
import type { CacheableResult } from "./caching.js";
import type { ContentBlock, Role } from "./content.js";
import type { BaseMetadata, Icons } from "./implementation.js";
import type { JSONRPCResultResponse, NotificationEnvelope, RequestEnvelope, Result } from "./json-rpc.js";
import type { MetaObject, NotificationParams } from "./meta.js";
import type { InputRequiredResult, InputResponseRequestParams } from "./mrtr.js";
import type { PaginatedRequestParams, PaginatedResult } from "./pagination.js";

/** A gap to fill. */
export interface PromptArgument extends BaseMetadata {
  /** What goes there, for people. */
  description?: string;
  /** Whether it must be filled; false unless told. */
  required?: boolean;
}

/** A prompt on the list. */
export interface Prompt extends BaseMetadata, Icons {
  /** What it is for, for people. */
  description?: string;
  /** Its gaps. */
  arguments?: PromptArgument[];
  /** Metadata. @since 2025-06-18 */
  _meta?: MetaObject;
}

/** One message of a prompt. */
export interface PromptMessage {
  /** Who says it. */
  role: Role;
  /** What is said. */
  content: ContentBlock;
}

/** Asks for the list of prompts. */
export interface ListPromptsRequest extends RequestEnvelope {
  /** The method called. */
  method: "prompts/list";
  /** Its parameters. @requiredSince 2026-07-28 */
  params?: PaginatedRequestParams;
}

/** A page of the list of prompts. */
export interface ListPromptsResult extends PaginatedResult, CacheableResult {
  /** The prompts on this page. */
  prompts: Prompt[];
}

/**
 * The response to `prompts/list`.
 * @since 2026-07-28
 */
export interface ListPromptsResultResponse extends JSONRPCResultResponse {
  /** What came out. */
  result: ListPromptsResult;
}

/**
 * Parameters of `prompts/get`.
 * @since 2025-11-25
 */
export interface GetPromptRequestParams extends InputResponseRequestParams {
  /** Which prompt. */
  name: string;
  /** What fills its gaps, by their names. */
  arguments?: { [name: string]: string };
}

/** Asks for a prompt, filled. */
export interface GetPromptRequest extends RequestEnvelope {
  /** The method called. */
  method: "prompts/get";
  /** Its parameters. */
  params: GetPromptRequestParams;
}

/** A prompt, filled. */
export interface GetPromptResult extends Result {
  /** Which kind of result this is. @since 2026-07-28 @requiredSince 2026-07-28 @schema string */
  resultType?: "complete";
  /** What it is for, for people. */
  description?: string;
  /** Its messages, in order. */
  messages: PromptMessage[];
}

/**
 * The response to `prompts/get`.
 * @since 2026-07-28
 */
export interface GetPromptResultResponse extends JSONRPCResultResponse {
  /** What came out, or what the server has to know before. */
  result: GetPromptResult | InputRequiredResult;
}

/** Tells that the list of prompts changed. */
export interface PromptListChangedNotification extends NotificationEnvelope {
  /** What is notified. */
  method: "notifications/prompts/list_changed";
  /** Its parameters. @was 2025-06-18 EarlyNotificationParams */
  params?: NotificationParams;
}
