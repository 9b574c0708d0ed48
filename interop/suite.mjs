// @ts-check
// npm run suite: other people's servers and clients before `barewire check`, held against known-findings.json. Names
// pick subjects. `--update` writes what was found; `--no-build` takes ../dist as it is. Each finding has to say, in
// `checked`, what a reading of the messages and of the page showed: one that does not is not accepted.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { subjects } from "./subjects.mjs";

/**
 * @typedef {object} Finding
 * @property {string} trace
 * @property {string} level
 * @property {readonly string[]} requirements
 * @property {readonly string[]} on
 * @property {string=} checked
 */

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
  const command = subject.program.endsWith("js") ? [process.execPath, path(subject.program)] : [path(subject.program)];
  const target = server ? ["--url", server.url] : ["--", ...command, ...subject.args];
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

const withoutRevision = (/** @type {string} */ id) => id.slice(id.indexOf("/"));
/** What was broken, by trace and statements; the revisions and wires, and what a statement is called in each, together. */
function findingsOf(/** @type {readonly any[]} */ reports) {
  /** @type {Map<string, { trace: string, level: string, requirements: Set<string>, on: string[] }>} */
  const found = new Map();
  for (const { revision, wire, trace, status, requirements } of reports.flatMap(({ runs }) => runs)) {
    if (!["failed", "warned"].includes(status)) continue;
    const key = JSON.stringify([trace, status, requirements.map(withoutRevision)]);
    const same = found.get(key) ?? { trace, level: status, requirements: new Set(), on: [] };
    found.set(key, same);
    for (const id of requirements) same.requirements.add(id);
    same.on.push(`${revision} ${wire}`);
  }
  return [...found.values()]
    .map((one) => /** @type {Finding} */ ({ ...one, requirements: [...one.requirements].sort(), on: one.on.sort() }))
    .sort((a, b) => (plain(a) < plain(b) ? -1 : 1));
}

/** A finding without what was written to it by hand. */
const plain = (/** @type {Finding} */ { trace, level, requirements, on }) =>
  JSON.stringify([trace, level, requirements, on]);
/** What one list has and the other does not. */
const beyond = (/** @type {readonly Finding[]} */ some, /** @type {readonly Finding[]} */ others) => {
  const there = new Set(others.map(plain));
  return some.filter((one) => !there.has(plain(one)));
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
  if (!existsSync(path(subject.program))) {
    console.log(`${subject.role} ${subject.name}: left out, as it is not installed here`);
    continue;
  }
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
  const notes = new Map(expected.map((one) => [plain(one), one.checked]));
  found[subject.name] = findings.map((one) => {
    const checked = notes.get(plain(one));
    return checked === undefined ? one : { ...one, checked };
  });
  const [added, missing] = [beyond(findings, expected), beyond(expected, findings)];
  if (!update) for (const one of added) lines.push(`new      ${subject.name}: ${JSON.stringify(one)}`);
  if (!update) for (const one of missing) lines.push(`missing  ${subject.name}: ${JSON.stringify(one)}`);
  const unchecked = update ? [] : expected.filter(({ checked }) => !checked);
  for (const one of unchecked) lines.push(`unread   ${subject.name}: ${plain(one)}`);
  differs ||= added.length + missing.length + unchecked.length > 0;
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
