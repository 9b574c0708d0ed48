// @ts-check
import { createServer, tools } from "barewire/core";
import { serveHttp } from "barewire/node/core";

const server = createServer({ name: "adder", version: "1.0.0" }, { features: [tools] });
const input = { type: "object", properties: { a: { type: "number" }, b: { type: "number" } }, required: ["a", "b"] };
server.tool("add", { description: "Adds two numbers.", input }, (/** @type {any} */ { a, b }) => a + b);
void serveHttp(server, { port: 3000 });
