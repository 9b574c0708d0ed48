// @ts-check
// The official SDK, second generation: `--stdio`, else HTTP on a free port.
import { toNodeHandler } from "@modelcontextprotocol/node";
import { createMcpHandler, fromJsonSchema, McpServer } from "@modelcontextprotocol/server";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { serve } from "../ports.mjs";
import { destroy, destroys, greeting, note, reads, review } from "./offer.mjs";

const text = (/** @type {string} */ name) =>
  fromJsonSchema({ type: "object", properties: { [name]: { type: "string" } }, required: [name] });

function make() {
  const server = new McpServer({ name: "small-sdk-2", version: "1.0.0" });
  server.registerTool("greet", { inputSchema: text("name"), annotations: reads }, ({ name }) => greeting(name));
  server.registerTool("destroy", { annotations: destroys }, destroy);
  server.registerResource("note", note.uri, {}, () => ({ contents: [note] }));
  server.registerPrompt("review", { argsSchema: text("what") }, ({ what }) => ({ messages: [review(what)] }));
  return server;
}

if (process.argv.includes("--stdio")) serveStdio(make);
else serve(toNodeHandler(createMcpHandler(make)));
