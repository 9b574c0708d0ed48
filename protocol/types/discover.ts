// Discovery of a server by a client that has no session.
// https://modelcontextprotocol.io/specification/2026-07-28/server/discover
import type { CacheableResult } from "./caching.js";
import type { ServerCapabilities } from "./capabilities.js";
import type { JSONRPCResultResponse, RequestEnvelope } from "./json-rpc.js";
import type { RequestParams } from "./meta.js";

/**
 * Asks which revisions the server speaks and what it offers.
 * @since 2026-07-28
 */
export interface DiscoverRequest extends RequestEnvelope {
  /** The method called. */
  method: "server/discover";
  /** Its parameters. */
  params: RequestParams;
}

/**
 * What a server says about itself.
 * @since 2026-07-28
 */
export interface DiscoverResult extends CacheableResult {
  /** The revisions that requests may name. */
  supportedVersions: string[];
  /** What the server offers. */
  capabilities: ServerCapabilities;
  /** How to use the server, written for a language model. */
  instructions?: string;
}

/**
 * The response to `server/discover`.
 * @since 2026-07-28
 */
export interface DiscoverResultResponse extends JSONRPCResultResponse {
  /** What came out. */
  result: DiscoverResult;
}
