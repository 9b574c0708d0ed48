// @ts-check
import { createServer } from "barewire";
import { serveStdio } from "barewire/stdio";

const server = createServer({ name: "adder", version: "1.0.0" });
const input = { type: "object", properties: { a: { type: "number" }, b: { type: "number" } }, required: ["a", "b"] };
server.tool("add", { description: "Adds two numbers.", input }, (/** @type {any} */ { a, b }) => a + b);
void serveStdio(server);
