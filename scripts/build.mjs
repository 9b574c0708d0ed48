// @ts-check
// npm run build: dist/ as it is published. Each entry point of package.json is one file with what it shares in chunks,
// since a program that starts from a few files starts several times faster; declarations (with --types) stay as they
// are written.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import { root } from "./transpile.mjs";

const { exports, bin } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const files = [...Object.values(exports).map((entry) => entry.default), ...Object.values(bin)].filter(Boolean);
const entryPoints = files.map((file) => file.replace(/^\.\/dist\//, "").replace(/\.js$/, ".ts"));

await rm(join(root, "dist"), { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints,
  outdir: "dist",
  outbase: ".",
  bundle: true,
  splitting: true,
  chunkNames: "chunks/[name]-[hash]",
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
});
if (process.argv.includes("--types")) {
  const args = ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json"];
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" });
  process.exit(status ?? 1);
}
