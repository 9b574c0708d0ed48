import { missingClientCapability, Refusal } from "../../../protocol/errors.js";
import type { Params } from "../../../protocol/jsonrpc.js";
import { relatedTaskKey } from "../../../protocol/meta.js";
import type { Facts } from "../../../protocol/revision.js";
import type { StoredTask } from "../../../protocol/task-store.js";
import type { TaskRun } from "./task-run.js";

type Json = Record<string, unknown>;

const iso = (ms: number): string => new Date(ms).toISOString();

const openQuestions = ({ questions }: StoredTask): Json =>
  Object.fromEntries(
    Object.entries(questions).flatMap(([key, question]) =>
      Object.hasOwn(question, "answer") ? [] : [[key, question.asked]],
    ),
  );

const common = ({ taskId, status, statusMessage, createdAt, lastUpdatedAt }: StoredTask): Json => ({
  taskId,
  status,
  ...(statusMessage === undefined ? {} : { statusMessage }),
  createdAt: iso(createdAt),
  lastUpdatedAt: iso(lastUpdatedAt),
});

/** A task as the extension has it. */
export const task = (stored: StoredTask): Json => ({
  ...common(stored),
  ttlMs: stored.ttlMs,
  pollIntervalMs: stored.pollIntervalMs,
});

/** The same with what its status brings. */
export const detailedTask = (stored: StoredTask): Json => ({
  ...task(stored),
  ...(stored.status === "input_required" ? { inputRequests: openQuestions(stored) } : {}),
  ...(stored.status === "completed" ? { result: stored.result } : {}),
  ...(stored.status === "failed" ? { error: stored.error } : {}),
});

/** A task as 2025-11-25 had it. */
export const coreTask = (stored: StoredTask): Json => ({
  ...common(stored),
  ttl: stored.ttlMs,
  pollInterval: stored.pollIntervalMs,
});

/** Ties a message to a task. Page: `2025-11-25/basic/utilities/tasks#related-task-metadata`. */
export const relatedTo = (taskId: string, message: Params = {}): Params => ({
  ...message,
  _meta: { ...(message._meta as Json | undefined), [relatedTaskKey]: { taskId } },
});

/** What differs between the two kinds of tasks while one is at work. */
export interface TaskWire {
  /** The answer to the call that became a task. */
  created(stored: StoredTask): Json;
  /** How a task stands that ended with this result. */
  endsAs(result: Json): "completed" | "failed";
  /** Tells whoever listens that the task stands differently. */
  tell(run: TaskRun): void;
  /** Carries a log message or progress of the handler. */
  notify(run: TaskRun, method: string, params: Params): void;
  /** The refusal of a question that the client cannot be asked. */
  cannotAsk(missing: Json): Refusal;
}

const extension: TaskWire = {
  created: (stored) => ({ resultType: "task", ...task(stored) }),
  // A tool that failed has a result all the same; `failed` is for errors of JSON-RPC alone.
  endsAs: () => "completed",
  tell: ({ call, state }) => call.server.changes?.publish({ taskId: state.taskId }),
  // The extension has no place for log messages and progress of a task.
  notify: () => {},
  cannotAsk: missingClientCapability,
};

const core: TaskWire = {
  created: (stored) => ({ task: coreTask(stored) }),
  endsAs: ({ isError }) => (isError === true ? "failed" : "completed"),
  tell: ({ call: { peer }, state }) => {
    if (peer.session?.phase === "ready")
      peer.push({ jsonrpc: "2.0", method: "notifications/tasks/status", params: coreTask(state) });
  },
  notify: ({ call: { peer }, state }, method, params) => {
    if (peer.session?.phase === "ready") peer.push({ jsonrpc: "2.0", method, params: relatedTo(state.taskId, params) });
  },
  cannotAsk: (missing) =>
    new Refusal("missing_client_capability", -32600, `The client does not support ${Object.keys(missing).join(", ")}`, {
      data: { requiredCapabilities: missing },
    }),
};

export const wires: Readonly<Record<Exclude<Facts["tasks"], "none">, TaskWire>> = { extension, requested: core };
