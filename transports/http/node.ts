import { createServer, type Server as NodeServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Endpoint } from "../../protocol/endpoint.js";
import { sseListenerOf } from "../sse/node.js";
import { listenerOf } from "./listener.js";
import type { HttpOptions } from "./options.js";

export { createListener, type NodeListener, type NodeRequest } from "./listener.js";
export type { HttpOptions } from "./options.js";

/** Where and how to listen, besides how the binding behaves. */
export interface ServeOptions extends HttpOptions {
  /** Default 3000; 0 takes a free one. */
  readonly port?: number;
  /** Default "127.0.0.1": this machine alone. */
  readonly host?: string;
  /** The path of the MCP endpoint. Default "/mcp". */
  readonly path?: string;
  /**
   * Serves the transport of 2024-11-05 (HTTP+SSE) beside it, at these paths. Default false; true is
   * `{ path: "/sse", messagesPath: "/messages" }`.
   */
  readonly sse?: boolean | { readonly path?: string; readonly messagesPath?: string };
}

/** A server that is listening. */
export interface RunningServer {
  /** The URL of the MCP endpoint. */
  readonly url: string;
  /** The URL where HTTP+SSE clients connect, if it is served. */
  readonly sseUrl: string | undefined;
  readonly server: NodeServer;
  /** Takes no more connections, ends what is open within the grace, and closes the endpoint. */
  close(): Promise<void>;
}

/** Serves an endpoint on a port of its own. Rejects when it cannot listen there or the endpoint cannot start. */
export async function serveHttp(endpoint: Endpoint, options: ServeOptions = {}): Promise<RunningServer> {
  const { port = 3000, host = "127.0.0.1", path = "/mcp" } = options;
  await endpoint.start();
  let open = 0;
  let onAnswered = () => {};
  const onClosed = () => {
    if (--open === 0) onAnswered();
  };
  const listener = listenerOf(endpoint, options, onClosed);
  const sse = ssePaths(options.sse);
  const sseListener = sse && sseListenerOf(endpoint, { ...options, messagesPath: sse.messagesPath }, onClosed);
  const server = createServer((request, response) => {
    const { url = "/" } = request;
    const pathname = url === path ? path : url.split("?", 1)[0];
    const serving =
      pathname === path
        ? listener
        : sse && (pathname === sse.path || pathname === sse.messagesPath)
          ? sseListener
          : undefined;
    if (serving) {
      open += 1;
      return serving(request, response);
    }
    const body = `Nothing here; the MCP endpoint is ${path}\n`;
    response.writeHead(404, { "Content-Type": "text/plain", "Content-Length": Buffer.byteLength(body) }).end(body);
  });
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject).listen(port, host, () => {
        server.off("error", reject);
        resolve();
      });
    });
  } catch (error) {
    await endpoint.close();
    throw error;
  }
  /** Waits until what has been answered is on its way, which a slow reader may hold up for the grace at most. */
  const answered = () =>
    new Promise<void>((resolve) => {
      if (open === 0) return resolve();
      const stop = endpoint.clock.after(options.graceMs ?? 1000, resolve, true);
      onAnswered = () => {
        stop();
        resolve();
      };
    });
  const { port: bound } = server.address() as AddressInfo;
  const origin = `http://${host.includes(":") ? `[${host}]` : host}:${bound}`;
  return {
    url: `${origin}${path}`,
    sseUrl: sse && `${origin}${sse.path}`,
    server,
    async close() {
      const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
      server.closeIdleConnections();
      await Promise.all([listener.close(), sseListener?.close()]);
      await endpoint.close();
      await answered();
      server.closeAllConnections();
      await closed;
    },
  };
}

const ssePaths = (sse: ServeOptions["sse"]) =>
  sse ? { path: "/sse", messagesPath: "/messages", ...(sse === true ? {} : sse) } : undefined;
