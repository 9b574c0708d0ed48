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

/** The entry points of the package: each name that it exports, and the file below a build without its ending. */
export function entryPoints() {
  const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return Object.entries(exports).flatMap(([name, entry]) =>
    entry.default === undefined
      ? []
      : [{ name, specifier: join("barewire", name), stem: entry.default.replace(/^\.\/dist\/|\.js$/g, "") }],
  );
}

/**
 * @param {string} entry
 * @param {object} [options]
 * @param {string} [options.from] the folder of a build that `barewire` stands for; default: the sources
 * @param {"esm" | "cjs"} [options.format]
 * @param {string} [options.outfile] where it is written, if it shall be
 */
export async function bundle(entry, { from, format = "cjs", outfile } = {}) {
  const file = (/** @type {string} */ stem) =>
    from === undefined ? join(root, `${stem}.ts`) : join(from, `${stem}.js`);
  // The longer name first: a name stands for what begins with it as well.
  const alias = Object.fromEntries(
    entryPoints()
      .sort((a, b) => b.specifier.length - a.specifier.length)
      .map(({ specifier, stem }) => [specifier, file(stem)]),
  );
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: outfile ?? "out.js",
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
