import { isUtf8 } from "node:buffer";
import type { IncomingMessage, ServerResponse } from "node:http";
import { contentTooLarge, parseError } from "../../protocol/errors.js";
import type { Auth } from "../../protocol/exchange.js";
import { disconnected, type AnyBinding, type BodyReader, type HttpRequest } from "./message.js";
import { isLoopback } from "./origin.js";
import { Outgoing, OutgoingReply } from "./outgoing.js";

/** A request as frameworks pass it on: with a body that was parsed, and with what an authorization layer found out. */
export type NodeRequest = IncomingMessage & { readonly body?: unknown; readonly auth?: Auth };

/** A `node:http` request listener, with a way to end it. */
export interface NodeListener {
  (request: NodeRequest, response: ServerResponse): void;
  /**
   * Throws the refusal of a request whose `Origin` or `Host` is not allowed: for what stands before it and answers by
   * itself.
   */
  admits(request: NodeRequest): void;
  /** Ends subscriptions, streams and sessions; calls in flight get their grace. */
  close(): Promise<void>;
}

/** The listener of any binding over requests and replies. */
export function listenerFor(binding: AnyBinding, onClosed?: () => void): NodeListener {
  const outgoing = new Outgoing();
  const listener = (request: NodeRequest, response: ServerResponse) => {
    void binding.handle(new IncomingRequest(request), new OutgoingReply(response, outgoing, onClosed));
  };
  const close = async () => {
    await binding.close();
    outgoing.flush();
  };
  return Object.assign(listener, {
    close,
    admits: (request: NodeRequest) => binding.admits(new IncomingRequest(request)),
  });
}

/** An `IncomingMessage` as a binding sees it. */
export class IncomingRequest implements HttpRequest {
  readonly #request: ReadRequest;

  constructor(request: NodeRequest) {
    this.#request = request;
  }

  get method(): string {
    return this.#request.method ?? "";
  }

  get auth(): Auth | undefined {
    return this.#request.auth;
  }

  get local(): boolean {
    const address = this.#request.socket.localAddress;
    return address !== undefined && isLoopback(address);
  }

  get parsed(): unknown {
    const { body } = this.#request;
    // Text and bytes are read like any other body.
    return typeof body === "string" || body instanceof Uint8Array ? undefined : body;
  }

  get target(): string {
    // A framework cuts off what it mounted the listener at, and keeps the whole here.
    const { originalUrl, url } = this.#request as NodeRequest & { readonly originalUrl?: string };
    return originalUrl ?? url ?? "/";
  }

  header(name: string): string | undefined {
    const value = this.#request.headers[name];
    return Array.isArray(value) ? value.join(", ") : value;
  }

  readBody(maxBytes: number, reader: BodyReader): void {
    // A promise keeps the asynchronous context of whoever called the listener; the parser's events have none.
    new Promise<string>((take, fail) => this.#read(maxBytes, { take, fail })).then(
      (text) => reader.take(text),
      (error: unknown) => reader.fail(error),
    );
  }

  #read(maxBytes: number, reader: BodyReader): void {
    const request = this.#request;
    const passed = request.body;
    if (typeof passed === "string" || passed instanceof Uint8Array)
      return handOver(Buffer.from(passed as string), maxBytes, reader);
    if (request.readableEnded)
      return reader.fail(new Error("the body was read before it came here; pass what came of it as request.body"));
    if (request.destroyed) return reader.fail(disconnected());
    if (Number(request.headers["content-length"]) > maxBytes) return reader.fail(contentTooLarge(maxBytes));
    const body = new IncomingBody(request, maxBytes, reader);
    request[bodyOf] = body;
    request.on("data", onData);
    if (!(body.expected > 0)) request.on("end", onEnd);
    request.on("close", onClose);
  }
}

const bodyOf = Symbol("body");
/** A request that knows its body while that is read: a listener for each event of each request would cost a closure. */
type ReadRequest = NodeRequest & { [bodyOf]?: IncomingBody | undefined };

/** A body that is being read. */
class IncomingBody {
  readonly expected: number;
  readonly #encoded: boolean;
  readonly #maxBytes: number;
  readonly #reader: BodyReader;
  readonly #chunks: Buffer[] = [];
  #length = 0;

  constructor({ headers }: NodeRequest, maxBytes: number, reader: BodyReader) {
    this.expected = Number(headers["content-length"]);
    this.#encoded = headers["content-encoding"] !== undefined;
    this.#maxBytes = maxBytes;
    this.#reader = reader;
  }

  take(chunk: Buffer, request: ReadRequest): void {
    this.#length += chunk.length;
    if (this.#length > this.#maxBytes) {
      request.removeAllListeners("data");
      request.resume();
      return this.fail(request, contentTooLarge(this.#maxBytes));
    }
    this.#chunks.push(chunk);
    // The last byte is known a little before the end is told; a body that is encoded may have further ones.
    if (this.#length === this.expected && !this.#encoded) this.end(request);
    else if (this.expected > 0 && this.#chunks.length === 1) request.on("end", onEnd);
  }

  end(request: ReadRequest): void {
    request[bodyOf] = undefined;
    const chunks = this.#chunks;
    const bytes = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, this.#length);
    handOver(bytes, this.#maxBytes, this.#reader);
  }

  fail(request: ReadRequest, error: unknown): void {
    request[bodyOf] = undefined;
    this.#reader.fail(error);
  }
}

function onData(this: ReadRequest, chunk: Buffer): void {
  this[bodyOf]?.take(chunk, this);
}

function onEnd(this: ReadRequest): void {
  this[bodyOf]?.end(this);
}

/** Comes in any case. An error is dear to make: only where the body has not been read. */
function onClose(this: ReadRequest): void {
  this[bodyOf]?.fail(this, disconnected());
}

/** Gives the reader the text of a body, or 413 for one that is too large, -32700 for what is not UTF-8. */
function handOver(bytes: Buffer, maxBytes: number, reader: BodyReader): void {
  if (bytes.length > maxBytes) reader.fail(contentTooLarge(maxBytes));
  else if (!isUtf8(bytes)) reader.fail(parseError("the body is not UTF-8"));
  else reader.take(bytes.toString("utf8"));
}
