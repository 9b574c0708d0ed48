import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { countClientMutants, main as clientMain, tryClientMutants } from "../clients/mutants/run.js";
import { missing, takeInventory } from "../inventory.js";
import type { Inventory } from "../inventory.js";
import { createJudge } from "../judge.js";
import { loadTraces } from "../load.js";
import { loadRequirements } from "../requirements.js";
import { withPart } from "../support-table.js";
import { callersOf, WIRES } from "../trace.js";
import type { Revision, WireName } from "../trace.js";
import { groups } from "./all.js";
import type { Group } from "./all.js";
import type { Mutant } from "./mutant.js";
import { countLine, fateOf, mutantSentence, mutantTable, told } from "./report.js";
import type { Fate } from "./report.js";
import { commandStart, fixtureStart, urlStart } from "./subjects.js";
import type { Start } from "./subjects.js";
import { Court, trialsOf } from "./trial.js";
import type { Bench } from "./trial.js";

const USAGE = `usage: mutants [--only WORD]… [--wire memory|stdio|http|sse]… [--every-wire] [--json FILE] [--survivors] [--timeout MS]
               [--url URL | -- COMMAND ARGS…]
       mutants --readme
       mutants --client [--only WORD]… [--json FILE] [--survivors]
Puts each mutant before the fixture server (or before the server at URL, or that COMMAND starts) and plays the traces
that cover the statement that it breaks, and a few others. A mutant is caught when a trace fails at a step, or by a
rule, that names the statement. WORD: a part of a mutant's name, its group or the statement. --every-wire: on all
wires, not on two of them. --survivors: tells of those alone. --client: mutants of a client, before barewire's own. --readme: all of both, and
README.md is told how many were caught.`;

/** Mutants that are tried at the same time: most of the time somebody waits for something that does not come. */
const LANES = 8;

/** The command line. `program` is the fixture server for stdio. Returns the exit code: 1 where a mutant survived. */
export async function main(
  argv: readonly string[],
  program: string,
  print: (line: string) => void = console.log,
): Promise<number> {
  if (argv.includes("--client")) return clientMain(argv, print);
  const split = argv.indexOf("--");
  const [command, ...args] = split < 0 ? [] : argv.slice(split + 1);
  const { values } = parseArgs({
    args: [...(split < 0 ? argv : argv.slice(0, split))],
    options: {
      only: { type: "string", multiple: true },
      wire: { type: "string", multiple: true },
      "every-wire": { type: "boolean" },
      json: { type: "string" },
      survivors: { type: "boolean" },
      timeout: { type: "string", default: "2500" },
      url: { type: "string" },
      readme: { type: "boolean" },
      help: { type: "boolean" },
    },
  });
  if (values.help) return (print(USAGE), 0);
  const foreign = values.url !== undefined || command !== undefined;
  if (values.readme && (foreign || [values.only, values.wire].some((given) => given !== undefined)))
    throw new Error("--readme goes with all mutants, before barewire's own server and client");
  const wires = chosen(values.wire, foreign ? (command === undefined ? ["http"] : ["stdio"]) : WIRES);
  const start: Start =
    values.url !== undefined
      ? urlStart(values.url)
      : command === undefined
        ? fixtureStart(program)
        : commandStart(command, args);
  const bench: Bench = {
    start,
    judge: createJudge(),
    timeoutMs: Number(values.timeout),
    ...(foreign ? { admits: admitted(start) } : {}),
  };
  const most = values["every-wire"] ? WIRES.length : 2;
  const words = values.only ?? [];
  const meant = (group: Group, one: Mutant) =>
    words.length === 0 ||
    words.some((word) => [one.name, group.name, ...one.breaks].some((text) => text.includes(word)));
  const picked = groups(loadRequirements()).flatMap((group) =>
    group.mutants
      .filter((one) => meant(group, one) && !(foreign && one.fault !== undefined))
      .map((mutant) => ({ group, mutant })),
  );
  if (picked.length === 0) throw new Error(`no mutant is called ${words.join(" or ")}`);
  const files = loadTraces();
  const court = new Court(bench);
  const fates: Fate[] = [];
  const untried: string[] = [];
  const queue = picked.map((one, turn) => ({ ...one, turn }));
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const verdicts = [];
      for (const trial of trialsOf(next.mutant, files, { wires, most, turn: next.turn }))
        if (!foreign || (await court.canTry(trial))) verdicts.push(await court.judge(trial));
      if (verdicts.length === 0) {
        untried.push(next.mutant.name);
        continue;
      }
      const fate = fateOf(next.group, verdicts);
      fates.push(fate);
      if (!values.survivors || !fate.caught) print(told(fate));
    }
  };
  await Promise.all(Array.from({ length: LANES }, work));
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(fates, null, 1)}\n`);
  if (untried.length > 0) print(`\nuntried, as no trace about them can be played there: ${untried.join(", ")}`);
  print(`\n${mutantTable(fates)}\n\n${countLine(fates)}`);
  if (values.readme) {
    const clients = countClientMutants(await tryClientMutants([], LANES, () => {}));
    const sentence = mutantSentence(fates, clients);
    print(`\n${sentence}`);
    writeFileSync("README.md", withPart(readFileSync("README.md", "utf8"), "mutants", sentence));
    if (clients.caught < clients.mutants) return 1;
  }
  return fates.every(({ caught }) => caught) && fates.length > 0 ? 0 : 1;
}

function chosen(given: readonly string[] | undefined, all: readonly WireName[]): readonly WireName[] {
  for (const one of given ?? []) {
    if (!all.includes(one as WireName)) throw new Error(`--wire ${one}: expected one of ${all.join(", ")}`);
  }
  return given ? all.filter((one) => given.includes(one)) : all;
}

/** Whether somebody's server has what a trace needs; it is asked once for each revision. */
function admitted(start: Start): NonNullable<Bench["admits"]> {
  const known = new Map<Revision, Promise<Inventory | undefined>>();
  const ask = async (wire: WireName, revision: Revision) => {
    const subject = await start(wire);
    try {
      return await takeInventory(subject, revision);
    } finally {
      await subject.close();
    }
  };
  return async ({ trace }, revision, wire) => {
    const inventory = known.get(revision) ?? ask(wire, revision);
    known.set(revision, inventory);
    const offered = await inventory;
    const { variant, paths, without } = trace.fixture ?? {};
    if (!offered || variant !== undefined || paths !== undefined || without?.revisions !== undefined) return false;
    return callersOf(trace, revision, wire).size === 0 && missing(trace, offered) === undefined;
  };
}
