import { isObject, member } from "../trace.js";
import type { Json } from "../trace.js";
import type { Arrival, Connection, HttpExchange, HttpReply, Parcel, Subject } from "../wires/wire.js";
import type { Mutation } from "./mutant.js";

/** A subject behind a wire that changes messages: `make` is asked for each connection. */
export function changed(subject: Subject, make: () => Mutation): Subject {
  return {
    ...subject,
    async connect(receive, stateless, caller) {
      const front = new Front(make(), receive);
      // A connection that served before may still hold what the mutant did to it: each has its own.
      front.connection = await subject.connect((arrival) => front.arrive(arrival), stateless, caller);
      return { send: (parcel) => front.send(parcel), close: () => front.close() };
    },
  };
}

class Front {
  connection: Connection | undefined;
  readonly #exchanges = new WeakMap<HttpExchange, ChangedExchange>();

  constructor(
    readonly mutation: Mutation,
    readonly receive: (arrival: Arrival) => void,
  ) {}

  send(parcel: Parcel): HttpExchange | undefined {
    const exchange = this.connection?.send(this.#toServer(parcel));
    return exchange && this.#outer(exchange);
  }

  async close(): Promise<void> {
    await this.connection?.close();
  }

  arrive(arrival: Arrival): void {
    if (arrival.kind === "noise") return this.receive(arrival);
    const exchange = arrival.exchange && this.#outer(arrival.exchange);
    const { message } = arrival;
    const isBatch = Array.isArray(message);
    const changed = (isBatch ? (message as readonly Json[]) : [message]).flatMap((one) => this.#fromServer(one));
    const whole: readonly Json[] = isBatch ? [changed] : changed;
    exchange?.brought.push(...whole);
    for (const one of whole)
      this.receive(exchange ? { kind: "message", message: one, exchange } : { kind: "message", message: one });
  }

  #fromServer(message: Json): readonly Json[] {
    return this.mutation.fromServer?.(message) ?? [message];
  }

  #toServer(parcel: Parcel): Parcel {
    const message = this.mutation.toServer ? read(parcel.text) : undefined;
    if (message === undefined) return parcel;
    const headers = { ...parcel.headers };
    const changed = this.mutation.toServer?.(message, headers);
    return changed === undefined ? { ...parcel, headers } : { ...parcel, headers, text: JSON.stringify(changed) };
  }

  #outer(exchange: HttpExchange): ChangedExchange {
    const known = this.#exchanges.get(exchange) ?? new ChangedExchange(exchange);
    this.#exchanges.set(exchange, known);
    return known;
  }
}

function read(text: string | Uint8Array): Json | undefined {
  try {
    const message = JSON.parse(typeof text === "string" ? text : new TextDecoder().decode(text)) as Json;
    return isObject(message) || Array.isArray(message) ? message : undefined;
  } catch {
    return undefined;
  }
}

/** An HTTP exchange whose JSON body is that of the changed message. */
class ChangedExchange implements HttpExchange {
  readonly brought: Json[] = [];
  readonly replied: Promise<HttpReply>;
  readonly ended: Promise<void>;

  constructor(readonly inner: HttpExchange) {
    this.replied = inner.replied.then((reply) => this.#changed(reply));
    this.replied.catch(() => undefined);
    this.ended = inner.ended;
  }

  get reply(): HttpReply | undefined {
    return this.inner.reply && this.#changed(this.inner.reply);
  }

  get events() {
    return this.inner.events;
  }

  abandon(): void {
    this.inner.abandon();
  }

  #changed(reply: HttpReply): HttpReply {
    const [first] = this.brought;
    const isJson =
      member(reply.headers as Json, "content-type")
        ?.toString()
        .startsWith("application/json") ?? false;
    return isJson && first !== undefined ? { ...reply, body: JSON.stringify(first) } : reply;
  }
}
