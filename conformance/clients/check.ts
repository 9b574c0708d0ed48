import { createJudge } from "../judge.js";
import { loadRequirements } from "../requirements.js";
import { isObject, REVISIONS } from "../trace.js";
import type { Json, JsonObject, Revision } from "../trace.js";
import { judgeRuns } from "../verdict.js";
import type { Declared, Verdict } from "../verdict.js";
import { loadClientTraces } from "./load.js";
import type { ClientSubject } from "./subject.js";
import { askClient, runClientSuite } from "./suite.js";
import type { ClientRun, ClientSuiteOptions } from "./suite.js";
import { canSpeak } from "./trace.js";
import type { ClientWire } from "./trace.js";

export interface CheckClientOptions {
  /** Those to ask for. Default: all. */
  readonly revisions?: readonly Revision[];
  /** Default: all that the subject may speak on. */
  readonly wires?: readonly ClientWire[];
  /** Only traces whose path holds one of the words. */
  readonly only?: readonly string[];
  /** How long the client may take for each thing that it is asked, in milliseconds. Default 3,000. */
  readonly timeoutMs?: number;
  /** How many clients are at work at the same time. Default 2. */
  readonly jobs?: number;
  readonly onRun?: (run: ClientRun) => void;
}

/**
 * Checks a client: finds out on which wires it speaks which revisions, plays the server of every trace to it, and says
 * of each statement that binds a client whether it is kept. One verdict for each wire on which the client speaks; none
 * where it speaks on no wire. Rejects where no trace has one of the words of `only`.
 */
export async function checkClient(
  subject: ClientSubject,
  options: CheckClientOptions = {},
): Promise<readonly Verdict[]> {
  const words = options.only ?? [];
  const files = loadClientTraces().filter(
    ({ path }) => words.length === 0 || words.some((word) => path.includes(word)),
  );
  if (files.length === 0) throw new Error(`no trace of a client has ${words.join(" or ")} in its path`);
  const { onRun, timeoutMs } = options;
  const suite: ClientSuiteOptions = {
    judge: createJudge(),
    timing: timeoutMs === undefined ? {} : { timeoutMs },
    jobs: options.jobs ?? 2,
    ...(onRun ? { onRun } : {}),
  };
  const registry = loadRequirements();
  const verdicts: Verdict[] = [];
  for (const wire of options.wires ?? subject.wires) {
    const spoken = new Map<Revision, Json>();
    for (const revision of options.revisions ?? REVISIONS) {
      const found = canSpeak(wire, revision) ? await askClient(subject, revision, wire, suite) : undefined;
      if (found) spoken.set(revision, found.declared);
    }
    if (spoken.size === 0) continue;
    const runs = await runClientSuite(files, subject, [...spoken.keys()], [wire], suite);
    const declared = new Map<Revision, Declared>(
      [...spoken].map(([revision, first]) => [revision, { capabilities: declaredIn(runs, revision, first) }]),
    );
    verdicts.push(judgeRuns(subject.name, wire, declared, runs, registry, files, words.length > 0, "client"));
  }
  return verdicts;
}

/** All that a client declared in a revision, whatever it was asked to do: some declare only what a scenario needs. */
function declaredIn(runs: readonly ClientRun[], revision: Revision, first: Json): Json {
  const all = runs.flatMap(({ revision: one, outcome }) => (one === revision ? [outcome.declared ?? null] : []));
  return all.reduce<Json>((sum, one) => merged(sum, one), first);
}

function merged(one: Json, other: Json): Json {
  if (!isObject(one) || !isObject(other)) return isObject(other) ? other : one;
  const result: Record<string, Json | undefined> = { ...one };
  for (const [name, value] of Object.entries(other)) result[name] = merged(result[name] ?? null, value as Json);
  return result as JsonObject;
}
