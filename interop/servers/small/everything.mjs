// @ts-check
// The official example server over Streamable HTTP, on a free port of its own choice.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { freePort } from "../ports.mjs";

const port = await freePort();
const program = new URL("../../node_modules/@modelcontextprotocol/server-everything/dist/index.js", import.meta.url);
const child = spawn(process.execPath, [fileURLToPath(program), "streamableHttp"], {
  stdio: ["ignore", "ignore", "pipe"],
  env: { ...process.env, PORT: String(port) },
});
process.on("SIGTERM", () => child.kill());
child.on("exit", (code) => process.exit(code ?? 0));
child.stderr.on("data", (text) => {
  if (/listening/i.test(String(text))) console.log(`listening http://127.0.0.1:${port}/mcp`);
});
