// @ts-check
import { serve } from "@hono/node-server";
import { McpServer, StreamableHttpTransport } from "mcp-lite";
import * as z from "zod";

const server = new McpServer({
  name: "adder",
  version: "1.0.0",
  schemaAdapter: (schema) => z.toJSONSchema(/** @type {any} */ (schema)),
});
server.tool("add", {
  description: "Adds two numbers.",
  inputSchema: z.object({ a: z.number(), b: z.number() }),
  handler: ({ a, b }) => ({ content: [{ type: "text", text: String(a + b) }] }),
});
const fetch = new StreamableHttpTransport().bind(server);
serve({ fetch: (request) => fetch(request), port: 3000, hostname: "127.0.0.1" });
