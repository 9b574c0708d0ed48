import type { Crossing } from "../crossing.js";
import { Failure } from "../failure.js";
import { declares } from "../inventory.js";
import type { ClientJudge } from "../judge.js";
import { match, resolve } from "../match.js";
import type { Bindings } from "../match.js";
import { belongsTo, isObject, member } from "../trace.js";
import type { Json, JsonObject, Revision } from "../trace.js";
import { surround } from "./authorization/surround.js";
import { Front } from "./mutants/front.js";
import type { MakeMutation } from "./mutants/front.js";
import { initialized, isModern } from "./default-answers.js";
import { askedOf, mutated, sideOf } from "./staging.js";
import type { ClientSubject, Working } from "./subject.js";
import { Talk } from "./talk.js";
import type { Heard } from "./talk.js";
import { isDue, isHttp } from "./trace.js";
import { CLIENT_TIMING, Untried } from "./outcome.js";
import type { ClientOutcome, ClientTiming } from "./outcome.js";
import type { CameStep, ClientStep, ClientTrace, ClientWire, Looked, MostStep } from "./trace.js";
import { guardedSide } from "./wires/http.js";
import type { Arrival } from "./wires/wire.js";

/** What has been sent has come by then, in milliseconds. */
const AGES_MS = 500;

/** For who asks only what the client does: with this judge, nothing that is watched unasked ends a run. */
export const OVERLOOKING: ClientJudge = { unjudged: [], client: () => [] };

/** Plays the server's side of a trace to a client, which is started for it, and judges what that sends. */
export async function replayClient(
  trace: ClientTrace,
  revision: Revision,
  subject: ClientSubject,
  wire: ClientWire,
  judge: ClientJudge,
  timing: Partial<ClientTiming> = {},
  mutant?: MakeMutation,
): Promise<ClientOutcome> {
  const crossings: Crossing[] = [];
  const talk = new Talk(revision, wire, trace.server ?? {}, judge, crossings);
  const run = new ClientRun(trace, talk, { ...CLIENT_TIMING, ...timing }, subject.startMs);
  const take = (arrival: Arrival) => talk.receive(arrival);
  const front = mutant ? new Front(mutant, take) : undefined;
  const receive = front ? (arrival: Arrival) => front.take(arrival) : take;
  const side = await (trace.authorization
    ? guardedSide(receive, trace.authorization)
    : sideOf(wire, trace.server ?? {}, receive));
  if (front) front.side = side;
  talk.side = front ? mutated(side, front) : side;
  if ("url" in side.target) run.bindings.set("url", new URL("/", side.target.url).href);
  talk.world = surround(trace, revision, side, run.bindings);
  if (trace.authorization?.exposed && side.origins?.["exposed"] === undefined) {
    await side.close();
    return { status: "skipped", reason: "this machine has no address but loopback", applies: false, covered: [] };
  }
  const working = subject.start(askedOf(trace, revision, wire, run.bindings), side.target);
  void working.ended.then((why) => {
    run.ended = true;
    run.why = why;
    talk.wake();
  });
  try {
    return { ...(await run.play(working)), declared: talk.watch.declared ?? null };
  } finally {
    await working.stop();
    await side.close();
  }
}

/** Members by which a message, or what stands for one, tells what it is. A response has none of them. */
const KINDS = ["asks", "method", "http", "closed"] as const;

/** Whether a message may be what a pattern is about: its method, or over HTTP its kind. */
function concerns(pattern: JsonObject, message: Json): boolean {
  for (const name of KINDS) {
    const wanted = member(pattern, name);
    if (wanted === undefined) continue;
    const value = member(message, name);
    return isObject(wanted) ? value !== undefined && !match(wanted, value, "", new Map()) : wanted === value;
  }
  return KINDS.every((name) => member(message, name) === undefined);
}

/** The same request so often, each with an id of its own. */
const numbered = (message: Json, times: number): readonly Json[] =>
  Array.from({ length: times }, (_, at) => ({
    ...(message as JsonObject),
    id: `${String(member(message, "id"))}-${at + 1}`,
  }));

