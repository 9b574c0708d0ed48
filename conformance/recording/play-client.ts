import { Dialogue, TIMING } from "../dialogue.js";
import type { Received } from "../dialogue.js";
import { Failure, TimedOut } from "../failure.js";
import type { Judge } from "../judge.js";
import { equal } from "../match.js";
import { isObject, LEGACY, member } from "../trace.js";
import type { Json, Revision } from "../trace.js";
import type { Subject } from "../wires/wire.js";
import { Comparison, renew, tell } from "./compare.js";
import type { Matched } from "./compare.js";
import { OF_AN_ERA, playIn, progressOf } from "./part.js";
import type { Part } from "./part.js";
import { isRequest, isResponse, openingOf } from "./recording.js";
import type { Recording } from "./recording.js";

export interface ClientOptions {
  /** The revision to speak. Default: that of the recording. */
  readonly revision?: Revision;
  /** Members that are matched and not compared, beside those that always are. */
  readonly volatile?: readonly string[];
  /** How long an answer may take, in milliseconds. Default 5,000. */
  readonly timeoutMs?: number;
}

/** How a replay went. */
export interface Played {
  readonly revision: Revision;
  /** Messages that the client sent. */
  readonly sent: number;
  /** Messages of the server that were compared. */
  readonly compared: number;
  /** What differs, a line each: `#N` is the entry of the recording. Empty: all is as it was. */
  readonly differences: readonly string[];
  /** What has no place in this revision. */
  readonly leftOut: readonly string[];
}

/** How long a notification may still take when an answer that came after it in the recording is here. */
const LATE_MS = 300;
const MOST_EXTRAS = 100;
/** A replay compares; whether what is said is right, the traces judge. */
const LENIENT: Judge = { unjudged: [], server: () => [] };

/**
 * Plays the client's side of a recording against `subject` and compares what the server says with what it said then.
 * Rejects where the subject cannot be reached or refuses the handshake.
 */
export async function playClient(recording: Recording, subject: Subject, options: ClientOptions = {}): Promise<Played> {
  const opening = openingOf(recording);
  const revision = options.revision ?? opening.revision;
  const { parts, leftOut } = playIn(recording, opening.revision, revision);
  const timing = { ...TIMING, timeoutMs: options.timeoutMs ?? TIMING.timeoutMs };
  const heeded = new Set(
    parts.flatMap(({ by, message }) => (by === "server" ? [String(member(message, "method"))] : [])),
  );
  const dialogue = new Dialogue(subject, revision, opening.capabilities, LENIENT, timing, heeded);
  const player = new ClientPlayer(dialogue, parts, opening.revision, options.volatile ?? []);
  try {
    await dialogue.connect();
    const sameEra = LEGACY.includes(opening.revision) === LEGACY.includes(revision);
    if (!sameEra && LEGACY.includes(revision)) await dialogue.open();
    await player.play();
    return { revision, sent: player.sent, compared: player.compared, differences: player.differences, leftOut };
  } finally {
    await dialogue.leave(false);
  }
}

class ClientPlayer {
  readonly differences: string[] = [];
  sent = 0;
  compared = 0;
  /** What has come and stands later in the recording, or nowhere. */
  readonly #early: Received[] = [];
  readonly #matched: Matched = new Map();
  /** Ids of the server's requests: the recorded one, and that of now. */
  readonly #asked = new Map<string, Json>();
  #opened = false;
  readonly #sameRevision: boolean;
  readonly #sameEra: boolean;
  readonly #comparison: Comparison;

  constructor(
    readonly dialogue: Dialogue,
    readonly parts: readonly Part[],
    from: Revision,
    volatile: readonly string[],
  ) {
    this.#sameRevision = from === dialogue.revision;
    this.#sameEra = LEGACY.includes(from) === LEGACY.includes(dialogue.revision);
    const ofEra = this.#sameEra ? [] : OF_AN_ERA;
    const ofRevision = this.#sameRevision ? [] : ["result.protocolVersion"];
    this.#comparison = new Comparison(this.#matched, { volatile, ignored: [...ofEra, ...ofRevision] });
  }

  async play(): Promise<void> {
    for (let at = 0; at < this.parts.length; at++) {
      const part = this.parts[at] as Part;
      if (part.by === "server") {
        await this.#expect(part);
        continue;
      }
      const together = [part];
      while (part.batch && this.parts[at + 1]?.entry === part.entry) together.push(this.parts[++at] as Part);
      await this.#send(together, part.batch);
    }
    await this.#refuseExtras();
  }

