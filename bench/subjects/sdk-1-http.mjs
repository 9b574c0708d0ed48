// @ts-check
// A server and a transport for each session, as its examples show. JSON replies leave progress out.
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { make } from "./sdk-1.mjs";
import { reply, tell } from "./tools.mjs";

/** @type {Map<string, StreamableHTTPServerTransport>} */
const sessions = new Map();

/** @param {import("node:http").IncomingMessage} request @param {import("node:http").ServerResponse} response */
async function serve(request, response) {
  const known = sessions.get(String(request.headers["mcp-session-id"]));
  if (known) return known.handleRequest(request, response);
  const transport = new StreamableHTTPServerTransport({
    sessionIdGenerator: randomUUID,
    enableJsonResponse: reply === "json",
    onsessioninitialized: (id) => void sessions.set(id, transport),
    onsessionclosed: (id) => void sessions.delete(id),
  });
  await make().connect(transport);
  return transport.handleRequest(request, response);
}

const server = createServer((request, response) => void serve(request, response)).listen(0, "127.0.0.1", () =>
  tell(server),
);
