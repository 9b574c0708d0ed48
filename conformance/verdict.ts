import type { AnyRun } from "./any-run.js";
import type { Naming, Requirement, Role } from "./requirements.js";
import { bindsRole, coveringTraces, excuse, fieldOf } from "./requirements.js";
import type { Inventory } from "./inventory.js";
import { declares } from "./inventory.js";
import { belongsTo } from "./trace.js";
import type { Json, Revision } from "./trace.js";

/** `warned`: a SHOULD is broken. Neither `untested` nor `inapplicable` counts as passed. */
export type Standing = "passed" | "failed" | "warned" | "untested" | "inapplicable";

/** How it stands with one statement of the specification. */
export interface Judged {
  readonly id: string;
  readonly level: string;
  readonly says: string;
  readonly standing: Standing;
  /** Why it was not tried. */
  readonly reason?: string;
}

/** A run that broke something: what it broke, and how. */
export interface Broken {
  readonly run: AnyRun & { readonly outcome: { readonly status: "failed" } };
  readonly ids: readonly string[];
  /** A MUST is among them. */
  readonly mandatory: boolean;
}

export interface Verdict {
  /** What it was judged as. */
  readonly role: Role;
  readonly subject: string;
  readonly wire: string;
  /** Those that the subject speaks, of those that were asked for. */
  readonly revisions: readonly Revision[];
  readonly runs: readonly AnyRun[];
  readonly broken: readonly Broken[];
  /** Runs in which something was otherwise than the trace foresaw, and no statement of the specification forbids it. */
  readonly unclear: readonly AnyRun[];
  /** Statements that bind the role, in the revisions that it speaks; what no message can show is only counted. */
  readonly requirements: readonly Judged[];
  readonly unobservable: number;
  /** Nobody got in: it was judged by what shows without a token, as one that speaks these revisions. */
  readonly locked?: true;
  /** The end of what the subject said beside the protocol. */
  readonly said: string;
}

const MANDATORY = /^(MUST|SHALL|REQUIRED)/;
export const isMandatoryLevel = (level: string): boolean => MANDATORY.test(level);
const SCHEMA = /^[^/]+\/schema#(.+)$/;

/** What a subject declares in one revision. */
export interface Declared {
  readonly capabilities: Json | undefined;
  /** What its lists have; of a server alone. */
  readonly entries?: Inventory["entries"];
  /** Nobody got in, so that it is unknown what it declares. */
  readonly locked?: true;
}

