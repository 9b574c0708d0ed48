import type { Clock } from "../../protocol/clock.js";
import type { PostReply } from "./post-reply.js";

/**
 * The POSTs that are worked on, in the order in which they came: closing has to end them, and those that have been
 * silent for too long begin to stream. They are linked to each other, and one timer does for all of them: a map, and a
 * timer for each, cost a request more.
 */
export class Work {
  readonly #clock: Clock;
  readonly #patienceMs: number;
  #first: PostReply | undefined;
  #last: PostReply | undefined;
  #disarm: (() => void) | undefined;
  #onIdle: (() => void) | undefined;

  /** `patienceMs`: how long an answer may be silent, in milliseconds. */
  constructor(clock: Clock, patienceMs: number) {
    this.#clock = clock;
    this.#patienceMs = patienceMs;
  }

  get empty(): boolean {
    return this.#first === undefined;
  }

  /** `speaks`: whether the answer begins to stream when it has been silent for too long. */
  begin(reply: PostReply, speaks: boolean): void {
    reply.earlier = this.#last;
    if (this.#last) this.#last.later = reply;
    else this.#first = reply;
    this.#last = reply;
    if (!speaks || this.#patienceMs === Infinity) return;
    reply.silentUntil = this.#clock.now() + this.#patienceMs;
    if (!this.#disarm) this.#arm(this.#patienceMs);
  }

  end(reply: PostReply): void {
    const { earlier, later } = reply;
    if (earlier) earlier.later = later;
    else this.#first = later;
    if (later) later.earlier = earlier;
    else this.#last = earlier;
    reply.earlier = reply.later = undefined;
    if (this.empty) this.#onIdle?.();
  }

  *[Symbol.iterator](): Generator<PostReply> {
    for (let reply = this.#first; reply;) {
      // It may end while it is looked at.
      const { later } = reply;
      yield reply;
      reply = later;
    }
  }

  /** Resolves when nothing is worked on any more, or after `ms` milliseconds. */
  idle(ms: number): Promise<void> {
    if (this.empty) return Promise.resolve();
    return new Promise((resolve) => {
      const stop = this.#clock.after(ms, resolve, true);
      this.#onIdle = () => {
        stop();
        resolve();
      };
    });
  }

  /** Nobody is waited for any longer. */
  close(): void {
    this.#disarm?.();
    this.#disarm = undefined;
  }

  #arm(ms: number): void {
    this.#disarm = this.#clock.after(ms, () => this.#look());
  }

  #look(): void {
    this.#disarm = undefined;
    const now = this.#clock.now();
    for (const reply of this) {
      if (reply.silentUntil === undefined) continue;
      // Where the clock was set back, its time begins anew.
      reply.silentUntil = Math.min(reply.silentUntil, now + this.#patienceMs);
      // They began in this order, and so they end in it.
      if (reply.silentUntil > now) return this.#arm(reply.silentUntil - now);
      reply.silentUntil = undefined;
      reply.event();
    }
  }
}
