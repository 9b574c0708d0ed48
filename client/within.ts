import { CallFailed, requestCancelled } from "../protocol/call-failed.js";
import type { Clock } from "../protocol/clock.js";

/** What ends the wait for some work. */
export interface Bounds {
  readonly clock: Clock;
  /** What the work is called in errors. */
  readonly what: string;
  /** Milliseconds that it may take. */
  readonly ms: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Waits for work until its time is over or the signal aborts, whether or not the work heeds the signal that it is
 * given. Rejects then with a {@link CallFailed}: `request_timeout` or `request_cancelled`.
 */
export async function within<T>(
  { clock, what, ms, signal }: Bounds,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const stopper = new AbortController();
  const stopped = new Promise<never>((_, reject) => {
    stopper.signal.addEventListener("abort", () => reject(stopper.signal.reason as Error), { once: true });
  });
  const late = () => stopper.abort(new CallFailed("request_timeout", `${what} took longer than ${ms} ms`));
  const stop = clock.after(ms, late, true);
  const onAbort = () => stopper.abort(abortOf(what, signal!));
  try {
    if (signal?.aborted) onAbort();
    else signal?.addEventListener("abort", onAbort, { once: true });
    return await Promise.race([stopped, work(stopper.signal)]);
  } finally {
    stop();
    signal?.removeEventListener("abort", onAbort);
  }
}

/** Why a call is over whose signal has aborted: a time limit around it says so itself. */
export const abortOf = (what: string, { reason }: AbortSignal): CallFailed =>
  reason instanceof CallFailed ? reason : requestCancelled(what, reason);
