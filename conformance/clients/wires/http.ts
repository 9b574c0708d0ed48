import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { networkInterfaces } from "node:os";
import type { Authorization } from "../authorization/described.js";
import { arrivalOf } from "./wire.js";
import type { Arrival, Exchange, ServerSide } from "./wire.js";

const LOOPBACK = "127.0.0.1";

/** One listener. `endpoint`: where MCP is spoken, if anything else is asked for here too. */
async function listen(
  receive: (arrival: Arrival) => void,
  endpoint?: { readonly path: string; readonly at: string },
  host = LOOPBACK,
) {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("error", () => undefined);
    request.on("end", () => {
      const exchange = new Served(request, response);
      response.on("error", () => undefined);
      response.on("close", () => {
        const left = !exchange.ended;
        exchange.ended = true;
        if (left) receive({ kind: "left", exchange });
      });
      const bytes = Buffer.concat(chunks);
      if (endpoint && exchange.path.split("?")[0] !== endpoint.path) {
        return receive({ kind: "visit", at: endpoint.at, exchange, body: bytes.toString("utf8") });
      }
      if (request.method !== "POST") return receive({ kind: "request", exchange });
      let text: string;
      try {
        text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
      } catch {
        text = `not UTF-8: ${bytes.toString("latin1")}`;
      }
      receive(arrivalOf(text, exchange));
    });
  });
  // Idle connections that a client keeps open would be cut while it sends on them.
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = server.address() as AddressInfo;
  const cut = () => server.closeAllConnections();
  const close = async () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    cut();
    await closed;
  };
  return { origin: `http://${host}:${port}`, cut, close };
}

/** A server on the loopback address, for one client. `sse`: of HTTP+SSE, whose stream is at the URL. */
export async function httpSide(receive: (arrival: Arrival) => void, sse = false): Promise<ServerSide> {
  const { origin, cut, close } = await listen(receive);
  return { target: { url: `${origin}/${sse ? "sse" : "mcp"}`, ...(sse ? { sse: true as const } : {}) }, cut, close };
}

/** An address of this machine that is not loopback. */
const exposedAddress = (): string | undefined =>
  Object.values(networkInterfaces())
    .flat()
    .find((one) => one?.family === "IPv4" && !one.internal)?.address;

/**
 * A protected server, and beside it two authorization servers, each at an origin of its own; a third one at an address
 * that is not loopback where it is `exposed` and this machine has one.
 */
export async function guardedSide(
  receive: (arrival: Arrival) => void,
  { endpoint = "/mcp", exposed }: Authorization,
): Promise<ServerSide> {
  const outside = exposed ? exposedAddress() : undefined;
  const [server, issuer, other, out] = await Promise.all([
    listen(receive, { path: endpoint, at: "server" }),
    listen(receive, { path: "", at: "issuer" }),
    listen(receive, { path: "", at: "other" }),
    ...(outside === undefined ? [] : [listen(receive, { path: "", at: "exposed" }, outside)]),
  ]);
  const all = [server, issuer, other, ...(out ? [out] : [])];
  const resource = `${server.origin}${endpoint === "/" ? "" : endpoint}`;
  const capitals = (url: string) => url.replace("http:", "HTTP:");
  return {
    target: { url: `${server.origin}${endpoint}` },
    origins: {
      ...{ server: server.origin, issuer: issuer.origin, other: other.origin, resource },
      ...{ RESOURCE: capitals(resource), ISSUER: capitals(issuer.origin) },
      ...(out ? { exposed: out.origin } : {}),
    },
    cut: () => all.forEach((one) => one.cut()),
    close: async () => void (await Promise.all(all.map((one) => one.close()))),
  };
}

class Served implements Exchange {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  replied = false;
  ended = false;

  constructor(
    request: IncomingMessage,
    readonly response: ServerResponse,
  ) {
    this.method = request.method ?? "";
    this.path = request.url ?? "";
    this.headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  }

  get over(): boolean {
    return this.ended;
  }

  reply(status: number, headers: Readonly<Record<string, string>> = {}, body = ""): void {
    if (this.replied || this.ended) return;
    this.replied = this.ended = true;
    this.response.writeHead(status, { "Content-Length": Buffer.byteLength(body), ...headers });
    this.response.end(body);
  }

  open(headers: Readonly<Record<string, string>> = {}): void {
    if (this.replied || this.ended) return;
    this.replied = true;
    this.response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-cache", ...headers });
    this.response.flushHeaders();
  }

  event(
    { data, id, retry, event }: { data?: string; id?: string; retry?: number; event?: string },
    headers?: Readonly<Record<string, string>>,
  ): void {
    this.open(headers);
    if (this.ended) return;
    const lines = [
      ...(event === undefined ? [] : [`event: ${event}`]),
      ...(id === undefined ? [] : [`id: ${id}`]),
      ...(retry === undefined ? [] : [`retry: ${retry}`]),
      ...(data === undefined ? ["data:"] : data.split("\n").map((line) => `data: ${line}`)),
    ];
    this.response.write(`${lines.join("\n")}\n\n`);
  }

  end(): void {
    if (this.ended) return;
    this.ended = true;
    this.response.end();
  }

  cut(): void {
    this.ended = true;
    this.response.destroy();
  }
}
