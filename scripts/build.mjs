// @ts-check
// npm run build: dist/ as it is published. Each entry point of package.json is one file with what it shares in chunks,
// since a program that starts from a few files starts several times faster; declarations (with --types) stay as they
// are written.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { build } from "esbuild";
import { bundleDrawing, filesBelow, root } from "./transpile.mjs";

const { exports, bin } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** Sources by the name of the file in dist/ that they become: the source is where the declarations lie. */
const entryPoints = { barewire: "cli/barewire.ts" };
for (const { types, default: file } of Object.values(exports)) {
  if (types !== undefined)
    entryPoints[basename(file, ".js")] = types.replace(/^\.\/dist\//, "").replace(/\.d\.ts$/, ".ts");
}
if (bin.barewire !== "./dist/barewire.js") throw new Error(`bin names ${bin.barewire}, which is not built`);

/** @type {import("esbuild").BuildOptions} */
const options = {
  absWorkingDir: root,
  outdir: "dist",
  bundle: true,
  packages: "external",
  external: ["node:*"],
  format: "esm",
  platform: "neutral",
  target: "es2022",
  // Less to read is faster to start; the source maps lead back to what people read.
  minifyWhitespace: true,
  minifySyntax: true,
  sourcemap: true,
  sourcesContent: false,
  logLevel: "warning",
};

/**
 * The validator is one file, whoever imports it, so that its use alone reads no second one. All files of dist/ lie
 * beside each other, and so find it by the same path.
 * @type {import("esbuild").Plugin}
 */
const validatorApart = {
  name: "validator-apart",
  setup(build) {
    build.onResolve({ filter: /\/json-schema\.js$/ }, () => ({ path: "./json-schema.js", external: true }));
  },
};

/**
 * The one package that goes into a file of ours: `barewire install` edits files in which comments have to stay. Its
 * licence goes beside it.
 * @type {import("esbuild").Plugin}
 */
const bundledPackage = {
  name: "bundled-package",
  setup(build) {
    build.onResolve({ filter: /^jsonc-parser$/ }, () => ({
      path: join(root, "node_modules/jsonc-parser/lib/esm/main.js"),
    }));
  },
};

await rm(join(root, "dist"), { recursive: true, force: true });
const { "json-schema": validator, ...others } = entryPoints;
// Nothing of it shows in an author's stack but where it was called: short names are worth their time at the start here.
await build({ ...options, entryPoints: { "json-schema": validator }, minifyIdentifiers: true });
await build({
  ...options,
  entryPoints: others,
  splitting: true,
  chunkNames: "chunk-[hash]",
  plugins: [validatorApart, bundledPackage],
});
await copyFile(join(root, "node_modules/jsonc-parser/LICENSE.md"), join(root, "dist/jsonc-parser.LICENSE.md"));
// `barewire check` reads its data beside the files that it is bundled in. Without blanks they are half as large.
for (const [from, to] of [
  ["conformance/traces", "dist/traces"],
  ["conformance/client-traces", "dist/client-traces"],
  ["conformance/requirements", "dist/requirements"],
  ["protocol/schema", "dist/schema"],
]) {
  for (const path of filesBelow(from, (path) => path.endsWith(".json"))) {
    const target = join(root, to, path.slice(from.length));
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, JSON.stringify(JSON.parse(await readFile(join(root, path), "utf8"))));
  }
}
// The page that `--html` writes is drawn by these two, which it holds as text.
await bundleDrawing("dist/drawing.js");
await copyFile(join(root, "conformance/html/page.css"), join(root, "dist/page.css"));
if (process.argv.includes("--types")) {
  const args = ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json"];
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" });
  process.exit(status ?? 1);
}
