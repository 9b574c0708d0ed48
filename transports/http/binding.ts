import type { Endpoint } from "../../protocol/endpoint.js";
import { internalError, methodNotAllowed, Refusal } from "../../protocol/errors.js";
import type { PeerOptions } from "../../protocol/peer.js";
import { streamOptions, type EventStreamOptions } from "./event-stream.js";
import { KeepAlive } from "./keep-alive.js";
import type { Headers, HttpReply, HttpRequest } from "./message.js";
import { settle, type HttpOptions, type Settled } from "./options.js";
import { checkOrigin, corsHeaders, preflightHeaders } from "./origin.js";
import { post } from "./post.js";
import { closing, sendRefusal } from "./post-reply.js";
import type { SessionRequests } from "./session-requests.js";
import type { Sessions } from "./sessions.js";
import { Work } from "./work.js";

/**
 * Streamable HTTP over any pair of request and reply: both eras on one endpoint.
 * Pages: `2026-07-28/basic/transports/streamable-http`, `2025-11-25/basic/transports#streamable-http`.
 */
export class HttpBinding {
  readonly endpoint: Endpoint;
  readonly settled: Settled;
  /** Undefined where legacy requests stand alone. */
  readonly sessions: Sessions | undefined;
  readonly stream: EventStreamOptions;
  readonly #forget: () => void;
  /** What peers that live as long as one POST are made with. */
  readonly peerOptions: PeerOptions;
  /** The POSTs that are worked on, so that closing can end them. */
  readonly work: Work;
  readonly #sessionRequests: SessionRequests | undefined;
  #closing: Promise<void> | undefined;

  /** `sessionRequests` is what legacy clients need to have sessions. */
  constructor(endpoint: Endpoint, options: HttpOptions, sessionRequests?: SessionRequests) {
    this.endpoint = endpoint;
    this.settled = settle(options, endpoint.clock);
    this.#sessionRequests = this.settled.sessions ? sessionRequests : undefined;
    this.sessions = this.#sessionRequests?.sessions(endpoint, this.settled);
    this.peerOptions = { clock: endpoint.clock, maxInFlight: endpoint.limits.maxInFlight };
    this.work = new Work(endpoint.clock, this.settled.sseAfterMs);
    this.#forget = endpoint.onClose(() => this.close());
    const keepAlive = new KeepAlive(endpoint.clock, this.settled.keepAliveMs);
    this.stream = streamOptions(this.settled.maxQueued, keepAlive, endpoint.onError.bind(endpoint));
  }

  /** Answers one HTTP request. Never rejects. */
  handle(request: HttpRequest, reply: HttpReply): Promise<void> | void {
    let cors: Headers = {};
    try {
      this.admit();
      this.admits(request);
      cors = corsHeaders(request);
      return this.#route(request, reply, cors)?.catch((error: unknown) => this.refuse(reply, error, cors));
    } catch (error) {
      this.refuse(reply, error, cors);
    }
  }

  /** Throws 403 for an `Origin` or `Host` that is not allowed. */
  admits(request: HttpRequest): void {
    checkOrigin(request, this.settled);
  }

  /** Answers with what went wrong. */
  refuse(reply: HttpReply, error: unknown, cors: Headers): void {
    if (!(error instanceof Refusal)) this.endpoint.onError(error, "http");
    sendRefusal(reply, error instanceof Refusal ? error : internalError(), cors);
  }

  /** Throws 503 when no more requests are taken. */
  admit(): void {
    if (this.#closing) throw closing();
  }

  #route(request: HttpRequest, reply: HttpReply, cors: Headers): Promise<void> | void {
    const { revisions } = this.endpoint;
    // Without revisions that have sessions, there is nothing to listen to and nothing to end.
    const sessions = revisions.latestLegacy === undefined ? undefined : this.#sessionRequests;
    const streams = sessions && this.settled.reply !== "json";
    const methods = `${streams ? "GET, " : ""}POST, ${sessions ? "DELETE, " : ""}OPTIONS`;
    if (request.method === "POST") return post(this, request, reply, cors);
    if (request.method === "OPTIONS") return reply.send(204, { ...preflightHeaders(request, methods), Allow: methods });
    const version = request.header("mcp-protocol-version")?.trim();
    if (version !== undefined && revisions.modern(version)) throw methodNotAllowed(methods);
    if (request.method === "GET" && sessions && streams) return sessions.listen(this, request, reply, cors, version);
    if (request.method === "DELETE" && sessions) return sessions.end(this, request, reply, cors, version);
    throw methodNotAllowed(methods);
  }

  /** Takes no more requests, ends subscriptions, gives calls in flight their grace, then ends sessions and streams. */
  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    this.#forget();
    for (const { peer } of [...this.work]) peer?.end();
    await this.work.idle(this.settled.graceMs);
    for (const reply of [...this.work]) {
      for (const exchange of reply.exchanges) exchange.abort(new Error("The server is shutting down"));
      reply.abandon();
    }
    this.work.close();
    this.sessions?.close();
  }
}
