// @ts-check
// The official example server on a pipe, broken in the way whose number is the last argument.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { ways } from "./ways.mjs";

const way = ways[Number(process.argv.at(-1))];
if (!way) throw new Error("usage: server.mjs NUMBER");
const program = fileURLToPath(import.meta.resolve("@modelcontextprotocol/server-everything/dist/index.js"));
const child = spawn(process.execPath, [program, "stdio"], { stdio: ["pipe", "pipe", "ignore"] });
/** @type {Map<unknown, import("./ways.mjs").Loose>} */
const asked = new Map();
if (way.first !== undefined) console.log(way.first);
createInterface(process.stdin)
  .on("line", (line) => {
    try {
      const message = JSON.parse(line);
      if (message?.method !== undefined && message.id !== undefined) asked.set(message.id, message);
    } catch {
      // What is no JSON is the server's business.
    }
    child.stdin.write(`${line}\n`);
  })
  .on("close", () => child.stdin.end());
createInterface(child.stdout).on("line", (line) => {
  const told = way.line(JSON.parse(line), asked);
  if (told !== undefined) console.log(told);
});
child.once("exit", (code) => process.exit(code ?? 1));
