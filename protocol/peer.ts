import type { Clock } from "./clock.js";
import { invalidRequest, Refusal, tooManyRequests } from "./errors.js";
import type { Exchange } from "./exchange.js";
import type { Message, RequestId, Response } from "./jsonrpc.js";
import type { Questions } from "./questions.js";
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
  /** What this side asks the other. Made at first use: most peers never ask, and there is one for each POST. */
  questions: Questions | undefined;
  #onClose: Set<(reason: unknown) => void> | undefined;
  readonly options: PeerOptions;
  readonly #channel: Channel;

  constructor(channel: Channel, options: PeerOptions) {
    this.#channel = channel;
    this.options = options;
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
    if (this.inFlight >= this.options.maxInFlight) {
      throw tooManyRequests(`More than ${this.options.maxInFlight} requests in flight`);
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
    this.questions?.ready();
  }

  /** Takes the answer to a question of ours. Answers that nobody waits for are dropped. */
  answer(response: Response): void {
    this.questions?.answer(response);
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
    this.questions?.close(reason);
    this.questions = undefined;
    for (const run of [...(this.#onClose ?? [])]) run(reason);
    this.#onClose = undefined;
    this.stopTelling?.(this);
    this.#channel.closed?.(reason);
  }
}
