// @ts-check
import { ZodJsonSchemaAdapter } from "@tmcp/adapter-zod";
import { McpServer } from "tmcp";
import { descriptions, further, info, message, onChange, turn } from "./tools.mjs";
import { texts, zodSchemas } from "./zod-tools.mjs";

export function make() {
  const adapter = new ZodJsonSchemaAdapter();
  const server = new McpServer(info, { adapter, capabilities: { tools: { listChanged: true } } });
  for (const { name, description } of further)
    server.tool({ name, description, schema: zodSchemas.further }, ({ query }) => texts(query));
  const { echo, add, report } = descriptions;
  server.tool({ name: "echo", description: echo, schema: zodSchemas.echo }, ({ text }) => texts(text));
  server.tool({ name: "add", description: add, schema: zodSchemas.add }, ({ a, b }) => texts(String(a + b)));
  server.tool({ name: "report", description: report, schema: zodSchemas.report }, async ({ steps }) => {
    for (let step = 1; step <= steps; step++) {
      server.progress(step, steps, message);
      await turn(step);
    }
    return texts(`reported ${steps}`);
  });
  // Its lists change by what is registered alone.
  onChange(() => server.tool({ name: "late", description: "Came late." }, () => texts("late")));
  return server;
}
