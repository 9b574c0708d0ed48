// @ts-check
// mcp-lite speaks fetch; @hono/node-server brings it to node:http. It answers in events whoever accepts them.
import { serve } from "@hono/node-server";
import { InMemorySessionAdapter, McpServer, StreamableHttpTransport } from "mcp-lite";
import { descriptions, further, info, message, tell, turn } from "./tools.mjs";
import { texts, z, zodSchemas } from "./zod-tools.mjs";

const mcp = new McpServer({
  ...info,
  schemaAdapter: (schema) => z.toJSONSchema(/** @type {any} */ (schema)),
});
for (const { name, description } of further)
  mcp.tool(name, { description, inputSchema: zodSchemas.further, handler: ({ query }) => texts(query) });
const { echo, add, report } = descriptions;
mcp.tool("echo", { description: echo, inputSchema: zodSchemas.echo, handler: ({ text }) => texts(text) });
mcp.tool("add", { description: add, inputSchema: zodSchemas.add, handler: ({ a, b }) => texts(String(a + b)) });
mcp.tool("report", {
  description: report,
  inputSchema: zodSchemas.report,
  handler: async ({ steps }, ctx) => {
    for (let step = 1; step <= steps; step++) {
      await ctx.progress?.({ progress: step, total: steps, message });
      await turn(step);
    }
    return texts(`reported ${steps}`);
  },
});

const sessionAdapter = new InMemorySessionAdapter({ maxEventBufferSize: 1024 });
const fetch = new StreamableHttpTransport({ sessionAdapter }).bind(mcp);
const server = serve({ fetch: (request) => fetch(request), port: 0, hostname: "127.0.0.1" }, () =>
  tell(/** @type {import("node:http").Server} */ (server)),
);
