import { createServer, type Server as NodeServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Endpoint } from "../../protocol/endpoint.js";
import { HttpBinding } from "./binding.js";
import { listenerFor, type NodeListener } from "./listener.js";
import type { HttpOptions } from "./options.js";

export type { NodeListener, NodeRequest } from "./listener.js";

/** Where and how to listen, besides how the binding behaves. */
export interface ListenOptions extends HttpOptions {
  /** Default 3000; 0 takes a free one. */
  readonly port?: number;
  /** Default "127.0.0.1": this machine alone. */
  readonly host?: string;
  /** The path of the MCP endpoint. Default "/mcp". */
  readonly path?: string;
  /**
   * Puts something around what answers at the endpoint, such as `protect` of `barewire/auth`: called once the server
   * listens, with the endpoint's URL; nobody is served before. Where HTTP+SSE is served beside it, it is called for
   * that too, with the URL of its stream: to its clients that is the server. What it gives is also asked at paths at
   * which it says that it answers, that of the endpoint first. Where it throws, or gives no listener, nothing is served
   * at all.
   */
  readonly around?: (listener: NodeListener, url: string) => Around;
}

type Around = NodeListener & { answersAt?(pathname: string): boolean };

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

/** What answers at the MCP endpoint and, where HTTP+SSE is served, at its two paths. */
interface Listeners {
  readonly listener: NodeListener;
  readonly sse?: { readonly listener: NodeListener; readonly path: string; readonly messagesPath: string } | undefined;
}

/** What concerns sessions, of which this module knows none. */
type SessionOption = keyof HttpOptions &
  (
    | "sessions"
    | "maxSessions"
    | "sessionIdleMs"
    | "maxStreams"
    | "maxQueuedMessages"
    | "resumable"
    | "streamLog"
    | "retryMs"
    | "sessionStore"
    | "sessionBus"
  );

/**
 * The same as that of `barewire/node`, without sessions: each request of a legacy revision stands alone, as with its
 * option `sessions: false`.
 */
export const createListener = (endpoint: Endpoint, options: Omit<HttpOptions, SessionOption> = {}): NodeListener =>
  listenerFor(new HttpBinding(endpoint, options));

/** The same as that of `barewire/node`, without sessions and without HTTP+SSE. */
export const serveHttp = (
  endpoint: Endpoint,
  options: Omit<ListenOptions, SessionOption> = {},
): Promise<RunningServer> =>
  listenOn(endpoint, options, (onClosed) => ({
    listener: listenerFor(new HttpBinding(endpoint, options), onClosed),
  }));

/** Serves an endpoint by a listener, and beside it what has paths of its own; `started` makes both. */
export async function listenOn(
  endpoint: Endpoint,
  options: ListenOptions,
  started: (onClosed: () => void) => Listeners,
): Promise<RunningServer> {
  const { port = 3000, host = "127.0.0.1", path = "/mcp" } = options;
  await endpoint.start();
  let open = 0;
  let onAnswered = () => {};
  const onClosed = () => {
    if (--open === 0) onAnswered();
  };
  const { listener, sse } = started(onClosed);
  /** What is answered before it comes here (by what stands around it) is not waited for. */
  const counted = (inner: NodeListener): Around => {
    const count = (...request: Parameters<NodeListener>) => {
      open += 1;
      inner(...request);
    };
    return Object.assign(count, { close: () => inner.close(), admits: inner.admits });
  };
  // Nobody gets past what is to stand around them before it does.
  let main: Around = options.around ? unready : counted(listener);
  let second: Around | undefined = sse && (options.around ? unready : counted(sse.listener));
  const server = createServer((request, response) => {
    const { url = "/" } = request;
    const pathname = url === path ? path : url.split("?", 1)[0];
    const serving =
      pathname === path
        ? main
        : sse && (pathname === sse.path || pathname === sse.messagesPath)
          ? second
          : [main, second].find((one) => pathname !== undefined && one?.answersAt?.(pathname));
    if (serving) return serving(request, response);
    const body = `Nothing here; the MCP endpoint is ${path}\n`;
    response.writeHead(404, { "Content-Type": "text/plain", "Content-Length": Buffer.byteLength(body) }).end(body);
  });
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
  let origin: string;
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject).listen(port, host, () => {
        server.off("error", reject);
        resolve();
      });
    });
    const { port: bound } = server.address() as AddressInfo;
    origin = `http://${host.includes(":") ? `[${host}]` : host}:${bound}`;
    if (options.around) {
      main = surrounded(options.around, counted(listener), `${origin}${path}`);
      second = sse && surrounded(options.around, counted(sse.listener), `${origin}${sse.path}`);
    }
  } catch (error) {
    server.close();
    server.closeAllConnections();
    await endpoint.close();
    throw error;
  }
  return {
    url: `${origin}${path}`,
    sseUrl: sse && `${origin}${sse.path}`,
    server,
    async close() {
      const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
      server.closeIdleConnections();
      await Promise.all([listener.close(), sse?.listener.close()]);
      await endpoint.close();
      await answered();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** What answers while nothing else may. */
const unready: NodeListener = Object.assign(
  (...[, response]: Parameters<NodeListener>) =>
    void response.writeHead(503, { "Content-Length": "0", "Retry-After": "1" }).end(),
  { close: () => Promise.resolve(), admits: () => {} },
);

/** Throws a TypeError where nothing came of `around` that could answer. */
function surrounded(around: NonNullable<ListenOptions["around"]>, inner: NodeListener, url: string): Around {
  const outer: unknown = around(inner, url);
  if (typeof outer !== "function") throw new TypeError("around must give a listener");
  return outer as Around;
}
