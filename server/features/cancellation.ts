import { own, type Params } from "../../protocol/jsonrpc.js";
import type { Peer } from "../../protocol/peer.js";

/**
 * `notifications/cancelled`: the request that it names stops and is not answered. Ids that are unknown or finished, and
 * notifications that are malformed, are ignored; `initialize` cannot be cancelled.
 *
 * Pages: `2026-07-28/basic/patterns/cancellation`, `2025-11-25/basic/utilities/cancellation`.
 */
export function cancelled(params: Params | undefined, peer: Peer): void {
  peer.cancel(own(params, "requestId"), own(params, "reason"));
}
