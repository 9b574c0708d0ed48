import type { Timing } from "./dialogue.js";
import { missing, takeInventory } from "./inventory.js";
import type { Inventory } from "./inventory.js";
import type { Judge } from "./judge.js";
import type { TraceFile } from "./load.js";
import { replay } from "./replay.js";
import type { Outcome } from "./replay.js";
import { appliesTo, callersOf, holdsIn, REVISIONS, speaks } from "./trace.js";
import type { Revision, Trace, WireName } from "./trace.js";
import type { Subject } from "./wires/wire.js";

/** One trace, in one revision, on one wire. */
export interface Run {
  readonly file: TraceFile;
  readonly revision: Revision;
  readonly wire: WireName;
  readonly outcome: Outcome | Skipped;
}

export interface Skipped {
  readonly status: "skipped";
  readonly reason: string;
  /** Whether the subject has what the trace is about, so that it is only the means to try it that lack. */
  readonly applies: boolean;
}

export interface SuiteOptions {
  readonly revisions: readonly Revision[];
  readonly judge: Judge;
  readonly timing?: Partial<Timing>;
  /** Puts what the subject has in place of what a trace names of the fixture, or says why it cannot be tried. */
  readonly adapt?: (trace: Trace, revision: Revision, known: Known) => Promise<Trace | Omit<Skipped, "status">>;
  /** Traces that do not share the usual subject (`fresh`, `variant`) are played beside the rest. Default: all in turn. */
  readonly beside?: boolean;
  /** Called after each run, for a display of progress. */
  readonly onRun?: (run: Run) => void;
}

/** A subject and what it said that it offers, each revision asked once. */
export class Known {
  readonly #inventories = new Map<Revision, Promise<Inventory | undefined>>();

  constructor(
    readonly subject: Subject,
    readonly timing?: Timing,
  ) {}

  /** Takes for granted what cannot be asked. */
  assume(revision: Revision, inventory: Inventory): void {
    this.#inventories.set(revision, Promise.resolve(inventory));
  }

  inventory(revision: Revision): Promise<Inventory | undefined> {
    const inventory = this.#inventories.get(revision) ?? takeInventory(this.subject, revision, this.timing);
    this.#inventories.set(revision, inventory);
    return inventory;
  }
}

/**
 * Replays every trace that applies on `subject`, in each revision that it speaks. Traces share the subject, or the
 * variant of it that they name, unless they ask for a fresh one. The runs come in the order of revisions and files.
 */
export async function runSuite(
  files: readonly TraceFile[],
  given: Subject | Known,
  options: SuiteOptions,
): Promise<readonly Run[]> {
  const usual = given instanceof Known ? given : new Known(given);
  const { subject } = usual;
  const variants = new Map<string, Known>();
  const knownFor = async ({ fixture }: Trace): Promise<Known | undefined> => {
    const name = fixture?.variant;
    if (name === undefined) return usual;
    // A subject without variants may be by itself what the variant would be.
    if (!subject.variant) return fixture?.without || fixture?.authorization ? usual : undefined;
    const known = variants.get(name) ?? new Known(await subject.variant(name));
    variants.set(name, known);
    return known;
  };
  const revisions = options.revisions.filter((revision) => speaks(subject.wire, revision));
  const due = revisions.flatMap((revision) =>
    files
      .filter(({ trace }) => holdsIn(trace.revisions, revision) && appliesTo(trace.wires, subject.wire))
      .map((file) => ({ file, revision, wire: subject.wire })),
  );
  const runs = new Map<unknown, Run>();
  const play = async (ones: typeof due) => {
    for (const one of ones) {
      const { file, revision } = one;
      const run = { ...one, outcome: await runOne(file, revision, await knownFor(file.trace), options) };
      runs.set(one, run);
      options.onRun?.(run);
    }
  };
  const apart = ({ file: { trace } }: (typeof due)[number]) =>
    options.beside === true && (trace.fresh === true || trace.fixture?.variant !== undefined);
  try {
    // Asked before it is used, so that nobody asks while a trace is played on it.
    if (options.beside) for (const revision of revisions) await usual.inventory(revision);
    await Promise.all([play(due.filter((one) => !apart(one))), play(due.filter(apart))]);
  } finally {
    for (const known of variants.values()) await known.subject.close();
  }
  return due.flatMap((one) => runs.get(one) ?? []);
}

async function runOne(
  { trace: written }: TraceFile,
  revision: Revision,
  known: Known | undefined,
  options: SuiteOptions,
): Promise<Run["outcome"]> {
  const skipped = (reason: string, applies = false) => ({ status: "skipped", reason, applies }) as const;
  if (!known) return skipped("the subject has no variants", true);
  const { subject } = known;
  const inventory = await known.inventory(revision);
  if (!inventory) return skipped(`the subject does not speak ${revision}`);
  if (written.role === "client") return skipped("this runner plays the client");
  if (inventory.locked && written.fixture?.authorization !== true)
    return skipped("nobody gets in without a token", true);
  const adapted = (await options.adapt?.(written, revision, known)) ?? written;
  if (!("steps" in adapted)) return { status: "skipped", ...adapted };
  const trace = adapted;
  const lacking = missing(trace, inventory);
  if (lacking !== undefined) return skipped(lacking);
  const unknown = [...callersOf(trace, revision, subject.wire)].find((name) => !subject.callers?.has(name));
  if (unknown !== undefined) return skipped(`callers without ${unknown}`, true);
  const token = trace.fixture?.tokens?.find((kind) => subject.tokens?.[kind] === undefined);
  if (token !== undefined) return skipped(`tokens without ${token}`, true);
  const path = trace.fixture?.paths?.find((name) => !subject.paths?.has(name));
  if (path !== undefined) return skipped(`paths without ${path}`, true);
  const unwanted = trace.fixture?.without?.revisions;
  for (const other of REVISIONS) {
    if (unwanted === undefined || !holdsIn(unwanted, other) || !speaks(subject.wire, other)) continue;
    if (await known.inventory(other)) return skipped(`the subject speaks ${other}`);
  }
  if (trace.fresh !== true) return replay(trace, revision, subject, options.judge, options.timing);
  const own = await subject.fresh?.();
  if (!own) return skipped("the subject cannot be started afresh", true);
  try {
    return await replay(trace, revision, own, options.judge, options.timing);
  } finally {
    await own.close();
  }
}
