/**
 * Every way in which barewire says no, made in one place. Each refusal has three faces: `message` (a sentence for a
 * person), `rpcCode` and `http` (what goes over the wire), and `code` (a stable string for programs).
 *
 * Pages: `2026-07-28/basic/index#error-codes`, `2026-07-28/basic/transports/streamable-http#server-validation`.
 */
export type RefusalCode =
  | "parse_error"
  | "invalid_request"
  | "method_not_found"
  | "invalid_params"
  | "internal_error"
  | "header_mismatch"
  | "missing_client_capability"
  | "unsupported_protocol_version"
  | "resource_not_found"
  | "connection_closed"
  | "session_required"
  | "session_not_found"
  | "event_unknown"
  | "too_many_requests"
  | "forbidden"
  | "unauthorized"
  | "insufficient_scope"
  | "method_not_allowed"
  | "not_acceptable"
  | "unsupported_media_type"
  | "content_too_large"
  | "unavailable"
  | "custom";

/** What an HTTP binding answers with when a refusal reaches it before the status line is sent. */
export interface HttpFace {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An error that reaches the peer as a JSON-RPC error object (and, over HTTP, as a status). */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly code: RefusalCode;
  readonly rpcCode: number;
  readonly data: unknown;
  readonly http: HttpFace | undefined;

  constructor(code: RefusalCode, rpcCode: number, message: string, options: { data?: unknown; http?: HttpFace } = {}) {
    super(message);
    this.code = code;
    this.rpcCode = rpcCode;
    this.data = options.data;
    this.http = options.http;
  }
}

/** The message of whatever was thrown, which need not be an Error, nor anything that can be written as text. */
export function messageOf(thrown: unknown): string {
  try {
    return thrown instanceof Error ? String(thrown.message || thrown.name) : String(thrown);
  } catch {
    return "something that is no Error was thrown";
  }
}

const http = (status: number, headers?: Record<string, string>): { http: HttpFace } => ({
  http: headers ? { status, headers } : { status },
});

/** -32700: the bytes are no JSON text. */
export const parseError = (why: string): Refusal =>
  new Refusal("parse_error", -32700, `Parse error: ${why}`, http(400));

/** -32600: JSON, but no message that may stand here. `status` is that of the HTTP answer. */
export const invalidRequest = (why: string, status = 400): Refusal =>
  new Refusal("invalid_request", -32600, `Invalid request: ${why}`, http(status));

/** -32601: the revision has no such method, or the server does not offer the capability behind it. */
export const methodNotFound = (method: string, status = 200): Refusal =>
  new Refusal("method_not_found", -32601, `Method not found: ${method}`, http(status));

/** -32602: a parameter is missing, of the wrong type, or names something that does not exist. */
export const invalidParams = (why: string, options: { data?: unknown; status?: number } = {}): Refusal =>
  new Refusal("invalid_params", -32602, why, {
    data: options.data,
    ...(options.status === undefined ? {} : http(options.status)),
  });

/** -32603: the server failed at its own work. */
export const internalError = (why = "Internal error"): Refusal => new Refusal("internal_error", -32603, why);

/** -32020: a header that mirrors the body is missing, malformed or different. */
export const headerMismatch = (why: string): Refusal =>
  new Refusal("header_mismatch", -32020, `Header mismatch: ${why}`, http(400));

/** -32021: the request needs capabilities that the client did not declare; `required` has their shape. */
export const missingClientCapability = (required: Record<string, unknown>): Refusal =>
  new Refusal(
    "missing_client_capability",
    -32021,
    `Missing required client capability: ${Object.keys(required).join(", ")}`,
    {
      data: { requiredCapabilities: required },
      ...http(400),
    },
  );

/** -32022: a version that this server does not speak per request; `supported` lists those that it does. */
export const unsupportedProtocolVersion = (requested: string, supported: readonly string[]): Refusal =>
  new Refusal("unsupported_protocol_version", -32022, `Unsupported protocol version: ${requested}`, {
    data: { supported, requested },
    ...http(400),
  });

/** No such resource. The wire code is the caller's revision's: -32002 up to 2025-11-25, -32602 after. */
export const resourceNotFound = (uri: string): Refusal =>
  new Refusal("resource_not_found", -32602, `Resource not found: ${uri}`, { data: { uri } });

/** The peer has more requests in flight than allowed. */
export const tooManyRequests = (why: string, retryAfterSeconds = 1): Refusal =>
  new Refusal("too_many_requests", -32603, why, http(429, { "Retry-After": String(retryAfterSeconds) }));

/** A refusal that exists at the HTTP level only; its body is a JSON-RPC error without an id. */
export const httpRefusal = (
  code: RefusalCode,
  status: number,
  why: string,
  headers?: Record<string, string>,
): Refusal => new Refusal(code, -32600, why, http(status, headers));

/** 404 for a session that is unknown, over, or another principal's: the client has to initialize anew. */
export const sessionNotFound = (): Refusal => httpRefusal("session_not_found", 404, "Session not found");

/** 400 for a legacy request that belongs to no session (2025-11-25/basic/transports#session-management). */
export const sessionRequired = (): Refusal =>
  httpRefusal(
    "session_required",
    400,
    "A session id is required: send initialize first, then its Mcp-Session-Id with every request",
  );

/** 400 for a version header that no revision has (2025-11-25/basic/transports#protocol-version-header). */
export const unsupportedHeader = (header: string, supported: readonly string[]): Refusal =>
  httpRefusal(
    "unsupported_protocol_version",
    400,
    `Unsupported MCP-Protocol-Version "${header}"; this server speaks ${supported.join(", ")}`,
  );

/** 405, with what is allowed instead. */
export const methodNotAllowed = (allowed: string): Refusal =>
  httpRefusal("method_not_allowed", 405, `Method not allowed; this endpoint takes ${allowed}`, { Allow: allowed });

/** 413 for a body that is larger than the limit in bytes. */
export const contentTooLarge = (maxBytes: number): Refusal =>
  httpRefusal("content_too_large", 413, `The body is larger than ${maxBytes} bytes`, { Connection: "close" });

/**
 * Why a question to the other side has no answer: nobody answered in time, nobody is there, or the answer is an error.
 */
export class QuestionFailed extends Error {
  override readonly name = "QuestionFailed";
  readonly code: "request_timeout" | "connection_closed" | "answer_error";
  /** The code of the error that came back, where one did. */
  readonly rpcCode: number | undefined;
  readonly data: unknown;

  constructor(
    code: QuestionFailed["code"],
    message: string,
    answer: { readonly rpcCode?: number; readonly data?: unknown } = {},
  ) {
    super(message);
    this.code = code;
    this.rpcCode = answer.rpcCode;
    this.data = answer.data;
  }
}
