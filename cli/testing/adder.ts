import { createServer } from "../../server/index.js";

const server = createServer({ name: "adder", version: "1.0.0" });
server.tool(
  "add",
  { input: { type: "object", properties: { a: { type: "number" }, b: { type: "number" } }, required: ["a", "b"] } },
  ({ a, b }) => a + b,
);

export default server;
