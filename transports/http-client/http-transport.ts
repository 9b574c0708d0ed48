import { CallFailed, connectionClosed, errorOf } from "../../protocol/call-failed.js";
import { systemClock } from "../../protocol/clock.js";
import { messageOf } from "../../protocol/errors.js";
import { own, type Message, type RequestId } from "../../protocol/jsonrpc.js";
import { wholeNumber } from "../../protocol/options.js";
import { SseReader } from "../../protocol/sse.js";
import type { Receiver, Sending, Terms, Transport } from "../../protocol/transport.js";
import { SseTransport } from "../sse/client.js";
import { linked } from "./linked.js";
import { mediaType, parse, readEvents, readText, unauthorized } from "./reading.js";
import { fetchThere, notFollowed } from "./redirects.js";
import { headersOf, type HttpSettings, type HttpTransportOptions } from "./settings.js";

const BOTH = "application/json, text/event-stream";
const EVENTS = "text/event-stream";
const MAX_ERROR_BYTES = 65_536;
const LAST_WORDS_MS = 2_000;
const LEAST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 30_000;

/**
 * The client's end of Streamable HTTP, in all its revisions: each message is a POST, answered by JSON or by a stream of
 * events of its own. Sessions, the session's own stream and resumption are those of the revisions that have them.
 *
 * Pages: `2026-07-28/basic/transports/streamable-http`, `2025-11-25/basic/transports#streamable-http`.
 *
 * @throws {TypeError} for an address that is none of HTTP, or an option that makes no sense
 */
export function httpTransport(url: string | URL, options: HttpTransportOptions = {}): Transport {
  const address = new URL(url);
  if (!/^https?:$/.test(address.protocol))
    throw new TypeError(`The address must begin with http: or https:, got ${address}`);
  const { headers = {}, clock = systemClock, authorization } = options;
  const send: typeof fetch = options.fetch ?? ((...request) => fetch(...request));
  const transport: HttpTransport = new HttpTransport(address, {
    fetch: authorization?.around(send, address, () => transport.hold()) ?? send,
    headers: async () => headersOf(typeof headers === "function" ? await headers() : headers),
    maxMessageBytes: wholeNumber(options.maxMessageBytes, 16 * 1024 * 1024, "maxMessageBytes"),
    maxDepth: wholeNumber(options.maxDepth, 128, "maxDepth"),
    maxReconnects: wholeNumber(options.maxReconnects, 5, "maxReconnects", 0),
    reconnectMs: wholeNumber(options.reconnectMs, 1000, "reconnectMs"),
    sse: options.sse ?? true,
    clock,
  });
  return transport;
}

class HttpTransport implements Transport {
  readonly shared = false;
  readonly #url: URL;
  readonly #settings: HttpSettings;
  readonly #lifetime = new AbortController();
  #receiver!: Receiver;
  #terms: Terms | undefined;
  #sessionId: string | undefined;
  #listening: AbortController | undefined;
  /** Whether the session's own stream broke and could not be had again. */
  #deaf = false;

  constructor(url: URL, settings: HttpSettings) {
    this.#url = url;
    this.#settings = settings;
  }

  async open(receiver: Receiver): Promise<void> {
    this.#receiver = receiver;
  }

  hold(): () => void {
    return this.#receiver.hold();
  }

  begin(): void {
    this.#terms = undefined;
    this.#sessionId = undefined;
    this.#listening?.abort();
    this.#listening = undefined;
    this.#deaf = false;
  }

  agree(terms: Terms): void {
    this.#terms = terms;
  }

