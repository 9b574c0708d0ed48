// @ts-check
// npm run mutants [-- options]: builds .run/ and tries the mutants before the fixture server, or before the server named by
// --url URL or -- COMMAND ARGS.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { root, transpile } from "./transpile.mjs";

await transpile(".run");
const folder = await mkdtemp(join(tmpdir(), "barewire-mutants-"));
try {
  // Over stdio each legacy session needs a process of its own: from a single file it starts in half the time.
  const program = join(folder, "fixture.mjs");
  const entry = join(root, ".run/conformance/fixture/main.js");
  await build({
    entryPoints: [entry],
    outfile: program,
    bundle: true,
    format: "esm",
    platform: "node",
    logLevel: "warning",
  });
  const { main } = await import(pathToFileURL(join(root, ".run/conformance/mutants/run.js")).href);
  process.exitCode = await main(process.argv.slice(2), program);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
} finally {
  await rm(folder, { recursive: true, force: true });
}
