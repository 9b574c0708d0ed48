// @ts-check
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import * as z from "zod";

const server = new McpServer({ name: "adder", version: "1.0.0" });
const inputSchema = { a: z.number(), b: z.number() };
server.registerTool("add", { description: "Adds two numbers.", inputSchema }, ({ a, b }) => ({
  content: [{ type: "text", text: String(a + b) }],
}));
void server.connect(new StdioServerTransport());