  async #send(parts: readonly Part[], batch: boolean): Promise<void> {
    const [{ raw } = {}] = parts;
    if (raw !== undefined) {
      this.sent += 1;
      return this.dialogue.sendRaw(raw);
    }
    const messages = parts.map(({ message }) => this.#renewed(message));
    this.sent += messages.length;
    const [first = null] = messages;
    if (member(first, "method") === "initialize") await this.#beginAnew();
    await this.dialogue.send(batch ? messages : first, { dress: !this.#sameEra });
    const opened = member(first, "method") === "notifications/initialized";
    if (opened && this.dialogue.subject.wire === "http") {
      this.dialogue.sendHttp({ method: "GET" });
      await this.dialogue.lastReply().catch(() => undefined);
    }
  }

  /** A client that opens a second session is another one: a pipe has but one session. */
  async #beginAnew(): Promise<void> {
    if (this.#opened) {
      await this.dialogue.close();
      await this.dialogue.connect();
    }
    this.#opened = true;
  }

  /** A message of the client with the values of now in the place of recorded ones. */
  #renewed(message: Json): Json {
    const renewed = renew(message, this.#matched);
    if (isObject(renewed) && isResponse(message)) {
      return { ...renewed, id: this.#asked.get(JSON.stringify(member(message, "id"))) ?? (renewed["id"] as Json) };
    }
    const params = member(renewed, "params");
    const opens = member(message, "method") === "initialize" && isObject(renewed) && isObject(params);
    if (this.#sameRevision || !opens) return renewed;
    return { ...renewed, params: { ...params, protocolVersion: this.dialogue.revision } };
  }

  async #expect(part: Part): Promise<void> {
    const received = await this.#find(part);
    const name = nameOf(part.message);
    if (typeof received === "string") {
      this.differences.push(`#${part.entry} ${name}: did not come: ${received}`);
      return;
    }
    this.compared += 1;
    const { message, exchange } = received;
    if (isRequest(part.message)) this.#asked.set(JSON.stringify(part.message["id"]), member(message, "id") ?? null);
    // The server's own ids, and what names them, are made anew each time.
    const without = (one: Json): Json => (isRequest(one) ? { ...one, id: 0 } : withoutRequestId(one));
    for (const difference of this.#comparison.compare(without(part.message), without(message)))
      this.differences.push(`#${part.entry} ${name}: ${tell(difference)}`);
    const status = exchange?.reply?.status;
    const comparable = this.#sameEra && this.dialogue.subject.wire === "http";
    if (comparable && part.status !== undefined && status !== undefined && status !== part.status)
      this.differences.push(`#${part.entry} ${name}: HTTP status: recorded ${part.status}, now ${status}`);
  }

  /** The message of now that stands for the recorded one; why there is none. */
  async #find({ message: recorded, entry }: Part): Promise<Received | string> {
    const here = this.#early.findIndex(({ message }) => corresponds(recorded, message));
    if (here >= 0) return this.#early.splice(here, 1)[0] as Received;
    const until = Date.now() + this.dialogue.timing.timeoutMs;
    try {
      for (;;) {
        const overtaken = !isResponse(recorded) && this.#early.some(({ message }) => this.#isLater(message, entry));
        const patience = overtaken ? LATE_MS : Math.max(until - Date.now(), 1);
        const received = await this.dialogue.next(nameOf(recorded), patience);
        if (corresponds(recorded, received.message)) return received;
        this.#early.push(received);
      }
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      if (error instanceof TimedOut) return "nothing came in time";
      return `${error.message}: ${(error.received ?? "").slice(0, 200)}`;
    }
  }

  /** Whether a message answers a request of whose answer the recording tells after `entry`. */
  #isLater(message: Json, entry: number): boolean {
    return (
      isResponse(message) &&
      this.parts.some((part) => part.by === "server" && part.entry > entry && corresponds(part.message, message))
    );
  }

  async #refuseExtras(): Promise<void> {
    const extras = this.#early.map(({ message }) => message);
    for (let tries = 0; tries < MOST_EXTRAS; tries++) {
      try {
        await this.dialogue.quiet(false);
        break;
      } catch (error) {
        if (!(error instanceof Failure) || error.received === undefined || error.received === "nothing") break;
        const message = JSON.parse(error.received) as Json;
        if (!String(member(message, "id")).startsWith("barrier-")) extras.push(message);
      }
    }
    for (const message of extras)
      this.differences.push(`${nameOf(message)}: is not in the recording: ${JSON.stringify(message).slice(0, 200)}`);
  }
}

/** Whether a message of now stands where the recorded one stood. */
function corresponds(recorded: Json, now: Json): boolean {
  if (isResponse(recorded)) return isResponse(now) && equal(recorded["id"], now["id"]);
  if (isRequest(recorded) !== isRequest(now) || isResponse(now)) return false;
  return member(recorded, "method") === member(now, "method") && progressOf(recorded) === progressOf(now);
}

function withoutRequestId(message: Json): Json {
  if (member(message, "method") !== "notifications/cancelled") return message;
  const params = member(message, "params");
  if (!isObject(message) || !isObject(params)) return message;
  return { ...message, params: { ...params, requestId: 0 } };
}

/** A message in a word or two. */
export function nameOf(message: Json): string {
  const method = member(message, "method");
  if (typeof method === "string") return method;
  return `the answer to ${JSON.stringify(member(message, "id") ?? null)}`;
}
