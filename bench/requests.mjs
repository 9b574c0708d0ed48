// @ts-check
// What clients of both eras send, as bytes. All subjects get the same, apart from the headers that only one of them needs.

export const legacyVersion = "2025-06-18";
export const modernVersion = "2026-07-28";

/** @param {import("./subjects.mjs").Era} era @param {string | number} [progressToken] */
function metaOf(era, progressToken) {
  const token = progressToken === undefined ? {} : { progressToken };
  if (era === "legacy") return progressToken === undefined ? undefined : token;
  return {
    "io.modelcontextprotocol/protocolVersion": modernVersion,
    "io.modelcontextprotocol/clientInfo": { name: "bench", version: "1.0.0" },
    "io.modelcontextprotocol/clientCapabilities": {},
    ...token,
  };
}

/**
 * @param {import("./subjects.mjs").Era} era
 * @param {number} id
 * @param {string} method
 * @param {Record<string, unknown>} params
 * @param {string | number} [progressToken]
 */
export function request(era, id, method, params, progressToken) {
  const meta = metaOf(era, progressToken);
  return JSON.stringify({ jsonrpc: "2.0", id, method, params: meta ? { ...params, _meta: meta } : params });
}

export const echoed = "The quick brown fox jumps over the lazy dog";

/** @param {import("./subjects.mjs").Era} era @param {number} id @param {string} [text] */
export const callEcho = (era, id, text = echoed) =>
  request(era, id, "tools/call", { name: "echo", arguments: { text } });

export const initialize = (id = 1) =>
  JSON.stringify({
    jsonrpc: "2.0",
    id,
    method: "initialize",
    params: {
      protocolVersion: legacyVersion,
      capabilities: {},
      clientInfo: { name: "bench", version: "1.0.0" },
    },
  });

export const initialized = JSON.stringify({ jsonrpc: "2.0", method: "notifications/initialized" });

/**
 * The head and the body of a POST.
 *
 * @param {number} port
 * @param {string} body a JSON-RPC message
 * @param {{ era: import("./subjects.mjs").Era; session?: string | undefined; accept?: string; method?: string }} how
 */
export function post(port, body, { era, session, accept = "application/json, text/event-stream", method = "POST" }) {
  /** @type {Record<string, string>} */
  const headers = { Accept: accept };
  if (body !== "") {
    headers["Content-Type"] = "application/json";
    headers["Content-Length"] = String(Buffer.byteLength(body));
  }
  const message = messageOf(body);
  if (message.method !== "initialize")
    headers["MCP-Protocol-Version"] = era === "modern" ? modernVersion : legacyVersion;
  if (era === "modern") {
    headers["Mcp-Method"] = message.method;
    if (message.params?.name !== undefined) headers["Mcp-Name"] = message.params.name;
  }
  if (session !== undefined) headers["Mcp-Session-Id"] = session;
  return { method, path: "/mcp", headers, body, bytes: Buffer.from(bytesOf(port, method, headers) + body) };
}

/** What the headers repeat, where the body is a message at all. @param {string} body */
function messageOf(body) {
  try {
    return JSON.parse(body);
  } catch {
    return { method: "tools/call", params: {} };
  }
}

/** @typedef {ReturnType<typeof post>} Post */

/** @param {number} port @param {string} method @param {Record<string, string>} headers */
function bytesOf(port, method, headers) {
  const lines = Object.entries({ Host: `127.0.0.1:${port}`, ...headers }).map(([name, value]) => `${name}: ${value}`);
  return `${method} /mcp HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`;
}
