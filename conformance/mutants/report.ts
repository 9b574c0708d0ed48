import type { Group } from "./all.js";
import type { Verdict } from "./trial.js";

/** How it went with one mutant: all its trials. */
export interface Fate {
  readonly name: string;
  readonly group: string;
  readonly does: string;
  readonly caught: boolean;
  readonly trials: readonly {
    readonly requirement: string;
    readonly wire: string;
    readonly caughtBy: readonly { readonly path: string; readonly step: number; readonly reason: string }[];
    readonly alsoFailed: readonly string[];
    readonly unusable: readonly string[];
    /** How many traces cover the statement on that wire. */
    readonly covering: number;
  }[];
}

/** A mutant is caught when it is caught in each of its trials. */
export function fateOf({ name: group }: Group, verdicts: readonly Verdict[]): Fate {
  const [first] = verdicts;
  if (!first) throw new Error("a mutant has one trial at least");
  const { name, does } = first.trial.mutant;
  const trials = verdicts.map(({ trial: { requirement, wire, files }, caughtBy, alsoFailed, unusable }) => ({
    requirement,
    wire,
    caughtBy,
    alsoFailed,
    unusable,
    covering: files.length,
  }));
  return { name, group, does, caught: trials.every((one) => one.caughtBy.length > 0), trials };
}

/** What is told of one mutant: which traces caught it, on which wire, by which statement. */
export function told({ name, does, caught, trials }: Fate): string {
  const lines = [`${caught ? "caught  " : "SURVIVED"} ${name}: ${does}`];
  for (const { requirement, wire, caughtBy, alsoFailed, unusable, covering } of trials) {
    const by = caughtBy.map(({ path, step }) => `${path}:${step}`).join(", ");
    const none = covering === 0 ? "no trace covers it" : `none of ${covering} traces fails by it`;
    const also = alsoFailed.length > 0 ? `; elsewhere: ${alsoFailed.join(", ")}` : "";
    const cannot = unusable.length > 0 ? `; not playable: ${unusable.join(", ")}` : "";
    lines.push(`    ${requirement} · ${wire} · ${by || none}${also}${by ? "" : cannot}`);
  }
  return lines.join("\n");
}

/** The table of groups: mutants, statements, caught. */
export function mutantTable(fates: readonly Fate[]): string {
  const names = [...new Set(fates.map(({ group }) => group))];
  const row = (name: string, of: readonly Fate[]) => {
    const ids = new Set(of.flatMap(({ trials }) => trials.map(({ requirement }) => requirement)));
    return `${name.padEnd(40)} ${String(of.length).padStart(7)} ${String(ids.size).padStart(11)} ${String(of.filter((one) => one.caught).length).padStart(7)}`;
  };
  return [
    `${"group".padEnd(40)} ${"mutants".padStart(7)} ${"statements".padStart(11)} ${"caught".padStart(7)}`,
    ...names.map((name) =>
      row(
        name,
        fates.filter((one) => one.group === name),
      ),
    ),
  ].join("\n");
}

/** The last line. */
export function countLine(fates: readonly Fate[]): string {
  const ids = new Set(fates.flatMap(({ trials }) => trials.map(({ requirement }) => requirement)));
  const caught = fates.filter((one) => one.caught).length;
  return `${fates.length} mutants, ${ids.size} statements: ${caught} caught, ${fates.length - caught} survived`;
}

/** The sentence for the README: what a run of all mutants caught. */
export function mutantSentence(
  servers: readonly Fate[],
  clients: { readonly mutants: number; readonly caught: number },
): string {
  const caught = servers.filter((one) => one.caught).length;
  return `Mutants caught: of servers ${caught} of ${servers.length}, of clients ${clients.caught} of ${clients.mutants}.`;
}
