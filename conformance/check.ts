import { TIMING } from "./dialogue.js";
import { lockedInventory } from "./inventory.js";
import type { Inventory } from "./inventory.js";
import { createJudge } from "./judge.js";
import { loadTraces } from "./load.js";
import { loadRequirements } from "./requirements.js";
import { adaptTrace, findStandIns } from "./stand-ins.js";
import type { Found, Permissions } from "./stand-ins.js";
import { Known, runSuite } from "./suite.js";
import type { Run, SuiteOptions } from "./suite.js";
import { REVISIONS, speaks } from "./trace.js";
import type { Revision, Trace } from "./trace.js";
import { judgeRuns } from "./verdict.js";
import type { Verdict } from "./verdict.js";
import { httpSubject } from "./wires/http.js";
import type { HttpOptions } from "./wires/http.js";
import { sseSubject } from "./wires/sse.js";
import { stdioSubject } from "./wires/stdio.js";
import type { Subject } from "./wires/wire.js";

/** A server that is running at a URL, or the command that starts one on a pipe. */
export type Target =
  | { readonly url: string; readonly accounts: HttpOptions }
  | { readonly command: string; readonly args: readonly string[] };

export interface CheckOptions extends Permissions {
  /** How the subject is called in reports. */
  readonly name: string;
  /** Those to ask for. Default: all. */
  readonly revisions?: readonly Revision[];
  /** Only traces whose path holds one of the words. */
  readonly only?: readonly string[];
  /** How long an answer may take, in milliseconds. Default 5,000. */
  readonly timeoutMs?: number;
  /** On a pipe: how many processes are talked to at the same time. Default 2. */
  readonly jobs?: number;
  readonly onRun?: (run: Run) => void;
}

/** What a process may take from its start to its first answer. */
const START_MS = 15_000;
const JOBS = 2;

/**
 * Checks a server: asks which revisions it speaks and what it offers, plays every trace that can be played with it, and
 * says of each statement of the specification whether it is kept. Rejects where no trace has one of the words of `only`.
 */
export async function check(target: Target, options: CheckOptions): Promise<Verdict> {
  const words = options.only ?? [];
  const files = loadTraces().filter(({ path }) => words.length === 0 || words.some((word) => path.includes(word)));
  if (files.length === 0) throw new Error(`no trace has ${words.join(" or ")} in its path`);
  const subjects = subjectsOf(target);
  const asked = options.revisions ?? REVISIONS;
  for (const [index, subject] of subjects.entries()) {
    try {
      const startMs = subject.wire === "stdio" ? START_MS : 0;
      const timing = {
        ...TIMING,
        startMs,
        ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
      };
      const known = new Known(subject, timing);
      const inventories = await inventoriesOf(known, asked);
      const locked = inventories.size === 0 && (await lock(known, inventories, options.revisions));
      // An address may be that of HTTP+SSE, where nobody speaks Streamable HTTP.
      if (inventories.size === 0 && index < subjects.length - 1) continue;
      const found = new Map<Revision, Found>();
      for (const [revision, inventory] of locked ? [] : inventories)
        found.set(revision, await findStandIns(subject, revision, inventory, options, timing));
      const adapt = async (trace: Trace, revision: Revision, at: Known) => {
        const inventory = await at.inventory(revision);
        if (inventory?.locked) return trace;
        const some = found.get(revision);
        if (!inventory || !some) return { reason: `the subject does not speak ${revision}`, applies: false };
        return adaptTrace(trace, inventory, some, options);
      };
      const revisions = [...inventories.keys()];
      const { onRun } = options;
      const judge = createJudge();
      const suite: SuiteOptions = { revisions, judge, timing, adapt, ...(onRun ? { onRun } : {}) };
      // Conversations over a pipe have processes of their own; over HTTP they would meet in the same server.
      const lanes = subject.wire === "stdio" ? (options.jobs ?? JOBS) : 1;
      const slices = Array.from({ length: lanes }, (_, lane) => files.filter((_file, at) => at % lanes === lane));
      const runs = (await Promise.all(slices.map((slice) => runSuite(slice, known, suite)))).flat();
      const place = ({ revision, file }: Run) => revisions.indexOf(revision) * files.length + files.indexOf(file);
      runs.sort((a, b) => place(a) - place(b));
      const { wire } = subject;
      const verdict = judgeRuns(options.name, wire, inventories, runs, loadRequirements(), files, words.length > 0);
      return { ...verdict, ...(locked ? { locked } : {}), said: subject.said?.() ?? "" };
    } finally {
      await subject.close();
    }
  }
  throw new Error("nothing to check");
}

function subjectsOf(target: Target): readonly Subject[] {
  if ("command" in target) {
    const subject = stdioSubject(target.command, target.args, { ahead: false });
    // A process for each trace, so that none sees what another one did and each shows the same alone.
    return [{ ...subject, connect: (receive, _stateless, caller) => subject.connect(receive, false, caller) }];
  }
  return [httpSubject(target.url, target.accounts), sseSubject(target.url, target.accounts)];
}

/**
 * Where nobody got in, and is told to bring a token: which revisions are spoken is not to be found out, so that it is
 * judged by those that were asked for, or else by the latest. Says whether it is so.
 */
async function lock(
  known: Known,
  inventories: Map<Revision, Inventory>,
  asked: readonly Revision[] = REVISIONS.slice(-1),
): Promise<boolean> {
  for (const revision of asked.filter((one) => speaks(known.subject.wire, one))) {
    const inventory = await lockedInventory(known.subject, revision, known.timing);
    if (!inventory) continue;
    known.assume(revision, inventory);
    inventories.set(revision, inventory);
  }
  return inventories.size > 0;
}

async function inventoriesOf(known: Known, asked: readonly Revision[]): Promise<Map<Revision, Inventory>> {
  const inventories = new Map<Revision, Inventory>();
  for (const revision of asked) {
    if (!speaks(known.subject.wire, revision)) continue;
    const inventory = await known.inventory(revision);
    if (inventory) inventories.set(revision, inventory);
  }
  return inventories;
}
