// Completing the argument that a user is typing.
// https://modelcontextprotocol.io/specification/2026-07-28/server/utilities/completion
import type { BaseMetadata } from "./implementation.js";
import type { JSONRPCResultResponse, RequestEnvelope, Result } from "./json-rpc.js";
import type { RequestParams } from "./meta.js";

/** Names a prompt. */
export interface PromptReference extends BaseMetadata {
  /** The kind of reference. */
  type: "ref/prompt";
}

/**
 * Names a resource template.
 * @since 2025-06-18
 */
export interface ResourceTemplateReference {
  /** The kind of reference. */
  type: "ref/resource";
  /** The template, or an address. @format uri-template */
  uri: string;
}

/**
 * Names a resource template, as called up to 2025-03-26.
 * @until 2025-03-26
 */
export interface ResourceReference {
  /** The kind of reference. */
  type: "ref/resource";
  /** The template, or an address. @format uri-template */
  uri: string;
}

/**
 * Parameters of `completion/complete`.
 * @since 2025-11-25
 */
export interface CompleteRequestParams extends RequestParams {
  /** What the argument belongs to. @was 2025-03-26 PromptReference | ResourceReference */
  ref: PromptReference | ResourceTemplateReference;
  /** The argument being typed. */
  argument: {
    /** Its name. */
    name: string;
    /** What is typed so far. */
    value: string;
  };
  /** What is known beside it. @since 2025-06-18 */
  context?: {
    /** Arguments filled already, by name. */
    arguments?: { [name: string]: string };
  };
}

/** Asks how an argument could go on. */
export interface CompleteRequest extends RequestEnvelope {
  /** The method called. */
  method: "completion/complete";
  /** Its parameters. */
  params: CompleteRequestParams;
}

/** How an argument could go on. */
export interface CompleteResult extends Result {
  /** The suggestions. */
  completion: {
    /** Values for the argument, best first, 100 at most. @maxItems 100 @was 2025-11-25 string[] */
    values: string[];
    /** How many there are, with those not given here. @schema integer */
    total?: number;
    /** Whether there are more than given here. */
    hasMore?: boolean;
  };
}

/**
 * The response to `completion/complete`.
 * @since 2026-07-28
 */
export interface CompleteResultResponse extends JSONRPCResultResponse {
  /** What came out. */
  result: CompleteResult;
}
