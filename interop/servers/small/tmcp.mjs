// @ts-check
// tmcp over HTTP on a free port.
import { getRequestListener } from "@hono/node-server";
import { ZodJsonSchemaAdapter } from "@tmcp/adapter-zod";
import { HttpTransport } from "@tmcp/transport-http";
import { McpServer } from "tmcp";
import { z } from "zod";
import { serve } from "../ports.mjs";
import { destroy, destroys, greeting, note, reads, review } from "./offer.mjs";

const listChanged = { listChanged: true };
const server = new McpServer(
  { name: "small-tmcp", version: "1.0.0", description: "A small server" },
  {
    adapter: new ZodJsonSchemaAdapter(),
    capabilities: { tools: listChanged, prompts: listChanged, resources: listChanged },
  },
);
server.tool(
  { name: "greet", description: "Greets", schema: z.object({ name: z.string() }), annotations: reads },
  ({ name }) => greeting(name),
);
server.tool({ name: "destroy", description: "Destroys", annotations: destroys }, destroy);
server.resource({ name: "note", description: "A note", uri: note.uri }, () => ({ contents: [note] }));
server.prompt(
  { name: "review", description: "Asks for a review", schema: z.object({ what: z.string() }) },
  ({ what }) => ({ messages: [review(what)] }),
);
const transport = new HttpTransport(server, { path: "/mcp" });
serve(getRequestListener(async (request) => (await transport.respond(request)) ?? new Response(null, { status: 404 })));
