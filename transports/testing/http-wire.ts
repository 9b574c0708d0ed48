import type { Endpoint } from "../../protocol/endpoint.js";
import { createHandler, type HttpOptions } from "../http/fetch.js";
import { createListener } from "../http/node.js";
import { authOf, listen } from "./adapters.js";
import { initialize, initialized, type Wire } from "./messages.js";

/** What a test sends; `body` that is no text and no bytes is written as JSON. */
export interface Sent {
  readonly method?: string;
  readonly headers?: Record<string, string | undefined>;
  readonly body?: unknown;
  readonly principal?: string;
  readonly signal?: AbortSignal;
}

/** An endpoint behind one of the two adapters. */
export interface HttpWire {
  send(sent: Sent): Promise<Response>;
  /** Ends the binding. */
  close(): Promise<void>;
  /** Ends whatever carries the binding. */
  stop(): Promise<void>;
}

/** What all posts of a well-behaved client carry. */
export const postHeaders = { "Content-Type": "application/json", Accept: "application/json, text/event-stream" };

/** The headers of a request of 2026-07-28 that mirror its body. */
export function mirrored(message: Wire): Record<string, string> {
  const name = message.params?.name ?? message.params?.uri;
  return {
    "MCP-Protocol-Version": message.params._meta["io.modelcontextprotocol/protocolVersion"],
    "Mcp-Method": message.method,
    ...(name === undefined ? {} : { "Mcp-Name": name }),
  };
}

function initOf({
  method = "POST",
  headers = {},
  body,
  principal,
  signal,
}: Sent): RequestInit & { headers: Record<string, string> } {
  const all = method === "POST" ? { ...postHeaders, ...headers } : headers;
  const given = Object.entries({ ...all, "X-Principal": principal }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  const raw =
    body === undefined || typeof body === "string" || body instanceof Uint8Array || body instanceof ReadableStream;
  return {
    method,
    headers: Object.fromEntries(given),
    ...(body === undefined ? {} : { body: raw ? (body as BodyInit) : JSON.stringify(body) }),
    ...(body instanceof ReadableStream ? { duplex: "half" } : {}),
    ...(signal ? { signal } : {}),
  };
}

/** Both adapters, by name. */
export const adapters: Record<string, (endpoint: Endpoint, options?: HttpOptions) => Promise<HttpWire>> = {
  async fetch(endpoint, options = {}) {
    const handler = createHandler(endpoint, options);
    return {
      send: (sent) => handler(new Request("http://127.0.0.1/mcp", initOf(sent)), authOf(sent.principal)),
      close: () => handler.close(),
      stop: () => handler.close(),
    };
  },
  async node(endpoint, options = {}) {
    const { origin, close, stop } = await listen(createListener(endpoint, options));
    return { send: (sent) => fetch(`${origin}/mcp`, initOf(sent)), close, stop };
  },
};

/** Posts a request of 2026-07-28 with the headers that belong to it. */
export const postModern = (wire: HttpWire, message: Wire, more: Sent = {}) =>
  wire.send({ ...more, body: message, headers: { ...mirrored(message), ...more.headers } });

/** Opens a session; returns how to send in it. */
export async function openSession(wire: HttpWire, version = "2025-11-25", principal?: string) {
  const who = principal === undefined ? {} : { principal };
  const answer = await wire.send({ body: initialize(version), ...who });
  const id = answer.headers.get("mcp-session-id");
  if (answer.status !== 200 || id === null) throw new Error(`no session: ${answer.status} ${await answer.text()}`);
  await answer.text();
  const headers = { "Mcp-Session-Id": id, "MCP-Protocol-Version": version };
  const send = (sent: Sent) => wire.send({ ...who, ...sent, headers: { ...headers, ...sent.headers } });
  await send({ body: initialized });
  return {
    id,
    send,
    post: (body: unknown) => send({ body }),
    listen: (more: Sent = {}) =>
      send({ method: "GET", ...more, headers: { Accept: "text/event-stream", ...more.headers } }),
  };
}

/** The fields of an event, in the order in which this server writes them; anything else is no event of it. */
function readEvent(event: string) {
  const fields =
    /^(?:id: (?<id>\S+)\n)?(?:event: message\ndata: (?<message>.+)|(?:retry: (?<retry>\d+)\n)?data:)$/.exec(
      event,
    )?.groups;
  if (!fields) throw new Error(`not an event of a message: ${event}`);
  return fields;
}

/** Reads a stream of events piece by piece. */
export class Events {
  readonly #reader: ReadableStreamDefaultReader<string>;
  #text = "";
  comments = 0;
  /** The ids of all events so far, in order. */
  readonly ids: string[] = [];
  /** Events so far as they stood on the wire, without their blank lines; comments are left out. */
  readonly raw: string[] = [];
  retry: number | undefined;

  constructor(response: Response) {
    const type = response.headers.get("content-type");
    if (type !== "text/event-stream") throw new Error(`not a stream of events: ${response.status} ${type}`);
    this.#reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** The next message, or undefined at the end of the stream. */
  async next(): Promise<Wire> {
    for (;;) {
      const { data } = await this.event();
      if (data !== "") return data === undefined ? undefined : JSON.parse(data);
    }
  }

  /** The data of the next event, which is empty where it only gives an id; none at the end of the stream. */
  async event(): Promise<{ readonly data?: string }> {
    for (;;) {
      const end = this.#text.indexOf("\n\n");
      if (end === -1) {
        const { done, value } = await this.#reader.read();
        if (done) {
          if (this.#text !== "") throw new Error(`the stream ends inside an event: ${this.#text}`);
          return {};
        }
        this.#text += value;
        continue;
      }
      const event = this.#text.slice(0, end);
      this.#text = this.#text.slice(end + 2);
      if (event.startsWith(":")) {
        this.comments += 1;
        continue;
      }
      this.raw.push(event);
      const { id, retry, message = "" } = readEvent(event);
      if (id !== undefined) this.ids.push(id);
      if (retry !== undefined) this.retry = Number(retry);
      return { data: message };
    }
  }

  /** All messages to the end of the stream. */
  async rest(): Promise<Wire[]> {
    const all: Wire[] = [];
    for (let message = await this.next(); message !== undefined; message = await this.next()) all.push(message);
    return all;
  }

  /** Reads until as many comments have come. */
  async untilComments(count: number): Promise<void> {
    while (this.comments < count) {
      const { done, value } = await this.#reader.read();
      if (done) throw new Error("the stream has ended");
      this.comments += value.split(":\n\n").length - 1;
    }
  }

  cancel(): Promise<void> {
    return this.#reader.cancel();
  }
}
