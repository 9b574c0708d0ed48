import type { Endpoint } from "../../protocol/endpoint.js";
import { httpRefusal } from "../../protocol/errors.js";
import { own, type Message } from "../../protocol/jsonrpc.js";
import { legacyRevision } from "../../protocol/revisions/index.js";
import { sessionOf, storedSession, type StoredSession } from "../../protocol/session-store.js";
import { HttpSession, type SessionHost } from "./http-session.js";
import type { Settled } from "./options.js";

/** The sessions of one binding, by id. Expired ones go when somebody looks, never by a timer. */
export class Sessions {
  readonly #sessions = new Map<string, HttpSession>();
  readonly #endpoint: Endpoint;
  readonly #settled: Settled;
  /** What the store holds of each session that is known here. */
  readonly #stored = new Map<string, { readonly text: string; readonly lastSeen: number }>();
  /** The sessions that are attended to, and how to stop that. */
  readonly #attended = new Map<HttpSession, () => void>();
  #common: SessionHost | undefined;
  #swept = 0;

  constructor(endpoint: Endpoint, settled: Settled) {
    this.#endpoint = endpoint;
    this.#settled = settled;
  }

  get size(): number {
    return this.#sessions.size;
  }

  /** Whether other nodes know the sessions too: what is known here has to be brought up to date before it is used. */
  get shared(): boolean {
    return this.#settled.sessionStore !== undefined;
  }

  /** A session that `initialize` may open. Nobody finds it before it is added. */
  open(principal: string | undefined): HttpSession {
    return new HttpSession(this.#host, principal);
  }

  /** The live session of that id, if it is this principal's. */
  find(id: string, principal: string | undefined): HttpSession | undefined {
    const session = this.#sessions.get(id);
    if (!session || session.principal !== principal) return undefined;
    if (this.#isOver(session)) {
      session.close();
      return undefined;
    }
    return session;
  }

  /** Takes from the store what other nodes have made of a session. */
  async refresh(id: string): Promise<void> {
    const stored = await this.#settled.sessionStore?.get(id);
    const known = this.#sessions.get(id);
    if (!stored) return known?.forget();
    if (known) update(known, stored);
    else {
      const session = new HttpSession(this.#host, stored.principal, id);
      session.peer.session = sessionOf(stored);
      this.#keep(session);
    }
    this.#stored.set(id, { text: textOf(stored), lastSeen: stored.lastSeen });
  }

  /** Writes to the store what has become of a session, where that is anything. */
  async save(session: HttpSession): Promise<void> {
    const { sessionStore, sessionIdleMs } = this.#settled;
    const current = session.peer.session;
    if (!sessionStore || !current || session.peer.closed) return;
    const stored = storedSession(current);
    const before = this.#stored.get(session.id);
    const text = textOf(stored);
    if (before && before.text === text && stored.lastSeen - before.lastSeen < sessionIdleMs / 10) return;
    await this.#attempt(async () => {
      await sessionStore.put(session.id, stored);
      this.#stored.set(session.id, { text, lastSeen: stored.lastSeen });
    });
  }

