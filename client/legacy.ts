import { internalError, Refusal } from "../protocol/errors.js";
import { errorResponse, own, type Params, type Request } from "../protocol/jsonrpc.js";
import { relatedTaskKey } from "../protocol/meta.js";
import type { Connection } from "./connection.js";
import type { Era } from "./era.js";
import { asksForTask, relatedTo, taskCapability } from "./own-tasks.js";
import { QuestionExchange } from "./question-exchange.js";
import { listenInSession } from "./session-listening.js";

type Result = Record<string, unknown>;

/** What belongs to a task says so, as the question did (2025-11-25/basic/utilities/tasks#related-task-metadata/1). */
function ofItsTask(result: Result, params: Params | undefined): Result {
  const task = own(own(params, "_meta"), relatedTaskKey);
  return task === undefined ? result : relatedTo(task, result);
}

/** What a question comes to; `after` is done once the answer is sent. */
interface Answered {
  readonly result: Result;
  after?(): void;
}

async function answerTo(connection: Connection, request: Request, exchange: QuestionExchange): Promise<Answered> {
  const { method, params } = request;
  const { revision, questions } = connection;
  if (method === "ping") return { result: {} };
  const declared = questions.capabilities(revision);
  const takesTasks = revision.facts.tasks === "requested" && taskCapability(declared);
  const ownTasks = takesTasks ? connection.ownTasks : undefined;
  const served = ownTasks?.serve(method, params, exchange);
  if (served) return { result: await served };
  if (ownTasks && asksForTask(declared, request)) return becomeTask(connection, request);
  return { result: ofItsTask((await questions.answer(method, params, revision, exchange)) as Result, params) };
}

/** The question is answered by a task, and the task by what the question would have been. */
function becomeTask(connection: Connection, { method, params }: Request): Answered {
  const exchange = new QuestionExchange(connection, params);
  const { result, begin } = connection.ownTasks!.create(params, exchange);
  const work = async (taskId: string) => {
    exchange.taskId = taskId;
    const letGo = connection.calls.hold();
    exchange.onAbort(letGo);
    try {
      return await connection.questions.answer(method, params, connection.revision, exchange);
    } finally {
      letGo();
    }
  };
  return { result: ofItsTask(result, params), after: () => begin(work) };
}

async function answer(connection: Connection, request: Request): Promise<void> {
  const { id, method } = request;
  // What needs no handler takes no time for which a server could not be blamed.
  const letGo = Object.hasOwn(connection.revision.questions, method) ? connection.calls.hold() : () => {};
  let exchange: QuestionExchange | undefined;
  try {
    exchange = new QuestionExchange(connection, request.params);
    exchange.onAbort(letGo);
    connection.peer.open(id, exchange);
    try {
      const { result, after } = await answerTo(connection, request, exchange);
      exchange.send({ jsonrpc: "2.0", id, result });
      after?.();
    } finally {
      connection.peer.settle(id);
    }
  } catch (error) {
    const refusal = errorResponse(id, error instanceof Refusal ? error : internalError());
    if (exchange) exchange.send(refusal);
    else connection.post(refusal);
  } finally {
    exchange?.settle();
    letGo();
  }
}

/**
 * The revisions with a handshake: the server may ask at any time, and what was said once holds for the session.
 * Pages: `2025-11-25/basic/lifecycle`, `2025-11-25/basic/utilities/cancellation`.
 */
export const legacy: Era = {
  terms: ({ version, facts }) => ({
    version: facts.versionHeader ? version : undefined,
    session: true,
    resumable: facts.resumable,
  }),

  meta: () => ({}),

  cancel(connection, requestId, reason) {
    connection.post({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId, reason } });
  },

  asked(connection, request) {
    void answer(connection, request);
  },

  async setLogLevel(connection, level, options) {
    await connection.request("logging/setLevel", { level }, options);
    connection.logLevel = level;
  },

  listen: listenInSession,
};
