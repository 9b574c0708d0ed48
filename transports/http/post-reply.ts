import { refusalOf } from "../../protocol/batch.js";
import { encodeMessage } from "../../protocol/encode.js";
import { httpRefusal, internalError, type Refusal } from "../../protocol/errors.js";
import type { Envelope } from "../../protocol/envelope.js";
import { Exchange, type Auth } from "../../protocol/exchange.js";
import { errorResponse, type Message, type RequestId, type Response } from "../../protocol/jsonrpc.js";
import type { Peer } from "../../protocol/peer.js";
import { EVENTS_TYPE, JSON_TYPE, notAcceptable, type Accepted } from "./accept.js";
import type { HttpBinding } from "./binding.js";
import { EventStream } from "./event-stream.js";
import { jsonAlone, type Headers, type HttpReply } from "./message.js";
import type { HttpSession } from "./http-session.js";
import { noCors } from "./origin.js";
import type { SessionStream } from "./session-stream.js";

/** Answers with a refusal: its HTTP face, and a JSON-RPC error that has no id where none could be read. */
export function sendRefusal(reply: HttpReply, refusal: Refusal, headers: Headers): void {
  const { status, headers: more } = refusal.http ?? { status: 500 };
  reply.send(status, { "Content-Type": JSON_TYPE, ...headers, ...more }, JSON.stringify(refusalOf(undefined, refusal)));
}

/** A request that came by POST: what is sent before its response goes on its own reply and nowhere else. */
export class PostExchange extends Exchange {
  readonly #reply: PostReply;

  constructor(reply: PostReply, envelope: Envelope, auth: Auth | undefined) {
    super(auth, envelope, false);
    this.#reply = reply;
  }

  override get canSend(): boolean {
    return this.#reply.canSend;
  }

  protected deliver(message: Message): void {
    this.#reply.event(message);
  }

  override closeStream(): void {
    if (!this.aborted) this.#reply.pause();
  }

  override closeSessionStreams(): void {
    if (!this.aborted) this.#reply.session?.pause();
  }
}

/**
 * The answer to one POST: the status line waits for the first message, the end, or a silence that is too long, and only
 * then is it known whether the answer is JSON or a stream of events.
 *
 * Page: `2026-07-28/basic/transports/streamable-http#receiving-messages`.
 */
export class PostReply {
  readonly #reply: HttpReply;
  readonly #binding: HttpBinding;
  readonly #headers: Headers;
  readonly #mustStream: boolean;
  /** Whether anything can be sent before the response. */
  readonly canStream: boolean;
  /** Who posted: set once that is known. */
  peer: Peer | undefined;
  /** The session that the POST belongs to: its stream of events is one of that session's. */
  session: HttpSession | undefined;
  /** The id of its request: set where it is one that the client can be told of by an error. */
  id: RequestId | undefined;
  /** Those worked on that came just before and after it, and until when it may be silent: kept by `Work`. */
  earlier: PostReply | undefined;
  later: PostReply | undefined;
  silentUntil: number | undefined;
  /** When the credentials end that it came with, in milliseconds since the epoch. */
  until = Infinity;
  /** Whether a lost connection says that the client wants no answer any more. */
  disconnectCancels = false;
  /** Its requests: one, or those of a batch. */
  readonly exchanges: PostExchange[] = [];
  #events: EventStream | SessionStream | undefined;
  /** The same, where it is one of a session. */
  #stream: SessionStream | undefined;
  /** The one that the POST itself opened. */
  #connection: EventStream | undefined;
  #over = false;

  /** Throws 406 where the client takes nothing that this binding's `reply` option allows. */
  constructor(reply: HttpReply, accepted: Accepted, binding: HttpBinding, headers: Headers) {
    const { settled } = binding;
    this.canStream = settled.reply !== "json" && accepted.events;
    if (!this.canStream && !accepted.json) {
      throw notAcceptable(settled.reply === "json" ? JSON_TYPE : `${JSON_TYPE} or ${EVENTS_TYPE}`);
    }
    this.#mustStream = this.canStream && (settled.reply === "sse" || !accepted.json);
    this.#reply = reply;
    this.#binding = binding;
    this.#headers = headers;
  }

  /** The way for what one request of this POST sends. */
  exchange(envelope: Envelope, auth: Auth | undefined): PostExchange {
    const exchange = new PostExchange(this, envelope, auth);
    this.exchanges.push(exchange);
    return exchange;
  }

  /**
   * Whether anything can be sent before the response now. No stream begins once the credentials have ended, unless its
   * client can come back for it with others: what was begun with good ones is answered, in one piece.
   */
  get canSend(): boolean {
    return this.canStream && (this.#events !== undefined || !this.#late || this.#leavable);
  }

  get #late(): boolean {
    return this.until !== Infinity && this.until <= this.#binding.endpoint.clock.now();
  }

