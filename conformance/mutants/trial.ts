import type { Judge } from "../judge.js";
import type { TraceFile } from "../load.js";
import { replay } from "../replay.js";
import type { Outcome } from "../replay.js";
import { appliesTo, holdsIn, speaks, WIRES } from "../trace.js";
import type { Revision, WireName } from "../trace.js";
import { revisionOf, wiresOf } from "./mutant.js";
import type { Mutant } from "./mutant.js";
import type { Start } from "./subjects.js";

/** One statement that a mutant breaks, tried in its revision on one wire. */
export interface Trial {
  readonly mutant: Mutant;
  readonly requirement: string;
  readonly revision: Revision;
  readonly wire: WireName;
  /** The traces that cover the statement there. */
  readonly files: readonly TraceFile[];
  /** Traces about other things, played beside them. */
  readonly others: readonly TraceFile[];
}

export interface Catch {
  readonly path: string;
  /** The step, counted from 1; 0 for the handshake. */
  readonly step: number;
  readonly reason: string;
}

export interface Verdict {
  readonly trial: Trial;
  /** Traces that failed at a step, or by a rule, that names the statement; without the mutant they pass. */
  readonly caughtBy: readonly Catch[];
  /** Traces that failed elsewhere, those about other things among them, each with the step. */
  readonly alsoFailed: readonly string[];
  /** Traces that could not be played, or that fail without the mutant. */
  readonly unusable: readonly string[];
}

export interface Bench {
  readonly start: Start;
  readonly judge: Judge;
  readonly timeoutMs: number;
  /** Whether a trace can be played at all on that subject. Default: every one can. */
  readonly admits?: (file: TraceFile, revision: Revision, wire: WireName) => Promise<boolean>;
}

const applies = ({ trace }: TraceFile, revision: Revision, wire: WireName): boolean =>
  (trace.role ?? "server") === "server" && holdsIn(trace.revisions, revision) && appliesTo(trace.wires, wire);

const names = (file: TraceFile, requirement: string, revision: Revision, wire: WireName): boolean =>
  applies(file, revision, wire) &&
  file.trace.steps.some(
    ({ covers, only, wires }) => covers?.includes(requirement) && holdsIn(only, revision) && appliesTo(wires, wire),
  );

/** So many traces about other things are played with each statement. */
const OTHERS = 3;

/**
 * The trials of a mutant: each statement on `most` of the wires where it can be tried, those where a trace covers it
 * first. `turn` shifts which wires come first, so that many mutants spread over all.
 */
export function trialsOf(
  mutant: Mutant,
  files: readonly TraceFile[],
  options: { readonly wires?: readonly WireName[]; readonly most?: number; readonly turn?: number } = {},
): readonly Trial[] {
  const { wires = WIRES, most = 2, turn = 0 } = options;
  return mutant.breaks.flatMap((requirement, index) => {
    const revision = revisionOf(requirement);
    const possible = wiresOf(mutant.wires, wires).filter((wire) => speaks(wire, revision));
    const shift = (turn + index) % Math.max(1, possible.length);
    const turned = [...possible.slice(shift), ...possible.slice(0, shift)];
    const tried = turned.map((wire) => ({
      wire,
      files: files.filter((one) => names(one, requirement, revision, wire)),
    }));
    const order = [...tried.filter((one) => one.files.length > 0), ...tried.filter((one) => one.files.length === 0)];
    const others = sample(files.filter((one) => applies(one, revision, order[0]?.wire ?? "memory")));
    return order
      .slice(0, Math.max(1, Math.min(most, order.filter((one) => one.files.length > 0).length)))
      .map((one, at) => ({ mutant, requirement, revision, ...one, others: at === 0 ? others : [] }));
  });
}

/** Some of the files, always the same of the same, spread over all. */
function sample(files: readonly TraceFile[]): readonly TraceFile[] {
  const quick = files.filter(({ trace }) => trace.fixture?.variant === undefined && trace.fresh !== true);
  return Array.from(
    { length: OTHERS },
    (_, index) => quick[Math.floor(((index + 0.5) * quick.length) / OTHERS)],
  ).filter((file) => file !== undefined);
}

/** Plays traces against mutants; without a mutant each is played once, to know that it passes. */
export class Court {
  readonly #sound = new Map<string, Promise<boolean>>();

  constructor(readonly bench: Bench) {}

  async judge(trial: Trial): Promise<Verdict> {
    const { mutant, requirement, revision, wire } = trial;
    const caughtBy: Catch[] = [];
    const alsoFailed: string[] = [];
    const unusable: string[] = [];
    const covering = new Set(trial.files);
    for (const file of [...trial.files, ...trial.others.filter((one) => !covering.has(one))]) {
      const outcome = await this.#play(file, revision, wire, mutant);
      if (outcome === undefined) unusable.push(file.path);
      if (outcome?.status !== "failed") continue;
      if (!(await this.#passesAlone(file, revision, wire))) unusable.push(file.path);
      else if (outcome.requirements.includes(requirement))
        caughtBy.push({ path: file.path, step: outcome.step + 1, reason: outcome.reason });
      else alsoFailed.push(`${file.path}:${outcome.step + 1}`);
    }
    return { trial, caughtBy, alsoFailed, unusable };
  }

  /** Whether a trace that covers the statement can be played there. */
  async canTry({ files, revision, wire }: Trial): Promise<boolean> {
    const { admits } = this.bench;
    for (const file of files) if (!admits || (await admits(file, revision, wire))) return true;
    return false;
  }

  #passesAlone(file: TraceFile, revision: Revision, wire: WireName): Promise<boolean> {
    const key = `${file.path} ${revision} ${wire}`;
    const known = this.#sound.get(key) ?? this.#play(file, revision, wire).then((one) => one?.status === "passed");
    this.#sound.set(key, known);
    return known;
  }

  async #play(file: TraceFile, revision: Revision, wire: WireName, mutant?: Mutant): Promise<Outcome | undefined> {
    const { start, judge, timeoutMs, admits } = this.bench;
    if (admits && !(await admits(file, revision, wire))) return undefined;
    const subject = await start(wire, mutant, file.trace.fixture?.variant);
    try {
      // Over stdio the process has to start within the first deadline.
      return await replay(file.trace, revision, subject, judge, {
        timeoutMs: wire === "stdio" ? 4 * timeoutMs : timeoutMs,
      });
    } catch {
      // A runner that gives up has caught nothing.
      return undefined;
    } finally {
      await subject.close();
    }
  }
}
