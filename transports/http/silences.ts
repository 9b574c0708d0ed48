import type { Clock } from "../../protocol/clock.js";

/**
 * Waits that all last equally long, and so end in the order in which they began: one timer does for all of them. It
 * costs a request less than a timer of its own.
 */
export class Silences<T> {
  readonly #clock: Clock;
  readonly #ms: number;
  readonly #onOver: (waiting: T) => void;
  /** When each is over, in ms since the epoch. */
  readonly #ends = new Map<T, number>();
  #disarm: (() => void) | undefined;

  /** `onOver` is told of each that lasts `ms` milliseconds. */
  constructor(clock: Clock, ms: number, onOver: (waiting: T) => void) {
    this.#clock = clock;
    this.#ms = ms;
    this.#onOver = onOver;
  }

  begin(waiting: T): void {
    if (this.#ms === Infinity) return;
    this.#ends.set(waiting, this.#clock.now() + this.#ms);
    if (!this.#disarm) this.#arm(this.#ms);
  }

  end(waiting: T): void {
    this.#ends.delete(waiting);
  }

  /** Ends all of them, and nobody is told. */
  close(): void {
    this.#disarm?.();
    this.#disarm = undefined;
    this.#ends.clear();
  }

  #arm(ms: number): void {
    this.#disarm = this.#clock.after(ms, () => this.#look());
  }

  #look(): void {
    this.#disarm = undefined;
    const now = this.#clock.now();
    for (const [waiting, end] of this.#ends) {
      if (end > now) return this.#arm(end - now);
      this.#ends.delete(waiting);
      this.#onOver(waiting);
    }
  }
}
