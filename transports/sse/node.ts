import type { Endpoint } from "../../protocol/endpoint.js";
import { listenerFor, type NodeListener } from "../http/listener.js";
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
  return listenerFor(new SseBinding(endpoint, options), onClosed);
}
