// An MCP endpoint in an Express application, before and behind a body parser. PORT moves it.
import express from "express";
import { createServer } from "../server/index.js";
import { createListener } from "../transports/http/node.js";

const server = createServer({ name: "express", version: "1.0.0" });

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

const mcp = createListener(server);
const app = express();
app.get("/", (_request, response) => void response.send("The MCP endpoint is /mcp.\n"));
app.all("/mcp", mcp);
// A body that express.json() has read already is taken as it is. What the parser refuses is answered by Express itself.
app.use(express.json({ limit: "4mb" }));
app.all("/api/mcp", mcp);

const http = app.listen(Number(process.env.PORT ?? 3000), "127.0.0.1", (error) => {
  if (error) throw error;
  const address = http.address();
  if (address && typeof address === "object") console.log(`http://127.0.0.1:${address.port}/mcp`);
});

async function close() {
  http.close();
  await mcp.close();
  await server.close();
}
process.once("SIGINT", close).once("SIGTERM", close);
