import type { Call } from "../call.js";
import { installed } from "../feature.js";
import { Detour, OwnResult } from "../own-result.js";
import type { Question } from "./question.js";

/**
 * How a handler's questions reach the client: as requests of their own (legacy), or inside a result that the client
 * retries (modern). Written once by the author, in both eras.
 */
export interface Rounds {
  /** Asks, and resolves with the client's answer. Rejects with a refusal when the client cannot be asked. */
  ask(key: string, question: Question): Promise<Record<string, unknown>>;
  /** Resolves with what `make` gave the first time, however often the handler runs again. The value must be JSON. */
  once(key: string, make: () => unknown): Promise<unknown>;
  /** Whether somebody is being asked right now: time that a person takes is not the tool's. */
  readonly waiting: boolean;
  /** What the client sent along with this round, for handlers that use the bare pattern. */
  readonly given: Given;
  /**
   * What a task has to know that the call becomes; null while a question is open. Only where questions travel inside
   * results: elsewhere a call is a task from its beginning.
   */
  handOver?(): Known | null;
  /** Makes the call's result of what the handler came to; `handle` runs it again, where that is needed. */
  settle(outcome: Outcome, handle: () => Promise<Record<string, unknown>>): Promise<Record<string, unknown>>;
}

/** What earlier rounds brought: answers by the handler's keys, each with its question, and values of `ctx.once`. */
export interface Known {
  readonly answers: Readonly<Record<string, { readonly question: string; readonly answer: unknown }>>;
  readonly once: Readonly<Record<string, unknown>>;
  readonly given: Given;
}

/** What a handler came to: a result, or whatever it threw. */
export type Outcome = { readonly result: Record<string, unknown> } | { readonly error: unknown };

export function unwrap(outcome: Outcome): Record<string, unknown> {
  if ("error" in outcome) throw outcome.error;
  return outcome.result;
}

/** The member under which a feature passes on that its handler wants another round. */
export const wished = "inputRequired";

/** A round's answers and the author's own state, as the bare pattern sees them. */
export interface Given {
  readonly inputResponses: Readonly<Record<string, unknown>> | undefined;
  readonly requestState: unknown;
}

/** Ends a handler that waits for an answer which only the next round can bring. Not an error: let it pass. */
export class InputRequired extends Detour {
  override readonly name = "InputRequired";
  constructor() {
    super("The client has to be asked; the handler runs again with its answer");
  }
}

/** What a handler of the bare pattern returns: questions by their keys, and what it wants to find again. */
export interface InputRequiredOptions {
  readonly inputRequests?: Readonly<Record<string, Question>>;
  /** Any JSON value. It travels sealed, bound to caller and call. */
  readonly requestState?: unknown;
}

/** A handler's wish for another round. */
export class InputRequest extends OwnResult {
  readonly inputRequests: Readonly<Record<string, Question>>;
  readonly requestState: unknown;

  constructor({ inputRequests = {}, requestState }: InputRequiredOptions) {
    super();
    if (Object.keys(inputRequests).length === 0 && requestState === undefined) {
      throw new TypeError("inputRequired needs inputRequests or a requestState");
    }
    this.inputRequests = inputRequests;
    this.requestState = requestState;
  }

  toResult({ server }: Call): Record<string, unknown> {
    installed(server, "asking", "inputRequired");
    return { [wished]: this };
  }
}

/** Returned by a handler: asks the client, and runs the handler again with what it answers (`ctx.inputResponses`). */
export const inputRequired = (options: InputRequiredOptions): InputRequest => new InputRequest(options);

/** A refusal of a key that means two things within one run. */
export const keyInUse = (key: string): TypeError =>
  new TypeError(`The key "${key}" is used twice in this call; each question needs its own`);
