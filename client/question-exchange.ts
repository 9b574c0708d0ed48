import { Exchange } from "../protocol/exchange.js";
import type { Message, Params, RequestId } from "../protocol/jsonrpc.js";
import { readProgressToken } from "../protocol/meta.js";
import type { ProgressNotificationParams } from "../protocol/types/index.js";
import type { Connection } from "./connection.js";
import { relatedTo } from "./own-tasks.js";

/** A question of the server: all that belongs to it goes where the connection's messages go. */
export class QuestionExchange extends Exchange {
  readonly #connection: Connection;
  readonly #token: RequestId | undefined;
  #reached = -Infinity;
  /** The task that the question became, if it did. */
  taskId: string | undefined;

  constructor(connection: Connection, params: Params | undefined) {
    super();
    this.#connection = connection;
    this.#token = readProgressToken(params);
  }

  /** Tells the server how far the answer is, if it asked: nothing goes out that does not grow. */
  readonly progress = (told: Omit<ProgressNotificationParams, "progressToken">): void => {
    if (this.#token === undefined || !(told.progress > this.#reached)) return;
    this.#reached = told.progress;
    const params = { ...told, progressToken: this.#token };
    const { taskId } = this;
    this.send({
      jsonrpc: "2.0",
      method: "notifications/progress",
      params: taskId === undefined ? params : relatedTo({ taskId }, params),
    });
  };

  protected deliver(message: Message): void {
    this.#connection.post(message);
  }
}
