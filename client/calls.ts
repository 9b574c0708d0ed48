import { CallFailed, connectionClosed, errorOf } from "../protocol/call-failed.js";
import type { Clock } from "../protocol/clock.js";
import { isObject, own, type RequestId, type Response } from "../protocol/jsonrpc.js";
import type { RequestOptions } from "./options.js";
import { abortOf } from "./within.js";

/** The result of a request, as it stood on the wire. */
export type Result = Record<string, unknown>;

/** A request that is to be awaited. */
export interface Awaited {
  readonly method: string;
  readonly timeoutMs: number;
  readonly maxTotalMs: number;
  readonly options: RequestOptions;
  /** Tells the server to stop, and stops listening. */
  readonly takeBack: (id: RequestId, reason: string) => void;
}

interface Open extends Awaited {
  resolve(result: Result): void;
  reject(error: Error): void;
  /** Milliseconds that the server has left, counted from `since`. */
  leftMs: number;
  since: number;
  stopTimer(): void;
  stopTotal(): void;
  forgetSignal(): void;
}

/** The requests of this client that have no answer yet. */
export class Calls {
  readonly #open = new Map<RequestId, Open>();
  /** Progress goes to where its token was given, be it to a task that outlives its request. */
  readonly #progress = new Map<RequestId, NonNullable<RequestOptions["onProgress"]>>();
  readonly #kept = new Set<RequestId>();
  readonly #clock: Clock;
  readonly #maxInFlight: number;
  #lastId = 0;
  #held = 0;
  /** What else stands still while a handler is at work. */
  readonly #steps = new Set<{ pause(): void; goOn(): void }>();
  #closed: Error | undefined;

  constructor(clock: Clock, maxInFlight: number) {
    this.#clock = clock;
    this.#maxInFlight = maxInFlight;
  }

  get inFlight(): number {
    return this.#open.size;
  }

  /** Notes a request; the answer rejects with a {@link CallFailed}. */
  open(awaited: Awaited): { readonly id: RequestId; readonly answer: Promise<Result> } {
    if (this.#closed) throw this.#closed;
    const { signal, onProgress } = awaited.options;
    if (signal?.aborted) throw abortOf(awaited.method, signal);
    if (this.#open.size >= this.#maxInFlight)
      throw new CallFailed("limit_exceeded", `More than ${this.#maxInFlight} requests in flight`);
    const id = ++this.#lastId;
    const answer = new Promise<Result>((resolve, reject) => {
      const onAbort = () => this.#takeBack(id, abortOf(awaited.method, signal!));
      signal?.addEventListener("abort", onAbort, { once: true });
      const open: Open = {
        ...awaited,
        resolve,
        reject,
        leftMs: awaited.timeoutMs,
        since: 0,
        stopTimer: () => {},
        stopTotal: this.#clock.after(awaited.maxTotalMs, () => this.#late(id, awaited.maxTotalMs), true),
        forgetSignal: () => signal?.removeEventListener("abort", onAbort),
      };
      this.#open.set(id, open);
      this.#restart(id, open);
      if (onProgress) this.#progress.set(id, onProgress);
    });
    return { id, answer };
  }

  #restart(id: RequestId, open: Open): void {
    open.stopTimer();
    open.leftMs = open.timeoutMs;
    if (this.#held > 0) open.stopTimer = () => {};
    else this.#goOn(id, open);
  }

  #goOn(id: RequestId, open: Open): void {
    open.since = this.#clock.now();
    open.stopTimer = this.#clock.after(open.leftMs, () => this.#late(id, open.timeoutMs), true);
  }

  #pause(open: Open): void {
    open.stopTimer();
    // A clock that was set back gives the server no more time than it had.
    const passed = Math.max(0, this.#clock.now() - open.since);
    open.leftMs = Math.max(0, open.leftMs - passed);
  }

  #late(id: RequestId, ms: number): void {
    const method = this.#open.get(id)?.method;
    this.#takeBack(id, new CallFailed("request_timeout", `${method} was not answered within ${ms} ms`));
  }

  #takeBack(id: RequestId, error: CallFailed): void {
    const open = this.#settle(id);
    if (!open) return;
    open.reject(error);
    open.takeBack(id, error.message);
  }

  #settle(id: unknown): Open | undefined {
    const open = this.#open.get(id as RequestId);
    if (!open) return undefined;
    this.#open.delete(id as RequestId);
    if (!this.#kept.has(id as RequestId)) this.#progress.delete(id as RequestId);
    open.stopTimer();
    open.stopTotal();
    open.forgetSignal();
    return open;
  }

  /** Whether an id was ever given: what answers it comes late or twice. */
  knows(id: unknown): boolean {
    return Number.isInteger(id) && (id as number) >= 1 && (id as number) <= this.#lastId;
  }

  /** Takes the answer to a request. False: none waits for it. */
  answer(response: Response): boolean {
    const open = this.#settle(response.id);
    if (!open) return false;
    const result = own(response, "result");
    const error = own(response, "error");
    if (isObject(result) && error === undefined) open.resolve(result);
    else open.reject(errorOf(open.method, result === undefined ? error : undefined));
    return true;
  }

  /** The request cannot be answered any more. */
  fail(id: RequestId, error: Error): void {
    this.#settle(id)?.reject(error);
  }

  /** The server tells of progress. */
  progress(params: unknown): void {
    const token = own(params, "progressToken") as RequestId;
    if (typeof own(params, "progress") !== "number") return;
    const open = this.#open.get(token);
    if (open?.options.resetOnProgress) this.#restart(token, open);
    const { progressToken: _, ...progress } = params as { progressToken: RequestId; progress: number };
    return this.#progress.get(token)?.(progress);
  }

  /** Progress under this request's token is still told after its answer; returns how to end that. */
  keepProgress(id: RequestId, onProgress: RequestOptions["onProgress"]): () => void {
    if (!onProgress) return () => {};
    this.#progress.set(id, onProgress);
    this.#kept.add(id);
    return () => {
      this.#kept.delete(id);
      this.#progress.delete(id);
    };
  }

  /**
   * A handler of this client is at work, for which no server should be blamed; returns how to let time go on from where
   * it stood.
   */
  hold(): () => void {
    this.#held += 1;
    if (this.#held === 1) {
      for (const open of this.#open.values()) this.#pause(open);
      for (const step of this.#steps) step.pause();
    }
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#held -= 1;
      if (this.#held > 0) return;
      for (const [id, open] of this.#open) this.#goOn(id, open);
      for (const step of this.#steps) step.goOn();
    };
  }

  /** Runs something after a time that stands still while a handler is at work; returns how to keep it from running. */
  after(ms: number, run: () => void): () => void {
    let leftMs = ms;
    let since = 0;
    let stop = () => {};
    const step = {
      pause: () => {
        stop();
        leftMs = Math.max(0, leftMs - Math.max(0, this.#clock.now() - since));
      },
      goOn: () => {
        since = this.#clock.now();
        stop = this.#clock.after(leftMs, run, true);
      },
    };
    this.#steps.add(step);
    if (this.#held === 0) step.goOn();
    return () => {
      this.#steps.delete(step);
      stop();
    };
  }

  /** None of the open requests is answered any more. */
  failAll(error: Error): void {
    for (const id of [...this.#open.keys()]) this.fail(id, error);
  }

  /** Nothing is answered any more. */
  close(error: Error = connectionClosed()): void {
    this.#closed ??= error;
    this.failAll(error);
  }
}
