import { supports } from "../../protocol/capabilities.js";
import type { Clock } from "../../protocol/clock.js";
import { Refusal } from "../../protocol/errors.js";
import type { Exchange } from "../../protocol/exchange.js";
import { own } from "../../protocol/jsonrpc.js";
import type { Peer } from "../../protocol/peer.js";
import { questionsTo } from "../../protocol/questions.js";
import type { Caller } from "../caller.js";
import { canonicalJson } from "./canonical.js";
import { askAsTask, takesAsTask } from "./client-task.js";
import { expressQuestion } from "./express-question.js";
import { faultOf, missingFor, type Question } from "./question.js";
import { InputRequest, keyInUse, unwrap, wished, type Given, type Outcome, type Rounds } from "./rounds.js";

/** Times that a handler of the bare pattern may ask before it is stopped. */
const MOST_ROUNDS = 32;

/**
 * Questions as requests of their own, on the stream of the call that they belong to. The handler runs once; one that
 * uses the bare pattern runs again here, as it would on a retry.
 *
 * Pages: `2025-11-25/client/elicitation`, `2025-11-25/client/sampling`, `2025-11-25/client/roots`.
 */
export class LegacyRounds implements Rounds {
  readonly #caller: Caller;
  readonly #peer: Peer;
  readonly #exchange: Exchange;
  readonly #timeoutMs: number;
  readonly #clock: Clock;
  readonly #note: (elicitationId: string) => void;
  readonly #asked = new Map<string, { text: string; answer: Promise<Record<string, unknown>> }>();
  readonly #once = new Map<string, Promise<unknown>>();
  readonly #takeBack = new Set<() => void>();
  #open = 0;
  #given: Given = { inputResponses: undefined, requestState: undefined };

  /** `note` is told the id of each page that the user is sent to. */
  constructor(
    caller: Caller,
    peer: Peer,
    exchange: Exchange,
    timeoutMs: number,
    clock: Clock,
    note: (elicitationId: string) => void,
  ) {
    this.#clock = clock;
    this.#caller = caller;
    this.#note = note;
    this.#peer = peer;
    this.#exchange = exchange;
    this.#timeoutMs = timeoutMs;
  }

  get waiting(): boolean {
    return this.#open > 0;
  }

  get given(): Given {
    return this.#given;
  }

  ask(key: string, question: Question): Promise<Record<string, unknown>> {
    const text = canonicalJson(question);
    const before = this.#asked.get(key);
    if (before) return before.text === text ? before.answer : Promise.reject(keyInUse(key));
    const answer = this.#send(question);
    answer.catch(() => {});
    this.#asked.set(key, { text, answer });
    return answer;
  }

  /** Throws where the client cannot be asked this: before anything is sent. */
  #check(question: Question): Question {
    const expressed = expressQuestion(this.#caller.revision, question);
    const missing = missingFor(question, this.#caller);
    if (missing) {
      const why = `The client does not support ${question.method} (${JSON.stringify(missing)})`;
      throw new Refusal("missing_client_capability", -32600, why, { data: { requiredCapabilities: missing } });
    }
    if (!this.#exchange.canSend) {
      throw new Error("The client cannot be asked: this request is answered with JSON alone");
    }
    return expressed;
  }

  async #send(asked: Question): Promise<Record<string, unknown>> {
    const question = this.#withId(asked);
    const { method, params } = this.#check(question);
    const task = own(question.params, "task");
    const whileOpen = (takeBack: () => void) => {
      this.#takeBack.add(takeBack);
      return () => void this.#takeBack.delete(takeBack);
    };
    this.#open += 1;
    const { revision, clientCapabilities } = this.#caller;
    const asTask =
      task !== undefined && revision.facts.tasks === "requested" && takesAsTask(question, clientCapabilities);
    const answering = asTask
      ? askAsTask(
          { method, params: { ...params, task } },
          {
            peer: this.#peer,
            exchange: this.#exchange,
            clock: this.#clock,
            timeoutMs: this.#timeoutMs,
            cancels: supports(clientCapabilities, "tasks.cancel"),
            whileOpen,
          },
        )
      : questionsTo(this.#peer).ask(method, params, this.#timeoutMs, this.#exchange, whileOpen);
    const answer = await answering.finally(() => (this.#open -= 1));
    const fault = faultOf(question, answer);
    if (fault !== undefined) throw new Error(`The client's answer to ${method} is malformed: ${fault}`);
    return answer;
  }

  /** A page to visit has an id where the revision has such; its end can then be told to the client that was asked. */
  #withId(question: Question): Question {
    const { params } = question;
    if (!this.#caller.revision.facts.elicitationIds || own(params, "mode") !== "url") return question;
    const elicitationId = String(own(params, "elicitationId") ?? crypto.randomUUID());
    this.#note(elicitationId);
    return { ...question, params: { ...params, elicitationId } };
  }

  once(key: string, make: () => unknown): Promise<unknown> {
    let value = this.#once.get(key);
    if (!value) {
      value = Promise.resolve()
        .then(make)
        .then((made) => (made === undefined ? null : made));
      this.#once.set(key, value);
    }
    return value;
  }

  async settle(outcome: Outcome, handle: () => Promise<Record<string, unknown>>): Promise<Record<string, unknown>> {
    try {
      return await this.#settle(outcome, handle);
    } finally {
      // The user need not answer what nobody waits for any more.
      for (const takeBack of [...this.#takeBack]) takeBack();
    }
  }

  async #settle(outcome: Outcome, handle: () => Promise<Record<string, unknown>>): Promise<Record<string, unknown>> {
    let result = unwrap(outcome);
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const wish = result[wished];
      if (!(wish instanceof InputRequest)) return result;
      // All of them or none: nobody is asked in vain.
      for (const question of Object.values(wish.inputRequests)) this.#check(this.#withId(question));
      const entries = await Promise.all(
        Object.entries(wish.inputRequests).map(async ([key, question]) => [key, await this.#send(question)] as const),
      );
      this.#given = { inputResponses: Object.fromEntries(entries), requestState: wish.requestState };
      result = await handle();
    }
    throw new Refusal("custom", -32603, `The handler asked the client ${MOST_ROUNDS} times without coming to a result`);
  }
}
