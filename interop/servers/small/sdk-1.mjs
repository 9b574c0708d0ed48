// @ts-check
// The official SDK, first generation: `--stdio`, else Streamable HTTP with sessions on a free port.
import { randomUUID } from "node:crypto";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { z } from "zod";
import { serve } from "../ports.mjs";
import { destroy, destroys, greeting, note, reads, review } from "./offer.mjs";

function make() {
  const server = new McpServer({ name: "small-sdk-1", version: "1.0.0" });
  server.registerTool("greet", { inputSchema: { name: z.string() }, annotations: reads }, ({ name }) => greeting(name));
  server.registerTool("destroy", { annotations: destroys }, destroy);
  server.registerResource("note", note.uri, {}, () => ({ contents: [note] }));
  server.registerPrompt("review", { argsSchema: { what: z.string() } }, ({ what }) => ({ messages: [review(what)] }));
  return server;
}

/** @type {Map<string, StreamableHTTPServerTransport>} */
const sessions = new Map();

/** As the SDK's own examples do it: what opens a session gets one, all else is refused. */
async function streamable(/** @type {any} */ request, /** @type {any} */ response) {
  const id = request.headers["mcp-session-id"];
  const known = sessions.get(String(id));
  if (known) return known.handleRequest(request, response);
  if (id !== undefined) return response.writeHead(404).end();
  const transport = new StreamableHTTPServerTransport({
    sessionIdGenerator: randomUUID,
    onsessioninitialized: (made) => void sessions.set(made, transport),
    onsessionclosed: (made) => void sessions.delete(made),
  });
  await make().connect(transport);
  return transport.handleRequest(request, response);
}

if (process.argv.includes("--stdio")) await make().connect(new StdioServerTransport());
else serve(streamable);
