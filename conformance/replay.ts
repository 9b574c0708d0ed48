import type { Crossing } from "./crossing.js";
import { Dialogue, TIMING } from "./dialogue.js";
import type { Received, Timing } from "./dialogue.js";
import { Failure } from "./failure.js";
import type { Judge } from "./judge.js";
import { equal, match, resolve } from "./match.js";
import type { Bindings, Mismatch } from "./match.js";
import { poll, repeat } from "./poll.js";
import { findMetadata } from "./protected-resource.js";
import type { Sending } from "./sending.js";
import { knownNames } from "./tokens.js";
import { appliesTo, belongsTo, holdsIn, isObject, LEGACY, member } from "./trace.js";
import type {
  Dressing,
  ExpectAllStep,
  ExpectStep,
  Json,
  JsonObject,
  PassStep,
  RawStep,
  ReplyStep,
  Revision,
  Step,
  Trace,
  WireSet,
} from "./trace.js";
import type { Subject } from "./wires/wire.js";

/** How one trace went, in one revision, on one wire. */
export type Outcome =
  | { readonly status: "passed"; readonly covered: readonly string[]; readonly crossings: readonly Crossing[] }
  | {
      readonly status: "failed";
      /** Index of the step in the trace; -1 while the handshake was played. */
      readonly step: number;
      readonly reason: string;
      readonly expected: string | undefined;
      readonly received: string | undefined;
      readonly requirements: readonly string[];
      /** Those of them on which the broken rule itself rests; where the step `held`, no others are broken. */
      readonly ofTheRule?: readonly string[];
      /** What the step asked for came; a rule that is watched unasked was broken meanwhile. */
      readonly held?: boolean;
      /** The end of what the subject said beside the protocol. */
      readonly said: string;
      readonly crossings: readonly Crossing[];
    };

/**
 * Plays the client's side of `trace` in `revision` against `subject` and compares what comes. Never throws for what the
 * subject does; throws where the trace itself is wrong (an unknown matcher, an unbound name).
 */
export async function replay(
  trace: Trace,
  revision: Revision,
  subject: Subject,
  judge: Judge,
  timing: Partial<Timing> = {},
): Promise<Outcome> {
  const crossings: Crossing[] = [];
  const heeded = methodsOf(trace);
  const patience = { ...TIMING, ...timing };
  const dialogueOf = (caller?: string) =>
    new Dialogue(subject, revision, trace.capabilities ?? {}, judge, patience, heeded, caller, crossings);
  const dialogues = new Map<string | undefined, Dialogue>();
  const bindings: Bindings = new Map([["revision", revision], ...knownNames(subject)]);
  const covered = new Set<string>();
  const ours = (step: Step | undefined) => (step?.covers ?? []).filter((id) => belongsTo(id, revision));
  let index = -1;
  let passed = false;
  let held = false;
  try {
    for (index = -1; index < trace.steps.length; index++) {
      const step = trace.steps[index];
      if (step && !(holdsIn(step.only, revision) && appliesTo(step.wires, subject.wire))) continue;
      const dialogue = dialogues.get(step?.by) ?? dialogueOf(step?.by);
      dialogues.set(step?.by, dialogue);
      if (!dialogue.connected && (!step || sends(step))) await begin(dialogue, trace);
      // Silence has to be everybody's, unless the step says whose.
      const meant = step && "quiet" in step && step.by === undefined ? [...dialogues.values()] : [dialogue];
      for (const one of meant) one.step = index;
      held = false;
      if (step) for (const one of meant) if (one.connected || one === dialogue) await play(step, trace, one, bindings);
      held = true;
      // What comes as soon as something is sent is for the next step to tell of, which says what it would break.
      const complaint = step && sends(step) && index < trace.steps.length - 1 ? undefined : complaintOf(dialogues);
      if (complaint) throw complaint;
      for (const id of ours(step)) covered.add(id);
    }
    passed = true;
    return { status: "passed", covered: [...covered], crossings };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    // What broke a rule unasked explains a missing answer better than the silence does.
    const told = complaintOf(dialogues) ?? error;
    const requirements = [...new Set([...ours(trace.steps[index]), ...told.requirements, ...error.requirements])];
    const { message: reason, expected, received } = told;
    const said = subject.said?.() ?? "";
    return {
      status: "failed",
      step: index,
      reason,
      expected,
      received,
      requirements,
      ofTheRule: told.requirements,
      held,
      said,
      crossings,
    };
  } finally {
    for (const dialogue of dialogues.values()) await dialogue.leave(passed);
  }
}

