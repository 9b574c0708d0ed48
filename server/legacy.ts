import { invalidRequest } from "../protocol/errors.js";
import { express } from "../protocol/express.js";
import type { Era } from "./era.js";

/**
 * The revisions with a handshake: who asks is known from the session.
 * Page: `2025-11-25/basic/lifecycle`.
 */
export const legacy: Era = {
  identify(revision, rule, _request, peer, exchange, server) {
    const { session } = peer;
    if (!session) {
      if (!rule.beforeSession && !exchange.envelope?.stateless) throw invalidRequest('"initialize" has to come first');
      return {
        revision,
        clientInfo: undefined,
        clientCapabilities: {},
        logLevel: server.defaultLogLevel,
        principal: exchange.auth?.principal,
      };
    }
    if (session.phase === "closed") throw invalidRequest("the session is closed");
    session.lastSeen = server.clock.now();
    return {
      revision,
      clientInfo: session.clientInfo,
      clientCapabilities: session.clientCapabilities,
      logLevel: session.logLevel ?? server.defaultLogLevel,
      principal: session.principal,
    };
  },

  rounds: (call) => call.server.asking.legacyRounds(call),

  // These revisions have no retries: such members mean nothing here.
  resume: () => Promise.resolve(undefined),

  seal(result, { rule, caller: { revision } }) {
    const shape = rule.taskResult !== undefined && result.task !== undefined ? rule.taskResult : rule.result;
    return shape === undefined ? result : (express(revision, shape, result) as Record<string, unknown>);
  },
};
