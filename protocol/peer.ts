import type { Clock } from "./clock.js";
import { invalidRequest, messageOf, QuestionFailed, Refusal, tooManyRequests } from "./errors.js";
import type { Exchange } from "./exchange.js";
import { isObject, own, type Message, type Params, type RequestId, type Response } from "./jsonrpc.js";
import type { Session } from "./session.js";

/** What carries a peer's messages. */
export interface Channel {
  /** Carries a message that belongs to no request: down the pipe itself, or on a session's own stream. */
  push(message: Message): void;
  /** The peer is closed. */
  closed?(reason: unknown): void;
}

export interface PeerOptions {
  readonly clock: Clock;
  readonly maxInFlight: number;
  /** Makes the ids of questions unlike those that another node asks in the same session. */
  readonly idPrefix?: string;
}

/** Told how to take a question back while it is open; returns how to forget that. */
export type WhileOpen = (takeBack: () => void) => () => void;

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
  /** Stops telling the session of changes. Set while it is told of them here. */
  stopTelling: ((peer: Peer) => void) | undefined;
  /** How many subscriptions it has open (2026-07-28). */
  subscriptions = 0;
  // Nearly always there is one request in flight or none: it needs no map.
  #onlyId: RequestId | undefined;
  #only: Exchange | undefined;
  #others: Map<RequestId, Exchange> | undefined;
  // Made at first use: most peers never ask, and there is one for each POST and each session.
  #questions: Map<RequestId, Question> | undefined;
  #onReady: Set<() => void> | undefined;
  #onClose: Set<(reason: unknown) => void> | undefined;
  readonly #channel: Channel;
  readonly #options: PeerOptions;
  #lastId = 0;

  constructor(channel: Channel, options: PeerOptions) {
    this.#channel = channel;
    this.#options = options;
  }

  get inFlight(): number {
    return (this.#only ? 1 : 0) + (this.#others?.size ?? 0);
  }

  /** Sends a message that belongs to no request of this peer. */
  push(message: Message): void {
    if (!this.closed) this.#channel.push(message);
  }

  /**
   * Notes that a request is being worked on. Refuses an id that is in flight already
   * (2026-07-28/basic/index#requests/3).
   */
  open(id: RequestId, exchange: Exchange): void {
    if (this.closed) throw new Refusal("connection_closed", -32600, "The connection is closed");
    if (this.#find(id)) throw invalidRequest(`id ${JSON.stringify(id)} is in flight already`);
    if (this.inFlight >= this.#options.maxInFlight) {
      throw tooManyRequests(`More than ${this.#options.maxInFlight} requests in flight`);
    }
    if (this.#only) (this.#others ??= new Map()).set(id, exchange);
    else {
      this.#onlyId = id;
      this.#only = exchange;
    }
  }

  #find(id: unknown): Exchange | undefined {
    return this.#only && this.#onlyId === id ? this.#only : this.#others?.get(id as RequestId);
  }

  /** Forgets a request that is answered or dropped. */
  settle(id: RequestId): void {
    if (this.#only && this.#onlyId === id) this.#only = undefined;
    else if (this.#others?.delete(id) && this.#others.size === 0) this.#others = undefined;
  }

  /** Cancels a request of the other side. Unknown and finished ids are ignored, as the cancellation page asks. */
  cancel(id: unknown, reason: unknown): void {
    const exchange = this.#find(id);
    if (!exchange || !exchange.cancellable) return;
    exchange.abort(new Refusal("custom", -32603, typeof reason === "string" ? `Cancelled: ${reason}` : "Cancelled"));
  }

  /** The session is open: what waited for that is sent. */
  ready(): void {
    for (const run of this.#onReady ?? []) run();
    this.#onReady = undefined;
  }

  /**
   * Asks the other side (legacy revisions only), once its session is open, and waits at most `timeoutMs`. The question
   * goes out on the exchange of the request that it belongs to, or, without one, where messages of no request go.
   * Rejects with {@link QuestionFailed}; when the exchange is aborted the question is taken back.
   * `whileOpen` is handed a function that takes the question back, and returns how to forget it. A `silent` question ends
   * without a word when it is not answered in time, and is not taken back.
   */
  request(
    method: string,
    params: Params | undefined,
    timeoutMs: number,
    exchange?: Exchange,
    whileOpen?: WhileOpen,
    silent = false,
  ): Promise<Record<string, unknown>> {
    const gone = () => new QuestionFailed("connection_closed", "The connection is closed");
    if (this.closed || exchange?.aborted) return Promise.reject(gone());
    const number = ++this.#lastId;
    const id = this.#options.idPrefix === undefined ? number : `${this.#options.idPrefix}${number}`;
    const send = (message: Message) => (exchange ? exchange.send(message) : this.push(message));
    let sent = false;
    const ask = () => {
      sent = true;
      send(params ? { jsonrpc: "2.0", id, method, params } : { jsonrpc: "2.0", id, method });
    };
    return new Promise((resolve, reject) => {
      const takeBack = (reason: string, error: QuestionFailed) => {
        const question = this.#questions?.get(id);
        if (!question) return;
        this.#questions?.delete(id);
        question.stopTimer();
        this.#onReady?.delete(ask);
        if (!sent || silent) return reject(error);
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
      const stopTime = this.#options.clock.after(timeoutMs, () => {
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
      (this.#questions ??= new Map()).set(id, { resolve, reject, stopTimer });
      // 2025-11-25/basic/lifecycle#initialization/6
      if (this.session?.phase === "opening") (this.#onReady ??= new Set()).add(ask);
      else ask();
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

  /** The channel is about to end: open subscriptions answer; other requests in flight go on. */
  end(): void {
    for (const exchange of this.#inFlight()) exchange.end();
  }

  #inFlight(): Exchange[] {
    return [...(this.#only ? [this.#only] : []), ...(this.#others?.values() ?? [])];
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
    const inFlight = this.#inFlight();
    this.#only = undefined;
    this.#others = undefined;
    for (const exchange of inFlight) exchange.abort(reason);
    for (const question of this.#questions?.values() ?? []) {
      question.stopTimer();
      question.reject(new QuestionFailed("connection_closed", messageOf(reason)));
    }
    this.#questions = undefined;
    this.#onReady = undefined;
    for (const run of [...(this.#onClose ?? [])]) run(reason);
    this.#onClose = undefined;
    this.stopTelling?.(this);
    this.#channel.closed?.(reason);
  }
}
