import type { Endpoint } from "../../protocol/endpoint.js";
import { contentTooLarge, parseError } from "../../protocol/errors.js";
import type { Auth } from "../../protocol/exchange.js";
import { HttpBinding } from "./binding.js";
import type { AnyBinding, BodyReader } from "./message.js";
import {
  disconnected,
  type HttpReply,
  type HttpRequest,
  type HttpStream,
  type Headers as PlainHeaders,
} from "./message.js";
import type { HttpOptions } from "./options.js";
import { isLoopback } from "./origin.js";
import { sessionRequests } from "./session-requests.js";

export { LocalSessionBus, MemorySessionStore } from "../../protocol/session-store.js";
export type { SessionBus, SessionMessage, SessionStore, StoredSession } from "../../protocol/session-store.js";
export { MemoryStreamLog } from "../../protocol/stream-log.js";
export type { LoggedEvent, Missed, StreamLog, StreamLogOptions } from "../../protocol/stream-log.js";
export type { HttpOptions } from "./options.js";

/** What whoever mounts the handler knows of a request and the request itself does not say. */
export interface RequestInfo {
  /** Who is asking, as an authorization layer found out. */
  readonly auth?: Auth;
  /** Whether the request came over this machine's loopback interface. Default: as far as the URL's host name tells. */
  readonly local?: boolean;
  /** The body, where a framework has read and parsed it already. */
  readonly parsed?: unknown;
}

/** A handler for Web-standard servers, with a way to end it. */
export interface FetchHandler {
  (request: Request, info?: RequestInfo): Promise<Response>;
  /**
   * Throws the refusal of a request whose `Origin` or `Host` is not allowed: for what stands before it and answers by
   * itself.
   */
  admits(request: Request, info?: RequestInfo): void;
  /** Ends subscriptions, streams and sessions; calls in flight get their grace. */
  close(): Promise<void>;
}

/**
 * Serves an endpoint as a function from `Request` to `Response`, for Deno, Bun, workerd, Hono and whatever else speaks
 * them. It answers at any path: mount it where the MCP endpoint shall be.
 */
export function createHandler(endpoint: Endpoint, options: HttpOptions = {}): FetchHandler {
  const binding = new HttpBinding(endpoint, options, sessionRequests);
  return handlerFor(binding);
}

/** The handler of any binding over requests and replies. */
export function handlerFor(binding: AnyBinding): FetchHandler {
  const handler = (request: Request, info: RequestInfo = {}) =>
    new Promise<Response>((resolve) => {
      void binding.handle(new FetchRequest(request, info), new FetchReply(request, resolve));
    });
  const admits = (request: Request, info: RequestInfo = {}) => binding.admits(new FetchRequest(request, info));
  return Object.assign(handler, { close: () => binding.close(), admits });
}

/** A `Request` as a binding sees it. */
export class FetchRequest implements HttpRequest {
  readonly method: string;
  readonly parsed: unknown;
  readonly auth: Auth | undefined;
  readonly local: boolean;
  readonly target: string;
  readonly #request: Request;

  constructor(request: Request, info: RequestInfo) {
    this.#request = request;
    this.method = request.method;
    this.parsed = info.parsed;
    this.auth = info.auth;
    // All that a Request tells of the address is the name that it was sent to.
    const { hostname, pathname, search } = new URL(request.url);
    this.local = info.local ?? isLoopback(hostname);
    this.target = pathname + search;
  }

  header(name: string): string | undefined {
    return this.#request.headers.get(name) ?? undefined;
  }

  readBody(maxBytes: number, reader: BodyReader): void {
    void this.#read(maxBytes).then(
      (text) => reader.take(text),
      (error: unknown) => reader.fail(error),
    );
  }

  async #read(maxBytes: number): Promise<string> {
    if (Number(this.header("content-length") ?? 0) > maxBytes) throw contentTooLarge(maxBytes);
    const { body, bodyUsed } = this.#request;
    if (bodyUsed) throw new Error("the body was read before it came here; pass what came of it as info.parsed");
    if (!body) return "";
    const reader = body.getReader();
    try {
      return await readText(reader, maxBytes);
    } catch (error) {
      // Nobody reads the rest. Whether the sender hears of that must not hold up the answer.
      void reader.cancel().catch(() => {});
      throw error;
    }
  }
}

async function readText(reader: ReadableStreamDefaultReader<Uint8Array>, maxBytes: number): Promise<string> {
  // A byte order mark is no part of JSON; the decoder would hide it.
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let text = "";
  for (let length = 0; ;) {
    const { done, value } = await reader.read().catch(() => {
      throw disconnected();
    });
    length += value?.byteLength ?? 0;
    if (length > maxBytes) throw contentTooLarge(maxBytes);
    try {
      text += done ? decoder.decode() : decoder.decode(value, { stream: true });
    } catch {
      throw parseError("the body is not UTF-8");
    }
    if (done) return text;
  }
}

/** Where a binding's answer becomes a `Response`. */
export class FetchReply implements HttpReply {
  readonly #request: Request;
  readonly #resolve: (response: Response) => void;
  #who: { lost(): void } | undefined;
  readonly #onAbort = () => this.#gone();
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #over = false;

  constructor(request: Request, resolve: (response: Response) => void) {
    this.#request = request;
    this.#resolve = resolve;
  }

  send(status: number, headers: PlainHeaders, body?: string): void {
    const response = new Response(body ?? null, { status, headers });
    this.#end();
    this.#resolve(response);
  }

  open(status: number, headers: PlainHeaders, feeder: { drained(): void }): HttpStream {
    const encoder = new TextEncoder();
    let controller!: ReadableStreamDefaultController<Uint8Array>;
    const stream = new ReadableStream<Uint8Array>(
      { start: (made) => void (controller = made), pull: () => feeder.drained(), cancel: () => this.#gone() },
      { highWaterMark: 64 * 1024, size: (chunk) => chunk.byteLength },
    );
    this.#resolve(new Response(stream, { status, headers }));
    this.#controller = controller;
    return {
      write: (text) => {
        if (this.#over) return true;
        controller.enqueue(encoder.encode(text));
        return (controller.desiredSize ?? 0) > 0;
      },
      close: () => {
        if (this.#over) return;
        this.#end();
        controller.close();
      },
    };
  }

  onDisconnect(who: { lost(): void }): void {
    this.#who = who;
    const { signal } = this.#request;
    if (signal.aborted) this.#gone();
    else signal.addEventListener("abort", this.#onAbort, { once: true });
  }

  #gone(): void {
    if (this.#over) return;
    this.#end();
    this.#who?.lost();
    // Whoever still reads, or still waits for an answer, has to see that nothing more comes. After a cancel this does
    // nothing.
    this.#controller?.error(new Error("The client disconnected"));
    this.#resolve(new Response(null, { status: 499 }));
  }

  #end(): void {
    this.#over = true;
    this.#request.signal.removeEventListener("abort", this.#onAbort);
  }
}
