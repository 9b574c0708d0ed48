// @ts-check
// fastmcp over HTTP on a free port.
import { FastMCP } from "fastmcp";
import { z } from "zod";
import { freePort } from "../ports.mjs";
import { destroy, destroys, note, reads } from "./offer.mjs";

const server = new FastMCP({ name: "small-fastmcp", version: "1.0.0" });
server.addTool({
  name: "greet",
  description: "Greets",
  parameters: z.object({ name: z.string() }),
  annotations: reads,
  execute: async ({ name }) => `Hello, ${name}`,
});
server.addTool({ name: "destroy", description: "Destroys", annotations: destroys, execute: async () => destroy() });
server.addResource({ uri: note.uri, name: "note", load: async () => ({ text: note.text }) });
server.addPrompt({
  name: "review",
  description: "Asks for a review",
  arguments: [{ name: "what", required: true }],
  load: async ({ what }) => `Review ${what}`,
});
const port = await freePort();
await server.start({ transportType: "httpStream", httpStream: { port, host: "127.0.0.1" } });
console.log(`listening http://127.0.0.1:${port}/mcp`);
