import { isObject } from "../../trace.js";
import type { Json, JsonObject } from "../../trace.js";
import type { Reply, Visit } from "../authorization/world.js";
import type { Arrival, Exchange, ServerSide } from "../wires/wire.js";

/** Header fields of the client's request, names in lower case; may be changed in place. */
export type Headers = Record<string, string>;

/** What a mutant does to one client. Every part may be left out. */
export interface ClientMutation {
  /** A message of the client: what the server gets in its place, undefined for nothing. */
  toServer?(message: JsonObject, headers: Headers): Json | undefined;
  /** A message of the server: what the client gets in its place, undefined for nothing. */
  toClient?(message: JsonObject): Json | undefined;
  /** A whole batch of the server. */
  batch?(messages: readonly Json[]): Json | undefined;
  /** An HTTP request without a message: false keeps it from the server. */
  request?(method: string, headers: Headers): boolean | void;
  /** The path of a POST. */
  path?(path: string): string;
  /** An event's fields beside its data. */
  event?(event: { id?: string; retry?: number }): { id?: string; retry?: number };
  /** What stands on the wire in place of a message, as text that is no JSON. */
  text?(message: JsonObject): string | undefined;
  /** A request around a protected server: what comes in its place, undefined for nothing, which gets 404. */
  visit?(visit: Visit): Visit | undefined;
  /** The reply to such a request, or to a message that was not let in (`visit` is undefined): what the client gets. */
  reply?(reply: Reply, visit: Visit | undefined): Reply;
}

/** What a mutant can do by itself. */
export interface Hands {
  /** Says something to the server, as the client. */
  say(message: Json): void;
  /** Has the client hear something, as from the server: over HTTP in answer to its request with this id. */
  hear(message: JsonObject): void;
  /** HTTP: fetches a path of the server. */
  fetch(path: string): void;
  /** Makes a request around a protected server. */
  visit(visit: Pick<Visit, "at" | "path"> & Partial<Visit>): void;
}

export type MakeMutation = (hands: Hands) => ClientMutation;

/** Stands between a client and the suite's side of a wire. */
export class Front implements Hands {
  readonly #mutation: ClientMutation;
  readonly #exchanges = new Map<string, Exchange>();
  /** What the suite gets in the place of each exchange. */
  readonly #carried = new WeakMap<Exchange, Exchange>();
  #latest: Exchange | undefined;
  side: ServerSide | undefined;

  constructor(
    make: MakeMutation,
    readonly receive: (arrival: Arrival) => void,
  ) {
    this.#mutation = make(this);
  }

  say(message: Json): void {
    const exchange = this.#latest ? new Ghost("POST", this.#latest.path, this.#latest.headers) : undefined;
    // It comes after what made the mutant say it.
    setImmediate(() => this.receive({ kind: "message", message, ...(exchange ? { exchange } : {}) }));
  }

  hear(message: JsonObject): void {
    const text = JSON.stringify(message);
    if (this.side?.send) return this.side.send(text);
    const exchange = this.#exchanges.get(JSON.stringify(message["id"]));
    exchange?.reply(200, { "Content-Type": "application/json" }, text);
  }

  fetch(path: string): void {
    this.receive({ kind: "request", exchange: new Ghost("GET", path, {}) });
  }

  visit({ at, path, method = "GET", headers = {}, body = "" }: Parameters<Hands["visit"]>[0]): void {
    const exchange = new Ghost(method, path, headers);
    setImmediate(() => this.receive({ kind: "visit", at, exchange, body }));
  }

