// @ts-check
// What the commands of the conformance suite have in common: they build .run/ and run one of its modules with the
// fixture server at hand.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { root, transpile } from "./transpile.mjs";

/**
 * Runs `main` of a module below .run/ with the arguments of the command and the path of the fixture server as one file.
 * @param {string} module its path in .run/
 */
export async function runSuite(module) {
  await transpile(".run");
  const folder = await mkdtemp(join(tmpdir(), "barewire-conformance-"));
  try {
    // Over stdio each legacy session needs a process of its own: from a single file it starts in half the time.
    const program = join(folder, "fixture.mjs");
    await build({
      entryPoints: [join(root, ".run/conformance/fixture/main.js")],
      outfile: program,
      bundle: true,
      format: "esm",
      platform: "node",
      logLevel: "warning",
    });
    const { main } = await import(pathToFileURL(join(root, ".run", module)).href);
    process.exitCode = await main(process.argv.slice(2), program);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 2;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
