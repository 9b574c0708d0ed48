import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { createJudge } from "../../judge.js";
import type { ClientJudge } from "../../judge.js";
import { driveOwn } from "../../fixture/driven-client.js";
import { belongsTo, REVISIONS } from "../../trace.js";
import type { Revision } from "../../trace.js";
import { loadClientTraces } from "../load.js";
import type { ClientTraceFile } from "../load.js";
import { replayClient } from "../replay.js";
import { functionClient } from "../subject.js";
import type { ClientSubject } from "../subject.js";
import { appliesThere, namedIn } from "../suite.js";
import { CLIENT_WIRES } from "../trace.js";
import type { ClientWire } from "../trace.js";
import { ofAuthorization } from "./authorization.js";
import { ofRegistration } from "./authorization-registration.js";
import { ofRefusals } from "./authorization-refusals.js";
import { ofLegacy } from "./legacy.js";
import { ofLegacyWires } from "./legacy-wires.js";
import { ofModern } from "./modern.js";
import type { ClientMutant } from "./mutant.js";
import { ofTasks } from "./tasks.js";

export const clientMutants: readonly ClientMutant[] = [
  ...ofLegacy,
  ...ofLegacyWires,
  ...ofTasks,
  ...ofModern,
  ...ofAuthorization,
  ...ofRegistration,
  ...ofRefusals,
];

/** One statement that a mutant breaks, tried in its revision on one wire. */
export interface ClientFate {
  readonly name: string;
  readonly requirement: string;
  readonly wire: ClientWire;
  readonly caughtBy: readonly string[];
  /** What failed elsewhere, or could not be played. */
  readonly missed: readonly string[];
}

/** Most of the wires on which one statement is tried. */
const MOST = 2;

/** The trials of a mutant: each statement on two of the wires where a trace covers it. */
function trialsOf(mutant: ClientMutant, files: readonly ClientTraceFile[], turn: number) {
  return mutant.breaks.flatMap((requirement) => {
    const own = REVISIONS.filter((one) => belongsTo(requirement, one));
    const covers = (file: ClientTraceFile, one: Revision, wire: ClientWire) =>
      appliesThere(file, one, wire) && namedIn({ file, revision: one, wire }).includes(requirement);
    // The security practices belong to each revision, and not all of their traces do.
    const named = own.find((one) => CLIENT_WIRES.some((wire) => files.some((file) => covers(file, one, wire))));
    const revision = (named ?? own[0]) as Revision;
    const possible = CLIENT_WIRES.filter((wire) => mutant.wires === undefined || mutant.wires.includes(wire)).map(
      (wire) => ({
        wire,
        covering: files.filter((file) => covers(file, revision, wire)),
      }),
    );
    const open = possible.filter(({ covering }) => covering.length > 0);
    const turned = [...open.slice(turn % Math.max(1, open.length)), ...open.slice(0, turn % Math.max(1, open.length))];
    const tried = turned.slice(0, MOST);
    return (tried.length > 0 ? tried : [{ wire: "memory" as const, covering: [] }]).map((one) => ({
      mutant,
      requirement,
      revision,
      ...one,
    }));
  });
}

/** Plays the traces that cover the statement against the mutant, and each without it. */
async function judgeTrial(
  { mutant, requirement, revision, wire, covering }: ReturnType<typeof trialsOf>[number],
  subject: ClientSubject,
  judge: ClientJudge,
): Promise<ClientFate> {
  const caughtBy: string[] = [];
  const missed: string[] = [];
  const timing = { timeoutMs: 2_000, endMs: 500 };
  for (const file of covering) {
    const outcome = await replayClient(file.trace, revision, subject, wire, judge, timing, mutant.make);
    const how = outcome.status === "passed" ? "passed" : outcome.reason;
    const told = `${file.path}:${outcome.status === "failed" ? outcome.step + 1 : 0} ${how}`;
    if (outcome.status !== "failed" || !outcome.requirements.includes(requirement)) missed.push(told);
    else if ((await replayClient(file.trace, revision, subject, wire, judge, timing)).status === "passed")
      caughtBy.push(told);
    else missed.push(`${file.path} does not pass without the mutant`);
  }
  return { name: mutant.name, requirement, wire, caughtBy, missed };
}

/** Tries every mutant of a client. Returns what became of each trial. */
export async function tryClientMutants(
  words: readonly string[],
  jobs: number,
  onFate: (fate: ClientFate) => void,
): Promise<readonly ClientFate[]> {
  const meant = clientMutants.filter(
    (one) =>
      words.length === 0 || words.some((word) => one.name.includes(word) || one.breaks.some((id) => id.includes(word))),
  );
  const files = loadClientTraces();
  const queue = meant.flatMap((one, turn) => trialsOf(one, files, turn));
  const subject = functionClient("barewire", CLIENT_WIRES, driveOwn);
  const judge = createJudge();
  const fates: ClientFate[] = [];
  const work = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const fate = await judgeTrial(next, subject, judge);
      fates.push(fate);
      onFate(fate);
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
  return fates;
}

/** How many mutants there are among the trials, and how many of them were caught in each of theirs. */
export function countClientMutants(fates: readonly ClientFate[]): {
  readonly mutants: number;
  readonly caught: number;
} {
  const names = [...new Set(fates.map(({ name }) => name))];
  const caught = names.filter((name) => fates.every((fate) => fate.name !== name || fate.caughtBy.length > 0));
  return { mutants: names.length, caught: caught.length };
}

/** `npm run mutants -- --client`. Returns the exit code: 1 where a mutant survived. */
export async function main(argv: readonly string[], print: (line: string) => void = console.log): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      client: { type: "boolean" },
      only: { type: "string", multiple: true },
      json: { type: "string" },
      survivors: { type: "boolean" },
    },
  });
  const does = new Map(clientMutants.map((one) => [one.name, one.does]));
  const fates = await tryClientMutants(values.only ?? [], 8, ({ name, requirement, wire, caughtBy, missed }) => {
    if (caughtBy.length > 0 && values.survivors) return;
    print(`${caughtBy.length > 0 ? "caught  " : "SURVIVED"} ${name} (${requirement}, ${wire}): ${does.get(name)}`);
    for (const one of caughtBy.length > 0 ? caughtBy : missed) print(`    ${one}`);
  });
  const { mutants, caught } = countClientMutants(fates);
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(fates, null, 1)}\n`);
  print(`\n${caught} of ${mutants} mutants of a client caught, in ${fates.length} trials`);
  return caught === mutants && mutants > 0 ? 0 : 1;
}
