import { invalidParams, missingClientCapability, Refusal } from "../../protocol/errors.js";
import { isObject, own, type Params } from "../../protocol/jsonrpc.js";
import type { Caller } from "../caller.js";
import { canonicalJson } from "./canonical.js";
import { expressQuestion } from "./express-question.js";
import { faultOf, missingFor, type Question } from "./question.js";
import type { Binding, RequestStates } from "./request-state.js";
import {
  InputRequest,
  InputRequired,
  keyInUse,
  unwrap,
  wished,
  type Given,
  type Known,
  type Outcome,
  type Rounds,
} from "./rounds.js";

/** What travels sealed from round to round. */
interface State {
  /** The answers so far, with the question that each belongs to. */
  readonly answers: Readonly<Record<string, { readonly question: string; readonly answer: unknown }>>;
  readonly once: Readonly<Record<string, unknown>>;
  /** The questions that were open when this was sealed. */
  readonly open: Readonly<Record<string, string>>;
  readonly author?: unknown;
}

const nothing: State = { answers: {}, once: {}, open: {} };

/** Turns that a handler gets, after its first question, to come to its others: they then go out together. */
const TURNS = 32;

/**
 * Questions inside results: what is open when the handler ends goes out as one `input_required`, and the retry replays
 * the handler with the answers.
 *
 * Page: `2026-07-28/basic/patterns/mrtr#basic-workflow`.
 */
export class ModernRounds implements Rounds {
  readonly given: Given;
  /** Nobody is asked before the round is over. */
  readonly waiting = false;
  readonly #caller: Caller;
  readonly #states: RequestStates;
  readonly #binding: Binding;
  readonly #state: State;
  readonly #answers = new Map<string, { question: string; answer: unknown }>();
  readonly #once = new Map<string, unknown>();
  readonly #making = new Map<string, Promise<unknown>>();
  readonly #open = new Map<string, Question>();
  readonly #asked = new Map<string, string>();
  #author: unknown;

  constructor(caller: Caller, states: RequestStates, binding: Binding, state: State = nothing, responses?: Params) {
    this.#caller = caller;
    this.#states = states;
    this.#binding = binding;
    this.#state = state;
    this.#author = state.author;
    for (const [key, answer] of Object.entries(state.answers)) this.#answers.set(key, answer);
    for (const [key, value] of Object.entries(state.once)) this.#once.set(key, value);
    for (const [key, answer] of Object.entries(responses ?? {})) {
      // Without a state nobody knows what was asked: the answer then stands for whatever is asked under its key. With
      // one, answers to what was not asked are nobody's.
      const asked = state === nothing || Object.hasOwn(state.open, key);
      if (asked && !this.#answers.has(key))
        this.#answers.set(key, { question: own(state.open, key) as string, answer });
    }
    this.given = { inputResponses: responses, requestState: state.author };
  }

  /** Reads what a retry brings. Throws -32602 for a state that does not open. */
  static async open(params: Params, caller: Caller, states: RequestStates, binding: Binding): Promise<ModernRounds> {
    const sealed = own(params, "requestState");
    if (sealed !== undefined && typeof sealed !== "string") throw invalidParams('"requestState" must be a string');
    const responses = own(params, "inputResponses");
    const state = sealed === undefined ? nothing : ((await states.open(sealed, binding)) as unknown as State);
    // Malformed answers are asked for again rather than refused (2026-07-28/basic/patterns/mrtr#error-handling).
    return new ModernRounds(caller, states, binding, state, isObject(responses) ? responses : undefined);
  }

  ask(key: string, question: Question): Promise<Record<string, unknown>> {
    const missing = missingFor(question, this.#caller);
    if (missing) return Promise.reject(missingClientCapability(missing));
    const text = canonicalJson(question);
    const before = this.#asked.get(key);
    if (before !== undefined && before !== text) return Promise.reject(keyInUse(key));
    this.#asked.set(key, text);
    const known = this.#answers.get(key);
    if (
      known &&
      (known.question === undefined || known.question === text) &&
      faultOf(question, known.answer) === undefined
    ) {
      known.question = text;
      return Promise.resolve(known.answer as Record<string, unknown>);
    }
    this.#answers.delete(key);
    this.#open.set(key, question);
    const ended = inTurns(TURNS).then(() => {
      throw new InputRequired();
    });
    // Whoever asks early and awaits late must not find the process gone.
    ended.catch(() => {});
    return ended;
  }

  once(key: string, make: () => unknown): Promise<unknown> {
    if (this.#once.has(key)) return Promise.resolve(this.#once.get(key));
    let making = this.#making.get(key);
    if (!making) {
      making = this.#make(key, make);
      // The handler may be over before the value is there; the round then waits for it, and nobody else may.
      making.catch(() => {});
      this.#making.set(key, making);
    }
    return making;
  }

  async #make(key: string, make: () => unknown): Promise<unknown> {
    try {
      const value = await make();
      // What the first run gets must be what every later one gets.
      const plain: unknown = value === undefined ? null : JSON.parse(JSON.stringify(value));
      this.#once.set(key, plain);
      return plain;
    } finally {
      // What failed may be tried again.
      this.#making.delete(key);
    }
  }

  handOver(): Known | null {
    if (this.#open.size > 0) return null;
    const answers = [...this.#answers].filter(([, { question }]) => question !== undefined);
    return { answers: Object.fromEntries(answers), once: Object.fromEntries(this.#once), given: this.given };
  }

  async settle(outcome: Outcome): Promise<Record<string, unknown>> {
    // Whatever a handler makes of its own end, what is open still has to be asked; unless the client can never give all
    // that the call needs (2026-07-28/basic/index#meta/12): then nobody is asked in vain.
    if ("error" in outcome && (this.#open.size === 0 || isMissingCapability(outcome.error))) throw outcome.error;
    const wish = "result" in outcome ? outcome.result[wished] : undefined;
    if (wish instanceof InputRequest) {
      for (const [key, question] of Object.entries(wish.inputRequests)) {
        const missing = missingFor(question, this.#caller);
        if (missing) throw missingClientCapability(missing);
        this.#open.set(key, question);
      }
      this.#author = wish.requestState;
    } else if (this.#open.size === 0) return unwrap(outcome);
    return this.#askClient();
  }

  async #askClient(): Promise<Record<string, unknown>> {
    // What is being done once must not be done again for want of its result.
    while (this.#making.size > 0) await Promise.allSettled(this.#making.values());
    const inputRequests: Record<string, unknown> = {};
    const open: Record<string, string> = {};
    for (const [key, question] of this.#open) {
      inputRequests[key] = expressQuestion(this.#caller.revision, question);
      open[key] = canonicalJson(question);
    }
    const answers: Record<string, unknown> = {};
    for (const [key, known] of this.#answers)
      if (this.#asked.has(key) || own(this.#state.answers, key)) answers[key] = known;
    const state = {
      answers,
      once: Object.fromEntries(this.#once),
      open,
      ...(this.#author === undefined ? {} : { author: this.#author }),
    };
    return {
      resultType: "input_required",
      ...(this.#open.size === 0 ? {} : { inputRequests }),
      requestState: await this.#states.seal(state, this.#binding),
    };
  }
}

const isMissingCapability = (error: unknown): boolean =>
  error instanceof Refusal && error.code === "missing_client_capability";

async function inTurns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await undefined;
}