const complaintOf = (dialogues: ReadonlyMap<string | undefined, Dialogue>): Failure | undefined =>
  [...dialogues.values()].flatMap(({ complaints }) => complaints)[0];

/** The methods that the patterns of a trace name. */
function methodsOf(trace: Trace): ReadonlySet<string> {
  const found = new Set<string>();
  const walk = (pattern: Json | undefined): void => {
    if (Array.isArray(pattern)) for (const item of pattern) walk(item as Json);
    if (!isObject(pattern)) return;
    const method = member(pattern, "method");
    if (typeof method === "string") found.add(method);
    for (const value of Object.values(pattern)) walk(value);
  };
  for (const step of trace.steps) {
    if ("repeat" in step) walk(step.until);
    else
      walk("expect" in step ? step.expect : "expectAll" in step ? step.expectAll : "pass" in step ? step.pass : null);
  }
  return found;
}

/** Over HTTP+SSE replies to POSTs say little: they are looked at where the trace or the step is for that wire alone. */
function looksAtReplies(step: Step, trace: Trace, { subject: { wire } }: Dialogue): boolean {
  const only = (set: WireSet | undefined) => Array.isArray(set) && set.length === 1 && set[0] === wire;
  return wire === "http" || (wire === "sse" && (only(step.wires) || only(trace.wires)));
}

/** After a close, what the server still had to say may be expected; what sends, opens a new connection. */
const sends = (step: Step): boolean =>
  "send" in step || "raw" in step || "http" in step || "poll" in step || "repeat" in step;

async function begin(dialogue: Dialogue, trace: Trace): Promise<void> {
  dialogue.step = -1;
  await dialogue.connect();
  if (LEGACY.includes(dialogue.revision) && trace.handshake !== false) await dialogue.open();
}

async function play(step: Step, trace: Trace, dialogue: Dialogue, bindings: Bindings): Promise<void> {
  const sending = (own: Dressing): Sending => ({
    dress: own.dress ?? trace.dress ?? true,
    ...(own.as ? { as: own.as } : {}),
    ...(own.headers ? { headers: resolve(own.headers, bindings) as Readonly<Record<string, string | null>> } : {}),
    ...(own.path === undefined ? {} : { path: own.path }),
    ...(own.query === undefined ? {} : { query: resolve(own.query, bindings) as Readonly<Record<string, string>> }),
  });
  if ("send" in step) await dialogue.send(resolve(step.send, bindings), sending(step));
  else if ("raw" in step) dialogue.sendRaw(rawBytes(step.raw), sending(step));
  else if ("http" in step) dialogue.sendHttp(step.http, sending(step));
  else if ("cancel" in step) await dialogue.cancel(step.cancel);
  else if ("close" in step) await dialogue.close();
  else if ("quiet" in step) await dialogue.quiet(step.quiet === "time");
  else if ("reply" in step) await checkReply(step, trace, dialogue, bindings);
  else if ("metadata" in step) {
    const found = await findMetadata(dialogue);
    refuse(found && match(step.metadata, found, "metadata", bindings), { message: found ?? null, exchange: undefined });
  } else if ("repeat" in step) await repeat(step, dialogue, bindings, sending(step));
  else if ("poll" in step) await poll(step, dialogue, bindings, sending(step));
  else if ("drop" in step) dialogue.drop(step.drop);
  else if ("resume" in step) await dialogue.resume(step.resume, step.after);
  else if ("stream" in step) {
    const events = await dialogue.events(step.stream, step.ended);
    refuse(match(step.events, events, "events", bindings), { message: events, exchange: undefined });
  } else if ("pass" in step) await pass(step, dialogue, bindings);
  else if ("expectAll" in step) await expectAll(step, dialogue, bindings);
  else await expectNext(step, trace, dialogue, bindings);
}

function rawBytes(raw: RawStep["raw"]): string | Uint8Array {
  if (typeof raw === "string") return raw;
  return "base64" in raw ? Buffer.from(raw.base64, "base64") : raw.repeat.repeat(raw.times);
}

async function expectNext(step: ExpectStep, trace: Trace, dialogue: Dialogue, bindings: Bindings): Promise<void> {
  const received = await dialogue.next(JSON.stringify(step.expect));
  refuse(match(step.expect, received.message, "", bindings), received);
  checkStream(step.on, received, dialogue);
  if (!received.exchange || !looksAtReplies(step, trace, dialogue)) return;
  const reply = received.exchange.reply;
  if (step.status !== undefined) refuse(match(step.status, reply?.status, "HTTP status", bindings), received);
  if (step.headers) refuse(matchHeaders(step.headers, reply?.headers ?? {}, bindings), received);
}

