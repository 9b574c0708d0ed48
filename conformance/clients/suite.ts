import type { ClientJudge } from "../judge.js";
import { holdsIn } from "../trace.js";
import type { Json, Revision } from "../trace.js";
import type { ClientTraceFile } from "./load.js";
import type { ClientOutcome, ClientTiming } from "./outcome.js";
import { OVERLOOKING, replayClient } from "./replay.js";
import type { ClientSubject } from "./subject.js";
import { canSpeak, isDue, onWire } from "./trace.js";
import type { ClientTrace, ClientWire } from "./trace.js";

/** One trace that judges a client, in one revision, on one wire. */
export interface ClientRun {
  readonly file: ClientTraceFile;
  readonly revision: Revision;
  readonly wire: ClientWire;
  readonly outcome: ClientOutcome;
}

export interface ClientSuiteOptions {
  readonly judge: ClientJudge;
  readonly timing?: Partial<ClientTiming>;
  /** How many clients are at work at the same time. Default 1. */
  readonly jobs?: number;
  readonly onRun?: (run: ClientRun) => void;
}

/** Connects and no more: whether a client speaks a revision shows in that it goes on after the answer. */
const PROBES: Readonly<Record<"legacy" | "modern", ClientTrace>> = {
  legacy: { title: "Connect", revisions: "legacy", role: "client", scenario: {}, steps: [] },
  modern: {
    title: "Connect",
    revisions: "modern",
    role: "client",
    scenario: { do: [{ action: "list-tools" }] },
    steps: [
      {
        await: {
          id: { $any: true },
          params: { _meta: { "io.modelcontextprotocol/protocolVersion": { $ref: "revision" } } },
          method: { $not: "initialize" },
        },
      },
    ],
  },
};

/** Whether a client speaks a revision on a wire, and what it declares there; undefined where it does not. */
export async function askClient(
  subject: ClientSubject,
  revision: Revision,
  wire: ClientWire,
  options: ClientSuiteOptions,
): Promise<{ readonly declared: Json } | undefined> {
  const probe = holdsIn("legacy", revision) ? PROBES.legacy : PROBES.modern;
  // What it does wrong by then, the traces tell.
  const outcome = await replayClient(probe, revision, subject, wire, OVERLOOKING, options.timing);
  if (outcome.status === "skipped") return undefined;
  return { declared: outcome.declared ?? null };
}

/** Whether a trace can show anything in that revision on that wire. */
export const appliesThere = ({ trace }: ClientTraceFile, revision: Revision, wire: ClientWire): boolean =>
  holdsIn(trace.revisions, revision) && onWire(trace.wires, wire) && canSpeak(wire, revision);

/** Plays every trace that applies to a client, in these revisions, on these wires. */
export async function runClientSuite(
  files: readonly ClientTraceFile[],
  subject: ClientSubject,
  revisions: readonly Revision[],
  wires: readonly ClientWire[],
  options: ClientSuiteOptions,
): Promise<readonly ClientRun[]> {
  const due = wires.flatMap((wire) =>
    revisions.flatMap((revision) =>
      files.filter((file) => appliesThere(file, revision, wire)).map((file) => ({ file, revision, wire })),
    ),
  );
  const runs: (ClientRun | undefined)[] = due.map(() => undefined);
  let next = 0;
  const work = async () => {
    while (next < due.length) {
      const at = next++;
      const one = due[at];
      if (!one) return;
      const { judge, timing } = options;
      const outcome = await replayClient(one.file.trace, one.revision, subject, one.wire, judge, timing);
      const run = { ...one, outcome };
      runs[at] = run;
      options.onRun?.(run);
    }
  };
  await Promise.all(Array.from({ length: options.jobs ?? 1 }, work));
  return runs.filter((run) => run !== undefined);
}

/** The statements that a run would show if it passed. */
export const namedIn = ({ file, revision, wire }: Pick<ClientRun, "file" | "revision" | "wire">): readonly string[] =>
  file.trace.steps.filter((step) => isDue(step, revision, wire)).flatMap(({ covers }) => covers ?? []);
