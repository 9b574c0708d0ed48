import { invalidParams } from "../../../protocol/errors.js";
import { isObject, own } from "../../../protocol/jsonrpc.js";
import { isOver } from "../../../protocol/task-store.js";
import type { Call, Handler } from "../../call.js";
import { malformedWish, type Extension, type ExtensionRule, type SubscriptionKind } from "../extension.js";
import { tasksExtensionId } from "./identifier.js";
import { rated } from "./tasks.js";
import { detailedTask } from "./wire.js";

/** `tasks/get`: how a task stands. */
async function get(call: Call): Promise<Record<string, unknown>> {
  const { tasks } = call.server;
  return detailedTask(tasks.shown(await tasks.find(call)));
}

/** `tasks/update`: takes answers to a task's questions. What answers none of the open ones is ignored. */
async function update(call: Call): Promise<Record<string, unknown>> {
  const { tasks } = call.server;
  const responses = own(call.params, "inputResponses");
  const task = await tasks.find(call);
  if (!isObject(responses)) throw invalidParams('"inputResponses" must be an object');
  if (!isOver(task)) await tasks.runOf(task).answer(responses);
  return {};
}

/** `tasks/cancel`: stops a task, unless it is over. */
async function cancel(call: Call): Promise<Record<string, unknown>> {
  const { tasks } = call.server;
  const task = await tasks.find(call);
  if (!isOver(task)) await tasks.runOf(task).cancel("Cancelled by the client");
  return {};
}

/** `taskIds` in the filter of `subscriptions/listen`: of those named, the client's own are agreed to. */
const taskIds: SubscriptionKind = {
  async accept(wanted, call) {
    const { server, caller } = call;
    if (!Array.isArray(wanted) || wanted.some((id) => typeof id !== "string"))
      throw malformedWish("taskIds", "an array of strings");
    if (wanted.length > server.limits.maxWatchedUris)
      throw malformedWish("taskIds", `an array of at most ${server.limits.maxWatchedUris} ids`);
    const found = await Promise.all([...new Set(wanted as string[])].map((id) => server.tasks.lookUp(id, caller)));
    return found.flatMap((task) => (task && server.tasks.allows(call, task) ? [task.taskId] : []));
  },

  listen(agreed, send, { server, caller }) {
    const watched = new Set(agreed as string[]);
    // One after the other, so that an older state never comes after a newer one.
    let telling: Promise<void> = Promise.resolve();
    const tell = (taskId: string) => {
      telling = telling.then(async () => {
        const task = await server.tasks.lookUp(taskId, caller);
        if (!task || !watched.has(taskId)) return;
        if (isOver(task)) watched.delete(taskId);
        send("notifications/tasks", detailedTask(task));
      });
      telling = telling.catch((error: unknown) => server.onError(error, "notifications/tasks"));
    };
    const stop = server.changes.subscribe((change) => {
      if ("taskId" in change && watched.has(change.taskId)) tell(change.taskId);
    });
    // What happened between the task's creation and now, nobody was told.
    for (const taskId of watched) tell(taskId);
    return stop;
  },
};

/** The extension `io.modelcontextprotocol/tasks`. */
export function tasksExtension(): Extension {
  const methods = new Map<string, ExtensionRule>();
  const extension: Extension = {
    id: tasksExtensionId,
    settings: {},
    methods,
    resultTypes: ["task"],
    subscriptions: new Map([["taskIds", taskIds]]),
    undeclared: "required",
  };
  const add = (name: string, serve: Handler) =>
    methods.set(name, { from: "client", needs: "extensions", mirrored: "taskId", extension, serve: rated(serve) });
  add("tasks/get", get);
  add("tasks/update", update);
  add("tasks/cancel", cancel);
  return extension;
}
