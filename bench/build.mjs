// @ts-check
// The build that is measured.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileOf, root } from "./bundle.mjs";

/** Makes dist/ where it is wanted and missing. @param {string} dist */
export function ensureBuilt(dist) {
  if (existsSync(fileOf(dist, "barewire"))) return;
  if (dist !== join(root, "dist")) throw new Error(`there is no build in ${dist}`);
  const { status } = spawnSync(process.execPath, ["scripts/build.mjs"], { cwd: root, stdio: "inherit" });
  if (status !== 0) throw new Error("npm run build failed");
}
