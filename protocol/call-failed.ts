import { own } from "./jsonrpc.js";

/** Why a call of a client has no result; each is stable, for programs. */
export type CallFailedCode =
  /** The server answered with an error; `rpcCode` and `data` are its own. */
  | "answer_error"
  /** Not answered in time; the server was told to stop. */
  | "request_timeout"
  /** The caller's signal aborted; the server was told to stop. */
  | "request_cancelled"
  /** The connection is closed, by whichever side. */
  | "connection_closed"
  /** The server could not be reached or started. */
  | "connection_failed"
  /** The connection broke before the answer came, and could not be taken up again. */
  | "connection_lost"
  /** The server no longer knows the session (404). Opened anew by itself; seen only where that fails as well. */
  | "session_ended"
  /** HTTP said no without an answer that JSON-RPC knows; `status` says which. */
  | "http_error"
  /** 401: the server wants authorization. */
  | "unauthorized"
  /** The server wants authorization, and none could be had; `reason` of the `AuthorizationFailed` says why. */
  | "authorization_failed"
  /** What came is nothing that the specification allows here. */
  | "malformed_answer"
  /** A message of the server is larger than the limit. */
  | "message_too_large"
  /** No revision that both sides speak. */
  | "unsupported_protocol_version"
  /** The server did not declare the capability that the call needs; nothing was sent. */
  | "missing_server_capability"
  /** The revision has no such method; nothing was sent. */
  | "not_in_revision"
  /** The server asks for what this client did not declare. */
  | "undeclared_capability"
  /** A handler of this client failed to answer what the server asked. */
  | "handler_failed"
  /** More pages, rounds or requests in flight than the limits allow. */
  | "limit_exceeded"
  /** The task was cancelled. */
  | "task_cancelled"
  /** `structuredContent` breaks the tool's output schema. */
  | "invalid_structured_content";

/**
 * A call that a client made and that has no result. It has three faces: `message` (a sentence for a person), `code` (a
 * stable string for programs), and what went over the wire where something did: `rpcCode` and `data` of the error that
 * came back, `status` of the HTTP answer.
 */
export class CallFailed extends Error {
  override readonly name: string = "CallFailed";
  readonly code: CallFailedCode;
  readonly rpcCode: number | undefined;
  readonly data: unknown;
  readonly status: number | undefined;

  constructor(
    code: CallFailedCode,
    message: string,
    more: {
      readonly rpcCode?: number;
      readonly data?: unknown;
      readonly status?: number;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.code = code;
    this.rpcCode = more.rpcCode;
    this.data = more.data;
    this.status = more.status;
  }
}

/** The connection is closed. */
export const connectionClosed = (why = "The connection is closed"): CallFailed =>
  new CallFailed("connection_closed", why);

/** The failure of a call that the server answered with an error, or with what is none. */
export function errorOf(method: string, error: unknown, status?: number): CallFailed {
  const code = own(error, "code");
  const message = own(error, "message");
  const http = status === undefined ? {} : { status };
  if (!Number.isInteger(code) || typeof message !== "string")
    return new CallFailed("malformed_answer", `The answer to ${method} has neither a result nor an error`, http);
  return new CallFailed("answer_error", message, { rpcCode: code as number, data: own(error, "data"), ...http });
}

/** The caller took the request back. */
export const requestCancelled = (method: string, reason: unknown): CallFailed =>
  new CallFailed("request_cancelled", `${method} was cancelled${typeof reason === "string" ? `: ${reason}` : ""}`, {
    cause: reason,
  });
