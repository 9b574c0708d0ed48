import type { Endpoint } from "../../protocol/endpoint.js";
import { sseListenerOf } from "../sse/node.js";
import { HttpBinding } from "./binding.js";
import { listenerFor, type NodeListener } from "./listener.js";
import { listenOn, type ListenOptions, type RunningServer } from "./node-core.js";
import type { HttpOptions } from "./options.js";
import { sessionRequests } from "./session-requests.js";

export type { NodeListener, NodeRequest } from "./listener.js";
export type { RunningServer } from "./node-core.js";
export type { HttpOptions } from "./options.js";

/** Where and how to listen, besides how the binding behaves. */
export interface ServeOptions extends ListenOptions {
  /**
   * Serves the transport of 2024-11-05 (HTTP+SSE) beside it, at these paths. Default false; true is
   * `{ path: "/sse", messagesPath: "/messages" }`.
   */
  readonly sse?: boolean | { readonly path?: string; readonly messagesPath?: string };
}

/**
 * Serves an endpoint as a `node:http` listener, which is also an Express handler. It answers at any path: mount it
 * where the MCP endpoint shall be. A body that a framework has parsed (`request.body`) is taken as it is.
 */
export function createListener(endpoint: Endpoint, options: HttpOptions = {}): NodeListener {
  return listenerOf(endpoint, options);
}

/** The same; `onClosed` is told of each answer that is on its way, or whose reader is gone. */
function listenerOf(endpoint: Endpoint, options: HttpOptions, onClosed?: () => void): NodeListener {
  return listenerFor(new HttpBinding(endpoint, options, sessionRequests), onClosed);
}

/** Serves an endpoint on a port of its own. Rejects when it cannot listen there or the endpoint cannot start. */
export function serveHttp(endpoint: Endpoint, options: ServeOptions = {}): Promise<RunningServer> {
  return listenOn(endpoint, options, (onClosed) => {
    const paths = ssePaths(options.sse);
    return {
      listener: listenerOf(endpoint, options, onClosed),
      sse: paths && {
        ...paths,
        listener: sseListenerOf(endpoint, { ...options, messagesPath: paths.messagesPath }, onClosed),
      },
    };
  });
}

const ssePaths = (sse: ServeOptions["sse"]) =>
  sse ? { path: "/sse", messagesPath: "/messages", ...(sse === true ? {} : sse) } : undefined;
