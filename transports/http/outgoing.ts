import type { OutgoingHttpHeaders, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { JSON_TYPE } from "./accept.js";
import { jsonAlone, type Headers, type HttpReply, type HttpStream } from "./message.js";

/** So many answers wait for each other at most: the first reader has something to do while the others are made. */
const MOST_AT_ONCE = 32;
/** So many characters of a stream that begins wait at most. */
const MOST_TEXT = 16 * 1024;
/** After an answer that had its turn to itself, so many go out at once before it is looked again who else is there. */
const ALONE = 16;

/**
 * The answers that are made in one turn of the event loop go out together at its end. A reader that sleeps is woken
 * once and not by each of them, which costs a busy server more than to make them. Where one answer comes at a time, the
 * end of the turn is not waited for, but for a stream that begins: its head, its first events and often its end are one
 * piece then.
 */
export class Outgoing {
  #replies: OutgoingReply[] = [];
  #armed = false;
  #alone = 0;

  add(reply: OutgoingReply, begins = false): void {
    if (this.#alone > 0 && !begins) {
      this.#alone -= 1;
      return reply.goOut();
    }
    this.#replies.push(reply);
    if (this.#replies.length >= MOST_AT_ONCE) return this.flush();
    if (this.#armed) return;
    this.#armed = true;
    setImmediate(() => {
      this.#armed = false;
      if (this.#replies.length === 1) this.#alone = ALONE;
      this.flush();
    });
  }

  /** Writes what waits. */
  flush(): void {
    const replies = this.#replies;
    if (replies.length === 0) return;
    this.#replies = [];
    for (const reply of replies) reply.goOut();
  }
}

const withLength = (headers: Headers, length: number): OutgoingHttpHeaders =>
  headers === jsonAlone
    ? { "Content-Type": JSON_TYPE, "Content-Length": length }
    : { ...headers, "Content-Length": length };
const lengthOf = (body: string | undefined): number => (body === undefined ? 0 : Buffer.byteLength(body));

const replyOf = Symbol("reply");
/** A response that knows what answers by it: a listener for each event of each response would cost a closure. */
type Answered = ServerResponse & { [replyOf]?: OutgoingReply };

/** Where a binding's answer goes out by a `ServerResponse`. */
export class OutgoingReply implements HttpReply, HttpStream {
  readonly #response: Answered;
  readonly #outgoing: Outgoing;
  readonly #onClosed: (() => void) | undefined;
  #who: { lost(): void } | undefined;
  #feeder: { drained(): void } | undefined;
  #listening = false;
  #closed = false;
  #status = 200;
  #headers: Headers | undefined;
  #body: string | undefined;
  /** Whether what is said so far has not been handed to `node:http`. */
  #waits = false;
  #streams = false;
  #ends = false;

  /** `onClosed` is told when the answer is on its way, or its reader gone. */
  constructor(response: ServerResponse, outgoing: Outgoing, onClosed?: () => void) {
    this.#response = response;
    this.#response[replyOf] = this;
    this.#outgoing = outgoing;
    this.#onClosed = onClosed;
    if (onClosed) this.#listen();
  }

  send(status: number, headers: Headers, body?: string): void {
    this.#status = status;
    this.#headers = headers;
    this.#body = body;
    this.#waits = true;
    this.#outgoing.add(this);
  }

  /** Hands what was said to `node:http`. */
  goOut(): void {
    if (!this.#waits) return;
    this.#waits = false;
    const response = this.#response;
    // A framework may have ended the answer by a time-out of its own.
    if (response.headersSent || response.destroyed || response.writableEnded) return;
    const headers = this.#headers!;
    this.#headers = undefined;
    try {
      if (this.#streams) return this.#begin(headers);
      if (this.#status === 204) response.writeHead(204, headers);
      else response.writeHead(this.#status, withLength(headers, lengthOf(this.#body)));
      response.end(this.#body);
    } catch (error) {
      // What `node:http` does not take must not hold up the others.
      response.destroy(error as Error);
    }
  }

  open(status: number, headers: Headers, feeder: { drained(): void }): HttpStream {
    const response = this.#response;
    // The same in the middle of a stream: what is written then is not worth a crash.
    response.on("error", ignore);
    this.#feeder = feeder;
    response.on("drain", OutgoingReply.#onDrain);
    if (response.headersSent) return this;
    this.#status = status;
    this.#headers = headers;
    this.#body = "";
    this.#streams = this.#waits = true;
    this.#outgoing.add(this, true);
    return this;
  }

  #begin(headers: Headers): void {
    const response = this.#response;
    const text = this.#body!;
    this.#body = undefined;
    response.writeHead(this.#status, headers);
    if (this.#ends) response.end(text);
    else if (text === "") response.flushHeaders();
    else response.write(text);
  }

  write(text: string): boolean {
    if (!this.#waits) return this.#response.write(text);
    this.#body += text;
    if (this.#body!.length > MOST_TEXT) this.goOut();
    return !this.#response.writableNeedDrain;
  }

  close(): void {
    if (this.#waits) this.#ends = true;
    else this.#response.end();
  }

  onDisconnect(who: { lost(): void }): void {
    const response = this.#response;
    this.#who = who;
    if (!response.closed && !response.destroyed) this.#listen();
    else if (!response.writableFinished) who.lost();
  }

  #listen(): void {
    if (this.#listening) return;
    this.#listening = true;
    const response = this.#response;
    response.on("close", OutgoingReply.#onClose);
    // The answer to a request that was sent before the last one was answered has no connection yet, and would not hear.
    if (response.socket === null) waitFor(response.req.socket, this);
  }

  /** The connection is gone before the answer had its turn on it. */
  closed(): void {
    if (this.#closed) return;
    this.#closed = true;
    const response = this.#response;
    (response.req.socket as Queued)[queueOf]?.delete(this);
    if (!response.writableFinished) this.#who?.lost();
    this.#onClosed?.();
  }

  static #onDrain(this: Answered): void {
    this[replyOf]!.#feeder!.drained();
  }

  static #onClose(this: Answered): void {
    this[replyOf]!.closed();
  }
}

const queueOf = Symbol("queue");
/** A connection whose client sends requests without waiting for answers: those that have not had their turn. */
type Queued = Socket & { [queueOf]?: Set<OutgoingReply> };

/** One listener for all of them: a client may send thousands. */
function waitFor(socket: Queued, reply: OutgoingReply): void {
  let queue = socket[queueOf];
  if (!queue) {
    const waiting = new Set<OutgoingReply>();
    queue = socket[queueOf] = waiting;
    socket.once("close", () => {
      for (const each of [...waiting]) each.closed();
    });
  }
  queue.add(reply);
}

const ignore = () => {};