class ClientRun {
  ended = false;
  why: string | undefined;
  readonly #bindings: Bindings;
  readonly #covered = new Set<string>();
  readonly #bans: { pattern: JsonObject; index: number }[] = [];
  #banned: Failure | undefined;
  #bannedAt = -1;
  #index = -1;
  #acted = false;
  readonly #all: Json[] = [];
  #before = performance.now();

  constructor(
    readonly trace: ClientTrace,
    readonly talk: Talk,
    readonly timing: ClientTiming,
    readonly startMs: number,
  ) {
    this.#bindings = new Map<string, Json>([["revision", talk.revision]]);
    talk.heeds = (message) => this.#heeds(message);
    talk.sees = (message) => this.#sees(message);
  }

  get bindings(): Bindings {
    return this.#bindings;
  }

  #due(step: ClientStep): boolean {
    return isDue(step, this.talk.revision, this.talk.wire);
  }

  /** What the rules that are watched unasked found. */
  get #complaints(): readonly Failure[] {
    return this.talk.judge === OVERLOOKING ? [] : this.talk.complaints;
  }

  #opening = true;

  #heeds(message: Json): boolean {
    const method = member(message, "method");
    if (this.#opening && (method === "initialize" || method === "notifications/initialized")) return true;
    return this.trace.steps.some((step, index) => {
      if (index < this.#index || !this.#due(step)) return false;
      if ("await" in step) return this.#awaits(step.await, message);
      return "expect" in step && concerns(step.expect, message);
    });
  }

  #awaits(pattern: JsonObject, message: Json): boolean {
    try {
      return !match(pattern, message, "", new Map(this.#bindings));
    } catch {
      // What it refers to is yet to come.
      return concerns(pattern, message);
    }
  }

  #sees(message: Json): void {
    this.#all.push(message);
    for (const { pattern, index } of this.#bans) {
      if (this.#banned || match(pattern, message, "", new Map(this.#bindings))) continue;
      this.#banned = new Failure(
        "the client sent what it must not",
        `no ${JSON.stringify(pattern)}`,
        JSON.stringify(message),
      );
      this.#bannedAt = index;
    }
  }

  #ids(index: number): readonly string[] {
    return (this.trace.steps[index]?.covers ?? []).filter((id) => belongsTo(id, this.talk.revision));
  }

  async play(working: Working): Promise<ClientOutcome> {
    const { talk, trace } = this;
    try {
      if (!isModern(talk.revision) && trace.handshake !== false && !trace.authorization) await this.#open();
      this.#opening = false;
      for (this.#index = 0; this.#index < trace.steps.length; this.#index++) {
        const step = trace.steps[this.#index] as ClientStep;
        if (!this.#due(step)) continue;
        talk.step = this.#index;
        await this.#step(step);
        this.#refuse();
        this.#before = performance.now();
        if (!("never" in step)) for (const id of this.#ids(this.#index)) this.#covered.add(id);
      }
      this.#index = trace.steps.length - 1;
      await this.#leave();
      this.#refuse();
      if (!talk.heard) throw new Untried("the client said nothing", true);
      for (const { index } of this.#bans) for (const id of this.#ids(index)) this.#covered.add(id);
      return { status: "passed", covered: [...this.#covered], crossings: talk.crossings };
    } catch (error) {
      return this.#failed(error, working);
    }
  }

  #failed(error: unknown, working: Working): ClientOutcome {
    const { talk, trace } = this;
    const complaint = this.#complaints[0];
    if (!(error instanceof Failure) && !(error instanceof Untried)) throw error;
    const banned = this.#banned;
    if (trace.authorization && !talk.world?.visited && !complaint && !banned)
      return { status: "skipped", reason: "the client does no authorization", applies: false, covered: [] };
    const optional = "optional" in (trace.steps[this.#index] ?? {});
    if (error instanceof Untried && !complaint && !banned) {
      const applies = error.applies && !optional;
      return { status: "skipped", reason: error.message, applies, covered: [...this.#covered] };
    }
    const told = complaint ?? banned ?? (error as Failure);
    const ofStep = error instanceof Failure && error !== complaint && error !== banned;
    const step = ofStep || !banned ? this.#index : this.#bannedAt;
    // What one message breaks may be told by several: a rule, the step that takes it, one that forbids it.
    const broken = new Set([
      ...this.#complaints.flatMap(({ requirements }) => requirements),
      ...(ofStep ? this.#ids(this.#index) : []),
      ...(banned ? this.#ids(this.#bannedAt) : []),
    ]);
    const requirements = [...broken];
    return {
      status: "failed",
      step,
      reason: told.message,
      expected: told.expected,
      received: told.received,
      requirements,
      ofTheRule: complaint ? requirements : [],
      held: complaint !== undefined,
      said: working.said(),
      crossings: talk.crossings,
    };
  }

  /** Throws what has been broken by now. */
  #refuse(): void {
    const found = this.#complaints[0] ?? this.#banned;
    if (found) throw found;
  }

  /** The legacy handshake: the client's `initialize`, its answer, and the word that it is ready. */
  async #open(): Promise<void> {
    const { talk } = this;
    const asked = await this.#next({ method: "initialize" }, "initialize");
    const id = member(asked.message, "id") as Json;
    const { served, revision } = talk;
    talk.send({ id, result: initialized(served, revision) });
    await this.#next({ method: "notifications/initialized" }, "notifications/initialized");
    this.#refuse();
  }

  /** The first message that fits: what the client is asked to do, so that its absence shows nothing. */
  async #next(pattern: JsonObject, what: string, ms?: number): Promise<Heard> {
    const found = await this.#find((message) => !match(pattern, message, "", new Map(this.#bindings)), ms);
    if (found) return found;
    this.#refuse();
    const how = !this.talk.heard ? "said nothing" : this.ended ? `left without ${what}` : `did not send ${what}`;
    throw new Untried(`the client ${how}`, true);
  }

  async #find(fits: (message: Json) => boolean, ms = 0): Promise<Heard | undefined> {
    const { talk, timing } = this;
    const until = performance.now() + Math.max(timing.timeoutMs, ms, talk.heard ? 0 : this.startMs);
    for (;;) {
      const at = talk.inbox.findIndex(({ message }) => fits(message));
      const [found] = at < 0 ? [] : talk.inbox.splice(at, 1);
      if (found) {
        found.crossing.step = this.#index;
        return found;
      }
      if (this.#complaints.length > 0) return undefined;
      const left = until - performance.now();
      if (left <= 0) return undefined;
      if (this.ended) {
        // What it sent last may still be under way.
        await talk.news(50);
        if (!talk.inbox.some(({ message }) => fits(message))) return undefined;
      } else await talk.news(Math.min(left, talk.heard ? left : 100));
    }
  }

  async #step(step: ClientStep): Promise<void> {
    const { talk } = this;
    if ("never" in step) this.#bans.push({ pattern: step.never, index: this.#index });
    else if ("await" in step) {
      const found = await this.#next(step.await, JSON.stringify(step.await), step.within);
      this.#acted = true;
      match(step.await, found.message, "", this.#bindings);
      if (step.expect) this.#check(step.expect, found);
      this.#look(step, found);
    } else if ("expect" in step) this.#look(step, await this.#demand(step.expect, step.within));
    else if ("came" in step) await this.#came(step);
    else if ("atMost" in step) this.#most(step);
    else if ("now" in step) talk.world?.change(step.now);
    else if ("idle" in step) await this.#idle(step.idle);
    else if ("end" in step) await this.#leave();
    else if ("close" in step) talk.close();
    else if ("drop" in step) talk.drop(resolve(step.drop, this.#bindings));
    else if ("http" in step) {
      const { on, status, headers, body } = step.http;
      talk.reply(resolve(on, this.#bindings), status, headers, body);
    } else await this.#says(step);
  }

  /** What the suite's server says. A client that lacks a needed capability is not asked. */
  async #says(step: Extract<ClientStep, { send: Json } | { raw: string } | { event: object }>): Promise<void> {
    const { talk, trace } = this;
    const has = (path: string) => declares({ capabilities: talk.watch.declared }, path);
    for (const path of trace.needs ?? [])
      if (!has(path)) throw new Untried(`the client does not declare ${path}`, false);
    for (const path of trace.lacks ?? []) if (has(path)) throw new Untried(`the client declares ${path}`, false);
    const posting = { ...step, ...(step.on === undefined ? {} : { on: resolve(step.on, this.#bindings) }) };
    if (isHttp(talk.wire) && (step.on === "GET" || (step.on === undefined && !talk.hasOpen && !this.#answers(step)))) {
      const until = performance.now() + this.timing.timeoutMs;
      while (!talk.hasStream && !this.ended && performance.now() < until) await talk.news(100);
      if (!talk.hasStream) throw new Untried("the client opens no stream by GET", false);
    }
    if ("send" in step) {
      const message = resolve(step.send, this.#bindings);
      for (const one of step.times === undefined ? [message] : numbered(message, step.times)) talk.send(one, posting);
    } else if ("raw" in step) talk.text(step.raw, posting, false);
    else talk.event(step.event, posting.on);
  }

  #answers(step: ClientStep): boolean {
    return "send" in step && isObject(step.send) && step.send["method"] === undefined;
  }

  /** A message that the protocol asks for. Who never came to what the scenario asks, has not been tried. */
  async #demand(pattern: JsonObject, ms?: number): Promise<Heard> {
    const id = member(pattern, "id");
    const response = member(pattern, "method") === undefined && member(pattern, "http") === undefined;
    const fits = (message: Json) =>
      response && id !== undefined && !isObject(id) ? this.#responds(message, id) : concerns(pattern, message);
    const found = await this.#find(fits, ms);
    if (found) {
      this.#check(pattern, found);
      return found;
    }
    this.#refuse();
    if (this.ended && !this.#acted) throw new Untried("the client left before it could be asked", true);
    const how = this.ended ? `the client left${this.why === undefined ? "" : ` (${this.why})`}` : "nothing came";
    throw new Failure(how, JSON.stringify(pattern), "nothing");
  }

  #responds(message: Json, id: Json): boolean {
    const given = member(message, "id");
    return member(message, "method") === undefined && JSON.stringify(given) === JSON.stringify(id);
  }

  #check(pattern: JsonObject, { message }: Heard): void {
    const wrong = match(pattern, message, "", this.#bindings);
    if (wrong)
      throw new Failure(`${wrong.path} differs`, wrong.expected, `${wrong.received} in ${JSON.stringify(message)}`);
  }

  #look({ headers = {}, notBefore }: Looked, { exchange, at, message }: Heard): void {
    if (exchange)
      for (const [name, pattern] of Object.entries(headers)) {
        const value = name === ":path" ? exchange.path : exchange.headers[name.toLowerCase()];
        const wrong = match(pattern as Json, value, `HTTP header ${name}`, this.#bindings);
        if (wrong)
          throw new Failure(
            `${wrong.path} differs`,
            wrong.expected,
            `${wrong.received} with ${JSON.stringify(message)}`,
          );
      }
    const passed = at - this.#before;
    if (notBefore !== undefined && passed < notBefore)
      throw new Failure("too soon", `not before ${notBefore} ms`, `${Math.round(passed)} ms`);
  }

  async #came({ came, times = 1, within = AGES_MS }: CameStep): Promise<void> {
    const fits = () => this.#all.filter((message) => !match(came, message, "", new Map(this.#bindings)));
    // Two requests may overtake each other over HTTP.
    const until = performance.now() + within;
    while (fits().length < times && performance.now() < until) await this.talk.news(until - performance.now());
    if (fits().length >= times) return;
    throw new Failure("it has not come", `${times} × ${JSON.stringify(came)}`, `${fits().length}`);
  }

  #most({ atMost, of }: MostStep): void {
    const count = this.#all.filter((message) => !match(of, message, "", new Map(this.#bindings))).length;
    if (count > atMost) throw new Failure("it came too often", `${atMost} × ${JSON.stringify(of)}`, `${count}`);
  }

  async #idle(ms: number): Promise<void> {
    const until = performance.now() + ms;
    while (performance.now() < until && this.#complaints.length === 0) await this.talk.news(until - performance.now());
  }

  /** Waits for the client to be gone: until then it may still do what it must not. */
  async #leave(): Promise<void> {
    const until = performance.now() + this.timing.endMs;
    while (!this.ended && performance.now() < until && !this.#banned && this.#complaints.length === 0)
      await this.talk.news(until - performance.now());
    // What was sent last has to arrive.
    await this.talk.news(5);
  }
}
