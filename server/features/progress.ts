import type { Params } from "../../protocol/jsonrpc.js";
import { Allowance } from "../allowance.js";
import type { Call } from "../call.js";
import type { Feature } from "../feature.js";
import { notify } from "./notify.js";

/**
 * Tells the client how far the work on its request is: only where it gave a token, only what is more than the last
 * time, no more often than `limits.maxProgressPerSecond`, and nothing once the request is answered.
 *
 * Pages: `2026-07-28/basic/patterns/progress`, `2025-11-25/basic/utilities/progress`.
 */
export function reportProgress(call: Call, done: number, total?: number, message?: string): void {
  const { progressToken, task } = call;
  if (task?.run && message !== undefined) task.run.message = message;
  if (progressToken === undefined || !Number.isFinite(done)) return;
  const progress = (call.progress ??= new Progress(call));
  if (done <= progress.done) return;
  progress.done = done;
  progress.tell({
    progressToken,
    progress: done,
    ...(total === undefined || !Number.isFinite(total) ? {} : { total }),
    ...(message === undefined ? {} : { message }),
  });
}

/**
 * How far the client was told that the work is, at a bounded rate: what is too early waits, and what comes meanwhile
 * takes its place. What still waits when the request is answered goes before the answer.
 * Page: `2026-07-28/basic/patterns/progress#implementation-notes`.
 */
export class Progress {
  done = -Infinity;
  readonly #call: Call;
  readonly #allowance: Allowance;
  #waiting: Params | undefined;
  #stopTimer: (() => void) | undefined;

  constructor(call: Call) {
    this.#call = call;
    this.#allowance = new Allowance(call.server.limits.maxProgressPerSecond, call.server.clock);
    call.exchange.onSettle(() => this.#send());
  }

  tell(params: Params): void {
    const due = this.#waiting === undefined;
    this.#waiting = params;
    if (due) this.#sendWhenAllowed();
  }

  #sendWhenAllowed(): void {
    if (this.#allowance.take()) return this.#send();
    this.#stopTimer = this.#call.server.clock.after(this.#allowance.waitMs, () => this.#sendWhenAllowed());
  }

  #send(): void {
    const params = this.#waiting;
    this.#waiting = undefined;
    this.#stopTimer?.();
    this.#stopTimer = undefined;
    if (params) notify(this.#call, "notifications/progress", "ProgressNotificationParams", params);
  }
}

/** How far the work on a request is. Page: `2026-07-28/basic/patterns/progress`. */
export const progress: Feature<never, "progress"> = {
  name: "progress",
  limits: { maxProgressPerSecond: 20 },
  install(server) {
    server.progress = reportProgress;
  },
};
