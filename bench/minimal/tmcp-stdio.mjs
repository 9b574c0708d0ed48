// @ts-check
import { ZodJsonSchemaAdapter } from "@tmcp/adapter-zod";
import { StdioTransport } from "@tmcp/transport-stdio";
import { McpServer } from "tmcp";
import * as z from "zod";

const adapter = new ZodJsonSchemaAdapter();
const server = new McpServer({ name: "adder", version: "1.0.0" }, { adapter, capabilities: { tools: {} } });
const schema = z.object({ a: z.number(), b: z.number() });
server.tool({ name: "add", description: "Adds two numbers.", schema }, ({ a, b }) => ({
  content: [{ type: "text", text: String(a + b) }],
}));
new StdioTransport(server).listen();
