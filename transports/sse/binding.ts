import { endOf, type Auth } from "../../protocol/auth.js";
import type { Endpoint } from "../../protocol/endpoint.js";
import {
  httpRefusal,
  internalError,
  methodNotAllowed,
  Refusal,
  sessionNotFound,
  tooManyRequests,
} from "../../protocol/errors.js";
import { checked, errorResponse, own, readableId } from "../../protocol/jsonrpc.js";
import { namedVersion } from "../../protocol/meta.js";
import { randomId } from "../../protocol/random-id.js";
import { checkContentType, EVENTS_TYPE, JSON_TYPE, notAcceptable, readAccept } from "../http/accept.js";
import { EventStream, streamOptions, type EventStreamOptions } from "../http/event-stream.js";
import { KeepAlive } from "../http/keep-alive.js";
import type { Headers, HttpReply, HttpRequest } from "../http/message.js";
import { settle, type HttpOptions, type Settled } from "../http/options.js";
import { checkOrigin, corsHeaders, preflightHeaders } from "../http/origin.js";
import { closing, sendRefusal } from "../http/post-reply.js";
import { Pipe } from "../pipe.js";

/** How HTTP+SSE is served. All of it optional, and as over Streamable HTTP where it has the same name. */
export interface SseOptions extends Pick<
  HttpOptions,
  "keepAliveMs" | "allowedOrigins" | "allowedHosts" | "maxSessions" | "maxQueued" | "graceMs"
> {
  /**
   * The path that clients are told to post their messages to; the same handler has to be reached there. Default: the
   * path of the stream itself.
   */
  readonly messagesPath?: string;
}

/** One client: the stream that all its messages come on, and the pipe that the stream and its POSTs make together. */
interface SseSession {
  readonly pipe: Pipe;
  readonly stream: EventStream;
  readonly principal: string | undefined;
  /** When the last of all the credentials end that came for it: milliseconds since the epoch. */
  until: number;
}

const METHODS = "GET, POST, OPTIONS";

/**
 * The transport of 2024-11-05 over any pair of request and reply: a GET opens the stream on which everything comes,
 * POSTs bring what the client has to say. Every revision with a handshake may be agreed on over it.
 * Page: `2024-11-05/basic/transports#http-with-sse`.
 */
export class SseBinding {
  readonly #endpoint: Endpoint;
  readonly #settled: Settled;
  readonly #messagesPath: string | undefined;
  readonly #sessions = new Map<string, SseSession>();
  readonly #stream: EventStreamOptions;
  readonly #forget: () => void;
  #closing: Promise<void> | undefined;

