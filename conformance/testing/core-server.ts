// A server of tools alone, as small as it can be: what `barewire check` has to find nothing wrong with.
import { createServer, tools } from "../../server/core.js";
import { serveStdio } from "../../transports/stdio-core.js";

const server = createServer({ name: "adder", version: "1.0.0" }, { features: [tools] });
server.tool(
  "add",
  {
    description: "Adds two numbers.",
    input: { type: "object", properties: { a: { type: "number" }, b: { type: "number" } }, required: ["a", "b"] },
  },
  ({ a, b }) => a + b,
);
void serveStdio(server);
