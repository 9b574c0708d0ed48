import { CallFailed, connectionClosed } from "../../protocol/call-failed.js";
import { messageOf } from "../../protocol/errors.js";
import type { Message } from "../../protocol/jsonrpc.js";
import { SseReader } from "../../protocol/sse.js";
import type { Receiver, Sending, Terms, Transport } from "../../protocol/transport.js";
import type { HttpSettings } from "../http-client/settings.js";
import { mediaType, parse, readEvents, unauthorized } from "../http-client/reading.js";
import { fetchThere, notFollowed } from "../http-client/redirects.js";

/**
 * The client's end of HTTP+SSE: one stream brings all that the server says, and its first event names the address to
 * which messages are posted. Page: `2024-11-05/basic/transports#http-with-sse`.
 */
export class SseTransport implements Transport {
  readonly shared = true;
  readonly #url: URL;
  readonly #settings: HttpSettings;
  readonly #lifetime = new AbortController();
  #endpoint: URL | undefined;
  #terms: Terms | undefined;

  constructor(url: URL, settings: HttpSettings) {
    this.#url = url;
    this.#settings = settings;
  }

  async open(receiver: Receiver): Promise<void> {
    const headers = await this.#settings.headers();
    headers.set("Accept", "text/event-stream");
    const { signal } = this.#lifetime;
    const response = await fetchThere(this.#settings.fetch, this.#url, { method: "GET", headers, signal });
    if (!response.ok || mediaType(response) !== "text/event-stream") {
      await response.body?.cancel();
      if (response.status === 401) throw unauthorized(this.#url, response);
      throw new CallFailed("http_error", `No stream of events: HTTP ${response.status}`, { status: response.status });
    }
    await new Promise<void>((resolve, reject) => void this.#listen(response, receiver, resolve, reject));
  }

  async #listen(
    response: Response,
    receiver: Receiver,
    ready: () => void,
    failed: (error: Error) => void,
  ): Promise<void> {
    const { maxMessageBytes } = this.#settings;
    let why = "The server ended the stream";
    try {
      for await (const { event, data = "" } of readEvents(
        response,
        new SseReader(maxMessageBytes),
        maxMessageBytes,
        this.#lifetime.signal,
      )) {
        if (event === "endpoint") this.#setEndpoint(data, ready);
        else if (event === "message" && this.#endpoint) this.#take(data, receiver);
      }
    } catch (error) {
      why = messageOf(error);
    }
    const error = new CallFailed("connection_lost", why);
    failed(error);
    if (!this.#lifetime.signal.aborted) receiver.closed(error);
  }

  #setEndpoint(data: string, ready: () => void): void {
    const endpoint = new URL(data, this.#url);
    // Messages, and the authorization that goes with them, are for the server that was named by the user.
    if (endpoint.origin !== this.#url.origin)
      throw new CallFailed("malformed_answer", `The endpoint is at another origin: ${endpoint.origin}`);
    this.#endpoint = endpoint;
    ready();
  }

  #take(data: string, receiver: Receiver): void {
    try {
      receiver.message(parse(data, this.#settings));
    } catch (error) {
      receiver.fault(error);
    }
  }

  agree(terms: Terms): void {
    this.#terms = terms;
  }

  async send(message: Message, { headers = {} }: Sending = {}): Promise<void> {
    if (this.#lifetime.signal.aborted || !this.#endpoint) throw connectionClosed();
    const all = await this.#settings.headers();
    const { version } = this.#terms ?? {};
    if (version !== undefined) all.set("MCP-Protocol-Version", version);
    for (const [name, value] of Object.entries({ ...headers, "Content-Type": "application/json" }))
      all.set(name, value);
    const { signal } = this.#lifetime;
    const body = JSON.stringify(message);
    const sent = fetchThere(this.#settings.fetch, this.#endpoint, { method: "POST", headers: all, body, signal });
    const response = await sent.catch((error: unknown) => {
      if (error instanceof CallFailed) throw error;
      throw new CallFailed("connection_failed", `${this.#endpoint} cannot be reached: ${messageOf(error)}`, {
        cause: error,
      });
    });
    await response.body?.cancel();
    const { ok, status } = response;
    if (status === 401) throw unauthorized(this.#url, response);
    if (!ok) throw new CallFailed("http_error", `HTTP ${status} ${notFollowed(response)}`.trim(), { status });
  }

  async close(): Promise<void> {
    this.#lifetime.abort(connectionClosed());
  }
}
