import { background } from "./background.js";
import type { Crossing } from "./crossing.js";
import { barrierRequest, dressHeaders, dressMessage, initializeRequest, overlay } from "./dress.js";
import type { Dress } from "./dress.js";
import { Failure, TimedOut, within } from "./failure.js";
import type { Judge } from "./judge.js";
import { OpenQuestions } from "./open-questions.js";
import { OpenRequests } from "./open-requests.js";
import { detailsOf, shownHeaders } from "./sending.js";
import type { Sending } from "./sending.js";
import { isObject, member, MODERN } from "./trace.js";
import type { Json, JsonObject, Revision } from "./trace.js";
import { breaksSchema, callBreaches, noMessage, responseBreaches } from "./unasked.js";
import { isRefusal } from "./wires/wire.js";
import type { Arrival, Connection, HttpExchange, HttpReply, Subject } from "./wires/wire.js";

export interface Timing {
  /** How long an expectation waits. Default 5,000. */
  readonly timeoutMs: number;
  /** How long silence is listened to where no barrier can prove it. Default 150. */
  readonly quietMs: number;
  /** How long the first word on a connection may take, where that is longer: a process has to start. */
  readonly startMs?: number;
}
export const TIMING: Timing = { timeoutMs: 5_000, quietMs: 150 };

/** A message in the order of its coming; members of a batch come one by one. */
export interface Received {
  readonly message: Json;
  readonly exchange: HttpExchange | undefined;
  readonly crossing?: Crossing;
}

const isAnswer = (message: Json): boolean =>
  isObject(message) && !("method" in message) && ("result" in message || "error" in message);

/**
 * One client's side of a conversation: it sends dressed messages, keeps what comes in order, remembers which ids are
 * open, and lays every message before the judge. It knows nothing of the server that it talks to.
 */
export class Dialogue {
  /** Rules broken without being asked, oldest first. */
  readonly complaints: Failure[] = [];
  lastExchange: HttpExchange | undefined;
  /** Index of the step that is being played. */
  step = -1;
  readonly #inbox: Received[] = [];
  readonly #asked = new OpenRequests();
  readonly #questions = new OpenQuestions();
  readonly #exchanges = new Map<string, HttpExchange>();
  #connection: Connection | undefined;
  #wake: (() => void) | undefined;
  #sessionId: string | undefined;
  #barriers = 0;
  #polls = 0;
  /** Whether `initialize` was sent on this connection, which then is no longer like a new one. */
  #initialized = false;
  #ready = false;
  /** What a legacy server declared in the handshake that the runner played. */
  #declared: Json | undefined;
  #heard = false;

  constructor(
    readonly subject: Subject,
    readonly revision: Revision,
    readonly capabilities: JsonObject,
    readonly judge: Judge,
    readonly timing: Timing,
    /** Methods of the server that the trace is about: they are never background. */
    readonly heeded: ReadonlySet<string> = new Set(),
    /** Who speaks: the first caller, or another one by name. */
    readonly caller?: string,
    /** What crossed the wire; callers of one trace share it. */
    readonly crossings: Crossing[] = [],
  ) {}

  get connected(): boolean {
    return this.#connection !== undefined;
  }
  /** Whether a barrier request would be answered: always in the modern revision, else once a session is open. */
  get hasBarrier(): boolean {
    return MODERN.includes(this.revision) || this.#ready || this.subject.wire !== "http";
  }

  /** Whether the server gave the session an id over HTTP. */
  get hasSession(): boolean {
    return this.#sessionId !== undefined;
  }

  /** An id for one more request of a step that polls. */
  pollId(): string {
    return `poll-${++this.#polls}`;
  }

  async connect(): Promise<void> {
    this.#asked.clear();
    this.#questions.clear();
    this.#inbox.length = 0;
    this.#initialized = this.#heard = false;
    const stateless = MODERN.includes(this.revision);
    this.#connection = await this.subject.connect((arrival) => this.#receive(arrival), stateless, this.caller);
  }

