// @ts-check
// npm run bench: see README.md beside it.
import { existsSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { resolve } from "node:path";
import { pin } from "./cores.mjs";
import { generatorFor } from "./load/http.mjs";
import { wrkVersion } from "./load/wrk.mjs";
import { readOptions, usage } from "./options.mjs";
import { chooseRows, rows } from "./rows/index.mjs";
import { soak } from "./soak.mjs";
import { chooseSubjects, versionOf } from "./subjects.mjs";
import { markdown, rowTable } from "./table.mjs";
import { ensureBuilt } from "./build.mjs";

const options = readOptions(process.argv.slice(2));
if (options.help) {
  console.log(usage);
  process.exit(0);
}
if (options.list) {
  for (const { name, group, title } of rows) console.log(`${name.padEnd(20)} ${group}: ${title}`);
  process.exit(0);
}

const chosen = chooseRows(options.rows);
const cores = pin();
options.dist = resolve(options.dist);
if (options.variant !== undefined) options.variant = resolve(options.variant);
ensureBuilt(options.dist);
if (options.variant !== undefined && !existsSync(options.variant)) throw new Error(`--variant: no ${options.variant}`);

const subjects = chooseSubjects(options);
const generator = generatorFor(/** @type {any} */ (options.generator));
const run = { options, subjects, serverCore: cores?.[0], generator };
const machine = `${cpus().length} cores of ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GB, ${process.platform} ${process.arch}`;
const load = generator === "wrk" ? wrkVersion() : "our own generator";
const pinned = cores ? `server on core ${cores[0]}, load on core ${cores[1]}` : "not pinned to cores";
const command = `npm run bench${process.argv.length > 2 ? ` -- ${process.argv.slice(2).join(" ")}` : ""}`;
const versions = Object.fromEntries(
  subjects.flatMap(({ packages }) => packages.map((name) => [name, versionOf(name)])),
);
console.log(`${command}\nNode ${process.version}; ${machine}; HTTP load by ${load}; ${pinned}`);
if (Object.keys(versions).length > 0)
  console.log(
    Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(", "),
  );
console.log(
  "ratio: CPU time of the server for a call, floor over subject, within a round; the median and the quarters around it\n",
);

if (options.soak !== undefined) {
  process.exit((await soak(run, options.soak)) > 0 ? 1 : 0);
}

const measured = [];
let failed = 0;
let group = "";
for (const row of chosen) {
  if (row.group !== group) console.log(`${group === "" ? "" : "\n"}${row.group}`);
  group = row.group;
  try {
    const figures = await row.run(run);
    measured.push({ row, figures });
    console.log(rowTable({ row, figures }, subjects));
  } catch (error) {
    failed++;
    console.log(`${row.name} FAILED: ${error instanceof Error ? error.message : error}`);
  }
}
if (options.markdown) {
  const packages = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const of = [`Node ${process.version}`, machine, `HTTP load by ${load}`, ...packages].join("; ");
  console.log(`\n${markdown(measured, subjects, `\`${command}\` (${of}):`)}`);
}
if (options.json !== undefined) {
  const told = measured.map(({ row: { name, group, title, main }, figures }) => ({
    name,
    group,
    title,
    main,
    figures,
  }));
  const about = { command, node: process.version, machine, load, pinned, versions };
  writeFileSync(options.json, `${JSON.stringify({ ...about, rows: told }, undefined, 2)}\n`);
}
console.log(`\n${measured.length} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
