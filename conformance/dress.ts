import { isObject, member, MODERN } from "./trace.js";
import type { Json, JsonObject, Revision } from "./trace.js";

export const CLIENT_INFO = { name: "barewire-conformance", version: "1.0.0" };

/** Revisions whose client repeats the negotiated version in a header on every request after `initialize`. */
const VERSION_HEADER: readonly Revision[] = ["2025-06-18", "2025-11-25"];
/** Modern methods whose target stands in the header `Mcp-Name`, and the member of params that holds it. */
const NAMED: Readonly<Record<string, string>> = {
  "tools/call": "name",
  "prompts/get": "name",
  "resources/read": "uri",
  "tasks/get": "taskId",
  "tasks/update": "taskId",
  "tasks/cancel": "taskId",
};

export interface Dress {
  readonly revision: Revision;
  readonly capabilities: JsonObject;
  /** What the HTTP reply to `initialize` named. */
  readonly sessionId?: string | undefined;
}

const isModern = (revision: Revision): boolean => MODERN.includes(revision);

/** Completes a message: `jsonrpc`, and in a modern request the metadata that it has to carry. What is there, stays. */
export function dressMessage(message: Json, dress: Dress): Json {
  if (Array.isArray(message)) return message.map((item: Json) => dressMessage(item, dress));
  if (!isObject(message)) return message;
  const dressed = Object.hasOwn(message, "jsonrpc") ? message : { jsonrpc: "2.0", ...message };
  const isRequest = typeof member(message, "method") === "string" && Object.hasOwn(message, "id");
  if (!isRequest || !isModern(dress.revision)) return dressed;
  const params = member(message, "params") ?? {};
  if (!isObject(params)) return dressed;
  const given = member(params, "_meta") ?? {};
  if (!isObject(given)) return dressed;
  const meta = withoutAbsent({
    "io.modelcontextprotocol/protocolVersion": dress.revision,
    "io.modelcontextprotocol/clientInfo": CLIENT_INFO,
    "io.modelcontextprotocol/clientCapabilities": dress.capabilities,
    ...given,
  });
  return { ...dressed, params: { ...params, _meta: meta } };
}

/** In a dressed `_meta`, `{ "$absent": true }` takes away a member that the runner would add. */
function withoutAbsent(meta: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(meta).filter(([, value]) => member(value, "$absent") !== true));
}

/** The header fields of the POST that carries `message` (undefined: bytes that are no message, or another method). */
export function dressHeaders(message: Json | undefined, dress: Dress, httpMethod = "POST"): Record<string, string> {
  const headers: Record<string, string> = {};
  if (httpMethod === "POST") {
    headers["Content-Type"] = "application/json";
    headers["Accept"] = "application/json, text/event-stream";
  } else if (httpMethod === "GET") headers["Accept"] = "text/event-stream";
  const method = member(message, "method");
  if (isModern(dress.revision)) {
    headers["MCP-Protocol-Version"] = dress.revision;
    if (typeof method === "string" && isHeaderSafe(method)) headers["Mcp-Method"] = method;
    const source = typeof method === "string" && Object.hasOwn(NAMED, method) ? NAMED[method] : undefined;
    const name = source === undefined ? undefined : member(member(message, "params"), source);
    if (typeof name === "string") headers["Mcp-Name"] = encodeHeader(name);
  } else if (method !== "initialize") {
    if (dress.sessionId !== undefined) headers["Mcp-Session-Id"] = dress.sessionId;
    if (VERSION_HEADER.includes(dress.revision)) headers["MCP-Protocol-Version"] = dress.revision;
  }
  return headers;
}

/** Lays a step's own header fields over the runner's; null takes one away. Names are compared without case. */
export function overlay(headers: Record<string, string>, given: Readonly<Record<string, string | null>> | undefined) {
  const result = { ...headers };
  for (const [name, value] of Object.entries(given ?? {})) {
    for (const present of Object.keys(result)) if (present.toLowerCase() === name.toLowerCase()) delete result[present];
    if (value !== null) result[name] = value;
  }
  return result;
}

const isHeaderSafe = (text: string): boolean => /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(text);

/** A value as a mirrored header carries it: as it is where that is safe, else Base64 between its markers. */
export function encodeHeader(value: string): string {
  const looksEncoded = value.startsWith("=?base64?") && value.endsWith("?=");
  if (isHeaderSafe(value) && !looksEncoded) return value;
  return `=?base64?${Buffer.from(value, "utf8").toString("base64")}?=`;
}

export function initializeRequest(id: Json, dress: Dress): JsonObject {
  const params = { protocolVersion: dress.revision, capabilities: dress.capabilities, clientInfo: CLIENT_INFO };
  return { jsonrpc: "2.0", id, method: "initialize", params };
}

/** A request that does nothing and is answered at once: what came before its answer was sent before it. */
export function barrierRequest(id: string, dress: Dress): Json {
  return dressMessage({ id, method: isModern(dress.revision) ? "server/discover" : "ping" }, dress);
}
