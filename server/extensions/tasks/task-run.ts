import { errorObject, own, type Params } from "../../../protocol/jsonrpc.js";
import { isOver, type StoredTask, type TaskStore } from "../../../protocol/task-store.js";
import { asRefusal } from "../../as-refusal.js";
import type { Outcome } from "../../asking/rounds.js";
import type { Call } from "../../call.js";
import { eraOf } from "../../era.js";
import { TaskRounds } from "./task-rounds.js";
import { wires, type TaskWire } from "./wire.js";

type Attempt = () => Promise<Record<string, unknown>>;
type Patch = (state: StoredTask) => StoredTask;

interface Waiter {
  readonly promise: Promise<unknown>;
  resolve(answer: unknown): void;
  reject(error: unknown): void;
}

/** Milliseconds to wait before the end of a task is kept again, at first and at most. */
const FIRST_RETRY_MS = 1000;
const LAST_RETRY_MS = 60_000;

/**
 * A task at work in this process: its call, and how it stands. Nobody sees a state before the store keeps it for good,
 * and a task that has ended never changes again.
 */
export class TaskRun {
  readonly call: Call;
  readonly wire: TaskWire;
  readonly rounds: TaskRounds;
  /** The last state that is kept. */
  state: StoredTask;
  /** What the handler last said of its progress: for people, and not kept. */
  message: string | undefined;
  /** How many clients have been asked a question and not answered yet, by its key on the wire (2025-11-25). */
  readonly asking = new Map<string, number>();
  readonly #store: TaskStore;
  readonly #queue: { readonly patch: Patch; resolve(): void; reject(error: unknown): void }[] = [];
  readonly #waiting = new Map<string, Waiter>();
  readonly #watchers = new Set<() => void>();
  readonly #onOver: () => void;
  #writing = false;
  #stopped = false;
  #result: Promise<Record<string, unknown>> | undefined;
  #wake = () => {};

  /** `onOver` is called once, when nothing more will come of the run. */
  constructor(call: Call, state: StoredTask, store: TaskStore, onOver: () => void) {
    const { tasks } = call.caller.revision.facts;
    this.call = call;
    this.state = state;
    this.wire = wires[tasks as keyof typeof wires];
    this.rounds = new TaskRounds(this);
    this.#store = store;
    this.#onOver = onOver;
  }

