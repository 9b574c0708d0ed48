import type { Endpoint } from "../../protocol/endpoint.js";
import { FetchReply, FetchRequest, type FetchHandler, type RequestInfo } from "../http/fetch.js";
import { SseBinding, type SseOptions } from "./binding.js";

export type { SseOptions } from "./binding.js";

/**
 * Serves an endpoint over HTTP+SSE (2024-11-05) as a function from `Request` to `Response`. Mount it where the stream
 * shall be, and at `messagesPath` if that is another path.
 */
export function createSseHandler(endpoint: Endpoint, options: SseOptions = {}): FetchHandler {
  const binding = new SseBinding(endpoint, options);
  const handler = (request: Request, info: RequestInfo = {}) =>
    new Promise<Response>(
      (resolve) => void binding.handle(new FetchRequest(request, info), new FetchReply(request, resolve)),
    );
  return Object.assign(handler, { close: () => binding.close() });
}
