// @ts-check
import { serve } from "@hono/node-server";
import { ZodJsonSchemaAdapter } from "@tmcp/adapter-zod";
import { HttpTransport } from "@tmcp/transport-http";
import { McpServer } from "tmcp";
import * as z from "zod";

const adapter = new ZodJsonSchemaAdapter();
const server = new McpServer({ name: "adder", version: "1.0.0" }, { adapter, capabilities: { tools: {} } });
const schema = z.object({ a: z.number(), b: z.number() });
server.tool({ name: "add", description: "Adds two numbers.", schema }, ({ a, b }) => ({
  content: [{ type: "text", text: String(a + b) }],
}));
const transport = new HttpTransport(server, { path: "/mcp" });
serve({
  fetch: async (request) => (await transport.respond(request)) ?? new Response(null, { status: 404 }),
  port: 3000,
  hostname: "127.0.0.1",
});
