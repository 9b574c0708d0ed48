// A remote server over HTTP: `--port N` or PORT moves it. The same server speaks over stdio with `--stdio`.
import { parseArgs } from "node:util";
import { createServer } from "../server/index.js";
import { serveHttp } from "../transports/http/node.js";
import { serveStdio } from "../transports/stdio.js";

const { values } = parseArgs({
  options: { port: { type: "string", default: process.env.PORT ?? "3000" }, stdio: { type: "boolean" } },
});

const server = createServer({ name: "remote-echo", version: "1.0.0" });

server.tool(
  "echo",
  {
    description: "Gives back what it is given.",
    input: { type: "object", properties: { message: { type: "string" } }, required: ["message"] },
  },
  ({ message }) => message,
);

if (values.stdio) {
  await serveStdio(server);
} else {
  const { url, close } = await serveHttp(server, { port: Number(values.port) });
  console.log(url);
  process.once("SIGINT", close).once("SIGTERM", close);
}
