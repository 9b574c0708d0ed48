import type { Endpoint } from "../../protocol/endpoint.js";
import {
  httpRefusal,
  internalError,
  methodNotAllowed,
  Refusal,
  sessionNotFound,
  sessionRequired,
  unsupportedHeader,
} from "../../protocol/errors.js";
import type { PeerOptions } from "../../protocol/peer.js";
import { EVENTS_TYPE, notAcceptable, readAccept } from "./accept.js";
import { EventStream, streamOptions, type EventStreamOptions } from "./event-stream.js";
import { KeepAlive } from "./keep-alive.js";
import type { Headers, HttpReply, HttpRequest } from "./message.js";
import { settle, type HttpOptions, type Settled } from "./options.js";
import { checkOrigin, corsHeaders, preflightHeaders } from "./origin.js";
import { post } from "./post.js";
import { closing, sendRefusal } from "./post-reply.js";
import type { HttpSession } from "./http-session.js";
import { Sessions } from "./sessions.js";
import { Work } from "./work.js";

/**
 * Streamable HTTP over any pair of request and reply: both eras on one endpoint.
 * Pages: `2026-07-28/basic/transports/streamable-http`, `2025-11-25/basic/transports#streamable-http`.
 */
export class HttpBinding {
  readonly endpoint: Endpoint;
  readonly settled: Settled;
  readonly sessions: Sessions;
  readonly stream: EventStreamOptions;
  readonly #forget: () => void;
  /** What peers that live as long as one POST are made with. */
  readonly peerOptions: PeerOptions;
  /** The POSTs that are worked on, so that closing can end them. */
  readonly work: Work;
  #closing: Promise<void> | undefined;

  constructor(endpoint: Endpoint, options: HttpOptions) {
    this.endpoint = endpoint;
    this.settled = settle(options, endpoint.clock);
    this.sessions = new Sessions(endpoint, this.settled);
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
      checkOrigin(request, this.settled);
      cors = corsHeaders(request);
      return this.#route(request, reply, cors)?.catch((error: unknown) => this.refuse(reply, error, cors));
    } catch (error) {
      this.refuse(reply, error, cors);
    }
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
    const sessions = this.settled.sessions && revisions.latestLegacy !== undefined;
    const streams = sessions && this.settled.reply !== "json";
    const methods = `${streams ? "GET, " : ""}POST, ${sessions ? "DELETE, " : ""}OPTIONS`;
    if (request.method === "POST") return post(this, request, reply, cors);
    if (request.method === "OPTIONS") return reply.send(204, { ...preflightHeaders(request, methods), Allow: methods });
    const version = request.header("mcp-protocol-version")?.trim();
    if (version !== undefined && revisions.modern(version)) throw methodNotAllowed(methods);
    if (request.method === "GET" && streams) return this.#get(request, reply, cors, version);
    if (request.method === "DELETE" && sessions) return this.#delete(request, reply, cors, version);
    throw methodNotAllowed(methods);
  }

  /**
   * A legacy client listens for what belongs to no request, or comes back for a stream that it lost.
   * Pages: `2025-11-25/basic/transports#listening-for-messages-from-the-server`, `#resumability-and-redelivery`.
   */
  async #get(request: HttpRequest, reply: HttpReply, cors: Headers, version: string | undefined): Promise<void> {
    const session = await this.#sessionOf(request, version);
    if (!readAccept(request.header("accept")).events) throw notAcceptable(EVENTS_TYPE);
    const connect = () => {
      const connection = new EventStream(reply, cors, this.stream);
      reply.onDisconnect({ lost: () => session.detach(connection) });
      return connection;
    };
    const lastEventId = request.header("last-event-id")?.trim();
    if (!lastEventId || !this.settled.resumable || !session.facts?.resumable) return session.listen(connect());
    const resumed = await session.resume(lastEventId, connect);
    if (resumed === "unknown") throw eventUnknown();
    // An empty stream would be taken for one that broke, and asked for again.
    if (resumed === "over") reply.send(204, cors);
  }

  /** A legacy client is done with its session (2025-11-25/basic/transports#session-management). */
  async #delete(request: HttpRequest, reply: HttpReply, cors: Headers, version: string | undefined): Promise<void> {
    const session = await this.#sessionOf(request, version);
    session.close();
    reply.send(204, cors);
  }

  async #sessionOf(request: HttpRequest, version: string | undefined): Promise<HttpSession> {
    const { revisions } = this.endpoint;
    if (version !== undefined && !revisions.legacy(version)) throw unsupportedHeader(version, revisions.versions);
    const id = request.header("mcp-session-id");
    if (id === undefined) throw sessionRequired();
    if (this.sessions.shared) await this.sessions.refresh(id);
    const session = this.sessions.find(id, request.auth?.principal);
    if (!session) throw sessionNotFound();
    session.touch();
    this.sessions.attend(session);
    return session;
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
    this.sessions.close();
  }
}

/** 400 for a Last-Event-ID of no stream of this session, or of one whose later events are not all kept any more. */
const eventUnknown = (): Refusal =>
  httpRefusal(
    "event_unknown",
    400,
    "Last-Event-ID names no event after which this session's stream is still known; open a new stream without it",
  );
