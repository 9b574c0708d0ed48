import { Refusal, invalidParams, invalidRequest, parseError } from "./errors.js";
import { given } from "./given.js";

/**
 * JSON-RPC 2.0 as MCP uses it: what a message is, how a text becomes one, and how errors are written.
 *
 * Pages: `2026-07-28/basic/index#messages`, `2024-11-05/basic/messages`.
 */

/** A request's id: a string or an integer, never null. */
export type RequestId = string | number;
export type Params = Readonly<Record<string, unknown>>;

export interface Request {
  readonly jsonrpc: "2.0";
  readonly id: RequestId;
  readonly method: string;
  readonly params?: Params;
}
export interface Notification {
  readonly jsonrpc: "2.0";
  readonly method: string;
  readonly params?: Params;
}
export interface ResultResponse {
  readonly jsonrpc: "2.0";
  readonly id: RequestId;
  readonly result: Record<string, unknown>;
}
export interface ErrorObject {
  readonly code: number;
  readonly message: string;
  readonly data?: unknown;
}
/** `id` is absent where the request's id could not be read. */
export interface ErrorResponse {
  readonly jsonrpc: "2.0";
  readonly id?: RequestId;
  readonly error: ErrorObject;
}
export type Response = ResultResponse | ErrorResponse;
export type Message = Request | Notification | Response;

/** Whether `value` is an object that is no array: what JSON calls an object. */
export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * The own member `name` of an object, or undefined: inherited members are never read from what a peer sent. What every
 * message passes reads members that no object inherits by their names, which costs a fraction.
 */
export const own = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;

/** Integers beyond 2^53-1 are none: a reader of JSON may round them, and then the response would carry another id. */
export const isRequestId = (value: unknown): value is RequestId =>
  typeof value === "string" || Number.isSafeInteger(value);

/** The id of anything that came in, where one can be read: for the error that answers it. */
export const readableId = (value: unknown): RequestId | undefined => {
  const id = (value as { id?: unknown } | null | undefined)?.id;
  return isRequestId(id) ? id : undefined;
};

/**
 * Says what a parsed message is. Throws the refusal that answers it when it is none.
 * 2026-07-28/basic/index#requests/1, /2; 2026-07-28/basic/index#notifications/2.
 */
export function kindOf(message: unknown): "request" | "notification" | "response" {
  if (!isObject(message))
    throw invalidRequest(Array.isArray(message) ? "a batch is not allowed here" : "a message must be an object");
  const { jsonrpc, method, id, params } = message;
  if (jsonrpc !== "2.0") throw invalidRequest('"jsonrpc" must be "2.0"');
  if (typeof method !== "string") {
    if (Object.hasOwn(message, "method")) throw invalidRequest('"method" must be a string');
    if (Object.hasOwn(message, "result") || Object.hasOwn(message, "error")) return "response";
    throw invalidRequest('"method" is missing');
  }
  if (!isRequestId(id)) {
    if (!Object.hasOwn(message, "id")) return "notification";
    throw invalidRequest('"id" must be a string or an integer (between -(2^53-1) and 2^53-1)');
  }
  if (!isObject(params) && Object.hasOwn(message, "params")) {
    if (Array.isArray(params)) throw invalidParams('"params" must be an object, not an array', { status: 400 });
    throw invalidRequest('"params" must be an object');
  }
  return "request";
}

/** The JSON-RPC error object of a refusal. */
export const errorObject = (refusal: Refusal): ErrorObject =>
  given({ code: refusal.rpcCode, message: refusal.message, data: refusal.data });

/** The response that carries a refusal; without a readable id it has no `id` member. */
export const errorResponse = (id: RequestId | undefined, refusal: Refusal): ErrorResponse =>
  given({ jsonrpc: "2.0" as const, id, error: errorObject(refusal) });

/**
 * Parses one JSON text (a message or, in 2025-03-26, a batch), nested at most `maxDepth` levels.
 * Own members named `__proto__` are dropped, so that no later copy can turn them into a prototype.
 * Throws -32700 for what is no JSON; -32600 for what is nested too deeply.
 */
export function parseMessage(text: string, maxDepth: number): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw parseError((error as Error).message);
  }
  // A text of fewer characters than twice the depth allowed cannot be nested more deeply than that.
  // An escape could spell `__proto__` in other letters.
  const suspicious = text.length > maxDepth * 2 || text.includes("__proto__") || text.includes("\\u");
  return suspicious ? checked(value, maxDepth) : value;
}

/** The value of a message that was parsed elsewhere, held to the same rules as {@link parseMessage}. */
export function checked(value: unknown, maxDepth: number): unknown {
  if (!withinDepth(value, maxDepth)) throw new TooDeep(value, maxDepth);
  return value;
}

/** -32600 for a message nested too deeply; it keeps the id, which is readable all the same. */
export class TooDeep extends Refusal {
  readonly id: RequestId | undefined;
  /** Whether the message is an answer. */
  readonly answers: boolean;
  constructor(value: unknown, maxDepth: number) {
    super("invalid_request", -32600, `Invalid request: nested more than ${maxDepth} levels deep`, {
      http: { status: 400 },
    });
    this.id = readableId(value);
    this.answers = isObject(value) && !Object.hasOwn(value, "method");
  }
}

function withinDepth(value: unknown, left: number): boolean {
  if (typeof value !== "object" || value === null) return true;
  if (left === 0) return false;
  if (Array.isArray(value)) {
    for (const item of value) if (!withinDepth(item, left - 1)) return false;
    return true;
  }
  for (const key in value) {
    if (key === "__proto__") delete (value as Record<string, unknown>)[key];
    else if (!withinDepth((value as Record<string, unknown>)[key], left - 1)) return false;
  }
  return true;
}
