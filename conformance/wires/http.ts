import { spawn } from "node:child_process";
import { Agent, request as httpRequest } from "node:http";
import type { IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { overlay } from "../dress.js";
import { member } from "../trace.js";
import type { Tokens } from "../trace.js";
import { eventReader } from "./event-stream.js";
import type { StreamEvent } from "./event-stream.js";
import { readArrival } from "./wire.js";
import type { Arrival, Connection, HttpExchange, HttpReply, Parcel, Subject } from "./wire.js";

export interface HttpOptions {
  /** Header fields of every request of the first caller, such as an authorization. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The same for other callers, by their names. */
  readonly callers?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Where it serves in another way than at its endpoint. */
  readonly paths?: readonly string[];
  /** Tokens that were made for it. */
  readonly tokens?: Tokens;
}

/** The header fields of every request of a caller. */
export function headersOf(options: HttpOptions, caller: string | undefined): Readonly<Record<string, string>> {
  const headers = caller === undefined ? (options.headers ?? {}) : options.callers?.[caller];
  if (!headers) throw new Error(`nobody is called ${caller}`);
  return headers;
}

/** What a subject says of itself by its options. */
export const known = ({ callers = {}, paths = [], tokens = {} }: HttpOptions) => ({
  callers: new Set(Object.keys(callers)),
  paths: new Set(paths),
  tokens,
});

/** The header fields of a request: those of the caller, who says nothing of himself elsewhere, and its own. */
export function fieldsOf(
  endpoint: URL,
  caller: Readonly<Record<string, string>>,
  { headers, path, without = [] }: Parcel,
): Record<string, string> {
  const elsewhere = path !== undefined && new URL(path, endpoint).origin !== endpoint.origin;
  const left = overlay(elsewhere ? {} : caller, Object.fromEntries(without.map((name) => [name, null])));
  return overlay(left, headers);
}

/** Options that are known, or follow from the URL of a server that is yet to start. */
export type OptionsFor = HttpOptions | ((url: string) => Promise<HttpOptions>);
export const settled = async (options: OptionsFor, url: string): Promise<HttpOptions> =>
  typeof options === "function" ? options(url) : options;

export interface HttpSubject extends Subject {
  readonly url: string;
  fresh?(): Promise<HttpSubject>;
}

/** A server at a URL. */
export function httpSubject(url: string, options: HttpOptions = {}): HttpSubject {
  const endpoint = new URL(url);
  return {
    wire: "http",
    url,
    ...known(options),
    connect: async (receive, _stateless, caller) => connectTo(endpoint, headersOf(options, caller), receive),
    close: async () => undefined,
  };
}

/**
 * A server that a command starts: it has to print its URL, alone or in a sentence, on either of its standard streams.
 * Rejects when the process ends before that.
 */
export async function httpCommandSubject(
  command: string,
  args: readonly string[],
  options: OptionsFor = {},
): Promise<HttpSubject> {
  const child = spawn(command, [...args], { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  const url = await new Promise<string>((resolve, reject) => {
    const hear = (chunk: string) => {
      said = (said + chunk).slice(-4_000);
      const found = /https?:\/\/[^\s"']+[^\s"'.,;)]/.exec(said);
      if (found) resolve(found[0]);
    };
    child.stdout.setEncoding("utf8").on("data", hear);
    child.stderr.setEncoding("utf8").on("data", hear);
    child.once("error", reject);
    child.once("close", (code) => reject(new Error(`${command} ended (${code}) before it named a URL:\n${said}`)));
  });
  return {
    ...httpSubject(url, await settled(options, url)),
    fresh: () => httpCommandSubject(command, args, options),
    said: () => said,
    close: () =>
      new Promise((resolve) => {
        if (child.exitCode !== null || child.signalCode !== null) return resolve();
        child.once("close", () => resolve());
        child.kill("SIGKILL");
      }),
  };
}

function connectTo(
  endpoint: URL,
  own: Readonly<Record<string, string>>,
  receive: (arrival: Arrival) => void,
): Connection {
  const agent = new Agent({ keepAlive: true });
  const open = new Set<Exchange>();
  return {
    send(parcel) {
      const exchange = new Exchange(endpoint, agent, fieldsOf(endpoint, own, parcel), parcel, receive);
      open.add(exchange);
      exchange.ended.then(() => open.delete(exchange));
      return exchange;
    },
    async close() {
      for (const exchange of open) exchange.abandon();
      agent.destroy();
    },
  };
}

/** One request, and what it brings. `onEvent` takes the events of a stream that are more than messages. */
export class Exchange implements HttpExchange {
  readonly replied: Promise<HttpReply>;
  readonly events: StreamEvent[] = [];
  readonly ended: Promise<void>;
  reply: HttpReply | undefined;
  #abandoned = false;
  readonly #abandon: () => void;

  constructor(
    endpoint: URL,
    agent: Agent,
    headers: Record<string, string>,
    parcel: Parcel,
    receive: (arrival: Arrival) => void,
    readonly onEvent?: (event: StreamEvent) => void,
  ) {
    const url = new URL(parcel.path ?? endpoint, endpoint);
    for (const [name, value] of Object.entries(parcel.query ?? {})) url.searchParams.append(name, value);
    const hear = parcel.document === true ? () => undefined : receive;
    const body = typeof parcel.text === "string" ? Buffer.from(parcel.text, "utf8") : parcel.text;
    const method = parcel.method ?? "POST";
    const secure = url.protocol === "https:";
    const length = body.length > 0 || method === "POST" ? { "Content-Length": String(body.length) } : {};
    const options = { method, headers: { ...length, ...headers }, ...(secure ? {} : { agent }) };
    const request = (secure ? httpsRequest : httpRequest)(url, options);
    this.#abandon = () => request.destroy();
    let ended = (): void => undefined;
    this.ended = new Promise((resolve) => (ended = resolve));
    this.replied = new Promise((resolve, reject) => {
      const fail = (error: Error) => {
        if (!this.#abandoned) hear({ kind: "noise", text: `HTTP ${method} failed: ${error.message}` });
        reject(error);
        ended();
      };
      request.once("error", fail);
      request.once("close", ended);
      request.once("response", (response) => {
        response.once("error", fail);
        this.#read(response, hear, resolve);
      });
    });
    this.replied.catch(() => undefined);
    request.end(body);
  }

  abandon(): void {
    this.#abandoned = true;
    this.#abandon();
  }

  #read(response: IncomingMessage, receive: (arrival: Arrival) => void, resolve: (reply: HttpReply) => void): void {
    const headers = Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name, String(value)]));
    const status = response.statusCode ?? 0;
    const type = (headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase();
    const chunks: Buffer[] = [];
    if (type === "text/event-stream") {
      resolve((this.reply = { status, headers, body: "" }));
      const read = eventReader((event) => {
        this.events.push(event);
        if (this.onEvent && event.event !== "message") this.onEvent(event);
        else if (event.data !== "") receive(readArrival(event.data, this));
      });
      response.on("data", read);
      return;
    }
    response.on("data", (chunk: Buffer) => chunks.push(chunk));
    response.once("end", () => {
      this.reply = { status, headers, body: Buffer.concat(chunks).toString("utf8") };
      if (type === "application/json" && this.reply.body !== "") {
        const arrival = readArrival(this.reply.body, this);
        if (status < 400 || (arrival.kind === "message" && member(arrival.message, "jsonrpc") !== undefined))
          receive(arrival);
      }
      resolve(this.reply);
    });
  }
}
