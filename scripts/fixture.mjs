// @ts-check
// npm run fixture [-- --port N | --stdio]: builds .run/ and runs the server that the traces are written for.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { root, transpile } from "./transpile.mjs";

await transpile(".run");
const child = spawn(process.execPath, [join(root, ".run/conformance/fixture/main.js"), ...process.argv.slice(2)], {
  stdio: "inherit",
});
for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM"])) process.on(signal, () => child.kill(signal));
child.on("close", (code) => (process.exitCode = code ?? 1));
