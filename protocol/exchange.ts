import type { Auth } from "./auth.js";
import type { Envelope } from "./envelope.js";
import type { Refusal } from "./errors.js";
import type { Message } from "./jsonrpc.js";

export type { Auth } from "./auth.js";

/** A request that stays open, and answers when it is told to end. */
export interface Standing {
  end(): void;
  abort(): void;
}

/**
 * The one place where the messages of one request may go. What `send` carries comes before the response; the response
 * itself is what `receive` returns. After `abort` nothing goes out any more.
 */
export abstract class Exchange {
  /** Whether messages of other requests share this exchange's channel (stdio, memory). */
  readonly shared: boolean;
  readonly envelope: Envelope | undefined;
  readonly auth: Auth | undefined;
  /** What was refused, if anything: its HTTP face is the answer's as long as the status line is unsent. */
  refusal: Refusal | undefined;
  /** Whether anything can be sent before the response: an answer of JSON alone has no place for it. */
  get canSend(): boolean {
    return true;
  }
  /** False for a request that `notifications/cancelled` must not reach (`initialize`). */
  cancellable = true;
  aborted = false;
  #settled = false;
  #expired = false;
  #reason: unknown;
  #controller: AbortController | undefined;
  #onAbort: Set<() => void> | undefined;
  #onSettle: (() => void) | undefined;
  /** What stays open until it is ended, if this request is of that kind. */
  #standing: Standing | undefined;

  constructor(auth?: Auth, envelope?: Envelope, shared = true) {
    this.auth = auth;
    this.envelope = envelope;
    this.shared = shared;
  }

  /** Hands one message to the channel. */
  protected abstract deliver(message: Message): void;

  send(message: Message): void {
    if (!this.aborted && !this.#settled) this.deliver(message);
  }

  /**
   * Lets the client come back for the rest instead of holding its connection. Does nothing where the binding or the
   * revision has no such thing.
   */
  closeStream(): void {}

  /** The same for the streams of its session that answer no request. */
  closeSessionStreams(): void {}

  /** The request is answered: what its handler sends from now on is dropped. */
  settle(): void {
    this.#onSettle?.();
    this.#onSettle = undefined;
    this.#settled = true;
    this.#onAbort = undefined;
    this.#standing = undefined;
  }

  /**
   * The request stays open as a subscription does: `standing` is told of its end, or that it is aborted. Where nothing
   * can be sent (any more), it ends at once: nobody would do that later.
   */
  stand(standing: Standing): void {
    this.#standing = standing;
    if (this.aborted) standing.abort();
    else if (!this.canSend) standing.end();
  }

  /** Whether it stays open until it is ended. */
  get standing(): boolean {
    return this.#standing !== undefined;
  }

  /** The channel is about to end: what stands open answers; whatever else is in flight goes on. */
  end(): void {
    this.#standing?.end();
  }

  /** Calls `run` right before the request is answered: what it sends still comes before the answer. */
  onSettle(run: () => void): void {
    this.#onSettle = run;
  }

  /** Tells the handler to stop, by its signal, while the request is still to be answered (a time-out). */
  expire(reason: unknown): void {
    this.#reason = reason;
    this.#expired = true;
    this.#controller?.abort(reason);
  }

  /** Aborts when the request is cancelled, its client is gone (modern HTTP), or the peer closes. Made at first use. */
  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.aborted || this.#expired) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  /**
   * Ends the request from outside: no message of it goes out after this. One that is answered already is left alone.
   */
  abort(reason: unknown): void {
    if (this.aborted || this.#settled) return;
    this.aborted = true;
    this.#reason = reason;
    for (const run of this.#onAbort ?? []) run();
    this.#onAbort = undefined;
    this.#standing?.abort();
    this.#controller?.abort(reason);
  }

  /** Calls `run` once when the request is aborted: cheaper than a signal. Returns how to take that back. */
  onAbort(run: () => void): () => void {
    if (this.aborted) run();
    else (this.#onAbort ??= new Set()).add(run);
    return () => void this.#onAbort?.delete(run);
  }
}
