// Multi round-trip requests: a server that has to ask answers with its questions, and the client calls again.
// https://modelcontextprotocol.io/specification/2026-07-28/basic/patterns/mrtr
import type { ElicitRequest, ElicitResult } from "./elicitation.js";
import type { Result } from "./json-rpc.js";
import type { RequestParams } from "./meta.js";
import type { ListRootsRequest, ListRootsResult } from "./roots.js";
import type { CreateMessageRequest, CreateMessageResult } from "./sampling.js";

/**
 * A question to the client.
 * @since 2026-07-28
 */
export type InputRequest = CreateMessageRequest | ListRootsRequest | ElicitRequest;

/**
 * Questions to the client, by keys of the server's choice.
 * @since 2026-07-28
 */
export interface InputRequests {
  [key: string]: InputRequest;
}

/**
 * The answer to a question: the bare result, without an envelope.
 * @since 2026-07-28
 */
export type InputResponse = CreateMessageResult | ListRootsResult | ElicitResult;

/**
 * The answers, by the keys of their questions.
 * @since 2026-07-28
 */
export interface InputResponses {
  [key: string]: InputResponse;
}

/**
 * Says what the server has to know before it can answer.
 * @since 2026-07-28
 */
export interface InputRequiredResult extends Result {
  /** Which kind of result this is. @schema string */
  resultType: "input_required";
  /** The questions. */
  inputRequests?: InputRequests;
  /** What the server wants back with the next call. Opaque to the client. */
  requestState?: string;
}

/**
 * Parameters of a request that may have to be made in several rounds.
 * @since 2026-07-28
 */
export interface InputResponseRequestParams extends RequestParams {
  /** The answers to the questions of the round before. @since 2026-07-28 */
  inputResponses?: InputResponses;
  /** The state that came with the questions, unchanged. @since 2026-07-28 */
  requestState?: string;
}