  /**
   * Writes now and then that a session is alive while somebody waits for something in it here: other nodes cannot see
   * that, and would take it for idle.
   */
  attend(session: HttpSession): void {
    if (!this.shared || this.#attended.has(session)) return;
    const { clock, sessionIdleMs } = this.#settled;
    const wait = () => {
      const stop = clock.after(Math.max(1000, sessionIdleMs / 4), () => {
        this.#attended.delete(session);
        if (session.idle || session.peer.closed) return;
        session.touch();
        void this.save(session);
        wait();
      });
      this.#attended.set(session, stop);
    };
    wait();
  }

  /** Tells other nodes what the client sent here, where it may be about something that one of them does. */
  pass(session: HttpSession, message: unknown): void {
    const version = session.peer.session?.version;
    if (!this.shared || version === undefined) return;
    const { methods } = legacyRevision(version)!;
    for (const each of Array.isArray(message) ? message : [message]) {
      const method = own(each, "method");
      if (method === undefined || methods[String(method)]?.aboutRequest) session.pass(each as Message);
    }
  }

  /** Keeps a new session. Throws 503 when there is no room and no idle session to end. */
  add(session: HttpSession): string {
    this.#sweep();
    if (this.#sessions.size >= this.#settled.maxSessions) this.#makeRoom(session.principal);
    this.#keep(session);
    return session.id;
  }

  *[Symbol.iterator](): Generator<HttpSession> {
    yield* this.#sessions.values();
  }

  /** Ends what is open here. Sessions that other nodes know go on there. */
  close(): void {
    for (const session of [...this.#sessions.values()]) this.#letGo(session);
  }

  #keep(session: HttpSession): void {
    this.#sessions.set(session.id, session);
    session.join();
  }

  /** A session has ended, or this node lets go of it. */
  #over(session: HttpSession): void {
    const { id } = session;
    if (this.#sessions.get(id) !== session) return;
    this.#sessions.delete(id);
    this.#stored.delete(id);
    this.#attended.get(session)?.();
    this.#attended.delete(session);
    if (!session.forgotten) void this.#attempt(() => this.#settled.sessionStore?.delete(id));
  }

  /** What the store fails to write does not fail the request; the next one of the session tries again. */
  async #attempt(write: () => void | Promise<void> | undefined): Promise<void> {
    try {
      await write();
    } catch (error) {
      this.#endpoint.onError(error, "session store");
    }
  }

  /** What the sessions have in common, made at first use: randomness is not to be had before a request. */
  get #host(): SessionHost {
    if (!this.#common) {
      const { clock, limits } = this.#endpoint;
      const node = this.shared ? crypto.randomUUID().slice(0, 8) : undefined;
      this.#common = {
        endpoint: this.#endpoint,
        settled: this.#settled,
        node,
        peerOptions: {
          clock,
          maxInFlight: limits.maxInFlight,
          ...(node === undefined ? {} : { idPrefix: `${node}-` }),
        },
        onOver: (session) => this.#over(session),
      };
    }
    return this.#common;
  }

  #isOver(session: HttpSession): boolean {
    const { clock, sessionIdleMs } = this.#settled;
    return session.peer.closed || (session.idle && clock.now() - (session.peer.session?.lastSeen ?? 0) > sessionIdleMs);
  }

  /** Of a session that others know, only what is known of it here can go: to them it may be quite alive. */
  #letGo(session: HttpSession): void {
    if (this.shared) session.forget();
    else session.close();
  }

  #sweep(): void {
    const { clock, sessionIdleMs } = this.#settled;
    if (clock.now() - this.#swept < sessionIdleMs / 10) return;
    this.#swept = clock.now();
    for (const session of [...this.#sessions.values()]) if (this.#isOver(session)) this.#letGo(session);
  }

  /**
   * Whoever has the most sessions loses one, but nobody who has fewer than `opener` would: nobody pushes others out by
   * opening many, not even such as are all in use.
   */
  #makeRoom(opener: string | undefined): void {
    const counts = new Map([[opener, 1]]);
    for (const { principal } of this.#sessions.values()) counts.set(principal, (counts.get(principal) ?? 0) + 1);
    let oldest: [HttpSession, number, number] | undefined;
    for (const session of this.#sessions.values()) {
      if (!session.idle) continue;
      const [count, seen] = [counts.get(session.principal)!, session.peer.session?.lastSeen ?? 0];
      if (count < counts.get(opener)!) continue;
      if (!oldest || count > oldest[1] || (count === oldest[1] && seen < oldest[2])) oldest = [session, count, seen];
    }
    if (!oldest) throw httpRefusal("unavailable", 503, "Too many sessions are in use", { "Retry-After": "60" });
    this.#letGo(oldest[0]);
  }
}

/** What another node can have changed. */
function update({ peer: { session } }: HttpSession, { phase, logLevel, watched, lastSeen }: StoredSession): void {
  if (!session) return;
  // It never goes back, whatever of it has not come to the store.
  if (phase !== "opening") session.phase = phase;
  if (logLevel !== undefined) session.logLevel = logLevel;
  session.watched = new Set(watched);
  session.lastSeen = Math.max(session.lastSeen, lastSeen);
}

const textOf = ({ lastSeen: _, ...rest }: StoredSession): string => JSON.stringify(rest);
