import type { Endpoint } from "../../protocol/endpoint.js";
import { handlerFor, type FetchHandler } from "../http/fetch.js";
import { SseBinding, type SseOptions } from "./binding.js";

export type { SseOptions } from "./binding.js";

/**
 * Serves an endpoint over HTTP+SSE (2024-11-05) as a function from `Request` to `Response`. Mount it where the stream
 * shall be, and at `messagesPath` if that is another path.
 */
export function createSseHandler(endpoint: Endpoint, options: SseOptions = {}): FetchHandler {
  return handlerFor(new SseBinding(endpoint, options));
}
