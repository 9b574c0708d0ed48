// @ts-check
// The official SDK, second generation: a factory makes a server for each request (HTTP) or connection (stdio).
import { McpServer } from "@modelcontextprotocol/server";
import { descriptions, further, info, message, turn } from "./tools.mjs";
import { texts, zodSchemas } from "./zod-tools.mjs";

export function make() {
  const server = new McpServer(info, { capabilities: { tools: { listChanged: true } } });
  for (const { name, description } of further)
    server.registerTool(name, { description, inputSchema: zodSchemas.further }, ({ query }) => texts(query));
  const { echo, add, report } = descriptions;
  server.registerTool("echo", { description: echo, inputSchema: zodSchemas.echo }, ({ text }) => texts(text));
  server.registerTool("add", { description: add, inputSchema: zodSchemas.add }, ({ a, b }) => texts(String(a + b)));
  server.registerTool("report", { description: report, inputSchema: zodSchemas.report }, async ({ steps }, ctx) => {
    const { _meta, notify } = ctx.mcpReq;
    const progressToken = _meta?.progressToken;
    for (let step = 1; step <= steps; step++) {
      if (progressToken !== undefined) {
        const params = { progressToken, progress: step, total: steps, message };
        await notify({ method: "notifications/progress", params });
      }
      await turn(step);
    }
    return texts(`reported ${steps}`);
  });
  return server;
}
