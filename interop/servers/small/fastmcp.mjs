// @ts-check
// fastmcp: `--stdio`, else Streamable HTTP on a free port.
import { FastMCP } from "fastmcp";
import { z } from "zod";
import { freePort } from "../ports.mjs";
import { destroy, destroys, greeting, note, reads, review } from "./offer.mjs";

const server = new FastMCP({ name: "small-fastmcp", version: "1.0.0" });
server.addTool({
  name: "greet",
  description: "Greets",
  annotations: reads,
  parameters: z.object({ name: z.string() }),
  execute: async ({ name }) => greeting(name),
});
server.addTool({ name: "destroy", description: "Destroys", annotations: destroys, execute: async () => destroy() });
server.addResource({ uri: note.uri, name: "note", load: async () => ({ text: note.text }) });
server.addPrompt({
  name: "review",
  arguments: [{ name: "what", required: true }],
  load: async ({ what }) => ({ messages: [review(String(what))] }),
});

if (process.argv.includes("--stdio")) await server.start({ transportType: "stdio" });
else {
  const port = await freePort();
  await server.start({ transportType: "httpStream", httpStream: { port, host: "127.0.0.1" } });
  console.log(`listening http://127.0.0.1:${port}/mcp`);
}
