import type { ServerResponse } from "node:http";
import type { Endpoint } from "../../protocol/endpoint.js";
import { IncomingRequest, OutgoingReply, type NodeListener, type NodeRequest } from "../http/listener.js";
import { SseBinding, type SseOptions } from "./binding.js";

export type { SseOptions } from "./binding.js";

/**
 * Serves an endpoint over HTTP+SSE (2024-11-05) as a `node:http` listener, which is also an Express handler. Mount it
 * where the stream shall be, and at `messagesPath` if that is another path.
 */
export function createSseListener(endpoint: Endpoint, options: SseOptions = {}): NodeListener {
  return sseListenerOf(endpoint, options);
}

/** The same; `onClosed` is told of each answer that is on its way, or whose reader is gone. */
export function sseListenerOf(endpoint: Endpoint, options: SseOptions, onClosed?: () => void): NodeListener {
  const binding = new SseBinding(endpoint, options);
  const listener = (request: NodeRequest, response: ServerResponse) => {
    void binding.handle(new IncomingRequest(request), new OutgoingReply(response, onClosed));
  };
  return Object.assign(listener, { close: () => binding.close() });
}
