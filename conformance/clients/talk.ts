import type { Crossing } from "../crossing.js";
import { overlay } from "../dress.js";
import { Failure } from "../failure.js";
import type { ClientJudge } from "../judge.js";
import { isObject, member } from "../trace.js";
import type { Json, JsonObject, Revision } from "../trace.js";
import { breaksSchema, noMessage } from "../unasked.js";
import type { Reply, World } from "./authorization/world.js";
import { answerTo, dress, initialized, isModern, refusal, versionOf } from "./default-answers.js";
import { isHttp } from "./trace.js";
import type { ClientWire, Posting, Served } from "./trace.js";
import { headerBreaches, Watch } from "./watch.js";
import type { Arrival, Exchange, ServerSide } from "./wires/wire.js";

/** Something that the client did, for a step to take: a message, or over HTTP a request without one. */
export interface Heard {
  readonly message: Json;
  readonly exchange: Exchange | undefined;
  readonly at: number;
  readonly crossing: Crossing;
}

const SESSION = "session-1";
const ENDPOINT = "/messages?session=1";
const initializeInBatch = (revision: Revision, text: string): Failure =>
  new Failure("initialize in a batch", "initialize alone", text, [`${revision}/basic/lifecycle#initialization/3`]);
/** Streamable HTTP: the statement that a POST has one message. */
const ONE_MESSAGE: Readonly<Partial<Record<Revision, string>>> = {
  "2025-06-18": "2025-06-18/basic/transports#sending-messages-to-the-server/4",
  "2025-11-25": "2025-11-25/basic/transports#sending-messages-to-the-server/4",
  "2026-07-28": "2026-07-28/basic/transports/streamable-http#sending-messages/5",
};
const isCall = (message: Json): boolean => typeof member(message, "method") === "string";
const isRequest = (message: Json): boolean => isCall(message) && member(message, "id") !== undefined;
const keyOf = (id: Json | undefined): string => JSON.stringify(id ?? null);

/** The suite's side of a conversation in which it plays the server. */
export class Talk {
  readonly complaints: Failure[] = [];
  readonly watch: Watch;
  readonly inbox: Heard[] = [];
  /** Whether a step that is still to come waits for such a thing. */
  heeds: (message: Json) => boolean = () => false;
  /** Called with each message, whoever takes it. */
  sees: (message: Json) => void = () => undefined;
  step = -1;
  /** Whether the client has said anything. */
  heard = false;
  side: ServerSide | undefined;
  /** What stands around a protected server. */
  world: World | undefined;
  readonly #asked = new Map<string, { method: string; exchange: Exchange | undefined }>();
  readonly #dropped = new Set<string>();
  #latest: string | undefined;
  #stream: Exchange | undefined;
  #kept: { data?: string; id?: string; retry?: number }[] = [];
  #wakes = new Set<() => void>();

  constructor(
    readonly revision: Revision,
    readonly wire: ClientWire,
    readonly served: Served,
    readonly judge: ClientJudge,
    readonly crossings: Crossing[],
  ) {
    this.watch = new Watch(revision, wire);
  }

