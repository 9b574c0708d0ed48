// @ts-check
// A server of the official SDK, second generation: `--stdio`, else HTTP on a free port.
import { randomUUID } from "node:crypto";
import { toNodeHandler } from "@modelcontextprotocol/node";
import {
  createMcpHandler,
  fromJsonSchema,
  inputRequired,
  McpServer,
  ResourceTemplate,
} from "@modelcontextprotocol/server";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { serve } from "./ports.mjs";

const texts = (text) => ({ content: [{ type: /** @type {const} */ ("text"), text }] });
const number = { type: "number" };
const object = (properties) => fromJsonSchema({ type: "object", properties, required: Object.keys(properties) });
let told = () => {};

function make() {
  const server = new McpServer(
    { name: "theirs", version: "2.0.0" },
    { instructions: "Be kind.", capabilities: { logging: {}, tools: { listChanged: true } } },
  );
  const sums = { inputSchema: object({ a: number, b: number }), outputSchema: object({ sum: number }) };
  server.registerTool("add", sums, ({ a, b }) => ({ ...texts(String(a + b)), structuredContent: { sum: a + b } }));
  const region = { type: "string", "x-mcp-header": "Region" };
  server.registerTool("region", { inputSchema: object({ region }) }, ({ region }) => texts(region));
  server.registerTool("count", {}, async (ctx) => {
    const { _meta, notify } = ctx.mcpReq;
    const progressToken = _meta?.progressToken;
    for (const progress of [1, 2, 3]) {
      if (progressToken === undefined) break;
      await notify({ method: "notifications/progress", params: { progressToken, progress, total: 3 } });
    }
    return texts("counted");
  });
  server.registerTool("ask", {}, (ctx) => {
    const { who, opinion, places } = /** @type {any} */ (ctx.mcpReq.inputResponses ?? {});
    if (places) return texts(`${who.content?.name}; ${opinion.model}; ${places.roots.map(({ uri }) => uri).join()}`);
    const name = { type: /** @type {const} */ ("string") };
    const requestedSchema = { type: /** @type {const} */ ("object"), properties: { name } };
    const text = { type: /** @type {const} */ ("text"), text: "Well?" };
    const messages = [{ role: /** @type {const} */ ("user"), content: text }];
    return inputRequired({
      inputRequests: {
        who: inputRequired.elicit({ message: "Who?", requestedSchema }),
        opinion: inputRequired.createMessage({ messages, maxTokens: 10 }),
        places: inputRequired.listRoots(),
      },
    });
  });
  server.registerTool(
    "wait",
    {},
    (ctx) => new Promise((resolve) => ctx.mcpReq.signal.addEventListener("abort", () => resolve(texts("")))),
  );
  server.registerTool("grow", {}, () => {
    server.registerTool(`grown-${randomUUID()}`, {}, () => texts(""));
    told();
    return texts("grown");
  });
  server.registerResource("static", "test://static", {}, () => ({
    contents: [{ uri: "test://static", text: "same" }],
  }));
  const complete = { city: () => ["Berlin", "Bern"] };
  const template = new ResourceTemplate("test://weather/{city}", { list: undefined, complete });
  server.registerResource("weather", template, {}, ({ href }) => ({ contents: [{ uri: href, text: "sunny" }] }));
  const argsSchema = object({ what: { type: "string" } });
  server.registerPrompt("review", { argsSchema }, ({ what }) => ({
    messages: [{ role: "user", content: { type: "text", text: `Review ${what}` } }],
  }));
  return server;
}

if (process.argv.includes("--stdio")) serveStdio(make);
else {
  const handler = createMcpHandler(make);
  told = () => handler.notify.toolsChanged();
  serve(toNodeHandler(handler));
}
