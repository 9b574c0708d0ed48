// @ts-check
// The floor of what is kept: a session is an entry of a map, a stream is an answer left open.
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { onChange, tell } from "./tools.mjs";

/** @type {Map<string, { version: string; seen: number }>} */
const sessions = new Map();
/** @type {Set<import("node:http").ServerResponse>} */
const streams = new Set();
const JSON_TYPE = { "Content-Type": "application/json" };

const event = (/** @type {unknown} */ value) => `data: ${JSON.stringify(value)}\n\n`;
onChange(() => {
  const bytes = Buffer.from(event({ jsonrpc: "2.0", method: "notifications/tools/list_changed", params: {} }));
  for (const stream of streams) stream.write(bytes);
});

/** @type {Record<string, (asked: any, response: import("node:http").ServerResponse) => void>} */
const methods = {
  initialize({ id, params }, response) {
    const session = randomUUID();
    sessions.set(session, { version: params.protocolVersion, seen: Date.now() });
    const result = { protocolVersion: params.protocolVersion, capabilities: {}, serverInfo: {} };
    response.writeHead(200, { ...JSON_TYPE, "Mcp-Session-Id": session });
    response.end(JSON.stringify({ jsonrpc: "2.0", id, result }));
  },
  "notifications/initialized": (_asked, response) => response.writeHead(202).end(),
  "tools/call"({ id, params }, response) {
    response.writeHead(200, JSON_TYPE);
    const content = [{ type: "text", text: params.arguments.text }];
    response.end(JSON.stringify({ jsonrpc: "2.0", id, result: { content } }));
  },
  "subscriptions/listen"(_asked, response) {
    streams.add(response);
    response.on("close", () => streams.delete(response));
    response.writeHead(200, { "Content-Type": "text/event-stream" });
    response.write(event({ jsonrpc: "2.0", method: "notifications/subscriptions/acknowledged", params: {} }));
  },
};

const server = createServer((request, response) => {
  if (request.method === "DELETE") {
    sessions.delete(String(request.headers["mcp-session-id"]));
    response.writeHead(204).end();
    return;
  }
  let body = "";
  request.on("data", (chunk) => (body += chunk));
  request.on("end", () => {
    const asked = JSON.parse(body);
    methods[asked.method]?.(asked, response);
  });
}).listen(0, "127.0.0.1", () => tell(server));