  /** Settles when something happens, or after so many milliseconds. */
  async news(ms: number): Promise<void> {
    let wake = (): void => undefined;
    const timer = setTimeout(() => wake(), ms);
    await new Promise<void>((resolve) => this.#wakes.add((wake = resolve)));
    this.#wakes.delete(wake);
    clearTimeout(timer);
  }

  wake(): void {
    for (const one of this.#wakes) one();
  }

  note(by: Crossing["by"], text: string): Crossing {
    const crossing: Crossing = { by, text };
    if (by !== "client") crossing.step = this.step;
    this.crossings.push(crossing);
    return crossing;
  }

  receive(arrival: Arrival): void {
    this.#take(arrival);
    this.wake();
  }

  #take(arrival: Arrival): void {
    if (arrival.kind === "closed") return this.#closes(arrival.how);
    if (this.wire === "sse" && this.#misses(arrival)) return;
    this.heard = true;
    if (arrival.kind === "visit") return this.#visited(arrival);
    if (this.world && this.#turnedAway(arrival, this.world)) return;
    if (arrival.kind === "noise") {
      this.note("client", arrival.text);
      this.complaints.push(this.#noise(arrival.text));
      arrival.exchange?.reply(400);
    } else if (arrival.kind === "message") this.#message(arrival.message, arrival.exchange);
    else if (arrival.kind === "request") this.#request(arrival.exchange);
    else this.#left(arrival.exchange);
  }

  /** A request around a protected server is answered at once, whichever step takes it. */
  #visited({ at, exchange, body }: Extract<Arrival, { kind: "visit" }>): void {
    const { method, path, headers } = exchange;
    const answered = this.world?.answer({ at, method, path, headers, body });
    for (const message of answered?.seen ?? []) this.#shows(message, exchange);
    this.#replies(exchange, answered?.reply ?? { status: 404, headers: {}, body: "" });
  }

  #shows(message: JsonObject, exchange: Exchange): void {
    const crossing = this.note("client", JSON.stringify(message));
    this.sees(message);
    if (this.heeds(message)) this.#keep(message, exchange, crossing);
  }

  #replies(exchange: Exchange, { status, headers, body }: Reply): void {
    const told = Object.entries(headers).map(([name, value]) => ` ${name}: ${value}`);
    this.note("server", `HTTP ${status}${told.join("")} ${body}`);
    exchange.reply(status, headers, body);
  }

  /** Whether the guard of the protected server keeps a request from it. */
  #turnedAway(arrival: Arrival, world: World): boolean {
    if (arrival.kind === "left" || !("exchange" in arrival) || !arrival.exchange) return false;
    const { exchange } = arrival;
    const { seen, refused } = world.guard(exchange, "message" in arrival ? arrival.message : undefined);
    this.#shows(seen, exchange);
    if (refused) this.#replies(exchange, refused);
    return refused !== undefined;
  }

  /**
   * HTTP+SSE: a POST to another address than that of the endpoint event. Before the event it is one who looks for
   * Streamable HTTP, which is not here.
   */
  #misses(arrival: Arrival): boolean {
    const exchange = "exchange" in arrival ? arrival.exchange : undefined;
    if (exchange?.method !== "POST" || exchange.path === ENDPOINT) return false;
    const rule = this.revision === "2024-11-05" ? [`${this.revision}/basic/transports#security-warning/6`] : [];
    const looks = arrival.kind === "message" && Talk.opens(arrival.message) !== undefined;
    if (this.#stream && !looks)
      this.complaints.push(new Failure("a POST to another address", ENDPOINT, exchange.path, rule));
    exchange.reply(405);
    return true;
  }

