// @ts-check
// npm run conformance [-- options]: builds dist/ and replays the traces against the fixture server on three wires, or
// against the server named by --url URL or -- COMMAND ARGS.
import { pathToFileURL } from "node:url";
import { join } from "node:path";
import { root, transpile } from "./transpile.mjs";

await transpile("dist");
const { main } = await import(pathToFileURL(join(root, "dist/conformance/run.js")).href);
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
