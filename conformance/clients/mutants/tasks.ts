import { member } from "../../trace.js";
import type { Json, JsonObject } from "../../trace.js";
import { answers, headers, isOf, mutant, put, sends, without } from "./mutant.js";
import type { ClientMutant, ClientMutation } from "./mutant.js";
import type { Hands } from "./front.js";

const TASKS = "2025-11-25/basic/utilities/tasks#";
const PROGRESS = "2025-11-25/basic/utilities/progress#";
const RELATED = "io.modelcontextprotocol/related-task";

const otherCode = (message: JsonObject): JsonObject =>
  message["error"] === undefined ? message : put(message, ["error", "code"], -32000);

/** Reports progress about a task: when its result is asked for, or after that was answered. */
const reports =
  (when: "asked" | "answered", progressToken: string, about?: string) =>
  (hands: Hands): ClientMutation => {
    let [made, asked]: [Json | undefined, Json | undefined] = [undefined, undefined];
    const say = () => {
      const params = { progressToken, progress: 50, _meta: { [RELATED]: { taskId: about ?? made ?? "" } } };
      hands.say({ jsonrpc: "2.0", method: "notifications/progress", params });
    };
    return {
      toClient: (message) => {
        if (!isOf(message, "tasks/result")) return message;
        asked = message["id"];
        if (when === "asked") say();
        return message;
      },
      toServer: (message) => {
        made ??= member(member(message["result"], "task"), "taskId");
        if (when === "asked" || asked === undefined || message["id"] !== asked) return message;
        hands.say(message);
        say();
        return undefined;
      },
    };
  };

/** Clients that are wrong about tasks of 2025-11-25: those that they make, and those of their servers. */
export const ofTasks: readonly ClientMutant[] = [
  mutant(
    "task-born-done",
    [`${TASKS}task-status-lifecycle/1`],
    "Makes tasks that have ended already.",
    answers("sampling/createMessage", (message) => put(message, ["result", "task", "status"], "completed")),
  ),
  mutant(
    "task-result-of-nobody",
    [`${TASKS}related-task-metadata/3`],
    "Does not say whose the result of a task is.",
    answers("tasks/result", (message) => without(message, "result", "_meta")),
  ),
  mutant(
    "task-other-error",
    [`${TASKS}task-execution-errors/2`],
    "Gives for a task that failed another error than the question would have got.",
    answers("tasks/result", otherCode),
  ),
  mutant(
    "task-fault-by-another-name",
    [`${TASKS}protocol-errors/1.4`],
    "Calls what fails inside it by another code than that of internal errors.",
    () => ({ toServer: (message) => (member(message["error"], "code") === -32603 ? otherCode(message) : message) }),
  ),
  mutant(
    "task-cancelled-late",
    [`${TASKS}protocol-errors/1.3`, `${TASKS}task-cancellation/1`],
    "Cancels tasks that have ended.",
    answers("tasks/cancel", ({ id }) => ({ jsonrpc: "2.0", id: id as Json, result: { status: "cancelled" } })),
  ),
  mutant(
    "task-pages-end",
    [`${TASKS}task-listing/2`],
    "Keeps to itself that there are more tasks.",
    answers("tasks/list", (message) =>
      put(
        without(message, "result", "nextCursor"),
        ["result", "tasks"],
        ((member(message["result"], "tasks") ?? []) as readonly Json[]).slice(0, 1),
      ),
    ),
  ),
  mutant(
    "task-progress-other-token",
    [`${PROGRESS}behavior-requirements/3`, `${PROGRESS}behavior-requirements/4`],
    "Reports progress of a task under a token of its own.",
    reports("asked", "of-the-task"),
  ),
  mutant(
    "task-progress-of-nobody",
    [`${TASKS}associating-task-related-messages/1`, `${TASKS}related-task-metadata/1`],
    "Reports progress of a task as if it were another's.",
    reports("asked", "t-1", "another"),
  ),
  mutant(
    "task-progress-late",
    [`${PROGRESS}behavior-requirements/5`],
    "Reports progress of a task that has ended.",
    reports("answered", "t-1"),
  ),
  mutant(
    "task-cursors-read",
    [`${TASKS}task-listing/3`],
    "Trims cursors of lists of tasks.",
    sends("tasks/list", (message) => {
      const cursor = member(message["params"], "cursor");
      return typeof cursor === "string" ? put(message, ["params", "cursor"], cursor.trim().slice(0, 4)) : message;
    }),
  ),
  ...(["get", "result"] as const).map((method) =>
    mutant(
      `task-${method}-without-streams`,
      [`${TASKS}${method === "get" ? "getting-tasks/2" : "retrieving-task-results/2"}`],
      `Takes no event stream for an answer to tasks/${method}.`,
      headers(`tasks/${method}`, (fields) => (fields["accept"] = "application/json")),
    ),
  ),
];