  /** The legacy opening, over HTTP with the session's own stream. Returns the server's capabilities. */
  async open(): Promise<Json | undefined> {
    const id = "handshake";
    await this.send(initializeRequest(id, this.#dress()), { dress: true });
    if ((await this.isRefused()) && !this.hasMessage) throw new Failure("the handshake was refused");
    const { message } = await this.next("the answer to initialize");
    const version = member(member(message, "result"), "protocolVersion");
    const wanted = `a result with protocolVersion ${this.revision}`;
    if (version !== this.revision) throw new Failure("the handshake failed", wanted, JSON.stringify(message));
    await this.send({ method: "notifications/initialized" });
    if (this.subject.wire === "http") await this.#openStream();
    this.#ready = true;
    return (this.#declared = member(member(message, "result"), "capabilities"));
  }

  async #openStream(): Promise<void> {
    const headers = dressHeaders(undefined, this.#dress(), "GET");
    const exchange = this.#connection?.send({ text: "", headers, method: "GET" });
    if (exchange) this.#exchanges.set(JSON.stringify("GET"), exchange);
    const replied = exchange?.replied.then(() => undefined) ?? Promise.resolve();
    const late = () => new TimedOut("the stream of the session (HTTP GET) was not answered");
    await within(replied, this.timing.timeoutMs, late).catch((error: unknown) => {
      if (!(error instanceof TimedOut)) throw error;
    });
  }

  #dress(as?: Revision): Dress {
    return { revision: as ?? this.revision, capabilities: this.capabilities, sessionId: this.#sessionId };
  }

  /** Sends one message (or a batch). Over HTTP, waits for the reply to what is no request, so that order is kept. */
  async send(message: Json, sending: Sending = {}): Promise<void> {
    const dress = this.#dress(sending.as);
    const dressed = sending.dress === false ? message : dressMessage(message, dress);
    const text = JSON.stringify(dressed);
    this.#note("client", text);
    this.#asked.remember(dressed, dress.revision);
    this.#questions.answer(dressed);
    this.#initialized ||= member(dressed, "method") === "initialize";
    const exchange = this.#deliver(text, overlay(dressHeaders(dressed, dress), sending.headers), sending);
    if (!exchange) return;
    const id = member(dressed, "id");
    if (member(dressed, "method") === "initialize") await this.#learnSession(exchange);
    // The ids of the server's requests are its own: an answer to one says nothing of a request of the client.
    if (id !== undefined && !isAnswer(dressed)) this.#exchanges.set(JSON.stringify(id), exchange);
    else if (!Array.isArray(dressed)) await this.#replyTo(exchange);
  }

  /** Sends bytes as they are. */
  sendRaw(text: string | Uint8Array, sending: Sending = {}): void {
    const shown = typeof text === "string" ? text : Buffer.from(text).toString("latin1");
    this.#note("client", shown.slice(0, 2_000));
    let parsed: Json | undefined;
    try {
      parsed = JSON.parse(shown) as Json;
    } catch {
      parsed = undefined;
    }
    const dress = this.#dress(sending.as);
    if (parsed !== undefined) this.#asked.remember(parsed, dress.revision);
    this.#initialized ||= shown.includes("initialize");
    const headers = sending.dress === false ? {} : dressHeaders(parsed, dress);
    this.#deliver(text, overlay(headers, sending.headers), sending);
  }

  /** Sends an HTTP request of any method. */
  sendHttp(http: { method: string; path?: string; body?: string }, sending: Sending = {}): void {
    const dressed = sending.dress === false ? {} : dressHeaders(undefined, this.#dress(sending.as), http.method);
    const headers = overlay(dressed, sending.headers);
    this.#note("client", `HTTP ${http.method} ${http.path ?? ""} ${shownHeaders(headers)}`);
    const { body: text = "", method, path } = http;
    const details = detailsOf(path === undefined ? sending : { ...sending, path });
    this.lastExchange = this.#connection?.send({ text, headers, method, ...details });
  }

  #deliver(text: string | Uint8Array, headers: Record<string, string>, sending: Sending): HttpExchange | undefined {
    if (!this.#connection) throw new Error("not connected");
    return (this.lastExchange = this.#connection.send({ text, headers, ...detailsOf(sending) }));
  }

  async #learnSession(exchange: HttpExchange): Promise<void> {
    const reply = await this.#replyTo(exchange);
    const id = reply.headers["mcp-session-id"];
    if (id !== undefined) [this.#sessionId, this.#ready] = [id, true];
  }

  async #replyTo(exchange: HttpExchange): Promise<HttpReply> {
    return within(
      exchange.replied,
      this.timing.timeoutMs,
      () => new TimedOut("no HTTP reply", "an HTTP reply", "nothing"),
    );
  }

  /** Whether the HTTP reply to the last thing sent has a status of 400 or more: no message will come but its body. */
  async isRefused(): Promise<boolean> {
    const reply = this.lastExchange && (await this.#replyTo(this.lastExchange).catch(() => undefined));
    return (reply?.status ?? 0) >= 400;
  }

  /** The reply to the last thing sent over HTTP. What it brought as a JSON body is taken out of the inbox. */
  async lastReply(): Promise<HttpReply> {
    if (!this.lastExchange) throw new Error("nothing has been sent over HTTP");
    const reply = await this.#replyTo(this.lastExchange);
    if (reply.headers["content-type"]?.startsWith("text/event-stream")) return reply;
    for (const received of this.#inbox.splice(0)) {
      if (received.exchange !== this.lastExchange) this.#inbox.push(received);
      else if (received.crossing) received.crossing.step = this.step;
    }
    return reply;
  }

  /** The client gives a request up, in the way of the revision and wire. */
  async cancel(id: Json): Promise<void> {
    const exchange = this.#exchanges.get(JSON.stringify(id));
    if (MODERN.includes(this.revision) && exchange) {
      this.#note("client", `closes the stream of request ${JSON.stringify(id)}`);
      exchange.abandon();
    } else
      await this.send({ method: "notifications/cancelled", params: { requestId: id, reason: "no longer needed" } });
  }

  /** The id of the request to which an HTTP exchange is the reply; null where it is the reply to none. */
  repliedOn(exchange: HttpExchange): Json {
    for (const [id, one] of this.#exchanges) if (one === exchange && id !== '"GET"') return JSON.parse(id) as Json;
    return null;
  }

  /** The connection that carries the stream of a request is cut; the request goes on. */
  drop(id: Json): void {
    this.#note("client", `loses the stream of ${JSON.stringify(id)}`);
    this.#exchangeOf(id).abandon();
  }

  /** The client comes back for the stream of a request, after the event that `after` counts or the last that it has. */
  async resume(id: Json, after?: number): Promise<void> {
    const { events } = this.#exchangeOf(id);
    const retry = events.findLast((event) => event.retry !== undefined)?.retry;
    if (retry !== undefined) await new Promise((resolve) => setTimeout(resolve, retry));
    const last = after === undefined ? events.findLast((event) => event.id !== undefined)?.id : events[after - 1]?.id;
    if (last === undefined)
      throw new Failure("the stream cannot be resumed", "events with ids", JSON.stringify(events));
    this.sendHttp({ method: "GET" }, { headers: { "Last-Event-ID": last } });
    if (this.lastExchange) this.#exchanges.set(JSON.stringify(id), this.lastExchange);
    await this.#replyTo(this.#exchangeOf(id));
  }

  /** The events that the connection for a request has brought so far, or to its end. */
  async events(id: Json, ended = false): Promise<Json> {
    const exchange = this.#exchangeOf(id);
    if (ended) {
      const seen = () => JSON.stringify(exchange.events);
      const late = () => new TimedOut("the stream did not end", "the end of the connection", seen());
      await within(exchange.ended, this.timing.timeoutMs, late);
    }
    return JSON.parse(JSON.stringify(exchange.events)) as Json;
  }

  #exchangeOf(id: Json): HttpExchange {
    const exchange = this.#exchanges.get(JSON.stringify(id));
    if (!exchange) throw new Failure("there is no such stream", `a request ${JSON.stringify(id)} over HTTP`, "none");
    return exchange;
  }

  /** The client goes away without a word; the next connect is another client. */
  async close(): Promise<void> {
    this.#note("client", "closes the connection");
    const closed = this.#connection?.close() ?? Promise.resolve();
    [this.#connection, this.#sessionId, this.#ready] = [undefined, undefined, false];
    const late = () => new TimedOut("the server's side did not end", "the end of the connection", "nothing");
    await within(closed, this.timing.timeoutMs, late);
  }

  /** Leaves in order: an HTTP session is deleted. Failures to do so are nobody's concern here. */
  async leave(passed: boolean): Promise<void> {
    try {
      if (passed && this.#asked.size === 0 && !this.#initialized && this.#connection?.release) {
        this.#connection.release();
        this.#connection = undefined;
      }
      if (this.#sessionId !== undefined && this.#connection) {
        this.sendHttp({ method: "DELETE" });
        await within(this.lastExchange?.replied ?? Promise.resolve(undefined), 1_000, () => new Error("no reply"));
      }
      // Nobody waits for the end of a connection that is done with: the subject's close does.
      void this.#connection?.close().catch(() => undefined);
    } catch {
      // A subject that cannot even delete a session has shown so in a trace about that.
    }
    this.#connection = undefined;
  }

  /** The next message, waited for up to the deadline. */
  async next(what: string, timeoutMs = this.timing.timeoutMs): Promise<Received> {
    if (this.#inbox.length === 0) {
      const arrived = new Promise<void>((resolve) => (this.#wake = resolve));
      const ms = Math.max(timeoutMs, this.#heard ? 0 : (this.timing.startMs ?? 0));
      await within(arrived, ms, () => new TimedOut(`nothing came within ${ms} ms`, what, "nothing"));
    }
    const received = this.#inbox.shift();
    if (!received) throw this.complaints[0] ?? new TimedOut("nothing came", what, "nothing");
    if (received.crossing) received.crossing.step = this.step;
    return received;
  }

  /** Whether a message has come that no step took. */
  get hasMessage(): boolean {
    return this.#inbox.length > 0;
  }

  /** Gives a message back, to be the next one. */
  putBack(received: Received): void {
    this.#inbox.unshift(received);
  }

  /** Fails when anything came that no step has asked for, or still comes before a barrier request is answered. */
  async quiet(byTime: boolean): Promise<void> {
    this.#refuseLeftovers();
    if (byTime || !this.hasBarrier) {
      await new Promise((resolve) => setTimeout(resolve, this.timing.quietMs));
      return this.#refuseLeftovers();
    }
    // Over HTTP each reply has a stream of its own: the second barrier is sent when the first has gone all the way.
    for (let round = 0; round < (this.subject.wire === "http" ? 2 : 1); round++) {
      const id = `barrier-${++this.#barriers}`;
      await this.send(barrierRequest(id, this.#dress()));
      const { message } = await this.next("the answer to the barrier request");
      if (member(message, "id") !== id)
        throw new Failure("a message that nobody expects", "silence", JSON.stringify(message));
    }
    this.#refuseLeftovers();
  }

  #refuseLeftovers(): void {
    const left = this.#inbox.shift();
    if (left) throw new Failure("a message that nobody expects", "silence", JSON.stringify(left.message));
  }

  #receive(arrival: Arrival): void {
    this.#heard = true;
    // A session need not have a stream of its own: what its refusal says is no message of the trace.
    if (isRefusal(arrival) && arrival.exchange === this.#exchanges.get(JSON.stringify("GET"))) return;
    if (arrival.kind === "noise") {
      this.#note("server", arrival.text);
      this.complaints.push(noMessage(arrival.text, this.revision, this.subject.wire, arrival.requirements));
    } else {
      const crossing = this.#note("server", JSON.stringify(arrival.message));
      if (Array.isArray(arrival.message)) this.#judge(arrival.message, this.revision);
      const items = Array.isArray(arrival.message) ? arrival.message : [arrival.message];
      for (const message of items as readonly Json[]) {
        this.#inspect(message);
        if (!this.#isBackground(message)) this.#inbox.push({ message, exchange: arrival.exchange, crossing });
      }
    }
    if (this.#inbox.length === 0 && this.complaints.length === 0) return;
    this.#wake?.();
    this.#wake = undefined;
  }

  #note(by: Crossing["by"], text: string): Crossing {
    const crossing: Crossing = { by, text, ...(this.caller === undefined ? {} : { caller: this.caller }) };
    if (by !== "server") crossing.step = this.step;
    this.crossings.push(crossing);
    return crossing;
  }

  /** Whether the message is nothing to the trace. A request among these is answered, so that the server goes on. */
  #isBackground(message: Json): boolean {
    const found = this.heeded.has(String(member(message, "method"))) ? undefined : background(message);
    if (!found || MODERN.includes(this.#revisionOf(message))) return false;
    const id = member(message, "id");
    if (id === undefined || !found.answer) return true;
    this.send({ id, result: found.answer }).catch((error: Failure) => this.complaints.push(error));
    return true;
  }

  #inspect(message: Json): void {
    const isResponse = isObject(message) && !Object.hasOwn(message, "method");
    const answered = isResponse ? this.#asked.answer(member(message, "id")) : undefined;
    const revision = isResponse ? (answered?.revision ?? this.revision) : this.#revisionOf(message);
    const { wire } = this.subject;
    const known = { wire, questions: this.#questions, asked: this.#asked, declared: this.#declared };
    this.complaints.push(...(isResponse ? responseBreaches : callBreaches)(message, revision, known, answered));
    this.#judge(message, revision, answered?.method);
  }

  /** The revision in which a call from the server speaks: that of the request it belongs to, else that of the trace. */
  #revisionOf(message: Json): Revision {
    return this.#asked.revisionOf(message) ?? this.revision;
  }

  #judge(message: Json, revision: Revision, method?: string): void {
    for (const { definition, text } of this.judge.server(message, revision, method))
      this.complaints.push(breaksSchema(message, revision, definition, text));
  }
}
