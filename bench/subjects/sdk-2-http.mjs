// @ts-check
// Modern: its handler. Legacy: a server and a transport for each session, as its guide shows.
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { NodeStreamableHTTPServerTransport, toNodeHandler } from "@modelcontextprotocol/node";
import { createMcpHandler } from "@modelcontextprotocol/server";
import { make } from "./sdk-2.mjs";
import { era, onChange, reply, tell } from "./tools.mjs";

const mcp = createMcpHandler(make, { responseMode: reply === "sse" ? "sse" : "auto", maxSubscriptions: 10_000 });
const modern = /** @type {(request: unknown, response: unknown) => Promise<void>} */ (toNodeHandler(mcp));
onChange(() => mcp.notify.toolsChanged());

/** @type {Map<string, NodeStreamableHTTPServerTransport>} */
const sessions = new Map();

/** @param {import("node:http").IncomingMessage} request @param {import("node:http").ServerResponse} response */
async function legacy(request, response) {
  const known = sessions.get(String(request.headers["mcp-session-id"]));
  if (known) return known.handleRequest(request, response);
  const transport = new NodeStreamableHTTPServerTransport({
    sessionIdGenerator: randomUUID,
    enableJsonResponse: reply === "json",
    onsessioninitialized: (/** @type {string} */ id) => void sessions.set(id, transport),
    onsessionclosed: (/** @type {string} */ id) => void sessions.delete(id),
  });
  await make().connect(transport);
  return transport.handleRequest(request, response);
}

const server = createServer((request, response) => {
  void (era === "modern" ? modern(request, response) : legacy(request, response));
}).listen(0, "127.0.0.1", () => tell(server));
