import { invalidParams } from "../protocol/errors.js";
import { express } from "../protocol/express.js";
import { isObject, own } from "../protocol/jsonrpc.js";
import { readRequestMeta } from "../protocol/meta.js";
import { uncached } from "./cache-hints.js";
import type { Era } from "./era.js";

/**
 * The revisions without a handshake: each request says who asks, each result says who answers.
 * Pages: `2026-07-28/basic/index#meta`, `#resulttype`, `2026-07-28/server/utilities/caching`.
 */
export const modern: Era = {
  identify(revision, rule, request, _peer, exchange, { asking }) {
    // A server that asks nothing gave out no state: a forged one.
    if (rule.asks && !asking && own(request.params, "requestState") !== undefined)
      throw invalidParams('"requestState" is not one that this server gave out');
    const { clientInfo, clientCapabilities, logLevel } = readRequestMeta(request.params, revision);
    return { revision, clientInfo, clientCapabilities, logLevel, principal: exchange.auth?.principal };
  },

  rounds: (call) => call.server.asking.modernRounds(call),

  resume: (call) => call.server.asking.resume(call),

  seal(result, call) {
    const { rule, caller } = call;
    const { revision } = caller;
    // Nothing but what asks and what extends gives a result a type of its own.
    if (result.resultType !== undefined) call.server.admitResult(result.resultType, call, rule);
    const expressed =
      rule.result === undefined || result.resultType !== undefined ? result : express(revision, rule.result, result);
    const sealed: Record<string, unknown> = { resultType: "complete", ...expressed };
    if (rule.cacheable && sealed.resultType === "complete") {
      // The answer to a retry depends on inputs that no cache key holds.
      const retried = Object.hasOwn(call.params, "inputResponses") || Object.hasOwn(call.params, "requestState");
      const { ttlMs, cacheScope } = retried ? uncached : (call.hints ?? call.server.cacheOf?.(call.method) ?? uncached);
      sealed.ttlMs = ttlMs;
      // An answer for which somebody looked at who asks may be another one for somebody else.
      sealed.cacheScope = call.personal ? "private" : cacheScope;
    }
    const meta = call.server.metaFor(revision);
    sealed._meta = isObject(sealed._meta) ? { ...sealed._meta, ...meta } : meta;
    return sealed;
  },
};
