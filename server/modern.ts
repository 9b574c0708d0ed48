import { express } from "../protocol/express.js";
import { isObject } from "../protocol/jsonrpc.js";
import { metaKeys, readRequestMeta } from "../protocol/meta.js";
import { uncached } from "./cache-hints.js";
import type { Era } from "./era.js";

/**
 * The revisions without a handshake: each request says who asks, each result says who answers.
 * Pages: `2026-07-28/basic/index#meta`, `#resulttype`, `2026-07-28/server/utilities/caching`.
 */
export const modern: Era = {
  identify(revision, _rule, request, _peer, exchange) {
    const { clientInfo, clientCapabilities, logLevel } = readRequestMeta(request.params, revision);
    return { revision, clientInfo, clientCapabilities, logLevel, principal: exchange.auth?.principal };
  },

  seal(revision, rule, result, call) {
    const expressed = rule.result === undefined ? result : express(revision, rule.result, result);
    const sealed: Record<string, unknown> = { resultType: "complete" };
    for (const name in expressed) sealed[name] = expressed[name];
    if (rule.cacheable) {
      // The answer to a retry depends on inputs that no cache key holds.
      const retried = Object.hasOwn(call.params, "inputResponses") || Object.hasOwn(call.params, "requestState");
      const { ttlMs, cacheScope } = retried ? uncached : (call.hints ?? call.server.cache);
      sealed.ttlMs = ttlMs;
      sealed.cacheScope = cacheScope;
    }
    const serverInfo = call.server.describe(revision);
    sealed._meta = isObject(sealed._meta) ? { ...sealed._meta, [metaKeys.serverInfo]: serverInfo } : { [metaKeys.serverInfo]: serverInfo };
    return sealed;
  },
};