  /** Whether a stream may be left to its client as soon as it has begun. */
  get #leavable(): boolean {
    return this.#binding.settled.resumable && this.session?.facts?.polls === true;
  }

  /** Sends a message that comes before the response, or none where the silence has lasted too long. */
  event(message?: Message): void {
    if (!this.canSend) return;
    const events = this.#open();
    if (message) events?.send(message);
    if (this.#late) this.#stream?.pause();
  }

  /**
   * The credentials have ended while the answer streams. A client that can come back for the rest does so with others;
   * what stands open answers; of anything else nobody could hear the end.
   */
  #cut(): void {
    if (this.#over) return;
    if (this.#stream?.resumable) return this.#stream.pause();
    for (const exchange of this.exchanges) exchange.end();
    if (this.exchanges.every(({ standing }) => standing)) return;
    const why = ended();
    this.finish(this.id === undefined ? undefined : errorResponse(this.id, why));
    for (const exchange of this.exchanges) exchange.abort(why);
  }

  /** The client is gone. A stream that it can come back for goes on without it. */
  lost(): void {
    if (this.#stream) this.#stream.detach(this.#connection!);
    else this.drop();
    if (!this.disconnectCancels) return;
    for (const exchange of this.exchanges) exchange.abort(new Error("The client disconnected"));
  }

  /** Whether nothing more is answered. */
  get over(): boolean {
    return this.#over;
  }

  /** Whatever happens, nothing more is answered. */
  drop(): void {
    this.#over = true;
    this.#connection?.lost();
    this.#stream?.close();
  }

  /** Lets the client come back for the rest, where its revision knows how (2025-11-25). */
  pause(): void {
    if (this.#over || !this.canStream || !this.#leavable) return;
    this.#open();
    this.#stream?.pause();
  }

  /**
   * Sends the response, or ends without one when the request was cancelled. `more` are headers that only now are known.
   */
  finish(response: Response | readonly Response[] | undefined, refusal?: Refusal, more?: Headers): void {
    if (this.#over) return;
    const { status = 200, headers } = refusal?.http ?? {};
    // A status other than 200 can only stand on a whole answer, whatever the client would rather have.
    if (!this.#events && response !== undefined && (!this.#mustStream || status !== 200)) {
      const body = encodeMessage(response, this.#binding.stream.outbox.onError);
      this.#over = true;
      this.#reply.send(status, jsonHeaders(this.#headers, more, headers), body);
      return;
    }
    if (!this.#events && !this.canStream) {
      this.#over = true;
      this.#reply.send(202, this.#headers);
      return;
    }
    const events = this.#open(more);
    this.#over = true;
    if (this.#stream) return this.#stream.finish(response);
    if (response !== undefined) events?.send(response);
    events?.close();
  }

  /** Says that a notification or a response has been taken, or why not. */
  accept(refusal: Refusal | undefined): void {
    if (this.#over) return;
    this.#over = true;
    if (refusal) sendRefusal(this.#reply, refusal, this.#headers);
    else this.#reply.send(202, this.#headers);
  }

  /** Says that it could not be answered, where that can still be said. */
  fail(error: unknown): void {
    this.drop();
    this.#binding.refuse(this.#reply, error, this.#headers);
  }

  /** Ends what the server cannot answer any more, since it is closing. */
  abandon(): void {
    if (this.#over) return;
    if (this.#events)
      return this.finish(this.id === undefined ? undefined : errorResponse(this.id, internalError(closing().message)));
    this.#over = true;
    sendRefusal(this.#reply, closing(), this.#headers);
  }

  #open(more?: Headers): EventStream | SessionStream | undefined {
    if (this.#over) return undefined;
    if (this.#events) return this.#events;
    this.#connection = new EventStream(this.#reply, { ...this.#headers, ...more }, this.#binding.stream);
    this.#stream = this.session?.postStream(this.#connection);
    // Such as is left to its client at once is not cut when that has come back.
    if (!this.#late || !this.#leavable) this.#connection.atEnd(this.until, () => this.#cut());
    return (this.#events = this.#stream ?? this.#connection);
  }
}

/** The headers of a whole answer. */
const jsonHeaders = (cors: Headers, more: Headers | undefined, refused: Headers | undefined): Headers =>
  more === undefined && refused === undefined && cors === noCors
    ? jsonAlone
    : { "Content-Type": JSON_TYPE, ...cors, ...more, ...refused };

/** Said on a stream whose credentials have ended, where a status can be no more. */
const ended = (): Refusal => httpRefusal("unauthorized", 401, "The credentials have ended; ask again with new ones");

/** 503: the server is on its way out. */
export const closing = (): Refusal =>
  httpRefusal("unavailable", 503, "The server is shutting down", { "Retry-After": "5" });
