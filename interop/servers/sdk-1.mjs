// @ts-check
// A server of the official SDK, first generation: `--stdio`, `--sse`, else Streamable HTTP on a free port.
import { randomUUID } from "node:crypto";
import { McpServer, ResourceTemplate } from "@modelcontextprotocol/sdk/server/mcp.js";
import { SSEServerTransport } from "@modelcontextprotocol/sdk/server/sse.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { z } from "zod";
import { serve } from "./ports.mjs";

const texts = (text) => ({ content: [{ type: /** @type {const} */ ("text"), text }] });

function make() {
  const server = new McpServer(
    { name: "theirs", version: "1.0.0" },
    { instructions: "Be kind.", capabilities: { logging: {} } },
  );
  const sums = { inputSchema: { a: z.number(), b: z.number() }, outputSchema: { sum: z.number() } };
  server.registerTool("add", sums, ({ a, b }) => ({ ...texts(String(a + b)), structuredContent: { sum: a + b } }));
  server.registerTool("count", {}, async (extra) => {
    const progressToken = extra._meta?.progressToken;
    for (const progress of [1, 2, 3]) {
      if (progressToken === undefined) break;
      await extra.sendNotification({ method: "notifications/progress", params: { progressToken, progress, total: 3 } });
    }
    return texts("counted");
  });
  server.registerTool("ask", {}, async () => {
    const name = { type: /** @type {const} */ ("string") };
    const requestedSchema = { type: /** @type {const} */ ("object"), properties: { name } };
    const who = await server.server.elicitInput({ message: "Who?", requestedSchema });
    const text = { type: /** @type {const} */ ("text"), text: "Well?" };
    const messages = [{ role: /** @type {const} */ ("user"), content: text }];
    const opinion = await server.server.createMessage({ messages, maxTokens: 10 });
    const { roots } = await server.server.listRoots();
    return texts(`${who.content?.name}; ${opinion.model}; ${roots.map(({ uri }) => uri).join()}`);
  });
  server.registerTool(
    "wait",
    {},
    (extra) => new Promise((resolve) => extra.signal.addEventListener("abort", () => resolve(texts("")))),
  );
  server.registerTool("grow", {}, () => {
    server.registerTool(`grown-${randomUUID()}`, {}, () => texts(""));
    return texts("grown");
  });
  server.registerResource("static", "test://static", {}, () => ({
    contents: [{ uri: "test://static", text: "same" }],
  }));
  const complete = { city: () => ["Berlin", "Bern"] };
  const template = new ResourceTemplate("test://weather/{city}", { list: undefined, complete });
  server.registerResource("weather", template, {}, ({ href }) => ({ contents: [{ uri: href, text: "sunny" }] }));
  const argsSchema = { what: z.string() };
  server.registerPrompt("review", { argsSchema }, ({ what }) => ({
    messages: [{ role: "user", content: { type: "text", text: `Review ${what}` } }],
  }));
  return server;
}

const sessions = new Map();

async function streamable(request, response) {
  const known = sessions.get(String(request.headers["mcp-session-id"]));
  if (known) return known.handleRequest(request, response);
  const transport = new StreamableHTTPServerTransport({
    sessionIdGenerator: randomUUID,
    onsessioninitialized: (id) => void sessions.set(id, transport),
    onsessionclosed: (id) => void sessions.delete(id),
  });
  await make().connect(transport);
  return transport.handleRequest(request, response);
}

async function sse(request, response) {
  const { pathname, searchParams } = new URL(request.url, "http://127.0.0.1");
  if (request.method === "GET") {
    const transport = new SSEServerTransport("/post", response);
    sessions.set(transport.sessionId, transport);
    return make().connect(transport);
  }
  const known = pathname === "/post" && sessions.get(searchParams.get("sessionId"));
  if (known) return known.handlePostMessage(request, response);
  response.writeHead(404).end();
}

if (process.argv.includes("--stdio")) await make().connect(new StdioServerTransport());
else serve(process.argv.includes("--sse") ? sse : streamable);
