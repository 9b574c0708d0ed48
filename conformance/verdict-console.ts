import { isMandatoryLevel, tally } from "./verdict.js";
import type { Broken, Judged, Verdict } from "./verdict.js";
import type { Revision } from "./trace.js";

/** Longer values are cut on the console; the other reports have them whole. */
const WIDTH = 300;
const cut = (text: string): string => (text.length > WIDTH ? `${text.slice(0, WIDTH)}…` : text);

export interface ConsoleOptions {
  /** The command line that plays chosen traces alone on the same subject. */
  readonly alone: (path: string, revision: Revision) => string;
  /** Every run that could not be judged too, and why requirements are untested. */
  readonly verbose?: boolean;
}

/** The report for people: what is broken, what it was, how to see it again, and how much was tried. */
export function consoleReport(verdict: Verdict, { alone, verbose = false }: ConsoleOptions): string {
  const { role, subject, wire, revisions, locked } = verdict;
  const spoken = locked
    ? `lets nobody in without a token (--token); judged by what shows without one, as of ${revisions.join(", ")}`
    : `speaks ${revisions.join(", ") || "no revision that was asked for"}`;
  const lines = [`${role === "client" ? "the client " : ""}${subject} over ${wire}: ${spoken}`];
  if (revisions.length === 0) return lines[0] as string;
  const groups = groupBy(verdict.broken);
  const sorted = [...groups.values()].sort(([a], [b]) => Number(b?.mandatory) - Number(a?.mandatory));
  for (const same of sorted) lines.push("", ...told(same, verdict, alone));
  if (verbose) {
    lines.push(...unclear(verdict), "", ...reasons(verdict.requirements));
  }
  lines.push("", ...table(verdict), "", ...summary(verdict, verbose));
  return lines.join("\n");
}

/** The same step of the same trace, broken in the same way in several revisions, is told once. */
const keyOf = ({ run, mandatory }: Broken): string =>
  `${run.file.path} ${run.outcome.step} ${mandatory} ${run.outcome.reason}`;

function groupBy(broken: readonly Broken[]): Map<string, Broken[]> {
  const groups = new Map<string, Broken[]>();
  for (const one of broken) groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one]);
  return groups;
}

/** What was otherwise than foreseen, once for all revisions in which it was so in the same way. */
function unclear(verdict: Verdict): readonly string[] {
  const places = new Map<string, Revision[]>();
  for (const { file, revision, outcome } of verdict.unclear) {
    if (outcome.status !== "failed") continue;
    const { step, reason, expected, received } = outcome;
    const values = expected === undefined ? [] : [`  expected ${cut(expected)}`, `  received ${cut(received ?? "")}`];
    const text = [`unclear  ${file.path}, step ${step + 1}: ${reason}`, ...values].join("\n");
    places.set(text, [...(places.get(text) ?? []), revision]);
  }
  return [...places].flatMap(([text, revisions]) => ["", text, `  in       ${revisions.join(", ")}`]);
}

function told(same: readonly Broken[], verdict: Verdict, alone: ConsoleOptions["alone"]): readonly string[] {
  const first = same[0] as Broken;
  const { file, revision, outcome } = first.run;
  const lines = [first.mandatory ? "BROKEN" : "warning"];
  // What recurs in several revisions is told once, below all its ids.
  const says = new Map<string, string[]>();
  for (const id of new Set(same.flatMap(({ ids }) => ids))) {
    const one = verdict.requirements.find((requirement) => requirement.id === id);
    says.set(one?.says ?? "", [...(says.get(one?.says ?? "") ?? []), `  ${one?.level ?? "MUST"} ${id}`]);
  }
  for (const [text, ids] of says) lines.push(...ids, ...(text === "" ? [] : [`    ${text}`]));
  lines.push(`  ${outcome.reason}`);
  if (outcome.expected !== undefined) lines.push(`  expected ${cut(outcome.expected)}`);
  if (outcome.received !== undefined) lines.push(`  received ${cut(outcome.received)}`);
  const step = outcome.step < 0 ? "the handshake" : `step ${outcome.step + 1}`;
  lines.push(`  trace    ${file.path}, ${step}: ${file.trace.title}`);
  if (same.length > 1) lines.push(`  in       ${same.map(({ run }) => run.revision).join(", ")}`);
  lines.push(`  alone    ${alone(file.path, revision)}`);
  return lines;
}

function table({ requirements, revisions, wire }: Verdict): readonly string[] {
  const rows = [["", "kept", "broken", "untested", "not applicable"]];
  const row = (name: string, some: readonly Judged[]) => {
    const { passed, broken, untested, inapplicable } = tally(some);
    rows.push([name, String(passed), String(broken), String(untested), String(inapplicable)]);
  };
  const places = [...revisions, "extensions"];
  for (const place of places) {
    const here = requirements.filter(({ id }) => id.startsWith(`${place}/`));
    if (here.length === 0) continue;
    for (const [word, mandatory] of [
      ["MUST", true],
      ["SHOULD", false],
    ] as const) {
      const some = here.filter(({ level }) => isMandatoryLevel(level) === mandatory);
      if (some.length > 0) row(`${place} ${wire} ${word}`, some);
    }
  }
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  return rows.map((cells) =>
    cells.map((text, at) => (at === 0 ? text.padEnd(widths[at] ?? 0) : text.padStart(widths[at] ?? 0))).join("  "),
  );
}

function reasons(requirements: readonly Judged[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { standing, reason } of requirements)
    if (standing === "untested") counts.set(reason ?? "", (counts.get(reason ?? "") ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a).map(([reason, count]) => `untested: ${count} × ${reason}`);
}

function summary({ requirements, unclear, unobservable }: Verdict, verbose: boolean): readonly string[] {
  const must = tally(requirements.filter(({ level }) => isMandatoryLevel(level)));
  const should = tally(requirements.filter(({ level }) => !isMandatoryLevel(level)));
  const share = (one: ReturnType<typeof tally>) => `${one.exercised} of ${one.applicable}`;
  return [
    `tried: ${share(must)} MUST and ${share(should)} SHOULD that apply; ${unobservable} more show on no wire`,
    ...(must.untested + should.untested > 0 && !verbose ? ["why the rest is untested: --verbose"] : []),
    ...(unclear.length > 0
      ? [`${unclear.length} runs went otherwise than foreseen, against no sentence (--verbose)`]
      : []),
    `${must.broken} MUST broken, ${should.broken} SHOULD broken`,
  ];
}
