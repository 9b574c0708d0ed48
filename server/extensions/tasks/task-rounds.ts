import { Refusal } from "../../../protocol/errors.js";
import { own } from "../../../protocol/jsonrpc.js";
import type { StoredTask } from "../../../protocol/task-store.js";
import { canonicalJson } from "../../asking/canonical.js";
import { expressQuestion } from "../../asking/express-question.js";
import { sendToPages } from "../../asking/in-rounds.js";
import { faultOf, missingFor, type Question } from "../../asking/question.js";
import { InputRequest, unwrap, wished, type Given, type Outcome, type Rounds } from "../../asking/rounds.js";
import { UrlElicitationRequired } from "../../asking/url-elicitation-required.js";
import type { TaskRun } from "./task-run.js";

/**
 * Times that a question is asked again because its answer was malformed, and that a handler of the bare pattern may
 * ask.
 */
const MOST_ROUNDS = 32;

type Answer = Record<string, unknown>;

/**
 * Questions of a task: they stand in the task until the client answers them, and the handler waits. What was answered
 * is kept, so that a handler that runs again after a restart finds it.
 *
 * Page: the tasks extension, "Task Update Requests"; `2025-11-25/basic/utilities/tasks#input-required-status`.
 */
export class TaskRounds implements Rounds {
  readonly #run: TaskRun;
  readonly #making = new Map<string, Promise<unknown>>();

  constructor(run: TaskRun) {
    this.#run = run;
  }

  get waiting(): boolean {
    return this.#run.state.status === "input_required";
  }

  get given(): Given {
    const { inputResponses, requestState } = this.#run.state.given ?? {};
    return { inputResponses, requestState };
  }

  async ask(key: string, question: Question): Promise<Answer> {
    this.#check(question);
    const text = canonicalJson(question);
    const { known, questions } = this.#run.state;
    const before = own(known, key) as StoredTask["known"][string] | undefined;
    if (before?.question === text && faultOf(question, before.answer) === undefined) return before.answer as Answer;
    for (const asked of Object.values(questions)) {
      if (asked.key !== key || asked.text !== text || !Object.hasOwn(asked, "answer")) continue;
      if (faultOf(question, asked.answer) === undefined) return asked.answer as Answer;
    }
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const answer = await this.#put(key, text, question);
      if (faultOf(question, answer) === undefined) return answer as Answer;
    }
    throw new Error(`The client answered ${question.method} ${MOST_ROUNDS} times in a form that does not fit`);
  }

  #check(question: Question): void {
    const missing = missingFor(question, this.#run.call.caller);
    if (missing) throw this.#run.wire.cannotAsk(missing);
  }

  /** Puts a question to the client, or waits for the answer to the same one that is open already. */
  async #put(key: string, text: string, question: Question): Promise<unknown> {
    const asked = expressQuestion(this.#run.call.caller.revision, question) as unknown as Answer;
    let wireKey: string | undefined;
    await this.#run.change((state) => {
      wireKey = Object.keys(state.questions).find((name) => {
        const other = state.questions[name]!;
        return other.key === key && other.text === text && !Object.hasOwn(other, "answer");
      });
      if (wireKey !== undefined) return state;
      wireKey = freeKey(state.questions, key);
      return { ...state, questions: { ...state.questions, [wireKey]: { key, text, asked } } };
    });
    if (wireKey === undefined) throw new Error("The task is over");
    return this.#run.answerTo(wireKey);
  }

  once(key: string, make: () => unknown): Promise<unknown> {
    const { once } = this.#run.state;
    if (Object.hasOwn(once, key)) return Promise.resolve(once[key]);
    let making = this.#making.get(key);
    if (!making) {
      making = this.#make(key, make);
      this.#making.set(key, making);
      making.catch(() => this.#making.delete(key));
    }
    return making;
  }

  async #make(key: string, make: () => unknown): Promise<unknown> {
    const value = await make();
    // What this run gets must be what the next one gets after a restart.
    const plain: unknown = value === undefined ? null : JSON.parse(JSON.stringify(value));
    await this.#run.change((state) => ({ ...state, once: { ...state.once, [key]: plain } }));
    return plain;
  }

  async settle(outcome: Outcome, handle: () => Promise<Answer>): Promise<Answer> {
    let current = outcome;
    for (let round = 0; round < MOST_ROUNDS; round++) {
      if ("error" in current && current.error instanceof UrlElicitationRequired)
        current = sendToPages(this.#run.call, current.error);
      const result = unwrap(current);
      const wish = result[wished];
      if (!(wish instanceof InputRequest)) return result;
      const entries = Object.entries(wish.inputRequests);
      for (const [, question] of entries) this.#check(question);
      const answers = await Promise.all(
        entries.map(async ([key, question]) => [key, await this.#put(key, canonicalJson(question), question)] as const),
      );
      const given = {
        inputResponses: Object.fromEntries(answers),
        ...(wish.requestState === undefined ? {} : { requestState: wish.requestState }),
      };
      await this.#run.change((state) => ({ ...state, given }));
      current = await handle().then(
        (again) => ({ result: again }),
        (error: unknown) => ({ error }),
      );
    }
    throw new Refusal("custom", -32603, `The handler asked the client ${MOST_ROUNDS} times without coming to a result`);
  }
}

/** A key that no question of the task ever had: two questions must never share one. */
function freeKey(questions: StoredTask["questions"], key: string): string {
  let free = key;
  for (let count = 2; Object.hasOwn(questions, free); count++) free = `${key}#${count}`;
  return free;
}
