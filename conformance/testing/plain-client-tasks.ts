import { member } from "../trace.js";
import type { Json, JsonObject } from "../trace.js";

const RELATED = "io.modelcontextprotocol/related-task";
const DAY_MS = 86_400_000;
const refuse = (message: string) => ({ error: { code: -32602, message } });

interface Kept {
  task: JsonObject;
  outcome: JsonObject | undefined;
  readonly wakes: (() => void)[];
}

/** The tasks of a client that takes questions as tasks (2025-11-25): the least that the page asks for. */
export class PlainTasks {
  readonly #kept = new Map<string, Kept>();

  /** Takes a question as a task; `work` gives its answer, a result or an error. */
  make(params: Json | undefined, work: Promise<JsonObject>): JsonObject {
    const now = new Date().toISOString();
    const ttl = Math.min(Number(member(member(params, "task"), "ttl") ?? DAY_MS), DAY_MS);
    const taskId = crypto.randomUUID();
    const task = { taskId, status: "working", createdAt: now, lastUpdatedAt: now, ttl, pollInterval: 50 };
    const kept: Kept = { task, outcome: undefined, wakes: [] };
    this.#kept.set(taskId, kept);
    void work.then((outcome) => {
      if (kept.task["status"] !== "working") return;
      kept.outcome = outcome;
      this.#end(kept, Object.hasOwn(outcome, "error") ? "failed" : "completed");
    });
    return { result: { task } };
  }

  #end(kept: Kept, status: string): void {
    const message = member(member(kept.outcome ?? null, "error"), "message");
    const said = typeof message === "string" ? { statusMessage: message } : {};
    kept.task = { ...kept.task, status, ...said, lastUpdatedAt: new Date().toISOString() };
    for (const wake of kept.wakes.splice(0)) wake();
  }

  async answer(method: string, params: Json | undefined): Promise<JsonObject> {
    if (method === "tasks/list") {
      if (member(params, "cursor") !== undefined) return refuse("No such cursor");
      return { result: { tasks: [...this.#kept.values()].map(({ task }) => task) } };
    }
    const kept = this.#kept.get(String(member(params, "taskId")));
    if (!kept) return refuse("No such task");
    if (method === "tasks/get") return { result: kept.task };
    if (method === "tasks/cancel") {
      if (kept.task["status"] !== "working") return refuse("The task has ended");
      kept.outcome = { error: { code: -32603, message: "The task was cancelled" } };
      this.#end(kept, "cancelled");
      return { result: kept.task };
    }
    if (kept.task["status"] === "working") await new Promise<void>((resolve) => kept.wakes.push(resolve));
    const { result, error } = kept.outcome as { result?: JsonObject; error?: JsonObject };
    if (error) return { error };
    const related = { [RELATED]: { taskId: kept.task["taskId"] as Json } };
    return { result: { ...result, _meta: { ...(result?.["_meta"] as JsonObject | undefined), ...related } } };
  }
}
