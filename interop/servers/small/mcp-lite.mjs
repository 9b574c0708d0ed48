// @ts-check
// mcp-lite over HTTP on a free port, with sessions in memory.
import { getRequestListener } from "@hono/node-server";
import { InMemorySessionAdapter, McpServer, StreamableHttpTransport } from "mcp-lite";
import { z } from "zod";
import { serve } from "../ports.mjs";
import { destroy, destroys, greeting, note, reads, review } from "./offer.mjs";

const schemaAdapter = (/** @type {unknown} */ schema) => z.toJSONSchema(/** @type {z.ZodType} */ (schema));
const server = new McpServer({ name: "small-mcp-lite", version: "1.0.0", schemaAdapter });
server.tool("greet", {
  inputSchema: z.object({ name: z.string() }),
  annotations: reads,
  handler: ({ name }) => greeting(name),
});
server.tool("destroy", { annotations: destroys, handler: destroy });
server.resource(note.uri, { name: "note" }, () => ({ contents: [{ ...note, type: "text" }] }));
server.prompt("review", {
  arguments: z.object({ what: z.string() }),
  handler: ({ what }) => ({ messages: [review(what)] }),
});
const sessionAdapter = new InMemorySessionAdapter({ maxEventBufferSize: 1024 });
serve(getRequestListener(new StreamableHttpTransport({ sessionAdapter }).bind(server)));
