import type { Endpoint } from "../../protocol/endpoint.js";
import { Refusal } from "../../protocol/errors.js";
import { Exchange } from "../../protocol/exchange.js";
import { own, type Message } from "../../protocol/jsonrpc.js";
import { Peer, type Channel, type PeerOptions } from "../../protocol/peer.js";
import { randomId } from "../../protocol/random-id.js";
import { legacyRevision } from "../../protocol/revisions/index.js";
import type { Facts } from "../../protocol/revision.js";
import type { SessionMessage } from "../../protocol/session-store.js";
import type { EventStream } from "./event-stream.js";
import type { Settled } from "./options.js";
import { eventId, readEventId, replay, SessionStream, type Journal } from "./session-stream.js";

/** What can carry messages that belong to no request: a stream that is written down, or a bare connection. */
export type Listener = SessionStream | EventStream;

/** How resuming went. `over`: the client has had all there was. `unknown`: what it missed is not known any more. */
export type Resumed = "resumed" | "over" | "unknown";

/** What came to another node and is told here: nothing can be sent back on it. */
class HeardExchange extends Exchange {
  override get canSend(): boolean {
    return false;
  }
  protected deliver(): void {}
}

/** What all sessions of a binding have in common. */
export interface SessionHost {
  readonly endpoint: Endpoint;
  readonly settled: Settled;
  readonly peerOptions: PeerOptions;
  /** Names this node, where sessions are shared with others. */
  readonly node: string | undefined;
  /** Told when a session ends here. */
  onOver(session: HttpSession): void;
}

/** A legacy session over HTTP: its peer, its streams, and what waits for a GET stream. */
export class HttpSession implements Channel {
  readonly id: string;
  readonly peer: Peer;
  readonly principal: string | undefined;
  readonly #host: SessionHost;
  // Made at first use: there may be thousands of sessions, of which most are idle.
  /** Streams that a GET has opened or resumed, the newest last. */
  #listeners: Listener[] | undefined;
  /** Streams that are under way, by their id. */
  #streams: Map<string, SessionStream> | undefined;
  #journal: Journal | undefined;
  #lastStream = 0;
  #queue: Message[] | undefined;
  /** Whether the session goes on elsewhere, although it ends here. */
  #forgotten = false;
  /** Whether a GET stream is open on another node. */
  #listenedElsewhere = false;
  #stopHearing: (() => void) | undefined;

  constructor(host: SessionHost, principal: string | undefined, id: string = randomId()) {
    this.id = id;
    this.principal = principal;
    this.#host = host;
    this.peer = new Peer(this, host.peerOptions);
  }

  /** What the session's revision says; undefined before one is agreed on. */
  get facts(): Facts | undefined {
    const { session } = this.peer;
    return session && legacyRevision(session.version)!.facts;
  }

  /** Whether nothing goes on in it that a client could be waiting for. */
  get idle(): boolean {
    return !this.#listeners?.length && this.peer.inFlight === 0;
  }

  /** The client has given a sign of life, or what it waited for is over: its time to be idle begins here. */
  touch(): void {
    if (this.peer.session) this.peer.session.lastSeen = this.#host.endpoint.clock.now();
  }

  /** The stream of a POST on the connection that opens it; undefined where streams cannot be resumed. */
  postStream(connection: EventStream): SessionStream | undefined {
    const journal = this.peer.closed ? undefined : this.#journalOf();
    if (!journal) return undefined;
    const stream = this.#stream(`p${this.#nextStream()}`, journal, 0);
    stream.open(connection);
    return stream;
  }

  /** A new GET stream: what has been waiting goes out on it. */
  listen(connection: EventStream): void {
    const journal = this.#journalOf();
    const stream = journal && this.#stream(`g${this.#nextStream()}`, journal, 0);
    stream?.open(connection);
    this.#attach(stream ?? connection);
  }

