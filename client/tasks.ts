import { CallFailed, errorOf } from "../protocol/call-failed.js";
import { own } from "../protocol/jsonrpc.js";
import type { Result } from "./calls.js";
import type { Connection } from "./connection.js";
import type { RequestOptions } from "./options.js";
import { answersTo } from "./rounds.js";
import { abortOf } from "./within.js";

/** How a task stands, in the words that both kinds of task share. */
export interface TaskView {
  readonly taskId: string;
  readonly status: "working" | "input_required" | "completed" | "failed" | "cancelled";
  readonly statusMessage?: string;
  readonly [member: string]: unknown;
}

/** How a task is awaited. */
export interface TaskOptions extends RequestOptions {
  /** Told how the task stands: when it is made, and at each poll. */
  readonly onTask?: (task: TaskView) => void;
}

/** Milliseconds between two polls where the server names none, at least, and at most. */
const POLL_MS = 1000;
const LEAST_POLL_MS = 20;
const MOST_POLL_MS = 60_000;

/**
 * Awaits a task of the extension: polls it, answers its questions, returns its result. The signal cancels
 * it; the time in all is the caller's to bound.
 * Page: the extension `io.modelcontextprotocol/tasks`, "Polling for task completion", "Task input requests".
 */
export async function awaitTask(connection: Connection, created: Result, options: TaskOptions): Promise<Result> {
  const answered = new Set<string>();
  return follow(connection, readTask(created), "pollIntervalMs", options, async (task) => {
    if (task.status === "completed") {
      const result = own(task, "result");
      if (typeof result === "object" && result !== null) return result as Result;
      throw new CallFailed("malformed_answer", `The task ${task.taskId} is completed and has no result`);
    }
    if (task.status === "failed") throw errorOf(`the task ${task.taskId}`, own(task, "error"));
    if (task.status !== "input_required") return undefined;
    // A key names one question for ever: what was answered may still be shown for a while.
    const requests = Object.entries((own(task, "inputRequests") ?? {}) as object).filter(([key]) => !answered.has(key));
    if (requests.length === 0) return undefined;
    const inputResponses = await answersTo(connection, Object.fromEntries(requests), options.signal);
    for (const [key] of requests) answered.add(key);
    await connection.request(
      "tasks/update",
      { taskId: task.taskId, inputResponses },
      once(options),
      named(connection, task),
    );
    return undefined;
  });
}

/**
 * Awaits a task of 2025-11-25: polls it and fetches its result, during which the server asks what it has to.
 * Page: `2025-11-25/basic/utilities/tasks`.
 */
export async function awaitCoreTask(connection: Connection, created: Result, options: TaskOptions): Promise<Result> {
  const task = readTask(own(created, "task"));
  return follow(connection, task, "pollInterval", options, (task) => {
    if (task.status === "working" || task.status === "cancelled") return Promise.resolve(undefined);
    // Blocks until the task is over where it waits for input: the time of the whole call is what bounds it.
    const waiting = { ...once(options), timeoutMs: Infinity };
    return connection.request("tasks/result", { taskId: task.taskId }, waiting);
  });
}

async function follow(
  connection: Connection,
  created: TaskView,
  intervalName: string,
  options: TaskOptions,
  step: (task: TaskView) => Promise<Result | undefined>,
): Promise<Result> {
  const { taskId } = created;
  const { signal } = options;
  const { clock } = connection.settings;
  const begun = clock.now();
  let task = created;
  try {
    for (;;) {
      options.onTask?.(task);
      const result = await step(task);
      if (result) return result;
      if (task.status === "cancelled") throw new CallFailed("task_cancelled", `The task ${taskId} was cancelled`);
      // Once its time is over, the server may have forgotten it (the extension, "Task Polling").
      const ttlMs = own(task, "ttlMs");
      if (typeof ttlMs === "number" && clock.now() - begun > Math.max(ttlMs, LEAST_POLL_MS))
        throw new CallFailed("request_timeout", `The task ${taskId} is not over after its ttlMs of ${ttlMs} ms`);
      const interval = own(task, intervalName);
      const pollMs = typeof interval === "number" ? Math.min(Math.max(interval, LEAST_POLL_MS), MOST_POLL_MS) : POLL_MS;
      await pause(connection, pollMs, signal);
      task = readTask(await connection.request("tasks/get", { taskId }, once(options), named(connection, task)));
    }
  } catch (error) {
    // A task is never cancelled by notifications/cancelled.
    if (signal?.aborted) {
      connection.request("tasks/cancel", { taskId }, {}, named(connection, task)).catch(() => {});
      throw abortOf(`The task ${taskId}`, signal);
    }
    throw error;
  }
}

/** Requests about a task carry its id in a header where headers mirror the body. */
const named = (connection: Connection, { taskId }: TaskView) => connection.nameHeader(taskId);

/** What holds for each request about a task: its progress is told under the token of the call that made it. */
function once({ onProgress: _, onTask: __, ...options }: TaskOptions): RequestOptions {
  return options;
}

function pause(connection: Connection, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (end: () => void) => () => {
      stop();
      forget();
      signal?.removeEventListener("abort", onAbort);
      end();
    };
    const onAbort = done(() => reject(signal!.reason as Error));
    const stop = connection.settings.clock.after(ms, done(resolve), true);
    const forget = connection.onClose((error) => done(() => reject(error))());
    if (signal?.aborted) onAbort();
    else signal?.addEventListener("abort", onAbort);
  });
}

function readTask(task: unknown): TaskView {
  if (typeof own(task, "taskId") !== "string" || typeof own(task, "status") !== "string")
    throw new CallFailed("malformed_answer", 'A task must have a "taskId" and a "status"');
  return task as TaskView;
}
