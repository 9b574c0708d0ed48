import { CallFailed } from "../protocol/call-failed.js";
import type { Clock } from "../protocol/clock.js";

const A_MINUTE_MS = 60_000;

/** Opens a session anew after the server has lost it: once for all who notice, and until one stands. */
export class Renewal {
  readonly #clock: Clock;
  readonly #most: number;
  /** How many times a session was lost. */
  #losses = 0;
  #running: Promise<void> | undefined;
  /** When a session was opened anew, of late. */
  #opened: number[] = [];
  /** Whether the last session is over and no new one stands yet. */
  needed = false;
  /** How many times the session was opened anew. */
  count = 0;

  /** At most `most` times within a minute. */
  constructor(clock: Clock, most: number) {
    this.#clock = clock;
    this.#most = most;
  }

  /** The session is over. */
  lost(): void {
    this.needed = true;
    this.#losses += 1;
  }

  /** Calls `open` until a session stands. Rejects where that fails; whoever comes next tries again. */
  run(open: () => Promise<void>): Promise<void> {
    return (this.#running ??= this.#open(open).finally(() => (this.#running = undefined)));
  }

  async #open(open: () => Promise<void>): Promise<void> {
    for (let losses = -1; losses !== this.#losses;) {
      const now = this.#clock.now();
      this.#opened = this.#opened.filter((at) => at > now - A_MINUTE_MS);
      if (this.#opened.length >= this.#most)
        throw new CallFailed(
          "limit_exceeded",
          `The server lost ${this.#most} sessions within a minute (limits.maxRenewals)`,
        );
      losses = this.#losses;
      try {
        await open();
      } catch (error) {
        // One that was lost meanwhile took the handshake with it, which says nothing of the next one.
        if (losses === this.#losses) throw error;
      }
      this.#opened.push(now);
    }
    this.needed = false;
    this.count += 1;
  }
}
