/** A JSON value as `JSON.parse` makes it. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [member: string]: Json | undefined;
}

export const REVISIONS = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"] as const;
export type Revision = (typeof REVISIONS)[number];
/** The revisions that open with `initialize`, and those that carry everything in each request. */
export const LEGACY: readonly Revision[] = REVISIONS.slice(0, 4);
export const MODERN: readonly Revision[] = REVISIONS.slice(4);

export const WIRES = ["memory", "stdio", "http", "sse"] as const;
export type WireName = (typeof WIRES)[number];

/** Whether a revision can be spoken on a wire: HTTP+SSE is for those that open with `initialize`. */
export const speaks = (wire: WireName, revision: Revision): boolean => wire !== "sse" || LEGACY.includes(revision);

export type RevisionSet = "*" | "legacy" | "modern" | readonly Revision[];
export type WireSet = "*" | readonly WireName[];

/** Tokens that a subject's owner can hand out, by what is good or wrong about them. What they are, `README.md` tells. */
export const TOKEN_KINDS = [
  "valid",
  "narrow",
  "broad",
  "capitals",
  "expired",
  "other-audience",
  "no-audience",
] as const;
/** Those, and what is made of the valid one. */
export type TokenKind = (typeof TOKEN_KINDS)[number] | "forged" | "unsigned";
export type Tokens = Readonly<Partial<Record<TokenKind, string>>>;

/** What a subject must offer for the trace to be tried on it; where it does not, the trace is skipped. */
export interface FixtureNeeds {
  readonly tools?: readonly string[];
  readonly prompts?: readonly string[];
  /** URIs as `resources/list` shows them. */
  readonly resources?: readonly string[];
  /** URI templates as `resources/templates/list` shows them. */
  readonly resourceTemplates?: readonly string[];
  /** Members of the server's capabilities, a dot for a level: `resources.subscribe`. */
  readonly capabilities?: readonly string[];
  /** HTTP: paths where it serves too, each in the way that its name tells. */
  readonly paths?: readonly string[];
  /** What it must not have: capabilities by their path, and revisions in which it does not speak. */
  readonly without?: { readonly capabilities?: readonly string[]; readonly revisions?: RevisionSet };
  /** Those of the names above for which anything of its kind can stand in: nothing particular is asked of them. */
  readonly any?: readonly string[];
  /** Of those, where an answer with an error will do too: what failed when it was tried comes first. */
  readonly failing?: readonly string[];
  /** Of the tools in `any`, those that require arguments, and are called as the trace writes it. */
  readonly strict?: readonly string[];
  /** Lists that have entries, whether they are declared or not. */
  readonly entries?: readonly ("tools" | "prompts" | "resources" | "resourceTemplates")[];
  /** Lists that have more than one page. */
  readonly pages?: readonly ("tools" | "prompts" | "resources" | "resourceTemplates")[];
  /** HTTP: it gives ids to sessions. */
  readonly sessions?: true;
  /** Scopes that its tools need. */
  readonly scopes?: readonly string[];
  /** HTTP: it answers 401 to who brings no token. */
  readonly authorization?: true;
  /** HTTP: tokens of these kinds that were made for it. */
  readonly tokens?: readonly TokenKind[];
  /** Which variant of the fixture server is meant. Other subjects have none: `without` alone can admit them. */
  readonly variant?: string;
}

/** One behaviour: what the client sends, and what has to come back. The contract is `README.md`. */
export interface Trace {
  readonly title: string;
  readonly revisions: RevisionSet;
  /** Who is judged. */
  readonly role?: "server" | "client";
  /** Default: every wire. */
  readonly wires?: WireSet;
  readonly fixture?: FixtureNeeds;
  /** The client's capabilities, in `initialize` or in each request's `_meta`. */
  readonly capabilities?: JsonObject;
  /** A subject of its own, because the trace would disturb those that follow. */
  readonly fresh?: boolean;
  /** Legacy only, default true: the runner initializes the session before the first step. */
  readonly handshake?: boolean;
  /** Default true: the runner completes what the steps send. */
  readonly dress?: boolean;
  readonly steps: readonly Step[];
}

interface StepBase {
  /** Requirement ids that this step shows. */
  readonly covers?: readonly string[];
  /** Example messages of the specification that a message of this step stands for. */
  readonly examples?: readonly string[];
  /** The step is for these revisions only. */
  readonly only?: RevisionSet;
  /** The step is for these wires only. */
  readonly wires?: WireSet;
  /** Another caller's step: somebody with credentials and a connection of its own. */
  readonly by?: string;
  readonly comment?: string;
}

/** How a step that sends may differ from what the runner would do by itself. */
export interface Dressing {
  readonly dress?: boolean;
  /** Speaks another revision than the trace: for the two eras on one wire. */
  readonly as?: Revision;
  /** HTTP header fields; null takes away one that the runner adds, or the caller has. Nothing on other wires. */
  readonly headers?: Readonly<Record<string, string | null | JsonObject>>;
  /** HTTP: what the URL is asked with. */
  readonly query?: Readonly<Record<string, string | JsonObject>>;
  /** HTTP: another path than the endpoint's, out of `fixture.paths`. */
  readonly path?: string;
}