/** Refuses a message that came on another stream than `on` names; other wires have but one. */
function checkStream(on: Json | undefined, received: Received, dialogue: Dialogue): void {
  if (on === undefined || !received.exchange || dialogue.subject.wire !== "http") return;
  const came = dialogue.repliedOn(received.exchange);
  if (equal(on, came)) return;
  const named = (id: Json) =>
    id === null ? "a stream that replies to no request" : `the reply to ${JSON.stringify(id)}`;
  throw new Failure(
    "the message came on another stream",
    named(on),
    `${named(came)}: ${JSON.stringify(received.message)}`,
  );
}

function refuse(mismatch: Mismatch | undefined, received: Received): void {
  if (!mismatch) return;
  const seen = `${mismatch.received} in ${JSON.stringify(received.message)}`;
  throw new Failure(`${mismatch.path} differs`, mismatch.expected, seen);
}

/** Each pattern takes the first message that it fits, so that the more particular pattern has to stand first. */
async function expectAll(step: ExpectAllStep, dialogue: Dialogue, bindings: Bindings): Promise<void> {
  let open = [...step.expectAll];
  while (open.length > 0) {
    const received = await dialogue.next(JSON.stringify(open));
    const fits = open.find((pattern) => !match(pattern, received.message, "", new Map(bindings)));
    if (fits === undefined) {
      throw new Failure(
        "a message that fits none of the expected",
        JSON.stringify(open),
        JSON.stringify(received.message),
      );
    }
    match(fits, received.message, "", bindings);
    checkStream(step.on?.[step.expectAll.indexOf(fits)], received, dialogue);
    open = open.filter((pattern) => pattern !== fits);
  }
}

/** Takes messages as long as they match; the first that does not is left for the next step. */
async function pass(
  { pass: pattern, atMost, atLeast = 0 }: PassStep,
  dialogue: Dialogue,
  bindings: Bindings,
): Promise<void> {
  for (let count = 0; ; count++) {
    const received = await dialogue.next(`the end of what matches ${JSON.stringify(pattern)}`);
    if (match(pattern, received.message, "", new Map(bindings))) {
      dialogue.putBack(received);
      if (count >= atLeast) return;
      throw new Failure("too few messages", `at least ${atLeast} that match ${JSON.stringify(pattern)}`, String(count));
    }
    if (count === atMost) {
      const wanted = `at most ${atMost} messages that match ${JSON.stringify(pattern)}`;
      throw new Failure("too many messages", wanted, `one more: ${JSON.stringify(received.message)}`);
    }
  }
}

function matchHeaders(patterns: JsonObject, headers: Readonly<Record<string, string>>, bindings: Bindings) {
  for (const [name, pattern] of Object.entries(patterns)) {
    const value = Object.hasOwn(headers, name.toLowerCase()) ? headers[name.toLowerCase()] : undefined;
    const mismatch = match(pattern as Json, value, `HTTP header ${name}`, bindings);
    if (mismatch) return mismatch;
  }
  return undefined;
}

async function checkReply(step: ReplyStep, trace: Trace, dialogue: Dialogue, bindings: Bindings): Promise<void> {
  if (!looksAtReplies(step, trace, dialogue)) return;
  const reply = await dialogue.lastReply();
  const seen = { status: reply.status, headers: reply.headers as JsonObject, body: reply.body };
  const wanted = step.reply;
  const mismatch =
    (wanted.status === undefined ? undefined : match(wanted.status, reply.status, "HTTP status", bindings)) ??
    (wanted.headers ? matchHeaders(wanted.headers, reply.headers, bindings) : undefined) ??
    (wanted.body === undefined
      ? undefined
      : match(wanted.body, readBody(wanted.body, reply.body), "HTTP body", bindings));
  refuse(mismatch, { message: seen, exchange: undefined });
}

/** A body is compared as text with text, else as the JSON that it holds. */
function readBody(pattern: Json, body: string): Json {
  if (typeof pattern === "string" || (isObject(pattern) && Object.hasOwn(pattern, "$match"))) return body;
  try {
    return JSON.parse(body) as Json;
  } catch {
    return body;
  }
}
