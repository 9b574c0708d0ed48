// An MCP endpoint in a Hono application on Node; the same handler runs under Deno, Bun and workers. PORT moves it.
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { createServer } from "../server/index.js";
import { createHandler } from "../transports/http/fetch.js";

const server = createServer({ name: "hono", version: "1.0.0" });

server.tool(
  "countdown",
  {
    description: "Counts down to zero and reports its progress.",
    input: { type: "object", properties: { from: { type: "integer", minimum: 1, maximum: 100 } }, required: ["from"] },
  },
  ({ from }, ctx) => {
    for (let done = 1; done <= from; done += 1) ctx.progress(done, from, `${from - done} to go`);
    return "Lift-off!";
  },
);

const mcp = createHandler(server);
const app = new Hono();
app.get("/", (c) => c.text("The MCP endpoint is /mcp.\n"));
app.all("/mcp", (c) => mcp(c.req.raw));

const http = serve({ fetch: app.fetch, port: Number(process.env.PORT ?? 3000), hostname: "127.0.0.1" }, ({ port }) =>
  console.log(`http://127.0.0.1:${port}/mcp`),
);

async function close() {
  http.close();
  await mcp.close();
  await server.close();
}
process.once("SIGINT", close).once("SIGTERM", close);
