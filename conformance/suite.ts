import type { Timing } from "./dialogue.js";
import { missing, takeInventory } from "./inventory.js";
import type { Inventory } from "./inventory.js";
import type { Judge } from "./judge.js";
import type { TraceFile } from "./load.js";
import { replay } from "./replay.js";
import type { Outcome } from "./replay.js";
import { appliesTo, callersOf, holdsIn, speaks } from "./trace.js";
import type { Revision, WireName } from "./trace.js";
import type { Subject } from "./wires/wire.js";

/** One trace, in one revision, on one wire. */
export interface Run {
  readonly file: TraceFile;
  readonly revision: Revision;
  readonly wire: WireName;
  readonly outcome: Outcome | { readonly status: "skipped"; readonly reason: string };
}

export interface SuiteOptions {
  readonly revisions: readonly Revision[];
  readonly judge: Judge;
  readonly timing?: Partial<Timing>;
  /** Called after each run, for a display of progress. */
  readonly onRun?: (run: Run) => void;
}

/**
 * Replays every trace that applies on `subject`, one after the other, in each revision that it speaks. Traces share the
 * subject unless they ask for a fresh one.
 */
export async function runSuite(
  files: readonly TraceFile[],
  subject: Subject,
  options: SuiteOptions,
): Promise<readonly Run[]> {
  const runs: Run[] = [];
  const inventories = new Map<Revision, Inventory | undefined>();
  for (const revision of options.revisions) {
    if (!speaks(subject.wire, revision)) continue;
    const applies = ({ trace }: TraceFile) =>
      holdsIn(trace.revisions, revision) && appliesTo(trace.wires, subject.wire);
    const due = files.filter(applies);
    if (due.length === 0) continue;
    if (!inventories.has(revision)) inventories.set(revision, await takeInventory(subject, revision));
    for (const file of due) {
      const outcome = await runOne(file, revision, subject, inventories.get(revision), options);
      const run: Run = { file, revision, wire: subject.wire, outcome };
      runs.push(run);
      options.onRun?.(run);
    }
  }
  return runs;
}

async function runOne(
  { trace }: TraceFile,
  revision: Revision,
  subject: Subject,
  inventory: Inventory | undefined,
  options: SuiteOptions,
): Promise<Run["outcome"]> {
  const skipped = (reason: string) => ({ status: "skipped", reason }) as const;
  if (!inventory) return skipped(`the subject does not speak ${revision}`);
  if (trace.role === "client") return skipped("this runner plays the client");
  const lacking = missing(trace, inventory);
  if (lacking !== undefined) return skipped(lacking);
  const unknown = [...callersOf(trace, revision, subject.wire)].find((name) => !subject.callers?.has(name));
  if (unknown !== undefined) return skipped(`callers without ${unknown}`);
  const path = trace.fixture?.paths?.find((name) => !subject.paths?.has(name));
  if (path !== undefined) return skipped(`paths without ${path}`);
  if (trace.fresh !== true) return replay(trace, revision, subject, options.judge, options.timing);
  const own = await subject.fresh?.();
  if (!own) return skipped("the subject cannot be started afresh");
  try {
    return await replay(trace, revision, own, options.judge, options.timing);
  } finally {
    await own.close();
  }
}
