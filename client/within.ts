import { CallFailed, requestCancelled } from "../protocol/call-failed.js";
import type { Clock } from "../protocol/clock.js";
import type { Connection } from "./connection.js";
import type { RequestOptions } from "./options.js";

/** What ends the wait for some work. */
export interface Bounds {
  /** What measures the time. */
  readonly clock: Pick<Clock, "after">;
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
  const late = () => stopper.abort(new CallFailed("request_timeout", `${what} was not done within ${ms} ms`));
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

/** Counts the time of one call of the caller's from now on; the function gives the milliseconds that are left. */
export function timeOf({ settings }: Connection, { maxTotalMs = settings.maxTotalMs }: RequestOptions): () => number {
  const { clock } = settings;
  const begun = clock.now();
  // A clock that is set back gives nobody more time than there was.
  return () => Math.min(maxTotalMs, Math.max(0, maxTotalMs - (clock.now() - begun)));
}

/** What is left of one call of the caller's, in however many requests: none of them begins its time in all anew. */
export function inTime<T, Options extends RequestOptions>(
  { settings: { clock } }: Connection,
  what: string,
  options: Options,
  ms: number,
  work: (options: Options) => Promise<T>,
): Promise<T> {
  const { signal } = options;
  return within({ clock, what, ms, signal }, (bounded) => work({ ...options, signal: bounded, maxTotalMs: Infinity }));
}

/** Why a call is over whose signal has aborted: a time limit around it says so itself. */
export const abortOf = (what: string, { reason }: AbortSignal): CallFailed =>
  reason instanceof CallFailed ? reason : requestCancelled(what, reason);
