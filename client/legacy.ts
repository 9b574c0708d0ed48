import { internalError, Refusal } from "../protocol/errors.js";
import { Exchange } from "../protocol/exchange.js";
import { errorResponse, own, type Message, type Params, type Request } from "../protocol/jsonrpc.js";
import { relatedTaskKey } from "../protocol/meta.js";
import type { Connection } from "./connection.js";
import type { Era } from "./era.js";
import { listenInSession } from "./session-listening.js";

/** A question of the server: all that belongs to it goes where the connection's messages go. */
class QuestionExchange extends Exchange {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    super();
    this.#connection = connection;
  }

  protected deliver(message: Message): void {
    this.#connection.post(message);
  }
}

/** What belongs to a task says so, as the question did (2025-11-25/basic/utilities/tasks#related-task-metadata/1). */
function ofItsTask(result: Record<string, unknown>, params: Params | undefined): Record<string, unknown> {
  const task = own(own(params, "_meta"), relatedTaskKey);
  if (task === undefined) return result;
  return { ...result, _meta: { ...(own(result, "_meta") as object), [relatedTaskKey]: task } };
}

async function answer(connection: Connection, { id, method, params }: Request): Promise<void> {
  const exchange = new QuestionExchange(connection);
  const letGo = connection.calls.hold();
  try {
    connection.peer.open(id, exchange);
    try {
      const { revision, questions } = connection;
      const result = method === "ping" ? {} : await questions.answer(method, params, revision, exchange);
      exchange.send({ jsonrpc: "2.0", id, result: ofItsTask(result as Record<string, unknown>, params) });
    } finally {
      connection.peer.settle(id);
    }
  } catch (error) {
    exchange.send(errorResponse(id, error instanceof Refusal ? error : internalError()));
  } finally {
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
