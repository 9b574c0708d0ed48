import { createServer } from "../server/index.js";
import { serveStdio } from "../transports/stdio.js";

const server = createServer({ name: "hello", version: "1.0.0" });

server.tool(
  "add",
  {
    description: "Adds two numbers.",
    input: { type: "object", properties: { a: { type: "number" }, b: { type: "number" } }, required: ["a", "b"] },
  },
  ({ a, b }) => a + b,
);

server.resource(
  "greeting://{name}",
  { name: "greeting", description: "A greeting for someone." },
  ({ name }) => `Hello, ${name}!`,
);

await serveStdio(server);
