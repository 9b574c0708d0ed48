import type { AnyRun } from "../any-run.js";
import type { ClientTraceFile } from "../clients/load.js";
import type { ClientRun } from "../clients/suite.js";
import { canSpeak, CLIENT_WIRES, onWire } from "../clients/trace.js";
import type { ClientStep, ClientWire } from "../clients/trace.js";
import type { TraceFile } from "../load.js";
import { bindsRole, coveringTraces, excuse, PARTIES, stateOf } from "../requirements.js";
import type { Naming, Requirement } from "../requirements.js";
import type { Run } from "../suite.js";
import { appliesTo, belongsTo, holdsIn, MODERN, REVISIONS, speaks, WIRES } from "../trace.js";
import type { Revision, RevisionSet, Step, WireName, WireSet } from "../trace.js";
import type { PageData, RequirementEntry, Row, RunEntry, StepEntry, TraceEntry } from "./page-data.js";
import { writtenClientRows } from "./written-client.js";
import { bounded, kindOf, spelt, writtenRows } from "./written.js";

/** What a page is made of. */
export interface Report {
  readonly files: readonly TraceFile[];
  readonly registry: readonly Requirement[];
  /** Traces that judge clients. */
  readonly clients?: readonly ClientTraceFile[];
  readonly clientRuns?: readonly ClientRun[];
  /** What a run showed; absent for a page to study from. */
  readonly runs?: readonly Run[];
  /** The name of what was judged, in a few words. */
  readonly subject?: string;
}

/** A step, as far as it says where it is played. */
interface Due {
  readonly only?: RevisionSet;
  readonly wires?: "*" | readonly string[];
  readonly covers?: readonly string[];
}
type WireStates = Record<string, "failed" | "passed" | "untested">;

/** Gathers what the page shows from the traces, the registry and, where there are any, the runs. */
export function reportData(report: Report): PageData {
  const { files, registry, runs = [], subject, clients = [], clientRuns = [] } = report;
  const texts: string[] = [];
  const known = new Map<string, number>();
  const intern = (text: string): number => {
    const shown = bounded(text);
    const at = known.get(shown) ?? texts.push(shown) - 1;
    known.set(shown, at);
    return at;
  };
  const byPath = new Map<string, AnyRun[]>([...files, ...clients].map(({ path }) => [path, []]));
  for (const run of [...runs, ...clientRuns]) byPath.get(run.file.path)?.push(run);
  const of = ({ path }: { path: string }) => byPath.get(path) ?? [];
  const traces = [
    ...files.map((file) => traceEntry(file, of(file), intern)),
    ...clients.map((file) => clientTraceEntry(file, of(file), intern)),
  ];
  return {
    ...(subject === undefined ? {} : { subject }),
    revisions: REVISIONS,
    modern: MODERN,
    wires: [
      ...WIRES.filter((wire) => runs.some((run) => run.wire === wire)),
      ...CLIENT_WIRES.filter((wire) => clientRuns.some((run) => run.wire === wire)).map(ofClient),
    ],
    texts,
    requirements: requirementEntries([...files, ...clients], registry, runs, clientRuns),
    traces,
  };
}

/** What a wire is called where a client was judged on it. */
const ofClient = (wire: string): string => `client ${wire}`;

/** `wires`: those that the step alone is for. */
function stepEntry(
  step: Step | ClientStep,
  revisions: readonly Revision[],
  wires: readonly string[] | undefined,
  intern: (text: string) => number,
): StepEntry {
  const only = spelt(revisions, (revision) => holdsIn(step.only, revision));
  return {
    kind: kindOf(step),
    covers: step.covers ?? [],
    ...(only ? { revisions: only } : {}),
    ...(wires ? { wires } : {}),
    ...(step.comment === undefined ? {} : { comment: step.comment }),
    source: intern(JSON.stringify(step)),
  };
}

function clientTraceEntry(
  { path, trace }: ClientTraceFile,
  runs: readonly AnyRun[],
  intern: (text: string) => number,
): TraceEntry {
  const revisions = REVISIONS.filter((revision) => holdsIn(trace.revisions, revision));
  const steps = trace.steps.map((step) =>
    stepEntry(
      step,
      revisions,
      spelt(CLIENT_WIRES, (wire) => onWire(step.wires, wire)),
      intern,
    ),
  );
  return {
    path,
    title: trace.title,
    role: "client",
    wires: CLIENT_WIRES.filter(
      (wire) => onWire(trace.wires, wire) && revisions.some((revision) => canSpeak(wire, revision)),
    ),
    steps,
    written: Object.fromEntries(revisions.map((revision) => [revision, writtenClientRows(trace, revision, intern)])),
    runs: runs.map((run) => runEntry(run, intern)),
  };
}

function traceEntry({ path, trace }: TraceFile, runs: readonly AnyRun[], intern: (text: string) => number): TraceEntry {
  const revisions = REVISIONS.filter((revision) => holdsIn(trace.revisions, revision));
  const steps = trace.steps.map((step) =>
    stepEntry(
      step,
      revisions,
      spelt(WIRES, (wire) => appliesTo(step.wires, wire)),
      intern,
    ),
  );
  return {
    path,
    title: trace.title,
    role: trace.role ?? "server",
    wires: WIRES.filter((wire) => appliesTo(trace.wires, wire) && revisions.some((revision) => speaks(wire, revision))),
    steps,
    written: Object.fromEntries(revisions.map((revision) => [revision, writtenRows(trace, revision, intern)])),
    runs: runs.map((run) => runEntry(run, intern)),
  };
}

