import type { Call } from "../call.js";
import { notify } from "./notify.js";

/**
 * Tells the client how far the work on its request is: only where it gave a token, only what is more than the last
 * time, and nothing once the request is answered.
 *
 * Pages: `2026-07-28/basic/patterns/progress`, `2025-11-25/basic/utilities/progress`.
 */
export function reportProgress(call: Call, done: number, total?: number, message?: string): void {
  const { progressToken, task } = call;
  if (task?.run && message !== undefined) task.run.message = message;
  if (progressToken === undefined || !Number.isFinite(done) || (call.progress !== undefined && done <= call.progress))
    return;
  call.progress = done;
  notify(call, "notifications/progress", "ProgressNotificationParams", {
    progressToken,
    progress: done,
    ...(total === undefined || !Number.isFinite(total) ? {} : { total }),
    ...(message === undefined ? {} : { message }),
  });
}