  constructor(endpoint: Endpoint, options: SseOptions) {
    this.#endpoint = endpoint;
    this.#settled = settle(options, endpoint.clock);
    this.#messagesPath = options.messagesPath;
    this.#forget = endpoint.onClose(() => this.close());
    const keepAlive = new KeepAlive(endpoint.clock, this.#settled.keepAliveMs);
    this.#stream = streamOptions(this.#settled.maxQueued, keepAlive, endpoint.onError.bind(endpoint));
  }

  get size(): number {
    return this.#sessions.size;
  }

  /** Answers one HTTP request. Never rejects. */
  async handle(request: HttpRequest, reply: HttpReply): Promise<void> {
    let cors: Headers = {};
    try {
      if (this.#closing) throw closing();
      this.admits(request);
      cors = corsHeaders(request);
      if (request.method === "GET") this.#open(request, reply, cors);
      else if (request.method === "POST") await this.#post(request, reply, cors);
      else if (request.method === "OPTIONS") reply.send(204, { ...preflightHeaders(request, METHODS), Allow: METHODS });
      else throw methodNotAllowed(METHODS);
    } catch (error) {
      if (!(error instanceof Refusal)) this.#endpoint.onError(error, "http+sse");
      sendRefusal(reply, error instanceof Refusal ? error : internalError(), cors);
    }
  }

  /** Throws 403 for an `Origin` or `Host` that is not allowed. */
  admits(request: HttpRequest): void {
    checkOrigin(request, this.#settled);
  }

  /** A client connects; the first event tells it where to post (2024-11-05/basic/transports#security-warning/5). */
  #open(request: HttpRequest, reply: HttpReply, cors: Headers): void {
    if (!readAccept(request.header("accept")).events) throw notAcceptable(EVENTS_TYPE);
    if (this.#sessions.size >= this.#settled.maxSessions) this.#makeRoom(request.auth?.principal);
    const id = randomId();
    const stream = new EventStream(reply, cors, this.#stream);
    stream.sendFields(`event: endpoint\ndata: ${this.#address(request, id)}`);
    const pipe = new Pipe(this.#endpoint, (message) => stream.send(message), request.auth);
    const session: SseSession = { pipe, stream, principal: request.auth?.principal, until: -Infinity };
    this.#sessions.set(id, session);
    pipe.peer.onClose(() => {
      this.#sessions.delete(id);
      stream.close();
    });
    reply.onDisconnect({
      lost() {
        stream.lost();
        pipe.peer.close();
      },
    });
    last(session, request.auth);
  }

  /** Whoever has the most streams loses its oldest: nobody keeps others out by opening many. */
  #makeRoom(principal: string | undefined): void {
    const streams = new Map<string | undefined, SseSession[]>();
    for (const session of this.#sessions.values()) {
      const own = streams.get(session.principal);
      if (own) own.push(session);
      else streams.set(session.principal, [session]);
    }
    const [most] = [...streams.values()].sort((a, b) => b.length - a.length);
    // One more here for one fewer there has to be fairer than it was.
    if (!most || most.length <= (streams.get(principal)?.length ?? 0) + 1)
      throw httpRefusal("unavailable", 503, "Too many clients are connected", { "Retry-After": "60" });
    most[0]!.pipe.peer.close();
  }

  #address(request: HttpRequest, id: string): string {
    // Two slashes at the beginning would name a host.
    const path = this.#messagesPath ?? request.target.split("?", 1)[0]!.replace(/^\/+/, "/");
    return `${path}${path.includes("?") ? "&" : "?"}sessionId=${id}`;
  }

  async #post(request: HttpRequest, reply: HttpReply, cors: Headers): Promise<void> {
    const id = new URLSearchParams(request.target.split("?")[1]).get("sessionId");
    if (id === null) {
      throw httpRefusal(
        "session_required",
        400,
        "Messages are posted to the address that the stream's endpoint event names; open the stream by GET first",
      );
    }
    const { principal } = request.auth ?? {};
    const find = () => {
      const session = this.#sessions.get(id);
      if (!session || session.principal !== principal) throw sessionNotFound();
      return session;
    };
    find();
    checkContentType(request.header("content-type"));
    const { maxMessageBytes, maxDepth } = this.#endpoint.limits;
    const message =
      request.parsed === undefined
        ? this.#endpoint.parse(await bodyOf(request, maxMessageBytes))
        : checked(request.parsed, maxDepth);
    // The client may have gone while the body came.
    const session = find();
    const { pipe, stream } = session;
    const named = namedVersion(message);
    if (named !== undefined) {
      const body = JSON.stringify(errorResponse(readableId(message), withoutHandshake(named)));
      return reply.send(400, { "Content-Type": JSON_TYPE, ...cors }, body);
    }
    const asks = Array.isArray(message) || (own(message, "method") !== undefined && own(message, "id") !== undefined);
    if (asks && stream.congested)
      throw tooManyRequests("The stream is not read: its client has to take what waits there first");
    last(session, request.auth);
    reply.send(202, cors);
    pipe.receive(message, request.auth);
  }

  /** Takes no more clients, gives calls in flight their grace, then ends the streams. */
  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    this.#forget();
    const sessions = [...this.#sessions.values()];
    for (const { pipe } of sessions) pipe.peer.end();
    await new Promise<void>((resolve) => {
      const stop = this.#endpoint.clock.after(this.#settled.graceMs, resolve, true);
      void Promise.all(sessions.map(({ pipe }) => pipe.idle())).then(() => {
        stop();
        resolve();
      });
    });
    for (const { pipe } of sessions) pipe.peer.close();
  }
}

/**
 * The stream lasts as long as the credentials of any of its requests: nobody can come back for it with others. Such as
 * end sooner take nothing away, in whatever order they come.
 */
function last(session: SseSession, auth: Auth | undefined): void {
  const until = endOf(auth);
  if (until <= session.until) return;
  session.until = until;
  session.stream.atEnd(until, () => session.pipe.peer.close());
}

/** -32022: a request that carries its own version belongs to revisions that do not have this transport. */
const withoutHandshake = (named: unknown): Refusal =>
  new Refusal(
    "unsupported_protocol_version",
    -32022,
    `HTTP+SSE serves the revisions that begin with "initialize"; ${String(named)} is not among them`,
    {
      data: { supported: [], requested: String(named) },
    },
  );

const bodyOf = (request: HttpRequest, maxBytes: number): Promise<string> =>
  new Promise((take, fail) => request.readBody(maxBytes, { take, fail }));
