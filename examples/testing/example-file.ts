import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleFor } from "../../cli/functions/bundle.js";
import { makeModule } from "../../cli/functions/make-module.js";
import { revisions, type Revision } from "./rpc.js";

const built = new Map<string, Promise<string>>();

/**
 * The file that runs an example: `.build/examples/NAME.js`, or, for a module of functions (`functions/NAME`), what
 * `barewire build` writes for it.
 */
export function exampleFile(name: string): Promise<string> {
  const transpiled = fileURLToPath(new URL(`../${name}.js`, import.meta.url));
  if (!name.startsWith("functions/")) return Promise.resolve(transpiled);
  const known = built.get(name) ?? build(name, transpiled.replace(/\.js$/, ".server.mjs"));
  built.set(name, known);
  return known;
}

async function build(name: string, outfile: string): Promise<string> {
  const made = makeModule(join("examples", `${name}.ts`));
  // It reads a file of WebAssembly beside itself.
  const external = ["node-sqlite3-wasm"];
  mkdirSync(dirname(outfile), { recursive: true });
  for (const { path, contents } of await bundleFor(made, { target: "node", outfile, external }))
    writeFileSync(path, contents);
  return outfile;
}

/** An example that calls the API, and the same as a module of functions. */
export const bothWays = (name: string): readonly string[] => [name, `functions/${name}`];

/** Both of them in both eras. */
export const eachWay = (name: string): readonly (readonly [name: string, revision: Revision])[] =>
  bothWays(name).flatMap((way) => revisions.map((revision) => [way, revision] as const));
