/**
 * The only source of time in barewire: everything that waits or expires takes a clock, so that tests can turn it by hand.
 */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /**
   * Calls `run` once after `ms` milliseconds; the returned function takes that back. The wait keeps a process alive only
   * with `hold`.
   */
  after(ms: number, run: () => void, hold?: boolean): () => void;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, run, hold = false) {
    const timer: unknown = setTimeout(run, ms);
    // Node's timers are objects that hold the process open until told otherwise; elsewhere a timer is a number.
    if (!hold) (timer as { unref?: () => void }).unref?.();
    return () => clearTimeout(timer as number);
  },
};
