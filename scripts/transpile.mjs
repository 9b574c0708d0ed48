// @ts-check
// Turns every TypeScript source into JavaScript, file by file, with esbuild; data files that the code reads go along.
import { cp, rm } from "node:fs/promises";
import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

export const root = fileURLToPath(new URL("..", import.meta.url));
export const folders = [
  "protocol",
  "server",
  "client",
  "transports",
  "auth",
  "stores",
  "functions",
  "conformance",
  "cli",
  "examples",
];
const data = [
  "conformance/traces",
  "conformance/client-traces",
  "conformance/requirements",
  "conformance/html/page.css",
  "protocol/schema",
];

/** Every file below `folder` (relative to the repository's root) whose path `keep` accepts. */
export function filesBelow(folder, keep) {
  const found = [];
  const walk = (dir) => {
    for (const entry of readdirSync(join(root, dir), { withFileTypes: true })) {
      const path = `${dir}/${entry.name}`;
      if (entry.isDirectory()) {
        if (entry.name !== "node_modules") walk(path);
      } else if (keep(path)) found.push(path);
    }
  };
  try {
    walk(folder);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== "ENOENT") throw error;
  }
  return found.sort();
}

export const sources = () =>
  folders.flatMap((folder) => filesBelow(folder, (path) => path.endsWith(".ts") && !/\.(d|test-d)\.ts$/.test(path)));

/** Writes the JavaScript of all sources (tests too, where asked) below `outdir`. */
export async function transpile(outdir, { tests = false } = {}) {
  await rm(join(root, outdir), { recursive: true, force: true });
  await build({
    absWorkingDir: root,
    entryPoints: sources().filter((path) => tests || !/\.test(\.kit)?\.ts$/.test(path)),
    outdir,
    outbase: ".",
    format: "esm",
    target: "es2022",
    platform: "neutral",
    sourcemap: true,
    sourcesContent: false,
    logLevel: "warning",
  });
  await bundleDrawing(join(outdir, "conformance/html/drawing.js"));
  for (const folder of data) {
    await cp(join(root, folder), join(root, outdir, folder), { recursive: true }).catch((error) => {
      if (error.code !== "ENOENT") throw error;
    });
  }
}

/** What runs in a browser is one file with all that it imports. A copy of the sources without the suite has none. */
export async function bundleDrawing(outfile) {
  await build({
    absWorkingDir: root,
    entryPoints: sources().filter((path) => path === "conformance/html/browser/main.ts"),
    outfile,
    bundle: true,
    minify: true,
    format: "iife",
    target: "es2022",
    charset: "utf8",
    logLevel: "warning",
  });
}

/** A path relative to the repository's root, for messages. */
export const shown = (path) => relative(root, path);
