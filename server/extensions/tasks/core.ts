import { internalError, invalidParams, methodNotFound, QuestionFailed, Refusal } from "../../../protocol/errors.js";
import { questionsTo } from "../../../protocol/questions.js";
import { isOver, type StoredQuestion, type StoredTask } from "../../../protocol/task-store.js";
import type { Call, Handlers } from "../../call.js";
import { page, readCursor } from "../../features/pagination.js";
import type { TaskRun } from "./task-run.js";
import { rated } from "./tasks.js";
import { coreTask, relatedTo } from "./wire.js";

type Result = Record<string, unknown>;

async function get(call: Call): Promise<Result> {
  const { tasks } = call.server;
  return coreTask(tasks.shown(await tasks.find(call)));
}

/**
 * Waits for the end of a task, puts its questions to the client meanwhile, and answers as the call itself would have.
 */
async function result(call: Call): Promise<Result> {
  const { server } = call;
  const found = await server.tasks.find(call);
  const task = isOver(found) ? found : await attend(server.tasks.runOf(found), call);
  return relatedTo(task.taskId, outcomeOf(task));
}

function outcomeOf({ status, result, error }: StoredTask): Result {
  if (result) return result;
  if (error) throw new Refusal("custom", error.code, error.message, { data: error.data });
  throw status === "cancelled"
    ? new Refusal("custom", -32603, "The task was cancelled")
    : internalError("The task did not come to its end");
}

async function list(call: Call): Promise<Result> {
  const { server, params, caller } = call;
  const { tasks } = server;
  // Without knowing who asks, the list would show everyone everyone's tasks.
  if (caller.principal === undefined && !tasks.listAnonymous) throw methodNotFound("tasks/list");
  const after = readCursor(params, "tasks");
  const kept = (await tasks.store.list(caller.principal)).filter(({ version }) => version === caller.revision.version);
  const found = await Promise.all(kept.map(({ taskId }) => tasks.lookUp(taskId, caller)));
  const alive = found.filter((task) => task !== undefined).filter((task) => tasks.allows(call, task));
  const { items, nextCursor } = page(alive, "tasks", after, server.pageSize, ({ order }) => ({ order, index: 0 }));
  return {
    tasks: items.map((task) => coreTask(tasks.shown(task))),
    ...(nextCursor === undefined ? {} : { nextCursor }),
  };
}

async function cancel(call: Call): Promise<Result> {
  const { tasks } = call.server;
  const task = await tasks.find(call);
  if (isOver(task)) throw invalidParams(`The task cannot be cancelled: it is ${task.status}`);
  const run = tasks.runOf(task);
  await run.cancel("Cancelled by the client");
  // It may have come to its end a moment before.
  if (run.state.status !== "cancelled") throw invalidParams(`The task cannot be cancelled: it is ${run.state.status}`);
  return coreTask(run.state);
}

/**
 * Stays with a task until it ends. Its questions go out on the stream of this request; one whose stream is lost, or may
 * be (over HTTP nobody can tell), is asked again on the next.
 * Page: `2025-11-25/basic/utilities/tasks#input-required-status`.
 */
function attend(run: TaskRun, { peer, exchange, server }: Call): Promise<StoredTask> {
  const mine = new Set<string>();
  const ask = async (wireKey: string, { asked }: StoredQuestion) => {
    mine.add(wireKey);
    const asking = (change: 1 | -1) => run.asking.set(wireKey, (run.asking.get(wireKey) ?? 0) + change).get(wireKey)!;
    asking(1);
    let unanswered: unknown;
    try {
      const params = relatedTo(run.state.taskId, asked.params as Result | undefined);
      const stream = exchange.canSend ? exchange : undefined;
      const answer = await questionsTo(peer).ask(asked.method as string, params, server.asking.timeoutMs, stream);
      await run.answer({ [wireKey]: answer });
    } catch (error) {
      // Nobody has refused to answer: the next one who attends is asked.
      const lost = error instanceof QuestionFailed && error.code === "connection_closed";
      if (!lost) unanswered = error;
    }
    // Somebody else who was asked may still answer.
    const others = asking(-1) > 0;
    if (unanswered === undefined || others) run.look();
    else await run.unanswered(wireKey, unanswered).catch((error: unknown) => server.onError(error, "tasks/result"));
  };
  return new Promise((resolve, reject) => {
    const look = () => {
      if (isOver(run.state) || run.stopped) {
        stop();
        resolve(run.state);
        return;
      }
      for (const [wireKey, question] of Object.entries(run.state.questions)) {
        const asked = mine.has(wireKey) || (exchange.shared && (run.asking.get(wireKey) ?? 0) > 0);
        if (!Object.hasOwn(question, "answer") && !asked) void ask(wireKey, question);
      }
    };
    const stop = run.watch(look);
    exchange.onAbort(() => {
      stop();
      reject(new Refusal("connection_closed", -32603, "Cancelled"));
    });
    if (!exchange.aborted) look();
  });
}

/** The tasks of 2025-11-25. Page: `2025-11-25/basic/utilities/tasks`. */
export const coreTasks: Handlers = {
  "tasks/get": (call) => rated(get)(call),
  "tasks/result": (call) => rated(result)(call),
  "tasks/list": (call) => rated(list)(call),
  "tasks/cancel": (call) => rated(cancel)(call),
};
