// @ts-check
// node bench/trial.mjs BASE [VARIANT] [--cases a,b] [--couples N] [--blocks N] [--ms MS]
// Two builds of barewire in one process, in alternating blocks, without sockets or pipes: what a change of the core
// path is worth, in µs of CPU a call. The same folder twice (or no VARIANT) is an A/A run, which shows how much is noise.
// V8 favours what it met first, by several µs a call: every case runs in couples of processes, one with each build first,
// and a couple's figure is the mean of its two.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { fileOf } from "./bundle.mjs";
import { quantile } from "./statistics.mjs";
import { caseNames, copyBuild } from "./trial/cases.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    cases: { type: "string", default: caseNames.join(",") },
    couples: { type: "string", default: "4" },
    blocks: { type: "string", default: "30" },
    ms: { type: "string", default: "50" },
  },
});
const [base = "dist", variant = base] = positionals;
for (const folder of [base, variant])
  if (!existsSync(fileOf(folder, "barewire"))) throw new Error(`there is no build in ${folder}`);
const cases = values.cases.split(",");
for (const name of cases) if (!caseNames.includes(name)) throw new Error(`--cases: some of ${caseNames.join(", ")}`);

/** @typedef {{ first: number; second: number }[]} Pairs */

const child = fileURLToPath(new URL("./trial/process.mjs", import.meta.url));
/** @param {string[]} args @returns {Pairs} */
function runProcess(args) {
  const { status, stdout } = spawnSync(process.execPath, ["--expose-gc", child, ...args], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) throw new Error(`the trial ended with ${status}`);
  return JSON.parse(stdout);
}

const figure = (/** @type {number[]} */ of, digits = 2) =>
  [0.5, 0.25, 0.75].map((part) => quantile(of, part).toFixed(digits).padStart(7)).join("");

const folder = mkdtempSync(join(tmpdir(), "trial-"));
try {
  // Copies, so that two of the same folder are two builds to Node.
  const copies = [copyBuild(base, join(folder, "a")), copyBuild(variant, join(folder, "b"))];
  console.log(`a: ${base}   b: ${variant}${base === variant ? "   (A/A: any difference is noise)" : ""}`);
  console.log(
    `${values.couples} couples of processes a case, ${values.blocks} pairs of blocks of ${values.ms} ms in each`,
  );
  console.log("a, b: median, lower and upper quarter of the blocks; b - a: median of the couples, and each couple\n");
  console.log(`${"µs of CPU a call".padEnd(18)}${"a".padEnd(23)}${"b".padEnd(23)}b - a`);
  for (const name of cases) {
    /** @type {{ a: number[]; b: number[]; couples: number[] }} */
    const seen = { a: [], b: [], couples: [] };
    for (let couple = 0; couple < Number(values.couples); couple++) {
      const forth = runProcess([name, values.blocks, values.ms, ...copies]);
      const back = runProcess([name, values.blocks, values.ms, ...[...copies].reverse()]);
      seen.a.push(...forth.map(({ first }) => first), ...back.map(({ second }) => second));
      seen.b.push(...forth.map(({ second }) => second), ...back.map(({ first }) => first));
      const inForth = quantile(
        forth.map(({ first, second }) => second - first),
        0.5,
      );
      const inBack = quantile(
        back.map(({ first, second }) => first - second),
        0.5,
      );
      seen.couples.push((inForth + inBack) / 2);
    }
    const each = seen.couples.map((couple) => couple.toFixed(2)).join("  ");
    const [a, b] = [figure(seen.a), figure(seen.b)];
    console.log(
      `${name.padEnd(16)}${a.padEnd(23)}${b.padEnd(23)}${quantile(seen.couples, 0.5).toFixed(2).padStart(6)}   ( ${each} )`,
    );
  }
} finally {
  rmSync(folder, { recursive: true });
}
