// Errors of JSON-RPC and of the protocol.
// https://modelcontextprotocol.io/specification/2026-07-28/basic#error-codes
import type { ClientCapabilities } from "./capabilities.js";
import type { JSONRPCErrorResponse } from "./json-rpc.js";

/**
 * Why a request failed.
 * @since 2025-11-25
 */
export interface Error {
  /** The kind of error. @schema integer */
  code: number;
  /** One short sentence. */
  message: string;
  /** More about this error, in a form that the code defines. */
  data?: unknown;
}

/**
 * The message was not JSON.
 * @since 2026-07-28
 */
export interface ParseError extends Error {
  /** The kind of error. */
  code: -32700;
}

/**
 * The message was JSON but not a request.
 * @since 2026-07-28
 */
export interface InvalidRequestError extends Error {
  /** The kind of error. */
  code: -32600;
}

/**
 * The method is unknown, or its capability was not declared.
 * @since 2026-07-28
 */
export interface MethodNotFoundError extends Error {
  /** The kind of error. */
  code: -32601;
}

/**
 * The parameters do not fit the method: a member is malformed, or names something unknown.
 * @since 2026-07-28
 */
export interface InvalidParamsError extends Error {
  /** The kind of error. */
  code: -32602;
}

/**
 * The receiver failed for reasons of its own.
 * @since 2026-07-28
 */
export interface InternalError extends Error {
  /** The kind of error. */
  code: -32603;
}

/**
 * An HTTP header contradicts the body, or a header that mirrors it is missing.
 * @since 2026-07-28
 */
export interface HeaderMismatchError extends JSONRPCErrorResponse {
  /** What went wrong. */
  error: {
    /** The kind of error. */
    code: -32020;
    /** One short sentence. */
    message: string;
    /** More about this error. */
    data?: unknown;
  };
}

/**
 * Answering needs a capability that the client did not declare with the request.
 * @since 2026-07-28
 */
export interface MissingRequiredClientCapabilityError extends JSONRPCErrorResponse {
  /** What went wrong. */
  error: {
    /** The kind of error. */
    code: -32021;
    /** One short sentence. */
    message: string;
    /** What is missing. */
    data: {
      /** The capabilities without which the request cannot be answered. */
      requiredCapabilities: ClientCapabilities;
    };
  };
}

/**
 * The server does not speak the revision that the request names.
 * @since 2026-07-28
 */
export interface UnsupportedProtocolVersionError extends JSONRPCErrorResponse {
  /** What went wrong. */
  error: {
    /** The kind of error. */
    code: -32022;
    /** One short sentence. */
    message: string;
    /** What was asked for and what there is. */
    data: {
      /** The revisions to choose from. */
      supported: string[];
      /** The revision that the request named. */
      requested: string;
    };
  };
}
