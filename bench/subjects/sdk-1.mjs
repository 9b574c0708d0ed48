// @ts-check
// The official SDK, first generation.
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { descriptions, further, info, message, turn } from "./tools.mjs";
import { shapes, texts } from "./zod-tools.mjs";

export function make() {
  const server = new McpServer(info);
  for (const { name, description } of further)
    server.registerTool(name, { description, inputSchema: shapes.further }, ({ query }) => texts(query));
  const { echo, add, report } = descriptions;
  server.registerTool("echo", { description: echo, inputSchema: shapes.echo }, ({ text }) => texts(text));
  server.registerTool("add", { description: add, inputSchema: shapes.add }, ({ a, b }) => texts(String(a + b)));
  server.registerTool("report", { description: report, inputSchema: shapes.report }, async ({ steps }, extra) => {
    const progressToken = extra._meta?.progressToken;
    for (let step = 1; step <= steps; step++) {
      if (progressToken !== undefined) {
        const params = { progressToken, progress: step, total: steps, message };
        await extra.sendNotification({ method: "notifications/progress", params });
      }
      await turn(step);
    }
    return texts(`reported ${steps}`);
  });
  return server;
}
