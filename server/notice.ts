import type { Exchange } from "../protocol/exchange.js";
import type { Notification } from "../protocol/jsonrpc.js";
import type { Peer } from "../protocol/peer.js";
import { cancelled } from "./features/cancellation.js";
import { openSession } from "./features/lifecycle.js";
import { revisionOf } from "./revision-of.js";
import type { Server } from "./server.js";

/**
 * Takes a notification. It is never answered; one that means nothing here is ignored, as are malformed ones. Throws
 * only what an HTTP binding has to tell its client: that the session is missing or gone.
 *
 * Pages: `2026-07-28/basic/index#notifications`, `2026-07-28/basic/patterns/cancellation`.
 */
export function notice(server: Server, notification: Notification, peer: Peer, exchange: Exchange): void {
  const revision = revisionOf(notification, peer, exchange, server.revisions);
  // A name that this revision does not have means nothing in it, even where another revision shares the pipe.
  if (!revision.methods[notification.method]) return;
  if (peer.session) peer.session.lastSeen = server.clock.now();
  switch (notification.method) {
    case "notifications/initialized":
      openSession(server, peer);
      break;
    case "notifications/roots/list_changed":
      if (peer.session) server.asking?.rootsChanged(peer.session.clientInfo);
      break;
    case "notifications/cancelled":
      cancelled(notification.params, peer);
      break;
  }
}