  /** Changes how the task stands. Resolves when that is kept; what is changed at the same time is written at once. */
  change(patch: Patch): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ patch, resolve, reject });
      if (!this.#writing) void this.#write();
    });
  }

  async #write(): Promise<void> {
    this.#writing = true;
    await undefined;
    while (this.#queue.length > 0) {
      const changes = this.#queue.splice(0);
      const before = this.state;
      try {
        let next = before;
        for (const { patch } of changes) if (!isOver(next) && !this.#stopped) next = patch(next);
        if (next !== before) {
          this.state = await this.#keep(next);
          if (this.state.status !== before.status || this.state.questions !== before.questions) this.#tell();
        }
        for (const { resolve } of changes) resolve();
      } catch (error) {
        for (const { reject } of changes) reject(error);
      }
    }
    this.#writing = false;
  }

  async #keep(changed: StoredTask): Promise<StoredTask> {
    const open = Object.values(changed.questions).some((question) => !Object.hasOwn(question, "answer"));
    const status = isOver(changed) ? changed.status : open ? "input_required" : "working";
    const next = { ...changed, status, lastUpdatedAt: this.call.server.clock.now() } as const;
    await this.#store.put(next);
    return next;
  }

  #tell(): void {
    this.wire.tell(this);
    this.look();
    if (isOver(this.state)) this.#release(new Error(`The task is over: ${this.state.status}`));
  }

  /** Carries a log message or progress of the handler, where tasks have a place for it. */
  notify(method: string, params: Params): void {
    if (!this.#stopped) this.wire.notify(this, method, params);
  }

  /** Calls `run` whenever the task stands differently; returns how to stop. */
  watch(run: () => void): () => void {
    this.#watchers.add(run);
    return () => this.#watchers.delete(run);
  }

  /** Has whoever watches look again. */
  look(): void {
    for (const run of [...this.#watchers]) run();
  }

  /** The answer to a question, when it comes. */
  answerTo(wireKey: string): Promise<unknown> {
    const question = this.state.questions[wireKey];
    if (question && Object.hasOwn(question, "answer")) return Promise.resolve(question.answer);
    if (isOver(this.state) || this.#stopped) return Promise.reject(new Error("The task is over"));
    let waiter = this.#waiting.get(wireKey);
    if (!waiter) {
      let settle!: Omit<Waiter, "promise">;
      const promise = new Promise((resolve, reject) => (settle = { resolve, reject }));
      promise.catch(() => {});
      this.#waiting.set(wireKey, (waiter = { promise, ...settle }));
    }
    return waiter.promise;
  }

  /** Takes answers to open questions; others are ignored. Resolves when they are kept. */
  async answer(responses: Params): Promise<void> {
    await this.change((state) => {
      let { questions } = state;
      for (const [wireKey, answer] of Object.entries(responses)) {
        const question = own(questions, wireKey) as StoredTask["questions"][string] | undefined;
        if (question && !Object.hasOwn(question, "answer"))
          questions = { ...questions, [wireKey]: { ...question, answer } };
      }
      return questions === state.questions ? state : { ...state, questions };
    });
    for (const [wireKey, waiter] of this.#waiting) {
      const question = this.state.questions[wireKey];
      if (!question || !Object.hasOwn(question, "answer")) continue;
      this.#waiting.delete(wireKey);
      waiter.resolve(question.answer);
    }
  }

  /** A question will have no answer. */
  async unanswered(wireKey: string, error: unknown): Promise<void> {
    const waiter = this.#waiting.get(wireKey);
    this.#waiting.delete(wireKey);
    waiter?.reject(error);
    await this.answer({ [wireKey]: null });
  }

  /**
   * Ends the task with what its handler came to. Never rejects: where the store cannot keep the end, it is tried again
   * until it can, since a task that is over must not look as if it were still at work.
   */
  async finish(outcome: Outcome, attempt: Attempt): Promise<void> {
    const { server } = this.call;
    try {
      for (let waitMs = FIRST_RETRY_MS; ; waitMs = Math.min(waitMs * 2, LAST_RETRY_MS)) {
        try {
          return await this.#conclude(outcome, attempt);
        } catch (error) {
          server.onError(error, `keeping task ${this.state.taskId}`);
        }
        await new Promise<void>((resolve) => {
          server.clock.after(waitMs, resolve);
          this.#wake = resolve;
        });
        if (this.#stopped) return;
      }
    } finally {
      this.end();
    }
  }

  /** Keeps the result or, where it cannot be had or kept, the failure. Rejects when not even that is kept. */
  async #conclude(outcome: Outcome, attempt: Attempt): Promise<void> {
    const { server, caller, method } = this.call;
    const { revision } = caller;
    try {
      this.#result ??= this.rounds.settle(outcome, attempt).then((result) => eraOf(revision).seal(result, this.call));
      const sealed = await this.#result;
      const status = this.wire.endsAs(sealed);
      // A call that failed says why in its content, which whoever lists tasks does not see.
      const said = status === "failed" ? own((sealed.content as unknown[] | undefined)?.[0], "text") : undefined;
      const statusMessage = typeof said === "string" ? { statusMessage: said } : {};
      await this.change((state) => ({ ...state, ...statusMessage, status, result: sealed }));
    } catch (error) {
      if (isOver(this.state) || this.#stopped) return;
      const refusal = asRefusal(error, revision, server, method);
      const failed = { status: "failed", statusMessage: refusal.message, error: errorObject(refusal) } as const;
      await this.change((state) => ({ ...state, ...failed }));
    }
  }

  /** Ends the task from outside. Resolves when that is kept. */
  async cancel(why: string): Promise<void> {
    await this.change((state) => ({ ...state, status: "cancelled", statusMessage: why }));
    this.stop(why);
  }

  /** Has the handler stop, and keeps nothing more of it. */
  stop(why: string): void {
    if (this.#stopped) return;
    this.call.exchange.expire(new Error(why));
    this.end(why);
  }

  /** Keeps nothing more of it. */
  end(why = "The task is over"): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#wake();
    this.#release(new Error(why));
    this.#onOver();
    this.look();
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  #release(error: Error): void {
    for (const waiter of this.#waiting.values()) waiter.reject(error);
    this.#waiting.clear();
  }
}
