import type { Clock } from "./clock.js";
import { invalidRequest, messageOf, QuestionFailed, Refusal, tooManyRequests } from "./errors.js";
import type { Exchange } from "./exchange.js";
import { isObject, own, type Message, type Params, type RequestId, type Response } from "./jsonrpc.js";
import type { Session } from "./session.js";

export interface PeerOptions {
  readonly clock: Clock;
  readonly maxInFlight: number;
  /** Makes the ids of questions unlike those that another node asks in the same session. */
  readonly idPrefix?: string;
}

interface Question {
  resolve(result: Record<string, unknown>): void;
  reject(error: Error): void;
  stopTimer(): void;
}

/**
 * The other side of a connection (stdio, memory), of a session (legacy HTTP) or of one POST (modern HTTP): which ids
 * are in flight both ways, and what is cancelled with it.
 */
export class Peer {
  session: Session | undefined;
  closed = false;
  /** Stops telling the session of changes: another node does so from here on. Set while this one does. */
  stopTelling: (() => void) | undefined;
  readonly #inFlight = new Map<RequestId, Exchange>();
  // Made at first use: most peers never ask, and there is one for each POST and each session.
  #questions: Map<RequestId, Question> | undefined;
  #onEnd: Set<() => void> | undefined;
  #onClose: Set<(reason: unknown) => void> | undefined;
  readonly #push: (message: Message) => void;
  readonly #options: PeerOptions;
  #lastId = 0;

  /** `push` carries messages that belong to no request: the pipe itself, or a session's own stream. */
  constructor(push: (message: Message) => void, options: PeerOptions) {
    this.#push = push;
    this.#options = options;
  }

  get inFlight(): number {
    return this.#inFlight.size;
  }

  /** Sends a message that belongs to no request of this peer. */
  push(message: Message): void {
    if (!this.closed) this.#push(message);
  }

  /**
   * Notes that a request is being worked on. Refuses an id that is in flight already
   * (2026-07-28/basic/index#requests/3).
   */
  open(id: RequestId, exchange: Exchange): void {
    if (this.closed) throw new Refusal("connection_closed", -32600, "The connection is closed");
    if (this.#inFlight.has(id)) throw invalidRequest(`id ${JSON.stringify(id)} is in flight already`);
    if (this.#inFlight.size >= this.#options.maxInFlight) {
      throw tooManyRequests(`More than ${this.#options.maxInFlight} requests in flight`);
    }
    this.#inFlight.set(id, exchange);
  }

  /** Forgets a request that is answered or dropped. */
  settle(id: RequestId): void {
    this.#inFlight.delete(id);
  }

  /** Cancels a request of the other side. Unknown and finished ids are ignored, as the cancellation page asks. */
  cancel(id: unknown, reason: unknown): void {
    const exchange = this.#inFlight.get(id as RequestId);
    if (!exchange || !exchange.cancellable) return;
    exchange.abort(new Refusal("custom", -32603, typeof reason === "string" ? `Cancelled: ${reason}` : "Cancelled"));
  }

  /**
   * Asks the other side (legacy revisions only) and waits at most `timeoutMs`. The question goes out on the exchange of
   * the request that it belongs to, or, without one, where messages of no request go. Rejects with {@link
   * QuestionFailed}; when the exchange is aborted the question is taken back.
   * `whileOpen` is handed a function that takes the question back.
   */
  request(
    method: string,
    params: Params | undefined,
    timeoutMs: number,
    exchange?: Exchange,
    whileOpen?: (takeBack: () => void) => void,
  ): Promise<Record<string, unknown>> {
    const gone = () => new QuestionFailed("connection_closed", "The connection is closed");
    if (this.closed || exchange?.aborted) return Promise.reject(gone());
    const number = ++this.#lastId;
    const id = this.#options.idPrefix === undefined ? number : `${this.#options.idPrefix}${number}`;
    const send = (message: Message) => (exchange ? exchange.send(message) : this.push(message));
    return new Promise((resolve, reject) => {
      const takeBack = (reason: string, error: QuestionFailed) => {
        const question = this.#questions?.get(id);
        if (!question) return;
        this.#questions?.delete(id);
        question.stopTimer();
        // The request that it belongs to may be over; then the notification goes where it still can.
        const cancelled: Message = {
          jsonrpc: "2.0",
          method: "notifications/cancelled",
          params: { requestId: id, reason },
        };
        if (exchange?.aborted) this.push(cancelled);
        else send(cancelled);
        reject(error);
      };
      const stopTimer = this.#options.clock.after(timeoutMs, () => {
        const why = `No answer within ${timeoutMs} ms`;
        takeBack(why, new QuestionFailed("request_timeout", `${method} was not answered within ${timeoutMs} ms`));
      });
      (this.#questions ??= new Map()).set(id, { resolve, reject, stopTimer });
      const drop = (why: string) => takeBack(why, new QuestionFailed("connection_closed", why));
      exchange?.onAbort(() => drop("The request that asked was cancelled"));
      whileOpen?.(() => drop("The request that asked has ended"));
      send(params ? { jsonrpc: "2.0", id, method, params } : { jsonrpc: "2.0", id, method });
    });
  }

  /** Takes the answer to a question of ours. Answers that nobody waits for are dropped. */
  answer(response: Response): void {
    const question = this.#questions?.get(response.id as RequestId);
    if (!question) return;
    this.#questions?.delete(response.id as RequestId);
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

  /**
   * Calls `run` when the peer's channel is about to end: open subscriptions answer then. Returns how to take that back.
   */
  onEnd(run: () => void): () => void {
    (this.#onEnd ??= new Set()).add(run);
    return () => this.#onEnd?.delete(run);
  }

  /** Lets what waits on this peer end by itself; requests in flight go on. */
  end(): void {
    for (const run of [...(this.#onEnd ?? [])]) run();
    this.#onEnd = undefined;
  }

  onClose(run: (reason: unknown) => void): () => void {
    (this.#onClose ??= new Set()).add(run);
    return () => this.#onClose?.delete(run);
  }

  /** The other side is gone: everything in flight is aborted, every question of ours rejected. */
  close(reason: unknown = new Refusal("connection_closed", -32603, "The connection is closed")): void {
    if (this.closed) return;
    this.end();
    this.closed = true;
    if (this.session) this.session.phase = "closed";
    for (const exchange of [...this.#inFlight.values()]) exchange.abort(reason);
    this.#inFlight.clear();
    for (const question of this.#questions?.values() ?? []) {
      question.stopTimer();
      question.reject(new QuestionFailed("connection_closed", messageOf(reason)));
    }
    this.#questions = undefined;
    for (const run of [...(this.#onClose ?? [])]) run(reason);
    this.#onClose = undefined;
  }
}
