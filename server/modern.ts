import { express } from "../protocol/express.js";
import { isObject } from "../protocol/jsonrpc.js";
import { readRequestMeta } from "../protocol/meta.js";
import { canonicalCall } from "./asking/canonical.js";
import { ModernRounds } from "./asking/modern-rounds.js";
import type { Binding } from "./asking/request-state.js";
import { uncached } from "./cache-hints.js";
import type { Call } from "./call.js";
import type { Era } from "./era.js";

const bindingOf = ({ server, caller, method, params }: Call): Binding => ({
  principal: caller.principal,
  call: canonicalCall(method, params),
  policy: method === "tools/call" ? server.tools.get(String(params.name))?.requestState : undefined,
});

/**
 * The revisions without a handshake: each request says who asks, each result says who answers.
 * Pages: `2026-07-28/basic/index#meta`, `#resulttype`, `2026-07-28/server/utilities/caching`.
 */
export const modern: Era = {
  identify(revision, _rule, request, _peer, exchange) {
    const { clientInfo, clientCapabilities, logLevel } = readRequestMeta(request.params, revision);
    return { revision, clientInfo, clientCapabilities, logLevel, principal: exchange.auth?.principal };
  },

  rounds: (call) => new ModernRounds(call.caller, call.server.requestStates, bindingOf(call)),

  resume: (call) => ModernRounds.open(call.params, call.caller, call.server.requestStates, bindingOf(call)),

  seal(revision, rule, result, call) {
    if (result.resultType !== undefined) call.server.extensions.admitResult(result.resultType, call, rule);
    const expressed =
      rule.result === undefined || result.resultType !== undefined ? result : express(revision, rule.result, result);
    const sealed: Record<string, unknown> = { resultType: "complete", ...expressed };
    if (rule.cacheable && sealed.resultType === "complete") {
      // The answer to a retry depends on inputs that no cache key holds.
      const retried = Object.hasOwn(call.params, "inputResponses") || Object.hasOwn(call.params, "requestState");
      const { ttlMs, cacheScope } = retried ? uncached : (call.hints ?? call.server.cacheOf(call.method));
      sealed.ttlMs = ttlMs;
      // An answer for which somebody looked at who asks may be another one for somebody else.
      sealed.cacheScope = call.personal ? "private" : cacheScope;
    }
    const meta = call.server.metaFor(revision);
    sealed._meta = isObject(sealed._meta) ? { ...sealed._meta, ...meta } : meta;
    return sealed;
  },
};
