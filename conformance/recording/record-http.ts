import { createServer, request as httpRequest } from "node:http";
import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import { request as httpsRequest } from "node:https";
import type { AddressInfo } from "node:net";
import { eventReader } from "../wires/event-stream.js";
import type { Recorder } from "./recorder.js";
import type { HttpDetail } from "./recording.js";
import { throughHere } from "./through-here.js";

/** Fields that belong to one connection and go no further, and the one that would make replies unreadable here. */
const OWN = new Set(
  "connection keep-alive proxy-connection te trailer transfer-encoding upgrade host accept-encoding".split(" "),
);
const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i;

export interface Proxy {
  /** The address that stands for that of the server. */
  readonly url: string;
  /** Takes no more requests and cuts those that are open. */
  close(): Promise<void>;
}

/**
 * Listens on a loopback port for what is meant for `target`, and takes down what crosses. Only what goes to the path of
 * `target` is taken down, and over HTTP+SSE (2024-11-05) what goes to the address that its stream names; the rest (such
 * as the way to a token) is let through unseen.
 */
export async function recordHttp(recorder: Recorder, target: URL, port = 0): Promise<Proxy> {
  let exchanges = 0;
  const paths = new Set([target.pathname]);
  const server = createServer((request, response) => {
    // A page in a browser that resolves its own name to this machine must not get through.
    if (!LOOPBACK.test(request.headers.host ?? ""))
      return void response.writeHead(403).end("expected a loopback Host\n");
    const seen = paths.has(new URL(request.url ?? "/", target).pathname);
    const posts = (address: string) => void paths.add(new URL(address, target).pathname);
    forward(request, response, target, seen ? { recorder, exchange: ++exchanges, posts } : undefined);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const { port: chosen } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${chosen}${target.pathname}${target.search}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Watch {
  readonly recorder: Recorder;
  readonly exchange: number;
  /** Told of the address to which an HTTP+SSE stream has messages sent. */
  posts(address: string): void;
}

function forward(request: IncomingMessage, response: ServerResponse, target: URL, watch: Watch | undefined): void {
  const url = new URL(request.url ?? "/", target);
  const body: Buffer[] = [];
  const upstream = (target.protocol === "https:" ? httpsRequest : httpRequest)(
    url,
    { method: request.method ?? "GET", headers: passedOn(request.headers) },
    (reply) => {
      response.writeHead(reply.statusCode ?? 502, passedOn(reply.headers));
      response.flushHeaders();
      const own = `http://${request.headers.host}`;
      (isStream(reply) && watch ? reply.pipe(throughHere(target.origin, own)) : reply).pipe(response);
      if (watch) hear(reply, watch);
    },
  );
  upstream.once("error", (error) => {
    if (!response.headersSent) response.writeHead(502, { "Content-Type": "text/plain" });
    response.end(`the server cannot be reached: ${error.message}\n`);
  });
  // The one who went away is gone for the server too.
  response.once("close", () => {
    if (!response.writableFinished) {
      watch?.recorder.note({ by: "client", end: true, http: { exchange: watch.exchange } });
      upstream.destroy();
    }
  });
  // Sent as a whole: a server that refuses a body while it still comes is heard then.
  request.on("data", (chunk: Buffer) => body.push(chunk));
  request.once("end", () => {
    const whole = Buffer.concat(body);
    if (watch) noteRequest(request, whole.toString("utf8"), watch);
    upstream.end(whole);
  });
}

function noteRequest({ method = "GET", url = "/", headers }: IncomingMessage, text: string, watch: Watch): void {
  const path = url.split("?", 1)[0] ?? "/";
  const http: HttpDetail = { exchange: watch.exchange, method, path, headers: told(headers) };
  if (text === "") watch.recorder.note({ by: "client", http });
  else watch.recorder.noteText("client", text, http);
}

/** Takes down a reply: an event stream message by message, else its body when it has come to its end. */
function hear(reply: IncomingMessage, { recorder, exchange, posts }: Watch): void {
  const status = reply.statusCode ?? 0;
  const head: HttpDetail = { exchange, status, headers: told(reply.headers) };
  if (isStream(reply)) {
    recorder.note({ by: "server", http: head });
    const read = eventReader(({ data, event, id, retry }) => {
      if (event === "endpoint") posts(data);
      const fields = {
        ...(event === "message" ? {} : { event }),
        ...(id === undefined ? {} : { id }),
        ...(retry === undefined ? {} : { retry }),
      };
      const http: HttpDetail = { exchange, ...(Object.keys(fields).length > 0 ? { event: fields } : {}) };
      if (data === "") recorder.note({ by: "server", http });
      else recorder.noteText("server", data, http);
    });
    reply.on("data", read);
    reply.once("end", () => recorder.note({ by: "server", end: true, http: { exchange } }));
    return;
  }
  const body: Buffer[] = [];
  reply.on("data", (chunk: Buffer) => body.push(chunk));
  reply.once("end", () => {
    const text = Buffer.concat(body).toString("utf8");
    if (text === "") recorder.note({ by: "server", http: head });
    else recorder.noteText("server", text, head);
  });
}

const isStream = (reply: IncomingMessage): boolean =>
  reply.headers["content-type"]?.toLowerCase().startsWith("text/event-stream") === true;

const passedOn = (headers: IncomingHttpHeaders): OutgoingHttpHeaders =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !OWN.has(name)));

const told = (headers: IncomingHttpHeaders): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
