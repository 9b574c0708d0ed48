import { calls, without } from "../../fixture/fault.js";
import { isObject, member } from "../../trace.js";
import type { Json, JsonObject } from "../../trace.js";
import { answers, errors, ofMessages, put, results, takes } from "../mutant.js";
import type { Mutant, Mutation } from "../mutant.js";

const OLD = "2025-11-25/basic/utilities/tasks";
const NEW = "extensions/tasks/specification/tasks";
const RELATED = "io.modelcontextprotocol/related-task";
const statusOf = (result: JsonObject): Json | undefined => result["status"];
const shown = (status: string, change: (result: JsonObject) => JsonObject) =>
  results("tasks/get", (result) => (statusOf(result) === status ? change(result) : result));
const created = (change: (task: JsonObject) => JsonObject) =>
  results("tools/call", (result) => {
    const { task } = result;
    if (isObject(task)) return { ...result, task: change(task) };
    return result["resultType"] === "task" ? change(result) : result;
  });

/** basic/utilities/tasks of 2025-11-25 and the tasks extension. */
export const ofTasks: readonly Mutant[] = [
  ofMessages(
    "tasks-undeclared",
    [`${OLD}#capabilities/1`],
    "Makes tasks and does not declare them.",
    results("initialize", (result) => put(result, ["capabilities", "tasks"], undefined)),
  ),
  ofMessages(
    "tasks-by-number",
    [`${OLD}#task-id-requirements/1`],
    "Names a new task by a number.",
    created((task) => ({ ...task, taskId: 17 })),
  ),
  ofMessages(
    "born-completed",
    [`${OLD}#task-status-lifecycle/1`],
    "Says of a new task that it is completed.",
    created((task) => ({ ...task, status: "completed" })),
  ),
  ofMessages(
    "undead",
    [`${OLD}#task-cancellation/3`],
    "Says completed of a task that it has cancelled, when it is asked.",
    shown("cancelled", (result) => ({ ...result, status: "completed" })),
  ),
  ofMessages(
    "created-some-day",
    [`${OLD}#ttl-and-resource-management/1`],
    "Says in words when a task was created.",
    created((task) => ({ ...task, createdAt: "last Tuesday" })),
  ),
  ofMessages(
    "never-updated",
    [`${OLD}#ttl-and-resource-management/2`],
    "Does not say when a task has last changed.",
    created((task) => without(task, "lastUpdatedAt")),
  ),
  ofMessages(
    "lifetime-a-secret",
    [`${OLD}#ttl-and-resource-management/4`],
    "Does not tell the ttl of a task when it is asked.",
    results("tasks/get", (result) => without(result, "ttl")),
  ),
  ofMessages(
    "outcome-of-nothing",
    [`${OLD}#related-task-metadata/3`],
    "Does not say of which task a result is.",
    results("tasks/result", (result) => put(result, ["_meta", RELATED], undefined)),
  ),
  ofMessages(
    "questions-out-of-nowhere",
    [`${OLD}#input-required-status/5`],
    "Asks for a task without saying for which.",
    () => ({
      fromServer: (message) => [
        isObject(message) && message["id"] !== undefined && message["method"] !== undefined
          ? put(message, ["params", "_meta", RELATED], undefined)
          : message,
      ],
    }),
  ),
  ofMessages(
    "cancels-the-finished",
    [`${OLD}#task-cancellation/1`],
    "Lets a task be cancelled that has ended.",
    takes("tasks/cancel", -32602, (request) => ({
      taskId: member(member(request, "params"), "taskId") as Json,
      status: "cancelled",
      createdAt: "2026-01-01T00:00:00Z",
      lastUpdatedAt: "2026-01-01T00:00:00Z",
      ttl: null,
    })),
  ),
  ofMessages(
    "unknown-task-is-internal",
    [`${OLD}#protocol-errors/1.1`],
    "Calls it an internal error when a task is unknown.",
    errors(undefined, (error, request) =>
      String(request["method"]).startsWith("tasks/") && error["code"] === -32602
        ? { ...error, code: -32603 }
        : undefined,
    ),
  ),
  ofMessages(
    "outcome-told-anew",
    [`${OLD}#result-retrieval/5`],
    "Gives from tasks/result something like what the call would have given.",
    results("tasks/result", (result) =>
      Array.isArray(result["content"]) ? { ...result, content: [{ type: "text", text: "It is done." }] } : result,
    ),
  ),
  ofMessages(
    "tasks-for-everybody",
    [`${NEW}#capability-negotiation/2`],
    "Answers by a task those too who do not declare the extension.",
    (): Mutation => ({
      toServer: (message) =>
        calls(message, "tools/call") && isObject(member(member(message, "params"), "_meta"))
          ? put(
              message,
              [
                "params",
                "_meta",
                "io.modelcontextprotocol/clientCapabilities",
                "extensions",
                "io.modelcontextprotocol/tasks",
              ],
              {},
            )
          : undefined,
    }),
  ),
  ofMessages(
    "a-task-is-complete",
    [`${NEW}#polymorphic-results/1`],
    "Says resultType complete of a result that creates a task.",
    results("tools/call", (result) =>
      result["resultType"] === "task" ? { ...result, resultType: "complete" } : result,
    ),
  ),
  ofMessages(
    "answers-are-tasks",
    [`${NEW}#response/8`],
    "Says resultType task in the answer of tasks/get.",
    results("tasks/get", (result) => ({ ...result, resultType: "task" })),
  ),
  ofMessages(
    "completed-without-result",
    [`${NEW}#response/5`],
    "Shows a completed task without its result.",
    shown("completed", (result) => without(result, "result")),
  ),
  ofMessages(
    "failed-without-error",
    [`${NEW}#response/7`],
    "Shows a failed task without its error.",
    shown("failed", (result) => without(result, "error")),
  ),
  ofMessages(
    "waits-without-asking",
    [`${NEW}#response/3`],
    "Shows a task that waits for input without what it asks.",
    shown("input_required", (result) => without(result, "inputRequests")),
  ),
  ofMessages(
    "talkative-cancellation",
    [`${NEW}#response/19`],
    "Acknowledges a cancellation by the task.",
    results("tasks/cancel", (result, request) => ({
      ...result,
      taskId: member(member(request, "params"), "taskId") as Json,
      status: "cancelled",
    })),
  ),
  ofMessages(
    "a-bad-result-is-a-failure",
    [`${NEW}#task-execution-errors/2`],
    "Says failed of a task whose tool answered with isError.",
    shown("completed", (result) =>
      member(result["result"], "isError") === true
        ? { ...without(result, "result"), status: "failed", error: { code: -32603, message: "The tool failed" } }
        : result,
    ),
  ),
  ofMessages(
    "forgetful-of-new-tasks",
    [`${NEW}#task-creation/1`],
    "Does not know a task the first time that it is asked for it.",
    () => {
      const asked = new Set<string>();
      return answers(
        (request) => calls(request, "tasks/get"),
        (answer, request) => {
          const id = JSON.stringify(member(member(request, "params"), "taskId"));
          if (asked.has(id) || answer["error"] !== undefined) return answer;
          asked.add(id);
          return { ...without(answer, "result"), error: { code: -32602, message: "Unknown task" } };
        },
      )();
    },
  ),
];