export interface SendStep extends StepBase, Dressing {
  readonly send: Json;
}
export interface RawStep extends StepBase, Dressing {
  readonly raw: string | { readonly base64: string } | { readonly repeat: string; readonly times: number };
}
export interface HttpStep extends StepBase, Omit<Dressing, "path"> {
  readonly http: { readonly method: string; readonly path?: string; readonly body?: string };
}
export interface CancelStep extends StepBase {
  /** The id of the request that the client gives up. */
  readonly cancel: Json;
}
export interface CloseStep extends StepBase {
  /** The client ends the connection; the server has to follow. */
  readonly close: true;
}
export interface ExpectStep extends StepBase {
  /** The next message matches. */
  readonly expect: Json;
  /** HTTP: it comes in the reply to the request with this id; null: on a stream that replies to no request. */
  readonly on?: Json;
  /** HTTP: the status and the header fields of the reply that carried the message. */
  readonly status?: Json;
  readonly headers?: JsonObject;
}
export interface ExpectAllStep extends StepBase {
  /** As many messages, in any order. */
  readonly expectAll: readonly Json[];
  /** HTTP: on which stream each of them comes. */
  readonly on?: readonly Json[];
}
export interface PassStep extends StepBase {
  /** The messages that match are passed over, up to the first that does not … */
  readonly pass: Json;
  /** … as long as there are no more of them, and no fewer. */
  readonly atMost: number;
  readonly atLeast?: number;
}
export interface ReplyStep extends StepBase {
  /** HTTP: the reply to the last thing sent. Nothing on other wires. */
  readonly reply: { readonly status?: Json; readonly headers?: JsonObject; readonly body?: Json };
}
export interface MetadataStep extends StepBase {
  /**
   * HTTP: the Protected Resource Metadata, where the challenge of the last reply says or else at the well-known URIs,
   * matches. Nothing on other wires.
   */
  readonly metadata: JsonObject;
}
export interface PollStep extends StepBase, Dressing {
  /** A request without an id, sent again and again, each time with an id of its own … */
  readonly poll: JsonObject;
  /** … until its answer matches. */
  readonly until: Json;
  /** Without a pause between an answer and the next request. */
  readonly hasty?: true;
}
export interface RepeatStep extends StepBase, Dressing {
  /** A notification, sent again and again … */
  readonly repeat: JsonObject;
  /** … until a message comes that matches. */
  readonly until: Json;
}
export interface DropStep extends StepBase {
  /** HTTP: the connection that carries the answer to this request ("GET": the session's own stream) is cut. */
  readonly drop: Json;
}
export interface ResumeStep extends StepBase {
  /** HTTP: the client comes back for the stream of this request, by a GET with `Last-Event-ID`. */
  readonly resume: Json;
  /** Which event of the stream was the last that it has, 1 being the first. Default: the last that came. */
  readonly after?: number;
}
export interface StreamStep extends StepBase {
  /** HTTP: the events that the connection for this request has brought so far match; `ended`: to its end. */
  readonly stream: Json;
  readonly events: Json;
  readonly ended?: true;
}
export interface QuietStep extends StepBase {
  /** Nothing more comes: proved by a barrier request, or ("time") by waiting a little. */
  readonly quiet: true | "time";
}

export type Step =
  | SendStep
  | RawStep
  | HttpStep
  | CancelStep
  | CloseStep
  | ExpectStep
  | ExpectAllStep
  | PassStep
  | ReplyStep
  | MetadataStep
  | PollStep
  | RepeatStep
  | DropStep
  | ResumeStep
  | StreamStep
  | QuietStep;

/** Whether a trace or step is meant for `revision`; absent means every revision. */
export function holdsIn(set: RevisionSet | undefined, revision: Revision): boolean {
  if (set === undefined || set === "*") return true;
  if (set === "legacy") return LEGACY.includes(revision);
  if (set === "modern") return MODERN.includes(revision);
  return set.includes(revision);
}

/** Whether a requirement is one of `revision`: extensions are of the modern ones, the security practices of all. */
export function belongsTo(id: string, revision: Revision): boolean {
  if (id.startsWith("extensions/")) return MODERN.includes(revision);
  return id.startsWith(`${revision}/`) || id.startsWith("security/");
}

/** The callers, beside the first, whose steps are played in that revision on that wire. */
export function callersOf(trace: Trace, revision: Revision, wire: WireName): ReadonlySet<string> {
  const due = trace.steps.filter((step) => holdsIn(step.only, revision) && appliesTo(step.wires, wire));
  return new Set(due.flatMap(({ by }) => (by === undefined ? [] : [by])));
}

/** Whether a trace or step is meant for `wire`; absent means every wire. */
export function appliesTo(set: WireSet | undefined, wire: WireName): boolean {
  return set === undefined || set === "*" || set.includes(wire);
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** An own member of an object, or undefined: nothing is found on a prototype. */
export function member(value: unknown, name: string): Json | undefined {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}
