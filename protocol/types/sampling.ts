// Sampling: a server has the client's language model say something.
// https://modelcontextprotocol.io/specification/2026-07-28/client/sampling
import type { AudioContent, ContentBlock, ImageContent, Role, TextContent } from "./content.js";
import type { InputEnvelope } from "./json-rpc.js";
import type { JSONObject } from "./json-value.js";
import type { MetaObject, RequestMetaObject } from "./meta.js";
import type { TaskAugmentedRequestParams } from "./tasks-2025-11-25.js";
import type { Tool } from "./tools.js";

/** A name that hints at a model or a family of models. */
export interface ModelHint {
  /** Part of a model's name, as "sonnet"; clients may take an equal of another make. */
  name?: string;
}

/** What matters in the choice of a model. The client decides. */
export interface ModelPreferences {
  /** Names to match, in order. */
  hints?: ModelHint[];
  /** How much a low price matters, from 0 to 1. @minimum 0 @maximum 1 */
  costPriority?: number;
  /** How much speed matters, from 0 to 1. @minimum 0 @maximum 1 */
  speedPriority?: number;
  /** How much ability matters, from 0 to 1. @minimum 0 @maximum 1 */
  intelligencePriority?: number;
}

/**
 * Whether the model is to call tools.
 * @since 2025-11-25
 */
export interface ToolChoice {
  /** As it likes ("auto", unless told), at least one ("required"), or not at all ("none"). */
  mode?: "auto" | "required" | "none";
}

/**
 * The model wants a tool called.
 * @since 2025-11-25
 */
export interface ToolUseContent {
  /** The kind of content. */
  type: "tool_use";
  /** Ties the tool's result to this call. */
  id: string;
  /** Which tool. */
  name: string;
  /** Its arguments, by name. */
  input: { [name: string]: unknown };
  /** Metadata. */
  _meta?: MetaObject;
}

/**
 * What came of a tool that the model wanted called.
 * @since 2025-11-25
 */
export interface ToolResultContent {
  /** The kind of content. */
  type: "tool_result";
  /** The id of the call. */
  toolUseId: string;
  /** The result as content. */
  content: ContentBlock[];
  /** The result as data. @was 2025-11-25 object */
  structuredContent?: unknown;
  /** The tool failed; false unless told. */
  isError?: boolean;
  /** Metadata. */
  _meta?: MetaObject;
}

/**
 * One piece of a conversation with a model.
 * @since 2025-11-25
 */
export type SamplingMessageContentBlock =
  TextContent | ImageContent | AudioContent | ToolUseContent | ToolResultContent;

/** One message of a conversation with a model. */
export interface SamplingMessage {
  /** Who says it. */
  role: Role;
  /** What is said, in one piece or several. @was 2025-06-18 SamplingMessageContentBlock */
  content: SamplingMessageContentBlock | SamplingMessageContentBlock[];
  /** Metadata. @since 2025-11-25 */
  _meta?: MetaObject;
}

/**
 * Parameters of `sampling/createMessage`.
 * @since 2025-11-25
 */
export interface CreateMessageRequestParams extends TaskAugmentedRequestParams {
  /** Metadata of the request. @since 2025-11-25 @until 2025-11-25 */
  _meta?: RequestMetaObject;
  /** The conversation so far. */
  messages: SamplingMessage[];
  /** What matters in the choice of a model. */
  modelPreferences?: ModelPreferences;
  /** A system prompt; the client may change or drop it. */
  systemPrompt?: string;
  /** Whose context the client may add: nobody's ("none", unless told), this server's, or all servers'. */
  includeContext?: "none" | "thisServer" | "allServers";
  /** How freely to sample. */
  temperature?: number;
  /** The most tokens to sample. @schema integer */
  maxTokens: number;
  /** Texts at which to stop. */
  stopSequences?: string[];
  /** Settings for the model's provider, in its own form. */
  metadata?: JSONObject;
  /** Tools that the model may want called. @since 2025-11-25 */
  tools?: Tool[];
  /** Whether it is to call them. @since 2025-11-25 */
  toolChoice?: ToolChoice;
}

/** Has the client sample from a language model. */
export interface CreateMessageRequest extends InputEnvelope {
  /** The method called. */
  method: "sampling/createMessage";
  /** Its parameters. */
  params: CreateMessageRequestParams;
}

/** What the model said. */
export interface CreateMessageResult {
  /** Metadata of the result. */
  _meta?: MetaObject;
  /** Who says it. */
  role: Role;
  /** What is said, in one piece or several. @was 2025-06-18 SamplingMessageContentBlock */
  content: SamplingMessageContentBlock | SamplingMessageContentBlock[];
  /** The model that said it. */
  model: string;
  /** Why it stopped. @schema string */
  stopReason?: "endTurn" | "stopSequence" | "maxTokens" | "toolUse" | (string & {});
}
