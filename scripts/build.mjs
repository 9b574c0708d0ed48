// @ts-check
// npm run build: dist/ as it is published, JavaScript and (with --types) declarations.
import { spawnSync } from "node:child_process";
import { root, transpile } from "./transpile.mjs";

await transpile("dist");
if (process.argv.includes("--types")) {
  const args = ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json"];
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" });
  process.exit(status ?? 1);
}
