import { messageOf, QuestionFailed } from "./errors.js";
import type { Exchange } from "./exchange.js";
import { isObject, own, type Message, type Params, type RequestId, type Response } from "./jsonrpc.js";
import type { Peer } from "./peer.js";

/** Told how to take a question back while it is open; returns how to forget that. */
export type WhileOpen = (takeBack: () => void) => () => void;

interface Question {
  resolve(result: Record<string, unknown>): void;
  reject(error: Error): void;
  stopTimer(): void;
}

/** What this side asks of a peer. */
export class Questions {
  readonly #peer: Peer;
  readonly #open = new Map<RequestId, Question>();
  #onReady: Set<() => void> | undefined;
  #lastId = 0;

  constructor(peer: Peer) {
    this.#peer = peer;
  }

  /**
   * Asks the other side (legacy revisions only), once its session is open, and waits at most `timeoutMs`. The question
   * goes out on the exchange of the request that it belongs to, or, without one, where messages of no request go.
   * Rejects with {@link QuestionFailed}; when the exchange is aborted the question is taken back.
   * `whileOpen` is handed a function that takes the question back, and returns how to forget it. A `silent` question ends
   * without a word when it is not answered in time, and is not taken back.
   */
  ask(
    method: string,
    params: Params | undefined,
    timeoutMs: number,
    exchange?: Exchange,
    whileOpen?: WhileOpen,
    silent = false,
  ): Promise<Record<string, unknown>> {
    const gone = () => new QuestionFailed("connection_closed", "The connection is closed");
    if (this.#peer.closed || exchange?.aborted) return Promise.reject(gone());
    const number = ++this.#lastId;
    const id = this.#peer.options.idPrefix === undefined ? number : `${this.#peer.options.idPrefix}${number}`;
    const send = (message: Message) => (exchange ? exchange.send(message) : this.#peer.push(message));
    let sent = false;
    const ask = () => {
      sent = true;
      send(params ? { jsonrpc: "2.0", id, method, params } : { jsonrpc: "2.0", id, method });
    };
    return new Promise((resolve, reject) => {
      const takeBack = (reason: string, error: QuestionFailed) => {
        const question = this.#open.get(id);
        if (!question) return;
        this.#open.delete(id);
        question.stopTimer();
        this.#onReady?.delete(ask);
        if (!sent || silent) return reject(error);
        // The request that it belongs to may be over; then the notification goes where it still can.
        const cancelled: Message = {
          jsonrpc: "2.0",
          method: "notifications/cancelled",
          params: { requestId: id, reason },
        };
        if (exchange?.aborted) this.#peer.push(cancelled);
        else send(cancelled);
        reject(error);
      };
      const stopTime = this.#peer.options.clock.after(timeoutMs, () => {
        const why = `No answer within ${timeoutMs} ms`;
        takeBack(why, new QuestionFailed("request_timeout", `${method} was not answered within ${timeoutMs} ms`));
      });
      const drop = (why: string) => () => takeBack(why, new QuestionFailed("connection_closed", why));
      const forgets = silent
        ? []
        : [
            exchange?.onAbort(drop("The request that asked was cancelled")),
            whileOpen?.(drop("The request that asked has ended")),
          ];
      // What has been answered must not be held on to for as long as the request lasts.
      const stopTimer = () => {
        stopTime();
        for (const forget of forgets) forget?.();
      };
      this.#open.set(id, { resolve, reject, stopTimer });
      // 2025-11-25/basic/lifecycle#initialization/6
      if (this.#peer.session?.phase === "opening") (this.#onReady ??= new Set()).add(ask);
      else ask();
    });
  }

  /** Takes the answer to a question of ours. Answers that nobody waits for are dropped. */
  answer(response: Response): void {
    const question = this.#open.get(response.id as RequestId);
    if (!question) return;
    this.#open.delete(response.id as RequestId);
    question.stopTimer();
    const result = own(response, "result");
    const error = own(response, "error");
    if (isObject(result) && error === undefined) question.resolve(result);
    else {
      const code = own(error, "code");
      const message = own(error, "message");
      const rpcCode = Number.isInteger(code) ? (code as number) : -32603;
      const text = typeof message === "string" ? message : "The answer is malformed";
      question.reject(new QuestionFailed("answer_error", text, { rpcCode, data: own(error, "data") }));
    }
  }

  /** The session is open: what waited for that is sent. */
  ready(): void {
    for (const run of this.#onReady ?? []) run();
    this.#onReady = undefined;
  }

  /** Nobody will answer any more. */
  close(reason: unknown): void {
    for (const question of this.#open.values()) {
      question.stopTimer();
      question.reject(new QuestionFailed("connection_closed", messageOf(reason)));
    }
    this.#open.clear();
    this.#onReady = undefined;
  }
}

/** The questions to a peer. */
export const questionsTo = (peer: Peer): Questions => (peer.questions ??= new Questions(peer));
