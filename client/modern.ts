import { CallFailed } from "../protocol/call-failed.js";
import { metaKeys } from "../protocol/meta.js";
import type { Connection } from "./connection.js";
import { declared } from "./declared.js";
import type { Era } from "./era.js";
import { listenByRequest } from "./request-listening.js";

/**
 * The revisions without a handshake: each request says who asks and in which version, and servers ask inside results.
 * Pages: `2026-07-28/basic/index#meta`, `2026-07-28/basic/patterns/cancellation`.
 */
export const modern: Era = {
  terms: ({ version }) => ({ version, session: false, resumable: false }),

  meta(connection, { logLevel = connection.logLevel }) {
    const { revision, settings } = connection;
    return {
      [metaKeys.protocolVersion]: revision.version,
      [metaKeys.clientInfo]: settings.info,
      [metaKeys.clientCapabilities]: declared(connection, revision),
      ...(logLevel === undefined ? {} : { [metaKeys.logLevel]: logLevel }),
    };
  },

  cancel(connection: Connection, requestId, reason) {
    // Where a request has a stream of its own, closing that is what cancels it.
    if (!connection.transport.shared) return;
    connection.post({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId, reason } });
  },

  asked({ settings, revision }, { method }) {
    // A client must not answer in these revisions (2026-07-28/basic/transports/stdio#sending-messages).
    const why = `The server sent a request (${method}); in ${revision.version} it must not`;
    settings.onError(new CallFailed("malformed_answer", why), "taking a message of the server");
  },

  setLogLevel(connection, level) {
    connection.logLevel = level;
    return Promise.resolve();
  },

  listen: listenByRequest,
};
