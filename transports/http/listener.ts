import { isUtf8 } from "node:buffer";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Endpoint } from "../../protocol/endpoint.js";
import { contentTooLarge, parseError } from "../../protocol/errors.js";
import type { Auth } from "../../protocol/exchange.js";
import { HttpBinding } from "./binding.js";
import { disconnected, type HttpReply, type HttpRequest } from "./message.js";
import type { HttpOptions } from "./options.js";
import { isLoopback } from "./origin.js";
import { Outgoing, OutgoingReply } from "./outgoing.js";

/** A request as frameworks pass it on: with a body that was parsed, and with what an authorization layer found out. */
export type NodeRequest = IncomingMessage & { readonly body?: unknown; readonly auth?: Auth };

/** A `node:http` request listener, with a way to end it. */
export interface NodeListener {
  (request: NodeRequest, response: ServerResponse): void;
  /** Ends subscriptions, streams and sessions; calls in flight get their grace. */
  close(): Promise<void>;
}

/**
 * Serves an endpoint as a `node:http` listener, which is also an Express handler. It answers at any path: mount it
 * where the MCP endpoint shall be. A body that a framework has parsed (`request.body`) is taken as it is.
 */
export function createListener(endpoint: Endpoint, options: HttpOptions = {}): NodeListener {
  return listenerOf(endpoint, options);
}

/** The same; `onClosed` is told of each answer that is on its way, or whose reader is gone. */
export function listenerOf(endpoint: Endpoint, options: HttpOptions, onClosed?: () => void): NodeListener {
  return listenerFor(new HttpBinding(endpoint, options), onClosed);
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
  return Object.assign(listener, { close });
}

interface AnyBinding {
  handle(request: HttpRequest, reply: HttpReply): Promise<void> | void;
  close(): Promise<void>;
}

/** An `IncomingMessage` as a binding sees it. */
export class IncomingRequest implements HttpRequest {
  readonly #request: NodeRequest;

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

  readBody(maxBytes: number): Promise<string> {
    const { body } = this.#request;
    if (typeof body !== "string" && !(body instanceof Uint8Array)) return this.#read(maxBytes);
    return Promise.resolve().then(() => textOf(Buffer.from(body as string), maxBytes));
  }

  #read(maxBytes: number): Promise<string> {
    const request = this.#request;
    return new Promise((resolve, reject) => {
      if (request.readableEnded) {
        return reject(new Error("the body was read before it came here; pass what came of it as request.body"));
      }
      if (request.destroyed) return reject(disconnected());
      const expected = Number(request.headers["content-length"]);
      if (expected > maxBytes) return reject(contentTooLarge(maxBytes));
      let chunks: Buffer[] | undefined = [];
      let length = 0;
      const done = () => {
        if (chunks === undefined) return;
        try {
          resolve(textOf(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, length), maxBytes));
        } catch (error) {
          reject(error as Error);
        }
        chunks = undefined;
      };
      request.on("data", (chunk: Buffer) => {
        length += chunk.length;
        if (length > maxBytes) {
          request.removeAllListeners("data");
          request.resume();
          return reject(contentTooLarge(maxBytes));
        }
        chunks?.push(chunk);
        // The last byte is known a little before the end is told; a body that is encoded may have further ones.
        if (length === expected && request.headers["content-encoding"] === undefined) done();
        else if (expected > 0 && chunks?.length === 1) request.on("end", done);
      });
      if (!(expected > 0)) request.on("end", done);
      // Comes in any case. An error is dear to make: only where the body has not been read.
      request.on("close", () => {
        if (chunks) reject(disconnected());
      });
    });
  }
}

/** The text of a body. Throws 413 for one that is too large, -32700 for what is not UTF-8. */
function textOf(bytes: Buffer, maxBytes: number): string {
  if (bytes.length > maxBytes) throw contentTooLarge(maxBytes);
  if (!isUtf8(bytes)) throw parseError("the body is not UTF-8");
  return bytes.toString("utf8");
}
