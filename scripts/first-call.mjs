// @ts-check
// npm run first-call: from an empty folder to a called tool, as somebody does it who has never seen barewire. Packs the
// package, and runs the three commands of the README in a new folder, with an empty cache of npm; ends with the time of
// each. `-- --cache DIR` keeps npm's cache there, as whoever has used npm before has one.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { root } from "./transpile.mjs";

const at = process.argv.indexOf("--cache");
const folder = mkdtempSync(join(tmpdir(), "barewire-first-"));
const cache = at < 0 ? join(folder, ".npm") : resolve(process.argv[at + 1] ?? "");
const env = { ...process.env, npm_config_cache: cache, npm_config_audit: "false", npm_config_fund: "false" };

/** @param {string} line @param {string} cwd @param {boolean} [shown] */
function run(line, cwd, shown = true) {
  if (shown) console.log(`$ ${line}`);
  const started = performance.now();
  const { status, stdout } = spawnSync("/bin/sh", ["-c", line], {
    cwd,
    env,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) throw new Error(`"${line}" ended with ${status}`);
  return { stdout, seconds: (performance.now() - started) / 1000 };
}

try {
  run(`npm pack --silent --pack-destination "${folder}"`, root, false);
  const tarball = `./${readdirSync(folder).find((name) => name.endsWith(".tgz"))}`;
  const readme = readFileSync(join(root, "README.md"), "utf8");
  const [, block = ""] = /^From an empty folder to a called tool:\n\n```sh\n([^]*?)^```$/m.exec(readme) ?? [];
  const lines = block
    .trim()
    .split("\n")
    .map((line) => line.replace(/\s+#.*/, ""));
  if (lines.length !== 3) throw new Error("the README does not tell three commands");
  // What is not published yet comes from the tarball.
  const [first = "", second = "", third = ""] = lines;
  const [, packed = ""] = /`(npx --yes --package=\S+ barewire new .*?)`/.exec(readme) ?? [];
  const made = run(packed.replaceAll(/\.\/barewire-[\w.-]+\.tgz/g, tarball), folder);
  const installed = run(second, folder);
  const called = run(third, join(folder, first.split(" ").at(-1) ?? ""));
  if (called.stdout !== "42\n") throw new Error(`the call printed ${JSON.stringify(called.stdout)}`);
  const seconds = [made, installed, called].map((one) => one.seconds);
  const all = seconds.reduce((sum, one) => sum + one);
  console.log(`42, after ${all.toFixed(1)} s: ${seconds.map((one) => one.toFixed(1)).join(", ")}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
