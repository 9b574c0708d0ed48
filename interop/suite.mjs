// @ts-check
// npm run suite: other people's servers and clients before `barewire check`, held against known-findings.json. Names
// pick subjects. `--update` writes what was found; `--no-build` takes ../dist as it is.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { subjects } from "./subjects.mjs";

/** @typedef {{ readonly trace: string, readonly level: string, readonly requirements: readonly string[], readonly on: readonly string[] }} Finding */

const path = (/** @type {string} */ relative) => fileURLToPath(new URL(relative, import.meta.url));
const cli = path("../dist/barewire.js");
const knownFile = path("known-findings.json");
const words = process.argv.slice(2).filter((word) => !word.startsWith("--"));
const update = process.argv.includes("--update");
const folder = mkdtempSync(join(tmpdir(), "barewire-suite-"));

if (!process.argv.includes("--no-build") || !existsSync(cli)) {
  const { status } = spawnSync(process.execPath, [path("../scripts/build.mjs")], { stdio: "inherit", timeout: 60_000 });
  if (status !== 0) throw new Error("the build failed; it needs what `npm install` in the repository's root brings");
}

/** Starts a server of ours over HTTP and gives its URL and its end. */
async function listening(/** @type {string} */ program) {
  const child = spawn(process.execPath, [path(program)], { stdio: ["ignore", "pipe", "ignore"] });
  const lines = createInterface(child.stdout);
  for await (const line of lines)
    if (line.startsWith("listening ")) return { url: line.slice("listening ".length), stop: () => child.kill() };
  throw new Error(`${program} ended before it listened`);
}

/** Most of the time somebody waits for what does not come: a short wait first, the usual one where something differs. */
const HASTY = ["--timeout", "1500"];
const AT_THE_SAME_TIME = ["--jobs", "4"];

/** One `barewire check`: its reports, one for each wire. */
async function check(
  /** @type {import("./subjects.mjs").Subject} */ subject,
  /** @type {readonly string[]} */ only,
  /** @type {readonly string[]} */ options,
) {
  const report = join(folder, `${subject.name.replaceAll(/\W+/g, "-")}.json`);
  rmSync(report, { force: true });
  const lanes = subject.wire === "http" ? [] : AT_THE_SAME_TIME;
  const own = [
    ...(subject.role === "client" ? ["--client"] : []),
    ...lanes,
    ...subject.options,
    ...options,
    "--json",
    report,
  ];
  const chosen = only.flatMap((trace) => ["--only", trace]);
  const server = subject.wire === "http" ? await listening(subject.program) : undefined;
  const target = server ? ["--url", server.url] : ["--", process.execPath, path(subject.program), ...subject.args];
  try {
    const child = spawn(process.execPath, [cli, "check", ...own, ...chosen, ...target], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    let said = "";
    child.stderr.on("data", (text) => (said += text));
    await new Promise((resolve) => child.on("close", resolve));
    if (!existsSync(report)) throw new Error(`${subject.name} could not be checked: ${said}`);
    const told = JSON.parse(readFileSync(report, "utf8"));
    return /** @type {any[]} */ (told.reports ?? [told]);
  } finally {
    server?.stop();
  }
}

/** What was broken, by trace and statements; in which revisions and on which wires is told together. */
function findingsOf(/** @type {readonly any[]} */ reports) {
  const found = new Map();
  for (const { revision, wire, trace, status, requirements } of reports.flatMap(({ runs }) => runs)) {
    if (!["failed", "warned", "unclear"].includes(status)) continue;
    const key = JSON.stringify([trace, status, requirements]);
    found.set(key, [...(found.get(key) ?? []), `${revision} ${wire}`]);
  }
  return [...found]
    .map(([key, on]) => {
      const [trace, status, requirements] = JSON.parse(key);
      return /** @type {Finding} */ ({ trace, level: status, requirements, on: on.sort() });
    })
    .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

/** What one list has and the other does not. */
const beyond = (/** @type {readonly Finding[]} */ some, /** @type {readonly Finding[]} */ others) => {
  const there = new Set(others.map((one) => JSON.stringify(one)));
  return some.filter((one) => !there.has(JSON.stringify(one)));
};

const counts = (/** @type {readonly any[]} */ reports) => {
  const runs = reports.flatMap(({ runs }) => runs);
  const of = (/** @type {string} */ status) => runs.filter((one) => one.status === status).length;
  return [of("passed"), of("failed"), of("warned"), of("unclear"), of("untested"), of("inapplicable")];
};

/** @returns {Record<string, readonly Finding[]>} */
const readKnown = () => (existsSync(knownFile) ? JSON.parse(readFileSync(knownFile, "utf8")) : {});
const known = readKnown();
/** @type {Record<string, readonly Finding[]>} */
const found = {};
const lines = [];
let differs = false;
for (const subject of subjects.filter(({ name }) => words.length === 0 || words.includes(name))) {
  const begun = performance.now();
  const reports = await check(subject, [], HASTY);
  let findings = findingsOf(reports);
  const expected = known[subject.name] ?? [];
  // What differs is tried once more, alone: a loaded machine answers late, and a late answer is no finding.
  const doubted = [
    ...new Set([...beyond(findings, expected), ...beyond(expected, findings)].map(({ trace }) => trace)),
  ];
  if (doubted.length > 0) {
    const again = findingsOf(await check(subject, doubted, []));
    const rest = findings.filter(({ trace }) => !doubted.includes(trace));
    findings = [...rest, ...again.filter(({ trace }) => doubted.includes(trace))];
  }
  found[subject.name] = findings;
  const [added, missing] = [beyond(findings, expected), beyond(expected, findings)];
  if (!update) for (const one of added) lines.push(`new      ${subject.name}: ${JSON.stringify(one)}`);
  if (!update) for (const one of missing) lines.push(`missing  ${subject.name}: ${JSON.stringify(one)}`);
  differs ||= added.length + missing.length > 0;
  const revisions = [...new Set(reports.flatMap((one) => one.revisions))];
  const wires = reports.map(({ wire }) => wire).join(", ");
  const [passed, failed, warned, unclear, untested, inapplicable] = counts(reports);
  console.log(
    `${subject.role} ${subject.name} (${wires}; ${revisions.length} revisions): ${passed} passed, ${failed} failed, ${warned} warned, ` +
      `${unclear} unclear, ${untested} untested, ${inapplicable} not applicable; ${findings.length} findings, ` +
      `${added.length} new, ${missing.length} missing (${Math.round((performance.now() - begun) / 1000)} s)`,
  );
}
rmSync(folder, { recursive: true, force: true });
if (update) writeFileSync(knownFile, `${JSON.stringify({ ...readKnown(), ...found }, null, 1)}\n`);
for (const line of lines) console.log(line);
process.exitCode = differs && !update ? 1 : 0;
