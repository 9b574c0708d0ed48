// @ts-check
import { createServer, tools } from "barewire/core";
import { serveStdio } from "barewire/stdio/core";

const server = createServer({ name: "adder", version: "1.0.0" }, { features: [tools] });
const input = { type: "object", properties: { a: { type: "number" }, b: { type: "number" } }, required: ["a", "b"] };
server.tool("add", { description: "Adds two numbers.", input }, (/** @type {any} */ { a, b }) => a + b);
void serveStdio(server);
