import type { Clock } from "../../protocol/clock.js";
import { httpRefusal, Refusal } from "../../protocol/errors.js";
import { own, type Message } from "../../protocol/jsonrpc.js";
import { Peer } from "../../protocol/peer.js";
import type { EventStream } from "./event-stream.js";

export interface SessionLimits {
  readonly maxStreams: number;
  readonly maxQueuedMessages: number;
}

/** A legacy session over HTTP: its peer, and the GET streams that carry what belongs to no request. */
export class HttpSession {
  readonly peer: Peer;
  readonly principal: string | undefined;
  readonly #clock: Clock;
  readonly #streams: EventStream[] = [];
  readonly #limits: SessionLimits;
  #queue: Message[] = [];

  constructor(clock: Clock, maxInFlight: number, principal: string | undefined, limits: SessionLimits) {
    this.peer = new Peer((message) => this.#push(message), { clock, maxInFlight });
    this.principal = principal;
    this.#clock = clock;
    this.#limits = limits;
    this.peer.onClose(() => {
      for (const stream of this.#streams.splice(0)) stream.close();
      this.#queue = [];
    });
  }

  /** Whether nothing goes on in it that a client could be waiting for. */
  get idle(): boolean {
    return this.#streams.length === 0 && this.peer.inFlight === 0;
  }

  /** The client has given a sign of life, or what it waited for is over: its time to be idle begins here. */
  touch(): void {
    if (this.peer.session) this.peer.session.lastSeen = this.#clock.now();
  }

  /** A new GET stream: what has been waiting goes out on it. */
  attach(stream: EventStream): void {
    if (this.#streams.length >= this.#limits.maxStreams) this.#streams.shift()!.close();
    this.#streams.push(stream);
    const waiting = this.#queue;
    this.#queue = [];
    for (const message of waiting) stream.send(message);
  }

  detach(stream: EventStream): void {
    const at = this.#streams.indexOf(stream);
    if (at !== -1) this.#streams.splice(at, 1);
    this.touch();
  }

  close(): void {
    this.peer.close(new Refusal("session_not_found", -32600, "The session has ended"));
  }

  /** A message goes to one stream only (2025-11-25/basic/transports#multiple-connections): the newest. */
  #push(message: Message): void {
    const stream = this.#streams.at(-1);
    if (stream) return stream.send(message);
    // The same change need not be told twice to one who has not heard of it at all.
    const told = (other: Message) => JSON.stringify([own(other, "method"), own(other, "params")]);
    if (!("id" in message) && this.#queue.some((other) => told(other) === told(message))) return;
    this.#queue.push(message);
    if (this.#queue.length > this.#limits.maxQueuedMessages) this.#queue.shift();
  }
}

export interface SessionsOptions {
  readonly clock: Clock;
  readonly maxSessions: number;
  readonly sessionIdleMs: number;
}

/** The sessions of one binding, by id. Expired ones go when somebody looks, never by a timer. */
export class Sessions {
  readonly #sessions = new Map<string, HttpSession>();
  readonly #options: SessionsOptions;
  #swept = 0;

  constructor(options: SessionsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#sessions.size;
  }

  /** The live session of that id, if it is this principal's. */
  find(id: string, principal: string | undefined): HttpSession | undefined {
    const session = this.#sessions.get(id);
    if (!session || session.principal !== principal) return undefined;
    if (this.#isOver(session)) {
      this.end(id);
      return undefined;
    }
    return session;
  }

  /** Keeps a new session and gives it an id. Throws 503 when there is no room and no idle session to end. */
  add(session: HttpSession): string {
    this.#sweep();
    if (this.#sessions.size >= this.#options.maxSessions) this.#makeRoom();
    // 122 random bits, as letters and digits: visible ASCII, as the page asks.
    const id = crypto.randomUUID();
    this.#sessions.set(id, session);
    session.peer.onClose(() => this.#sessions.delete(id));
    return id;
  }

  end(id: string): void {
    const session = this.#sessions.get(id);
    this.#sessions.delete(id);
    session?.close();
  }

  *[Symbol.iterator](): Generator<HttpSession> {
    yield* this.#sessions.values();
  }

  #isOver(session: HttpSession): boolean {
    const { clock, sessionIdleMs } = this.#options;
    return session.peer.closed || (session.idle && clock.now() - (session.peer.session?.lastSeen ?? 0) > sessionIdleMs);
  }

  #sweep(): void {
    const { clock, sessionIdleMs } = this.#options;
    if (clock.now() - this.#swept < sessionIdleMs / 10) return;
    this.#swept = clock.now();
    for (const [id, session] of this.#sessions) if (this.#isOver(session)) this.end(id);
  }

  #makeRoom(): void {
    let oldest: [string, number] | undefined;
    for (const [id, session] of this.#sessions) {
      const seen = session.peer.session?.lastSeen ?? 0;
      if (session.idle && (!oldest || seen < oldest[1])) oldest = [id, seen];
    }
    if (!oldest) throw httpRefusal("unavailable", 503, "Too many sessions are in use", { "Retry-After": "60" });
    this.end(oldest[0]);
  }
}
