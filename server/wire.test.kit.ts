// What the tests of the engine speak through: a client in memory, HTTP's envelope without HTTP, and a clock turned by
// hand.
import { Envelope } from "../protocol/envelope.js";
import type { Clock } from "../protocol/clock.js";
import { Exchange, type Auth } from "../protocol/exchange.js";
import type { Message, RequestId, Response } from "../protocol/jsonrpc.js";
import { coreLimits } from "../protocol/limits.js";
import { metaKeys } from "../protocol/meta.js";
import { Peer } from "../protocol/peer.js";
import { connectMemory, type MemoryConnection } from "../transports/memory.js";
import type { Server } from "./server.js";

// Messages are looked into as they come; a wrong shape fails the assertion.
export type Any = any;

export const modernVersion = "2026-07-28";
export const legacy = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"] as const;

/** The `_meta` of a modern request. */
export const modernMeta = (more: Record<string, unknown> = {}): Record<string, unknown> => ({
  [metaKeys.protocolVersion]: modernVersion,
  [metaKeys.clientCapabilities]: {},
  ...more,
});

export const initializeParams = (version: string, capabilities: Record<string, unknown> = {}) => ({
  protocolVersion: version,
  capabilities,
  clientInfo: { name: "test", version: "1" },
});

/** Lets everything that is ready to run, run. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A promise to be settled from outside. */
export function deferred<T = void>(): {
  promise: Promise<T>;
  resolve: (value: T) => void;
  reject: (error: unknown) => void;
} {
  let resolve!: (value: T) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<T>((ok, no) => ([resolve, reject] = [ok, no]));
  return { promise, resolve, reject };
}

/** Time that stands still until told otherwise. */
export class FakeClock implements Clock {
  time = 1000;
  #timers: { at: number; run: () => void }[] = [];

  now(): number {
    return this.time;
  }
  after(ms: number, run: () => void): () => void {
    const timer = { at: this.time + ms, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }
  get waiting(): number {
    return this.#timers.length;
  }
  /** Lets `ms` milliseconds go by, and what was due in them run. */
  async advance(ms: number): Promise<void> {
    const until = this.time + ms;
    for (;;) {
      const next = this.#timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.time = next.at;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      next.run();
      await turn();
    }
    this.time = until;
    await turn();
  }
}

/** A client at the other end of a connection in memory. */
export class Client {
  /** Everything that came, in order. */
  readonly received: Any[] = [];
  readonly connection: MemoryConnection;
  readonly #waiting = new Map<RequestId | undefined, (response: Any) => void>();
  #lastId = 0;

  constructor(server: Server<Any>, auth?: Auth) {
    this.connection = connectMemory(server, (message) => this.#take(message), auth);
  }

  #take(message: Message | readonly Response[]): void {
    this.received.push(message);
    if (Array.isArray(message) || "method" in message) return;
    const { id } = message as Response;
    const resolve = this.#waiting.get(id);
    this.#waiting.delete(id);
    resolve?.(message);
  }

  /** Sends a request as it is and waits for the response with its id. */
  answerTo(message: Record<string, unknown>, id = message.id as RequestId | undefined): Promise<Any> {
    const response = new Promise<Any>((resolve) => this.#waiting.set(id, resolve));
    this.connection.send(message);
    return response;
  }

  /** A legacy request; resolves with its response. */
  ask(method: string, params?: unknown, id: RequestId = ++this.#lastId): Promise<Any> {
    return this.answerTo({ jsonrpc: "2.0", id, method, ...(params === undefined ? {} : { params }) });
  }

  /** A modern request. */
  askModern(
    method: string,
    params: Record<string, unknown> = {},
    meta: Record<string, unknown> = {},
    id?: RequestId,
  ): Promise<Any> {
    return this.ask(method, { ...params, _meta: modernMeta(meta) }, id);
  }

  /** A request in whatever revision, over a session where it has one. */
  async askIn(version: string, method: string, params: Record<string, unknown> = {}): Promise<Any> {
    return version === modernVersion ? this.askModern(method, params) : this.ask(method, params);
  }

  notify(method: string, params?: unknown): void {
    this.connection.send({ jsonrpc: "2.0", method, ...(params === undefined ? {} : { params }) });
  }

  /** Plays the handshake; modern revisions have none. */
  async open(version: string, capabilities: Record<string, unknown> = {}): Promise<Any> {
    if (version === modernVersion) return undefined;
    const response = await this.ask("initialize", initializeParams(version, capabilities));
    this.notify("notifications/initialized");
    return response;
  }

  cancel(requestId: unknown, reason?: unknown): void {
    this.notify("notifications/cancelled", { requestId, ...(reason === undefined ? {} : { reason }) });
  }

  notifications(method?: string): Any[] {
    return this.received.filter(
      (message) => message.method !== undefined && (method === undefined || message.method === method),
    );
  }
}

export async function connected(
  server: Server<Any>,
  version: string,
  capabilities?: Record<string, unknown>,
): Promise<Client> {
  const client = new Client(server);
  await client.open(version, capabilities);
  return client;
}

class FakeEnvelope extends Envelope {
  readonly #headers: Record<string, string>;

  constructor(headers: Record<string, string>, unknownSession: boolean, stateless: boolean) {
    super(unknownSession, stateless);
    this.#headers = headers;
  }

  header(name: string): string | undefined {
    return Object.hasOwn(this.#headers, name) ? this.#headers[name] : undefined;
  }
}

/** One request over something like HTTP: headers beside the body, and what is sent before the response. */
export class FakeExchange extends Exchange {
  readonly sent: Any[] = [];

  constructor(
    headers: Record<string, string> = {},
    more: { unknownSession?: boolean; stateless?: boolean; auth?: Auth } = {},
  ) {
    super(more.auth, new FakeEnvelope(headers, more.unknownSession ?? false, more.stateless ?? false), false);
  }
  protected deliver(message: Message): void {
    this.sent.push(message);
  }
}

export const newPeer = (server: Server<Any>, push: (message: Message) => void = () => {}): Peer =>
  new Peer({ push }, { clock: server.clock, maxInFlight: coreLimits.maxInFlight });

/** The headers that go with a modern request. */
export const modernHeaders = (method: string, name?: string): Record<string, string> => ({
  "mcp-protocol-version": modernVersion,
  "mcp-method": method,
  ...(name === undefined ? {} : { "mcp-name": name }),
});

/** Sends one modern request with headers; brings back its response and the HTTP status that it would have. */
export async function post(
  server: Server<Any>,
  message: Record<string, unknown>,
  headers: Record<string, string>,
  more: { peer?: Peer; unknownSession?: boolean; stateless?: boolean; auth?: Auth } = {},
): Promise<{ response: Any; status: number; sent: Any[] }> {
  const exchange = new FakeExchange(headers, more);
  const response = await server.receive(message, more.peer ?? newPeer(server), exchange);
  return { response, status: exchange.refusal?.http?.status ?? 200, sent: exchange.sent };
}
