// JSON-RPC 2.0 as MCP uses it: requests, notifications, responses.
// https://modelcontextprotocol.io/specification/2026-07-28/basic
import type { Error } from "./errors.js";
import type { ResultMetaObject } from "./meta.js";

/**
 * Ties a response to its request. Unique among the sender's requests in flight; never null.
 * @schema string | integer
 */
export type RequestId = string | number;

/** A request before it is put into its JSON-RPC envelope. */
export interface Request {
  /** The method called. */
  method: string;
  /** Its parameters, by name. @was 2025-06-18 EarlyRequestParams */
  params?: { [name: string]: unknown };
}

/** A notification before it is put into its JSON-RPC envelope. */
export interface Notification {
  /** What is notified. */
  method: string;
  /** Its parameters, by name. @was 2025-06-18 EarlyNotificationParams */
  params?: { [name: string]: unknown };
}

/**
 * Tells what kind of result this is; a result without it counts as "complete". Extensions add kinds.
 * @since 2026-07-28
 * @schema string
 */
export type ResultType = "complete" | "input_required" | (string & {});

/** What every result may carry. Methods add members of their own. */
export interface Result {
  /** Metadata of the result. */
  _meta?: ResultMetaObject;
  /** Which kind of result this is. @since 2026-07-28 @requiredSince 2026-07-28 @schema string */
  resultType?: ResultType;
}

/** Success with nothing to tell. */
export type EmptyResult = Result;

/** A request that expects a response. */
export interface JSONRPCRequest extends Request {
  /** The version of JSON-RPC. */
  jsonrpc: "2.0";
  /** Echoed in the response. */
  id: RequestId;
}

/** A message that expects no response. */
export interface JSONRPCNotification extends Notification {
  /** The version of JSON-RPC. */
  jsonrpc: "2.0";
}

/**
 * The response to a request that succeeded.
 * @since 2025-11-25
 */
export interface JSONRPCResultResponse {
  /** The version of JSON-RPC. */
  jsonrpc: "2.0";
  /** The id of the request answered. */
  id: RequestId;
  /** What came out. */
  result: Result;
}

/**
 * The response to a request that failed.
 * @since 2025-11-25
 */
export interface JSONRPCErrorResponse {
  /** The version of JSON-RPC. */
  jsonrpc: "2.0";
  /** The id of the request answered; left out where it could not be read. */
  id?: RequestId;
  /** What went wrong. */
  error: Error;
}

/**
 * The response to a request that failed, as named up to 2025-06-18.
 * @until 2025-06-18
 */
export interface JSONRPCError {
  /** The version of JSON-RPC. */
  jsonrpc: "2.0";
  /** The id of the request answered. */
  id: RequestId;
  /** What went wrong. */
  error: Error;
}

/**
 * The response to a request.
 * @was 2025-06-18 JSONRPCResultResponse
 */
export type JSONRPCResponse = JSONRPCResultResponse | JSONRPCErrorResponse;

/**
 * Several requests and notifications sent as one.
 * @since 2025-03-26
 * @until 2025-03-26
 */
export type JSONRPCBatchRequest = (JSONRPCRequest | JSONRPCNotification)[];

/**
 * The responses to a batch.
 * @since 2025-03-26
 * @until 2025-03-26
 * @schema (JSONRPCResponse | JSONRPCError)[]
 */
export type JSONRPCBatchResponse = (JSONRPCResultResponse | JSONRPCErrorResponse)[];

/**
 * Any message on the wire. 2025-03-26 has batches as well: `JSONRPCBatchRequest`, `JSONRPCBatchResponse`.
 * @was 2024-11-05 JSONRPCRequest | JSONRPCNotification | JSONRPCResponse | JSONRPCError;
 *   2025-03-26 JSONRPCRequest | JSONRPCNotification | JSONRPCResponse | JSONRPCError
 *     | JSONRPCBatchRequest | JSONRPCBatchResponse;
 *   2025-06-18 JSONRPCRequest | JSONRPCNotification | JSONRPCResponse | JSONRPCError
 */
export type JSONRPCMessage = JSONRPCRequest | JSONRPCNotification | JSONRPCResultResponse | JSONRPCErrorResponse;

/**
 * The envelope of a request, stated in the definition of each method since 2025-11-25; not a name of the specification.
 * @inline
 */
export interface RequestEnvelope {
  /** The version of JSON-RPC. @since 2025-11-25 */
  jsonrpc: "2.0";
  /** Echoed in the response. @since 2025-11-25 */
  id: RequestId;
}

/**
 * The envelope of a notification, stated in the definition of each since 2025-11-25; not a name of the specification.
 * @inline
 */
export interface NotificationEnvelope {
  /** The version of JSON-RPC. @since 2025-11-25 */
  jsonrpc: "2.0";
}

/**
 * The envelope of what the server asks the client: a request of its own up to 2025-11-25, since then a member of
 * `inputRequests` without an envelope. Not a name of the specification.
 * @inline
 */
export interface InputEnvelope {
  /** The version of JSON-RPC. @since 2025-11-25 @until 2025-11-25 @requiredSince 2025-11-25 */
  jsonrpc?: "2.0";
  /** Echoed in the response. @since 2025-11-25 @until 2025-11-25 @requiredSince 2025-11-25 */
  id?: RequestId;
}