  /** A connection of one of the session's streams is gone. */
  detach(connection: EventStream): void {
    connection.lost();
    const listeners = this.#listeners ?? [];
    const at = listeners.findIndex(
      (listener) => listener === connection || (listener instanceof SessionStream && listener.detach(connection)),
    );
    if (at !== -1) this.#leave(at, listeners);
    else for (const stream of this.#streams?.values() ?? []) stream.detach(connection);
    this.touch();
  }

  /** Ends a connection whose credentials have ended: with others its client may come back for the stream. */
  cut(connection: EventStream): void {
    const listeners = this.#listeners ?? [];
    const carries = (one: Listener) => one === connection || (one instanceof SessionStream && one.isOn(connection));
    const found = listeners.find(carries) ?? [...(this.#streams?.values() ?? [])].find(carries);
    if (found instanceof SessionStream) found.pause();
    else connection.close();
    if (found && listeners.includes(found)) this.#leave(listeners.indexOf(found), listeners);
    this.touch();
  }

  /**
   * Ends the connections of GET streams, where clients know how to come back for them (2025-11-25).
   * 2025-11-25/basic/transports#listening-for-messages-from-the-server/8.
   */
  pause(): void {
    if (!this.#host.settled.resumable || !this.facts?.polls) return;
    const listeners = this.#listeners ?? [];
    for (let at = listeners.length - 1; at >= 0; at--) {
      const listener = listeners[at];
      if (!(listener instanceof SessionStream)) continue;
      listener.pause();
      this.#leave(at, listeners);
    }
  }

  /**
   * Takes a stream up where its client lost it, on the connection that `connect` opens as soon as there is something to
   * say.
   */
  async resume(lastEventId: string, connect: () => EventStream): Promise<Resumed> {
    const journal = this.#journalOf();
    const seen = readEventId(lastEventId);
    if (!journal || !seen) return "unknown";
    const live = this.#streams?.get(seen.stream);
    if (live) return this.#resumeLive(live, seen.number, connect);
    const missed = await journal.log.read(this.id, seen.stream, seen.number);
    if (!missed || this.peer.closed) return "unknown";
    if (missed.ended && missed.events.length === 0) return "over";
    const last = missed.events.at(-1)?.number ?? seen.number;
    if (!missed.ended && seen.stream.startsWith("g")) {
      // The stream was left when its connection was lost; another request may have taken it up in the meantime.
      const stream = this.#streams?.get(seen.stream) ?? this.#stream(seen.stream, journal, last);
      return this.#resumeLive(stream, seen.number, connect);
    }
    const connection = connect();
    replay(connection, seen.stream, missed.events);
    // A call that another node works on: its client comes back with the same id, until that is done.
    if (!missed.ended && journal.polls)
      connection.sendFields(`id: ${eventId(seen.stream, last)}\nretry: ${journal.retryMs}\ndata:`);
    connection.close();
    return "resumed";
  }

  async #resumeLive(stream: SessionStream, after: number, connect: () => EventStream): Promise<Resumed> {
    if (!(await stream.resume(after, connect))) return "unknown";
    if (stream.id.startsWith("g") && !this.#listeners?.includes(stream)) this.#attach(stream);
    return "resumed";
  }

  /** Ends the session, here and on every node that knows it. */
  close(): void {
    this.peer.close(new Refusal("session_not_found", -32600, "The session has ended"));
  }

  /** Lets go of the session here; it goes on where else it is known. */
  forget(): void {
    this.#forgotten = true;
    this.close();
  }

  get forgotten(): boolean {
    return this.#forgotten;
  }

  /** Hears what other nodes have to say of the session, and tells them what they have to know. */
  join(): void {
    const { sessionBus } = this.#host.settled;
    if (this.#host.node === undefined || !sessionBus) return;
    this.#stopHearing = sessionBus.subscribe(this.id, (message) => {
      if (message.from !== this.#host.node) this.#hear(message);
    });
  }

  /** Tells the other nodes what the client said, where it may be meant for one of them. */
  pass(message: Message): void {
    this.#tell({ said: message });
  }

  #hear(message: SessionMessage): void {
    if ("said" in message) void this.#host.endpoint.receive(message.said, this.peer, new HeardExchange());
    else if ("push" in message) this.push(message.push);
    else if ("closed" in message) this.forget();
    else {
      this.#listenedElsewhere = message.listening;
      if (!message.listening) return;
      this.peer.stopTelling?.(this.peer);
      for (const waiting of this.#queue?.splice(0) ?? []) this.#tell({ push: waiting });
    }
  }

  #tell(message: { said: Message } | { push: Message } | { listening: boolean } | { closed: true }): void {
    const { sessionBus } = this.#host.settled;
    if (this.#host.node === undefined || !sessionBus) return;
    const onError = (error: unknown) => this.#host.endpoint.onError(error, "session bus");
    try {
      const told = sessionBus.deliver(this.id, { from: this.#host.node, ...message });
      if (told) told.catch(onError);
    } catch (error) {
      onError(error);
    }
  }

  #journalOf(): Journal | undefined {
    const { facts } = this;
    if (!facts?.resumable || !this.#host.settled.resumable) return undefined;
    const { streamLog: log, retryMs } = this.#host.settled;
    const onError = this.#host.endpoint.onError.bind(this.#host.endpoint);
    return (this.#journal ??= { log, session: this.id, polls: facts.polls, retryMs, onError });
  }

  #nextStream(): string {
    return `${this.#host.node === undefined ? "" : `${this.#host.node}-`}${(++this.#lastStream).toString(36)}`;
  }

  #stream(id: string, journal: Journal, number: number): SessionStream {
    const stream: SessionStream = new SessionStream(id, journal, number, () => this.#streams?.delete(id));
    (this.#streams ??= new Map()).set(id, stream);
    return stream;
  }

  #attach(listener: Listener): void {
    const listeners = (this.#listeners ??= []);
    if (listeners.length >= this.#host.settled.maxStreams) listeners.shift()!.close();
    listeners.push(listener);
    this.#listenedElsewhere = false;
    // Who has the stream tells the client of changes; with a session of its own alone this node does so already.
    if (this.#host.node !== undefined) {
      this.#tell({ listening: true });
      this.#host.endpoint.resume(this.peer);
    }
    for (const message of this.#queue?.splice(0) ?? []) listener.send(message);
  }

  #leave(at: number, listeners: Listener[]): void {
    const [listener] = listeners.splice(at, 1);
    // From here on it is known by what the log has of it.
    if (listener instanceof SessionStream) this.#streams?.delete(listener.id);
    if (listeners.length === 0) this.#tell({ listening: false });
  }

  closed(): void {
    const listeners = this.#listeners?.splice(0) ?? [];
    this.#queue = undefined;
    this.#stopHearing?.();
    this.#end(listeners);
    this.#host.onOver(this);
  }

  #end(listeners: readonly Listener[]): void {
    if (this.#forgotten) {
      for (const listener of listeners) listener instanceof SessionStream ? listener.pause() : listener.close();
      for (const stream of [...(this.#streams?.values() ?? [])]) stream.pause();
      return;
    }
    for (const listener of listeners) listener.close();
    for (const stream of [...(this.#streams?.values() ?? [])]) stream.close();
    this.#tell({ closed: true });
    if (!this.#journal) return;
    const onError = (error: unknown) => this.#host.endpoint.onError(error, "stream log");
    try {
      const forgotten = this.#journal.log.delete(this.id);
      if (forgotten) forgotten.catch(onError);
    } catch (error) {
      onError(error);
    }
  }

  /** A message goes to one stream only (2025-11-25/basic/transports#multiple-connections): the newest. */
  push(message: Message): void {
    const listener = this.#listeners?.at(-1);
    if (listener) return listener.send(message);
    if (this.#listenedElsewhere) return this.#tell({ push: message });
    // The same change need not be told twice to one who has not heard of it at all.
    const change = JSON.stringify([own(message, "method"), own(message, "params")]);
    if (
      !("id" in message) &&
      this.#queue?.some((other) => JSON.stringify([own(other, "method"), own(other, "params")]) === change)
    )
      return;
    const queue = (this.#queue ??= []);
    queue.push(message);
    if (queue.length > this.#host.settled.maxQueuedMessages) queue.shift();
  }
}
