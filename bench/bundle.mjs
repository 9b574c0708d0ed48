// @ts-check
// Bundles as small as esbuild makes them, and what of each file is left in them.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

export const root = fileURLToPath(new URL("..", import.meta.url));
/** A size in KB is 1,024 bytes here. */
export const KB = 1024;

/** The entry points of the package: the name to import it by, its source, and its file in a build. */
export function entryPoints() {
  const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return Object.entries(exports).flatMap(([name, { types, default: built }]) => {
    if (built === undefined) return [];
    const inBuild = (/** @type {string} */ path) => path.replace("./dist/", "");
    const source = inBuild(types).replace(/\.d\.ts$/, ".ts");
    return [{ specifier: join("barewire", name), source, file: inBuild(built) }];
  });
}

/** A file of a build, by the name that it is imported by. @param {string} folder @param {string} specifier */
export function fileOf(folder, specifier) {
  const entry = entryPoints().find((each) => each.specifier === specifier);
  if (!entry) throw new Error(`the package does not export ${specifier}`);
  return join(folder, entry.file);
}

/**
 * @param {string} entry
 * @param {object} [options]
 * @param {string} [options.from] the folder of a build that `barewire` stands for; default: the sources
 * @param {"esm" | "cjs"} [options.format]
 */
export async function bundle(entry, { from, format = "cjs" } = {}) {
  // The longer name first: a name stands for what begins with it as well.
  const alias = Object.fromEntries(
    entryPoints()
      .sort((a, b) => b.specifier.length - a.specifier.length)
      .map(({ specifier, source, file }) => [specifier, from === undefined ? join(root, source) : join(from, file)]),
  );
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: "out.js",
    alias,
    bundle: true,
    minify: true,
    format,
    platform: "node",
    target: "node20",
    legalComments: "none",
    write: false,
    metafile: true,
    logLevel: "error",
  });
  const contents = outputFiles[0]?.contents ?? new Uint8Array();
  const [{ inputs = {} } = {}] = Object.values(metafile.outputs);
  const weights = Object.entries(inputs)
    .map(([path, { bytesInOutput }]) => ({ path, bytes: bytesInOutput }))
    .filter(({ bytes }) => bytes > 0)
    .sort((a, b) => b.bytes - a.bytes);
  return { contents, minified: contents.length, gzipped: gzipSync(contents, { level: 9 }).length, weights };
}
