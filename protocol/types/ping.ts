// Is the other end still there?
// https://modelcontextprotocol.io/specification/2025-11-25/basic/utilities/ping
import type { RequestEnvelope } from "./json-rpc.js";
import type { RequestParams } from "./meta.js";

/**
 * Asks for an empty result, at once. Either end may send it.
 * @until 2025-11-25
 */
export interface PingRequest extends RequestEnvelope {
  /** The method called. */
  method: "ping";
  /** Its parameters. @was 2025-06-18 EarlyRequestParams */
  params?: RequestParams;
}