  /** A request around a protected server, on its way to the suite, and its reply. */
  #visits({ at, exchange, body }: Extract<Arrival, { kind: "visit" }>): void {
    const { visit, reply } = this.#mutation;
    const { method, path, headers } = exchange;
    const asked: Visit = { at, method, path, headers, body };
    const changed = visit ? visit(asked) : asked;
    if (changed === undefined) return exchange.reply(404);
    const carried = new Ghost(changed.method, changed.path, changed.headers, (given) => {
      const heard = reply?.(given, asked) ?? given;
      exchange.reply(heard.status, heard.headers, heard.body);
    });
    this.receive({ kind: "visit", at: changed.at, exchange: carried, body: changed.body });
  }

  /** What the client did, on its way to the suite. */
  take(arrival: Arrival): void {
    if (arrival.kind === "visit") return this.#visits(arrival);
    const { toServer, request, path, text } = this.#mutation;
    if (arrival.kind === "request") {
      const headers = { ...arrival.exchange.headers };
      if (request?.(arrival.exchange.method, headers) === false) return arrival.exchange.reply(405);
      return this.receive({ kind: "request", exchange: this.#through(arrival.exchange, headers) });
    }
    if (arrival.kind === "left")
      return this.receive({ kind: "left", exchange: this.#carried.get(arrival.exchange) ?? arrival.exchange });
    if (arrival.kind !== "message" || !isObject(arrival.message)) return this.receive(arrival);
    const { message, exchange } = arrival;
    const headers = { ...exchange?.headers };
    if (exchange) this.#latest = exchange;
    if (exchange && message["id"] !== undefined) this.#exchanges.set(JSON.stringify(message["id"]), exchange);
    const noise = text?.(message);
    const carried = exchange ? { exchange: this.#through(exchange, headers, path?.(exchange.path)) } : {};
    if (noise !== undefined) return this.receive({ kind: "noise", text: noise, ...carried });
    const changed = toServer ? toServer(message, headers) : message;
    if (changed !== undefined) this.receive({ kind: "message", message: changed, ...carried });
    else if (message["method"] === undefined || message["id"] === undefined) exchange?.reply(202);
  }

  /** What the suite says, on its way to the client. */
  give(text: string): string | undefined {
    const { toClient, batch } = this.#mutation;
    const message = JSON.parse(text) as Json;
    const changed = Array.isArray(message)
      ? batch
        ? batch(message as readonly Json[])
        : message
      : toClient
        ? toClient(message as JsonObject)
        : message;
    return changed === undefined ? undefined : JSON.stringify(changed);
  }

  #through(exchange: Exchange, headers: Headers, path = exchange.path): Exchange {
    const { event: change, reply: rewrite } = this.#mutation;
    const given = (data: string | undefined) => (data === undefined || data === "" ? data : this.give(data));
    const carried: Exchange = {
      method: exchange.method,
      path,
      headers,
      get replied() {
        return exchange.replied;
      },
      get over() {
        return exchange.over;
      },
      reply: (status, fields, body) => {
        const kept = { status, headers: { ...fields }, body: body ?? "" };
        const refused = rewrite && (status === 401 || status === 403) ? rewrite(kept, undefined) : kept;
        const text = refused.body.startsWith("{") ? (given(refused.body) ?? "") : refused.body;
        exchange.reply(refused.status, refused.headers, text);
      },
      event: ({ data, event, ...fields }, replyHeaders) => {
        const changed = event === "endpoint" ? data : given(data);
        if (data !== undefined && data !== "" && changed === undefined) return exchange.open(replyHeaders);
        const rest = change ? change(fields) : fields;
        exchange.event(
          { ...rest, ...(changed === undefined ? {} : { data: changed }), ...(event ? { event } : {}) },
          replyHeaders,
        );
      },
      open: (fields) => exchange.open(fields),
      end: () => exchange.end(),
      cut: () => exchange.cut(),
    };
    this.#carried.set(exchange, carried);
    return carried;
  }
}

/** The exchange of what no client sent: nobody hears its reply, unless `hear` does. */
class Ghost implements Exchange {
  replied = false;
  over = false;

  constructor(
    readonly method: string,
    readonly path: string,
    readonly headers: Readonly<Record<string, string>>,
    readonly hear: (reply: Reply) => void = () => undefined,
  ) {}

  reply(status: number, headers: Readonly<Record<string, string>> = {}, body = ""): void {
    this.replied = this.over = true;
    this.hear({ status, headers, body });
  }
  event(): void {
    this.replied = true;
  }
  open(): void {
    this.replied = true;
  }
  end(): void {
    this.over = true;
  }
  cut(): void {
    this.over = true;
  }
}
