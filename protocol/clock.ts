/**
 * The only source of time in barewire: everything that waits or expires takes a clock, so that tests can turn it by
 * hand.
 */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /**
   * Calls `run` once after `ms` milliseconds (never after Infinity); the returned function takes that back. The wait
   * keeps a process alive only with `hold`.
   */
  after(ms: number, run: () => void, hold?: boolean): () => void;
}

/** The longest wait that timers know; a longer one would be taken for none. */
const LONGEST_MS = 2 ** 31 - 1;

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, run, hold = false) {
    if (ms === Infinity) return () => {};
    if (ms > LONGEST_MS) {
      let stop = systemClock.after(LONGEST_MS, () => (stop = systemClock.after(ms - LONGEST_MS, run, hold)), hold);
      return () => stop();
    }
    const timer: unknown = setTimeout(run, ms);
    // Node's timers are objects that hold the process open until told otherwise; elsewhere a timer is a number.
    if (!hold) (timer as { unref?: () => void }).unref?.();
    return () => clearTimeout(timer as number);
  },
};