/** Pages about a client that are about one of its capabilities alone. */
const CLIENT_PAGES: readonly (readonly [RegExp, string])[] = [
  [/^[^/]+\/client\/roots#/, "roots"],
  [/^[^/]+\/client\/sampling#/, "sampling"],
  [/^[^/]+\/client\/elicitation#/, "elicitation"],
  [/^extensions\/tasks\//, "extensions.io.modelcontextprotocol/tasks"],
];

/** Pages that are about one capability alone. */
const PAGES: readonly (readonly [RegExp, string])[] = [
  [/^[^/]+\/server\/tools#/, "tools"],
  [/^[^/]+\/server\/prompts#/, "prompts"],
  [/^[^/]+\/server\/resources#/, "resources"],
  [/^[^/]+\/server\/utilities\/logging#/, "logging"],
  [/^(?!2024-11-05)[^/]+\/server\/utilities\/completion#/, "completions"],
  [/^2025-11-25\/basic\/utilities\/tasks#/, "tasks"],
  [/^extensions\/tasks\//, "extensions.io.modelcontextprotocol/tasks"],
];

/** Pages that are about something which the lists of a subject may not have, and what that is. */
const ABOUT: readonly (readonly [RegExp, (declared: Declared) => boolean, string])[] = [
  [
    /#x-mcp-header\/|streamable-http#(schema-extension|server-behavior-for-custom-headers)/,
    ({ entries }) => entries === undefined || JSON.stringify(entries.tools).includes('"x-mcp-header":'),
    "no tool has parameters that headers repeat",
  ],
];

const failed = (run: AnyRun): run is Broken["run"] => run.outcome.status === "failed";

const OF_STDIO = /\/basic\/transports(#stdio|\/stdio#)/;
const OF_HTTP = /\/basic\/transports(#(?!stdio|top)|\/streamable-http#)/;
/** In 2024-11-05 HTTP is HTTP+SSE alone, and what it says of that does not bind a server over Streamable HTTP. */
const OF_HTTP_SSE = /^2024-11-05\/basic\/transports#(?!stdio|top)/;
/** Whether a statement is about another transport than that of the wire. */
const isForeign = (id: string, wire: string): boolean =>
  (wire === "stdio" ? OF_HTTP : OF_STDIO).test(id) || (wire.startsWith("http") && OF_HTTP_SSE.test(id));

/** The statements that a failed run shows to be broken: of the step that failed itself, and of a rule that broke. */
export function brokenBy({ outcome, wire, file }: Broken["run"]): readonly string[] {
  const step = file.trace.steps[outcome.step];
  const { ofTheRule = [], held = false } = outcome;
  // A message of a wrong form may be what the step is about. One that nobody asked for says nothing about it, unless
  // the step asks for silence.
  const about = outcome.reason.startsWith("the message breaks its schema") || (step && "quiet" in step);
  const stray = ofTheRule.length > 0 && !about;
  return (held || stray ? ofTheRule : outcome.requirements).filter((id) => !isForeign(id, wire));
}

/**
 * What all runs on one subject say, by statement. `inventories`: what it offers in each revision that it speaks. Where the
 * traces are `chosen` ones, only of the statements that they name.
 */
export function judgeRuns(
  subject: string,
  wire: string,
  inventories: ReadonlyMap<Revision, Declared>,
  runs: readonly AnyRun[],
  registry: readonly Requirement[],
  files: readonly Naming[],
  chosen = false,
  role: Role = "server",
): Verdict {
  const known = new Map(registry.flatMap((one) => one.ids.map((id) => [id, one] as const)));
  // A permission cannot be broken.
  const ids = (run: Broken["run"]) => brokenBy(run).filter((id) => known.get(id)?.level !== "MAY");
  const mandatory = (id: string) => isMandatoryLevel(known.get(id)?.level ?? "MUST");
  const broken = runs.filter(failed).flatMap((run) => {
    const found = ids(run);
    return found.length === 0 ? [] : [{ run, ids: found, mandatory: found.some(mandatory) }];
  });
  const unclear = runs.filter((run) => failed(run) && ids(run).length === 0);
  const revisions = [...inventories.keys()];
  const tried = triedBy(runs);
  const brokenIds = new Set(broken.flatMap((one) => one.ids));
  const covering = coveringTraces(files, role);
  let unobservable = 0;
  const requirements: Judged[] = [];
  for (const one of registry) {
    if (!bindsRole(one, role) || one.level === "MAY") continue;
    for (const id of one.ids) {
      const spoken = revisions.filter((revision) => belongsTo(id, revision));
      // Where no trace speaks of authorization, nothing is known of how the subject does it.
      const named = covering.has(id) || brokenIds.has(id);
      if (spoken.length === 0 || (!named && (chosen || fieldOf(id) === "authorization"))) continue;
      const { level, says } = one;
      if (excuse(one, role) !== undefined && !brokenIds.has(id)) unobservable++;
      else if (brokenIds.has(id)) {
        // A step may stand for a MUST and a SHOULD at once: then the one that has to be kept counts as broken.
        requirements.push({ id, level, says, standing: mandatory(id) ? "failed" : "warned" });
      } else
        requirements.push({
          id,
          level,
          says,
          ...(isForeign(id, wire)
            ? { standing: "inapplicable", reason: "it is about another wire" }
            : standingOf(id, spoken, inventories, tried.get(id), covering.has(id), role)),
        });
    }
  }
  for (const id of brokenIds) {
    const [, definition] = SCHEMA.exec(id) ?? [];
    const says = definition === undefined ? "" : `Messages have the form that the schema gives as ${definition}.`;
    if (!known.has(id)) requirements.push({ id, level: "MUST", says, standing: "failed" });
  }
  return { role, subject, wire, revisions, runs, broken, unclear, requirements, unobservable, said: "" };
}

interface Tried {
  passed: boolean;
  /** Why it could not be tried, of the runs where it applies. */
  untested: string | undefined;
  inapplicable: string | undefined;
}

function triedBy(runs: readonly AnyRun[]): ReadonlyMap<string, Tried> {
  const tried = new Map<string, Tried>();
  for (const { file, revision, outcome } of runs) {
    const passed = outcome.status === "failed" ? undefined : new Set(outcome.covered);
    for (const id of new Set(file.trace.steps.flatMap(({ covers }) => covers ?? []))) {
      if (!belongsTo(id, revision)) continue;
      const entry = tried.get(id) ?? { passed: false, untested: undefined, inapplicable: undefined };
      tried.set(id, entry);
      if (passed?.has(id)) entry.passed = true;
      else if (outcome.status === "failed") entry.untested ??= `${file.path} could not be played to its end`;
      else if (outcome.status === "skipped" && outcome.applies) entry.untested ??= outcome.reason;
      else if (outcome.status === "skipped") entry.inapplicable ??= outcome.reason;
    }
  }
  return tried;
}

function standingOf(
  id: string,
  spoken: readonly Revision[],
  inventories: ReadonlyMap<Revision, Declared>,
  tried: Tried | undefined,
  covering: boolean,
  role: Role,
): Pick<Judged, "standing" | "reason"> {
  if (tried?.passed) return { standing: "passed" };
  const capability = (role === "server" ? PAGES : CLIENT_PAGES).find(([page]) => page.test(id))?.[1];
  const isLocked = [...inventories.values()].some(({ locked }) => locked);
  if (isLocked && tried?.untested !== undefined) return { standing: "untested", reason: tried.untested };
  const offered = spoken.some((revision) => {
    const inventory = inventories.get(revision);
    return capability === undefined || (inventory !== undefined && declares(inventory, capability));
  });
  if (!offered) return { standing: "inapplicable", reason: `capabilities without ${capability}` };
  const lacked = ABOUT.find(([page, has]) => page.test(id) && ![...inventories.values()].some(has))?.[2];
  if (lacked !== undefined) return { standing: "inapplicable", reason: lacked };
  if (tried?.untested !== undefined) return { standing: "untested", reason: tried.untested };
  if (tried?.inapplicable !== undefined) return { standing: "inapplicable", reason: tried.inapplicable };
  return covering
    ? { standing: "inapplicable", reason: "it is about other wires" }
    : { standing: "untested", reason: "no trace is about it" };
}

export interface Tally {
  readonly passed: number;
  readonly broken: number;
  readonly untested: number;
  readonly inapplicable: number;
}

/** Counts statements: `exercised` of the `applicable` ones are those that passed or broke. */
export function tally(requirements: readonly Judged[]): Tally & { applicable: number; exercised: number } {
  const count = (...standings: readonly Standing[]) =>
    requirements.filter(({ standing }) => standings.includes(standing)).length;
  const [passed, broken] = [count("passed"), count("failed", "warned")];
  const untested = count("untested");
  return {
    passed,
    broken,
    untested,
    inapplicable: count("inapplicable"),
    applicable: passed + broken + untested,
    exercised: passed + broken,
  };
}