  /** What stands where a message has to be: on stdio the statements about lines tell of it, elsewhere JSON-RPC. */
  #noise(text: string): Failure {
    if (this.wire !== "stdio") {
      const utf8 = isModern(this.revision) ? "basic/transports/index#messages/1" : "basic/transports#top/1";
      const page = text.startsWith("not UTF-8") && this.revision !== "2024-11-05" ? utf8 : "basic/index#messages/1";
      const id = this.revision === "2024-11-05" ? "basic/index#top/1" : page;
      return new Failure("what came is no JSON message", "a JSON message", text.slice(0, 400), [
        `${this.revision}/${id}`,
      ]);
    }
    const told = noMessage(text, this.revision, "stdio");
    const page = isModern(this.revision) ? "basic/transports/stdio#top" : "basic/transports#stdio";
    const ids = [`${this.revision}/${page}/1`, `${this.revision}/${page}/5`];
    return new Failure(told.message, told.expected, told.received, ids);
  }

  #closes(how: string): void {
    const crossing = this.note("client", `closes the connection (${how})`);
    if (how === "end") this.watch.ended();
    const message = { closed: how };
    this.sees(message);
    if (this.heeds(message)) this.#keep(message, undefined, crossing);
  }

  #keep(message: Json, exchange: Exchange | undefined, crossing: Crossing): void {
    this.inbox.push({ message, exchange, at: performance.now(), crossing });
  }

  #message(given: Json, exchange: Exchange | undefined): void {
    const crossing = this.note("client", JSON.stringify(given));
    const messages = (Array.isArray(given) ? given : [given]) as readonly Json[];
    if (Array.isArray(given)) {
      this.#judge(given, undefined);
      if (isHttp(this.wire) && ONE_MESSAGE[this.revision] !== undefined)
        this.complaints.push(
          new Failure("a POST of several messages", "one message", crossing.text, [ONE_MESSAGE[this.revision] ?? ""]),
        );
      if (messages.some((one) => member(one, "method") === "initialize"))
        this.complaints.push(initializeInBatch(this.revision, crossing.text));
    }
    for (const message of messages) {
      const question = isCall(message) ? undefined : this.watch.questionOf(message);
      const foreign = isRequest(message) && refusal(message, this.revision) !== undefined;
      if (!foreign) {
        if (exchange) this.complaints.push(...headerBreaches(message, exchange, this.watch));
        this.complaints.push(...this.watch.breaches(message));
        this.#judge(message, question?.method);
      }
      this.sees(message);
      if (isRequest(message)) {
        this.#asked.set(keyOf(member(message, "id")), { method: String(member(message, "method")), exchange });
        this.#latest = keyOf(member(message, "id"));
      }
      const internal = question !== undefined && String(member(message, "id")).startsWith("suite-");
      if (!internal && (this.heeds(message) || !isCall(message))) this.#keep(message, exchange, crossing);
      else if (isRequest(message)) this.#serve(message);
    }
    if (exchange && (this.wire === "sse" || !messages.some(isRequest))) exchange.reply(202);
  }

  #judge(message: Json, method: string | undefined): void {
    for (const { definition, text } of this.judge.client(message, this.revision, method))
      this.complaints.push(breaksSchema(message, this.revision, definition, text));
  }

  /** Answers a request that no step takes. */
  #serve(message: Json): void {
    const id = member(message, "id") as Json;
    const refused = refusal(message, this.revision);
    if (refused) return this.send({ id, error: refused.error }, isHttp(this.wire) ? { status: refused.status } : {});
    const method = member(message, "method");
    if (method === "initialize") {
      this.send({ id, result: initialized(this.served, this.revision) });
      return;
    }
    if (method === "subscriptions/listen" && isModern(this.revision)) {
      const notifications = member(member(message, "params"), "notifications") ?? {};
      const _meta = { "io.modelcontextprotocol/subscriptionId": id };
      return this.send(
        { method: "notifications/subscriptions/acknowledged", params: { _meta, notifications } },
        { on: id },
      );
    }
    this.send({ id, ...answerTo(message, this.served, this.revision) });
  }

  /** An HTTP request without a message. */
  #request(exchange: Exchange): void {
    const { method } = exchange;
    const crossing = this.note("client", `HTTP ${method} ${exchange.path}`);
    const last = exchange.headers["last-event-id"];
    const message = { http: method, path: exchange.path, ...(last === undefined ? {} : { lastEventId: last }) };
    this.sees(message);
    if (this.heeds(message)) this.#keep(message, exchange, crossing);
    if (method === "GET" && this.wire === "sse") {
      exchange.event({ event: "endpoint", data: ENDPOINT });
      this.#attach(exchange);
    } else if (method === "GET" && !isModern(this.revision) && this.served.stream !== false) {
      exchange.open();
      const resumed = exchange.headers["last-event-id"] === undefined ? [] : [...this.#dropped];
      this.#dropped.clear();
      for (const key of resumed) {
        const asked = this.#asked.get(key);
        if (asked) this.#asked.set(key, { ...asked, exchange });
      }
      if (resumed.length === 0) this.#attach(exchange);
    } else if (method === "DELETE" && !isModern(this.revision)) exchange.reply(200);
    else exchange.reply(405, { Allow: "POST" });
  }

  #attach(exchange: Exchange): void {
    this.#stream = exchange;
    for (const event of this.#kept.splice(0)) exchange.event(event);
  }

  #left(exchange: Exchange): void {
    if (exchange === this.#stream) this.#stream = undefined;
    const [key] = [...this.#asked].find(([, one]) => one.exchange === exchange) ?? [];
    if (key === undefined) return;
    const message = { http: "left", id: JSON.parse(key) as Json };
    const crossing = this.note("client", `closes the stream of ${key}`);
    this.sees(message);
    if (this.heeds(message)) this.#keep(message, exchange, crossing);
  }

  /** Sends a message or a batch; what the suite says by itself has ids that begin with `suite-`. */
  send(message: Json, posting: Posting & { dress?: boolean } = {}): void {
    const id = member(message, "id");
    const answers = isObject(message) && !isCall(message) ? this.#asked.get(keyOf(id)) : undefined;
    const dressed = posting.dress === false ? message : dress(message, this.revision, answers?.method);
    for (const one of Array.isArray(dressed) ? (dressed as readonly Json[]) : [dressed]) this.watch.sends(one);
    if (answers?.method === "initialize" && isObject(member(dressed, "result"))) this.#settle(dressed);
    this.text(
      JSON.stringify(dressed),
      { ...posting, ...(answers ? { on: posting.on ?? (id as Json) } : {}) },
      answers !== undefined,
    );
    if (answers) this.#asked.delete(keyOf(id));
  }

  #settle(answer: Json): void {
    this.watch.offered = member(member(answer, "result"), "capabilities");
    if (isHttp(this.wire) && this.served.session !== false) this.watch.sessionId = SESSION;
    this.watch.agreed = String(member(member(answer, "result"), "protocolVersion"));
  }

  /** Sends text where a message goes. `last`: it ends the reply that carries it. */
  text(text: string, posting: Posting, last: boolean): void {
    this.note("server", text);
    if (this.side?.send) return this.side.send(text);
    const event = { data: text, ...posting.event };
    if (this.wire === "sse") return this.#onStream(event);
    const key = posting.on === "GET" ? undefined : posting.on === undefined ? this.#latest : keyOf(posting.on);
    const asked = key === undefined ? undefined : this.#asked.get(key);
    const exchange = asked?.exchange;
    if (!exchange || exchange.over) {
      if (key !== undefined && this.#dropped.has(key)) throw new Error("the stream of that request was dropped");
      return this.#onStream(event);
    }
    const session: Record<string, string> =
      asked.method === "initialize" && this.watch.sessionId ? { "Mcp-Session-Id": SESSION } : {};
    const headers = overlay(session, posting.headers);
    const plain = posting.status !== undefined || (this.wire === "http-json" && last && !posting.event);
    if (plain && !exchange.replied) {
      exchange.reply(posting.status ?? 200, overlay({ "Content-Type": "application/json" }, headers), text);
      return;
    }
    exchange.event(event, headers);
    if (last) exchange.end();
  }

  #onStream(event: { data?: string; id?: string; retry?: number }): void {
    if (this.#stream && !this.#stream.over) this.#stream.event(event);
    else this.#kept.push(event);
  }

  /** Whether what belongs to no request can reach the client now, over HTTP by the session's own stream. */
  get hasStream(): boolean {
    return !isHttp(this.wire) || (this.#stream !== undefined && !this.#stream.over);
  }

  /** Whether a request of the client is open, whose stream over HTTP can carry what belongs to it. */
  get hasOpen(): boolean {
    const exchange = this.#latest === undefined ? undefined : this.#asked.get(this.#latest)?.exchange;
    return exchange !== undefined && !exchange.over;
  }

  /** An event without a message. */
  event(event: { id?: string; retry?: number }, on: Json | undefined): void {
    this.note("server", `event ${JSON.stringify(event)}`);
    const exchange = this.#exchangeOf(on ?? "GET");
    exchange?.event({ ...event, data: "" });
  }

  #exchangeOf(on: Json): Exchange | undefined {
    return on === "GET" ? this.#stream : this.#asked.get(keyOf(on))?.exchange;
  }

  /** An HTTP reply without a message. */
  reply(on: Json, status: number, headers: Record<string, string> = {}, body = ""): void {
    this.note("server", `HTTP ${status} ${body}`);
    this.#exchangeOf(on)?.reply(status, headers, body);
    this.#asked.delete(keyOf(on));
  }

  drop(on: Json): void {
    this.note("server", `loses the stream of ${JSON.stringify(on)}`);
    const exchange = this.#exchangeOf(on);
    if (on !== "GET") this.#dropped.add(keyOf(on));
    else this.#stream = undefined;
    // A stream that ends in order is as lost as one that breaks, and every client can read it so far.
    exchange?.end();
  }

  /** The server goes away. */
  close(): void {
    this.note("server", "closes the connection");
    this.side?.cut();
    this.#stream = undefined;
    this.#asked.clear();
    this.watch.restart();
  }

  /** The version that the client asked for by itself, of a message that opens a conversation. */
  static opens(message: Json): "legacy" | "modern" | undefined {
    if (member(message, "method") === "initialize" && versionOf(message) === undefined) return "legacy";
    return isRequest(message) && versionOf(message) !== undefined ? "modern" : undefined;
  }
}
