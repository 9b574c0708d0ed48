import type { Endpoint } from "../../protocol/endpoint.js";
import { createSseHandler, type SseOptions } from "../sse/fetch.js";
import { createSseListener } from "../sse/node.js";
import { authOf, listen } from "./adapters.js";
import type { Wire } from "./messages.js";

export interface SseSent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
  readonly principal?: string;
  readonly signal?: AbortSignal;
}

export interface SseWire {
  send(sent: SseSent): Promise<Response>;
  close(): Promise<void>;
  stop(): Promise<void>;
}

function initOf({ method = "GET", headers = {}, body, principal, signal }: SseSent): RequestInit {
  const type: Record<string, string> =
    method === "POST" ? { "Content-Type": "application/json" } : { Accept: "text/event-stream" };
  const who: Record<string, string> = principal === undefined ? {} : { "X-Principal": principal };
  return {
    method,
    headers: { ...type, ...who, ...headers },
    ...(body === undefined
      ? {}
      : { body: typeof body === "string" || body instanceof Uint8Array ? (body as BodyInit) : JSON.stringify(body) }),
    ...(signal ? { signal } : {}),
  };
}

/** Both adapters of HTTP+SSE, by name. */
export const sseAdapters: Record<string, (endpoint: Endpoint, options?: SseOptions) => Promise<SseWire>> = {
  async fetch(endpoint, options = {}) {
    const handler = createSseHandler(endpoint, options);
    return {
      send: (sent) =>
        handler(new Request(`http://127.0.0.1${sent.path ?? "/sse"}`, initOf(sent)), authOf(sent.principal)),
      close: () => handler.close(),
      stop: () => handler.close(),
    };
  },
  async node(endpoint, options = {}) {
    const { origin, close, stop } = await listen(createSseListener(endpoint, options));
    return { send: (sent) => fetch(`${origin}${sent.path ?? "/sse"}`, initOf(sent)), close, stop };
  },
};

/** A client of HTTP+SSE: its stream, and where it was told to post. */
export class SseClient {
  /** What the first event named. */
  address = "";
  comments = 0;
  readonly response: Response;
  readonly #wire: SseWire;
  readonly #principal: string | undefined;
  readonly #reader: ReadableStreamDefaultReader<string>;
  #text = "";

  private constructor(wire: SseWire, response: Response, principal?: string) {
    this.#wire = wire;
    this.response = response;
    this.#principal = principal;
    this.#reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  }

  static async open(wire: SseWire, sent: SseSent = {}): Promise<SseClient> {
    const response = await wire.send(sent);
    if (response.status !== 200) throw new Error(`no stream: ${response.status} ${await response.text()}`);
    const client = new SseClient(wire, response, sent.principal);
    const address = /^event: endpoint\ndata: (\S+)$/.exec((await client.event()) ?? "");
    if (!address) throw new Error("the first event is no endpoint");
    client.address = address[1]!;
    return client;
  }

  post(body: unknown, sent: SseSent = {}): Promise<Response> {
    const who = this.#principal === undefined ? {} : { principal: this.#principal };
    return this.#wire.send({ method: "POST", path: this.address, body, ...who, ...sent });
  }

  /** The next event as it stands on the wire; undefined at the end. */
  async event(): Promise<string | undefined> {
    for (;;) {
      const end = this.#text.indexOf("\n\n");
      if (end === -1) {
        const { done, value } = await this.#reader.read();
        if (done) return undefined;
        this.#text += value;
        continue;
      }
      const event = this.#text.slice(0, end);
      this.#text = this.#text.slice(end + 2);
      if (!event.startsWith(":")) return event;
      this.comments += 1;
    }
  }

  /** The next message; undefined at the end. */
  async next(): Promise<Wire> {
    const event = await this.event();
    if (event === undefined) return undefined;
    const data = /^event: message\ndata: (.+)$/.exec(event);
    if (!data) throw new Error(`not an event of a message: ${event}`);
    return JSON.parse(data[1]!);
  }

  cancel(): Promise<void> {
    return this.#reader.cancel();
  }
}
