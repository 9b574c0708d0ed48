import { equal } from "../match.js";
import { isObject, member } from "../trace.js";
import type { Json, JsonObject } from "../trace.js";
import { Comparison, tell } from "./compare.js";
import { nameOf } from "./play-client.js";
import { partsOf, progressOf, tokenOf } from "./part.js";
import type { Part } from "./part.js";
import { isRequest, isResponse } from "./recording.js";
import type { Recording } from "./recording.js";

/** A message of the client, and what the server did because of it: messages, and answers that it waited for. */
interface Turn {
  readonly part: Part;
  readonly next: (Part | { readonly waitsFor: Json })[];
  taken: boolean;
  /** The message of now. */
  asked?: Json;
}

/**
 * Plays the server's side of a recording: for each message that a client sends, what the server said then, with the ids and
 * progress tokens of now. It does not wait as the server did.
 */
export class ServerPlayer {
  readonly differences: string[] = [];
  readonly #turns: readonly Turn[];
  readonly #answers = new Map<string, Part>();
  readonly #comparison: Comparison;

  constructor(
    recording: Recording,
    readonly send: (message: Json) => void,
    volatile: readonly string[] = [],
  ) {
    // What the client may choose anew each time.
    this.#comparison = new Comparison(new Map(), { volatile: [...volatile, "progressToken"], ignored: ["id"] });
    this.#turns = turnsOf(partsOf(recording), this.#answers);
  }

  /** Takes a line of the client: a message, a batch, or what is neither. */
  receiveText(text: string): void {
    let message: Json;
    try {
      message = JSON.parse(text) as Json;
    } catch {
      const turn = this.#turns.find(({ taken, part }) => !taken && part.raw !== undefined);
      if (turn?.part.raw !== text) this.differences.push(`what came is no JSON: ${text.slice(0, 200)}`);
      if (!turn) return;
      turn.taken = true;
      return this.#goOn(turn);
    }
    this.receive(message);
  }

  /** Takes a message (or a batch) of the client. */
  receive(message: Json): void {
    if (Array.isArray(message)) for (const one of message) this.receive(one as Json);
    else if (isResponse(message)) this.#takeAnswer(message);
    else this.#take(message);
  }

  /** What the recording's client sent and this one did not. Told when it has gone. */
  finish(): void {
    for (const { part, taken } of this.#turns)
      if (!taken) this.differences.push(`#${part.entry} ${nameOf(part.message)}: did not come`);
  }

  #take(message: Json): void {
    const method = member(message, "method");
    const open = this.#turns.filter(
      ({ taken, part }) => !taken && part.raw === undefined && member(part.message, "method") === method,
    );
    const params = (one: Json) => member(one, "params") ?? {};
    const differencesTo = ({ part }: Turn) => this.#comparison.compare(params(part.message), params(message), "params");
    const turn = open.find((one) => differencesTo(one).length === 0) ?? open[0];
    if (!turn) return this.#refuse(message);
    turn.taken = true;
    turn.asked = message;
    for (const difference of differencesTo(turn))
      this.differences.push(`#${turn.part.entry} ${nameOf(message)}: ${tell(difference)}`);
    this.#goOn(turn);
  }

  #refuse(message: Json): void {
    const id = member(message, "id");
    // A client may ask at any time whether anybody is there.
    if (member(message, "method") === "ping" && id !== undefined) return this.send({ jsonrpc: "2.0", id, result: {} });
    this.differences.push(`${nameOf(message)}: is not in the recording: ${JSON.stringify(message).slice(0, 200)}`);
    const error = { code: -32603, message: `${nameOf(message)} is not in the recording` };
    if (id !== undefined) this.send({ jsonrpc: "2.0", id, error });
  }

  #takeAnswer(message: JsonObject): void {
    const id = message["id"] as Json;
    const recorded = this.#answers.get(JSON.stringify(id));
    if (recorded) {
      for (const difference of this.#comparison.compare(recorded.message, message))
        this.differences.push(`#${recorded.entry} ${nameOf(message)}: ${tell(difference)}`);
    }
    const turn = this.#turns.find(({ next: [first] }) => first && "waitsFor" in first && equal(first.waitsFor, id));
    if (!turn) return void this.differences.push(`${nameOf(message)}: nobody waits for it`);
    turn.next.shift();
    this.#goOn(turn);
  }

  /** Says what comes next, up to where the server waited for an answer. */
  #goOn(turn: Turn): void {
    for (;;) {
      const [next] = turn.next;
      if (next === undefined || "waitsFor" in next) return;
      turn.next.shift();
      this.send(this.#ofNow(next.message, turn));
    }
  }

  #ofNow(message: Json, { part, asked = null }: Turn): Json {
    if (!isObject(message)) return message;
    const id = member(asked, "id");
    if (!Object.hasOwn(message, "method")) return id === undefined ? message : { ...message, id };
    const params = member(message, "params");
    if (!isObject(params)) return message;
    const token = member(member(member(asked, "params"), "_meta"), "progressToken");
    const renewed =
      token !== undefined && progressOf(message) === tokenOf(part.message)
        ? { ...params, progressToken: token }
        : params;
    const meta = member(params, "_meta");
    const subscription = "io.modelcontextprotocol/subscriptionId";
    const named = isObject(meta) && id !== undefined && equal(meta[subscription], member(part.message, "id"));
    return { ...message, params: named ? { ...renewed, _meta: { ...meta, [subscription]: id } } : renewed };
  }
}

/** Gives each message of the server to the message of the client that it came of. */
function turnsOf(parts: readonly Part[], answers: Map<string, Part>): readonly Turn[] {
  const turns: Turn[] = [];
  const open: Turn[] = [];
  const askedIn = new Map<string, Turn>();
  const idOf = ({ message }: Part) => JSON.stringify(member(message, "id"));
  for (const part of parts) {
    const { message } = part;
    if (part.by === "client" && isResponse(message)) {
      answers.set(idOf(part), part);
      askedIn.get(idOf(part))?.next.push({ waitsFor: message["id"] as Json });
    } else if (part.by === "client") {
      const turn: Turn = { part, next: [], taken: false };
      turns.push(turn);
      if (isRequest(message)) open.push(turn);
    } else if (isResponse(message)) {
      const at = open.findIndex(({ part: asked }) => idOf(asked) === idOf(part));
      const [turn] = at < 0 ? [] : open.splice(at, 1);
      (turn ?? turns.at(-1))?.next.push(part);
    } else {
      const owner = open.find(({ part: asked }) => tokenOf(asked.message) === progressOf(message));
      const turn = owner ?? open.at(-1) ?? turns.at(-1);
      turn?.next.push(part);
      if (isRequest(message) && turn) askedIn.set(idOf(part), turn);
    }
  }
  return turns;
}