  older(status: number): Transport | undefined {
    // 2026-07-28/basic/transports/streamable-http#http-sse-transport-2024-11-05
    return this.#settings.sse && [400, 404, 405].includes(status)
      ? new SseTransport(this.#url, this.#settings)
      : undefined;
  }

  hear(): void {
    if (this.#deaf) void this.#listen();
  }

  async send(message: Message, { headers = {}, signal }: Sending = {}): Promise<void> {
    const method = own(message, "method");
    const id = method === undefined ? undefined : (own(message, "id") as RequestId | undefined);
    const link = linked(this.#lifetime.signal, signal);
    try {
      const inSession = this.#sessionId !== undefined;
      const all = { Accept: BOTH, "Content-Type": "application/json", ...headers };
      const response = await this.#fetch("POST", all, link.signal, JSON.stringify(message));
      if (!response.ok) throw await this.#refused(response, String(method), id, inSession, link.signal);
      if (method === "initialize") this.#enter(response);
      // The session's own stream carries what the server says unasked, so it may be opened from here on.
      if (method === "notifications/initialized" && this.#terms?.session) void this.#listen();
      if (id === undefined) return void (await response.body?.cancel());
      await this.#readAnswer(response, id, link.signal);
    } catch (error) {
      if (this.#lifetime.signal.aborted) throw connectionClosed();
      throw error;
    } finally {
      link.forget();
    }
  }

  async #fetch(method: string, headers: Record<string, string>, signal: AbortSignal, body?: string): Promise<Response> {
    const all = await this.#settings.headers();
    for (const [name, value] of Object.entries(headers)) all.set(name, value);
    if (this.#sessionId !== undefined) all.set("Mcp-Session-Id", this.#sessionId);
    const { version } = this.#terms ?? {};
    if (version !== undefined) all.set("MCP-Protocol-Version", version);
    try {
      return await fetchThere(this.#settings.fetch, this.#url, {
        method,
        headers: all,
        signal,
        ...(body === undefined ? {} : { body }),
      });
    } catch (error) {
      if (signal.aborted || error instanceof CallFailed) throw error;
      const { cause } = error as { cause?: unknown };
      const why = cause === undefined ? messageOf(error) : `${messageOf(error)} (${messageOf(cause)})`;
      throw new CallFailed("connection_failed", `${this.#url.origin} cannot be reached: ${why}`, { cause: error });
    }
  }

  /** 2025-11-25/basic/transports#session-management/1, /3 */
  #enter(response: Response): void {
    const id = response.headers.get("mcp-session-id");
    if (id === null) return;
    if (!/^[\x21-\x7e]+$/.test(id))
      throw new CallFailed("malformed_answer", "The session id has characters beyond visible ASCII");
    this.#sessionId = id;
  }

  async #refused(
    response: Response,
    method: string,
    id: RequestId | undefined,
    inSession: boolean,
    signal: AbortSignal,
  ): Promise<CallFailed> {
    const { status } = response;
    const text = await readText(response, MAX_ERROR_BYTES, signal).catch(() => "");
    // 2025-11-25/basic/transports#session-management/7
    if (status === 404 && inSession)
      return new CallFailed("session_ended", "The server no longer knows the session", { status });
    let body: unknown;
    try {
      body = parse(text, this.#settings);
    } catch {
      body = undefined;
    }
    const error = own(body, "error");
    const about = own(body, "id");
    if (
      id !== undefined &&
      Number.isInteger(own(error, "code")) &&
      (about === undefined || about === null || about === id)
    )
      return errorOf(method, error, status);
    if (status === 401) return unauthorized(this.#url, response);
    const said = notFollowed(response) || String(own(error, "message") ?? text).slice(0, 200);
    return new CallFailed("http_error", `${method}: HTTP ${status} ${response.statusText}${said ? `: ${said}` : ""}`, {
      status,
    });
  }

  /** Hands on what comes until the answer to `id` has come. */
  async #readAnswer(response: Response, id: RequestId, signal: AbortSignal): Promise<void> {
    const type = mediaType(response);
    if (type === "application/json") {
      const message = parse(await readText(response, this.#settings.maxMessageBytes, signal), this.#settings);
      this.#receiver.message(message);
      if (!answers(message, id))
        throw new CallFailed("malformed_answer", "The server's JSON is not the answer to the request");
      return;
    }
    if (type !== EVENTS) {
      await response.body?.cancel();
      const said = `HTTP ${response.status} ${type || "without a content type"}`;
      throw new CallFailed("malformed_answer", `Expected application/json or ${EVENTS}, got ${said}`);
    }
    const reader = new SseReader(this.#settings.maxMessageBytes);
    let broken: unknown;
    try {
      if (await this.#read(response, reader, signal, id)) return;
    } catch (error) {
      if (signal.aborted || error instanceof CallFailed) throw error;
      broken = error;
    }
    await this.#resume(reader, id, signal, broken);
  }

  /** Hands on the messages of a stream. True: the answer to `id` was among them, and the stream is done with. */
  async #read(response: Response, reader: SseReader, signal: AbortSignal, id?: RequestId): Promise<boolean> {
    for await (const { event, data } of readEvents(response, reader, this.#settings.maxMessageBytes, signal)) {
      if (event !== "message" || data === undefined) continue;
      let message: unknown;
      try {
        message = parse(data, this.#settings);
      } catch (error) {
        this.#receiver.fault(error);
        continue;
      }
      this.#receiver.message(message);
      if (id !== undefined && answers(message, id)) return true;
    }
    return false;
  }

  /** Takes a stream up where it ended (2025-11-25/basic/transports#resumability-and-redelivery). */
  async #resume(reader: SseReader, id: RequestId, signal: AbortSignal, broken: unknown): Promise<void> {
    const lost = (why: string) => {
      const cause = broken === undefined ? "" : ` (${messageOf(broken)})`;
      return new CallFailed("connection_lost", `The stream ended before the answer${cause}; ${why}`, { cause: broken });
    };
    if (!this.#terms?.resumable) throw lost("streams of this revision cannot be taken up again");
    const session = this.#sessionId;
    for (let failures = 0; failures <= this.#settings.maxReconnects;) {
      if (reader.lastId === undefined) throw lost("it had no event to go on from");
      await this.#wait(reader.retryMs, failures, signal);
      const from = reader.lastId;
      try {
        const headers = { Accept: EVENTS, "Last-Event-ID": from };
        const response = await this.#fetch("GET", headers, signal);
        if (isStream(response)) {
          if (await this.#read(response, reader, signal, id)) return;
        } else {
          const { status } = response;
          await response.body?.cancel();
          // 2025-11-25/basic/transports#session-management/7: the answer is lost, and with it the session.
          if (status === 404 && session !== undefined && session === this.#sessionId) this.#receiver.expired();
          if (!mayPass(status)) throw lost(`asked to go on, the server says HTTP ${status}`);
          broken = new Error(`HTTP ${status}`);
        }
        failures = reader.lastId === from ? failures + 1 : 0;
      } catch (error) {
        if (signal.aborted || (error instanceof CallFailed && error.code !== "connection_failed")) throw error;
        broken = error;
        failures = reader.lastId === from ? failures + 1 : 0;
      }
    }
    throw lost(`it was asked for again ${this.#settings.maxReconnects} times`);
  }

  /** The session's own stream, for as long as the session lasts. */
  async #listen(): Promise<void> {
    const stop = new AbortController();
    this.#listening?.abort();
    this.#listening = stop;
    // What once was there is missed.
    let heard = this.#deaf;
    this.#deaf = false;
    const link = linked(this.#lifetime.signal, stop.signal);
    const { signal } = link;
    const reader = new SseReader(this.#settings.maxMessageBytes);
    const giveUp = (why: string, cause?: unknown) => {
      this.#deaf = true;
      this.#receiver.unheard(new CallFailed("connection_lost", `The session's own stream is lost: ${why}`, { cause }));
    };
    try {
      for (let failures = 0; ;) {
        const resumption = reader.lastId === undefined ? {} : { "Last-Event-ID": reader.lastId };
        let broken: unknown;
        try {
          const response = await this.#fetch("GET", { Accept: EVENTS, ...resumption }, signal);
          if (isStream(response)) {
            heard = true;
            failures = 0;
            await this.#read(response, reader, signal);
          } else {
            const { status } = response;
            await response.body?.cancel();
            if (signal.aborted) return;
            // A server that never had the stream may have no such address either: then the session is not meant.
            if (status === 404 && heard && this.#sessionId !== undefined) return this.#receiver.expired();
            broken = new Error(`HTTP ${status}`);
            // 405: the server has no such stream (2025-11-25/basic/transports#listening-for-messages-from-the-server/4).
            if (!mayPass(status)) return heard ? giveUp(messageOf(broken), broken) : undefined;
            failures += 1;
          }
        } catch (error) {
          if (signal.aborted) return;
          broken = error;
          failures += 1;
        }
        if (failures > this.#settings.maxReconnects) return giveUp(messageOf(broken), broken);
        await this.#wait(reader.retryMs, failures, signal);
      }
    } catch {
      // Stopped while it waited.
    } finally {
      link.forget();
    }
  }

  /** 2025-11-25/basic/transports#sending-messages-to-the-server/15 */
  #wait(retryMs: number | undefined, failures: number, signal: AbortSignal): Promise<void> {
    const { clock, reconnectMs } = this.#settings;
    // Even a server that wants to be asked at once is not asked without pause.
    const asked = retryMs === undefined ? undefined : Math.max(retryMs, LEAST_WAIT_MS);
    const longer = Math.min((asked ?? reconnectMs) * 2 ** failures, LONGEST_WAIT_MS);
    return new Promise((resolve, reject) => {
      const done = (end: () => void) => () => {
        stop();
        signal.removeEventListener("abort", onAbort);
        end();
      };
      const onAbort = done(() => reject(signal.reason as Error));
      const stop = clock.after(Math.max(asked ?? 0, longer), done(resolve), true);
      if (signal.aborted) onAbort();
      else signal.addEventListener("abort", onAbort);
    });
  }

  async close(): Promise<void> {
    if (this.#lifetime.signal.aborted) return;
    this.#lifetime.abort(connectionClosed());
    if (this.#sessionId === undefined) return;
    // 2025-11-25/basic/transports#session-management/9
    const farewell = new AbortController();
    const stop = this.#settings.clock.after(LAST_WORDS_MS, () => farewell.abort(), true);
    try {
      const response = await this.#fetch("DELETE", {}, farewell.signal);
      await response.body?.cancel();
    } catch {
      // A server that cannot be reached has lost the session anyway.
    } finally {
      stop();
    }
  }
}

const isStream = (response: Response): boolean =>
  response.ok && mediaType(response) === EVENTS && response.body !== null;

/** Whether a refusal speaks of the moment, so that asking again makes sense. */
const mayPass = (status: number): boolean => status >= 500 || status === 429;

const answers = (message: unknown, id: RequestId): boolean =>
  (own(message, "id") === id && own(message, "method") === undefined) ||
  (Array.isArray(message) && message.some((one) => answers(one, id)));