function runEntry({ revision, wire, outcome }: AnyRun, intern: (text: string) => number): RunEntry {
  const { status } = outcome;
  if (status === "skipped") return { revision, wire, status, rows: [], reason: outcome.reason };
  // What no step took stands where it came: beside what came before it.
  let step = -1;
  const rows = outcome.crossings.map((crossing): Row => {
    step = crossing.step ?? step;
    const text = intern(crossing.text);
    return crossing.caller === undefined
      ? [crossing.by, step, text]
      : [crossing.by, step, text, { caller: crossing.caller }];
  });
  if (status === "passed") return { revision, wire, status, rows };
  const { reason, expected, received, requirements, said } = outcome;
  const row = failedRow(outcome);
  return {
    revision,
    wire,
    status,
    rows,
    step: outcome.step,
    reason: bounded(reason),
    requirements,
    ...(row < 0 ? {} : { row }),
    ...(expected === undefined ? {} : { expected: bounded(expected) }),
    ...(received === undefined ? {} : { received: bounded(received) }),
    ...(said === "" ? {} : { said: bounded(said) }),
  };
}

/** The message that failed: the last one that is told as received, else the last that the failed step took. */
function failedRow({ crossings, received, step }: Extract<AnyRun["outcome"], { status: "failed" }>): number {
  const named = crossings.findLastIndex(({ by, text }) => by === "server" && received?.includes(text) === true);
  return named >= 0 ? named : crossings.findLastIndex((one) => one.by === "server" && one.step === step);
}

function requirementEntries(
  files: readonly Naming[],
  registry: readonly Requirement[],
  servers: readonly Run[],
  clients: readonly ClientRun[],
): readonly RequirementEntry[] {
  const runs: readonly AnyRun[] = [...servers, ...clients];
  const naming = new Map<string, Set<number>>();
  for (const [index, { trace }] of files.entries()) {
    for (const id of trace.steps.flatMap(({ covers }) => covers ?? []))
      naming.set(id, (naming.get(id) ?? new Set<number>()).add(index));
  }
  const shown = new Map<string, WireStates>();
  noteWires(
    shown,
    servers,
    (wire) => wire,
    ({ step, wire }) => appliesTo(step.wires as WireSet, wire as WireName),
  );
  noteWires(shown, clients, ofClient, ({ step, wire }) => onWire(step.wires, wire as ClientWire));
  const covering = {
    server: coveringTraces(files, "server"),
    client: coveringTraces(files, "client"),
    "authorization-server": new Map(),
  };
  const entries = registry.flatMap((one) =>
    one.ids.map((id): RequirementEntry => {
      const party = PARTIES.find((name) => bindsRole(one, name)) ?? "server";
      const wires = shown.get(id) ?? {};
      const unobservable = excuse(one, party) ?? (bindsRole(one, "server") ? undefined : excuse(one, "client"));
      return {
        id,
        level: one.level,
        binds: [one.binds].flat().join(", "),
        says: one.says,
        state:
          overall(wires) ?? (naming.has(id) && runs.length > 0 ? "untested" : stateOf(one, id, party, covering[party])),
        ...(unobservable === undefined ? {} : { unobservable }),
        wires,
        traces: [...(naming.get(id) ?? [])],
      };
    }),
  );
  const listed = new Set(entries.map(({ id }) => id));
  for (const [id, traces] of naming) {
    if (listed.has(id)) continue;
    const wires = shown.get(id) ?? {};
    const state = overall(wires) ?? (runs.length > 0 ? "untested" : "covered");
    entries.push({ id, level: "", binds: "", says: "", state, wires, traces: [...traces] });
  }
  return entries.sort((a, b) => a.id.localeCompare(b.id, "en", { numeric: true }));
}

function overall(wires: WireStates): "failed" | "passed" | "untested" | undefined {
  const states = Object.values(wires);
  return (["failed", "passed", "untested"] as const).find((state) => states.includes(state));
}

/**
 * What the runs show of each requirement on each wire: one failure outweighs all, and trying outweighs skipping. A
 * failed trace speaks against what its failed step names, and says nothing of the rest.
 */
function noteWires(
  found: Map<string, WireStates>,
  runs: readonly AnyRun[],
  called: (wire: string) => string,
  meant: (one: { step: Due; wire: string }) => boolean,
): void {
  const RANK = { untested: 0, passed: 1, failed: 2 };
  const note = (id: string, wire: string, state: keyof typeof RANK) => {
    const states = found.get(id) ?? {};
    found.set(id, states);
    const before = states[wire];
    if (before === undefined || RANK[state] > RANK[before]) states[wire] = state;
  };
  for (const { file, revision, wire: on, outcome } of runs) {
    const wire = called(on);
    if (outcome.status === "passed") for (const id of outcome.covered) note(id, wire, "passed");
    if (outcome.status === "failed") for (const id of outcome.requirements) note(id, wire, "failed");
    if (outcome.status === "passed") continue;
    for (const step of file.trace.steps as readonly Due[]) {
      if (!holdsIn(step.only, revision) || !meant({ step, wire: on })) continue;
      for (const id of step.covers ?? []) if (belongsTo(id, revision)) note(id, wire, "untested");
    }
  }
}
