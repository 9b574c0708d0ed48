import type { Clock } from "../../protocol/clock.js";
import type { Peer } from "../../protocol/peer.js";
import { legacyRevision } from "../../protocol/revisions/index.js";

/** Which client was sent to which page, for as long as it may want to hear that the user is done there. */
export class Elicitations {
  readonly #peers = new Map<string, { readonly peer: WeakRef<Peer>; readonly until: number }>();
  readonly #clock: Clock;
  readonly #keptMs: number;

  constructor(clock: Clock, keptMs: number) {
    this.#clock = clock;
    this.#keptMs = keptMs;
  }

  note(elicitationId: string, peer: Peer): void {
    if (!peer.session || !legacyRevision(peer.session.version)?.facts.elicitationIds) return;
    const now = this.#clock.now();
    for (const [id, { until }] of this.#peers) if (until <= now) this.#peers.delete(id);
    this.#peers.set(elicitationId, { peer: new WeakRef(peer), until: now + this.#keptMs });
  }

  /**
   * Tells the client that asked, and nobody else.
   * 2025-11-25/client/elicitation#completion-notifications-for-url-mode-elicitation/2, /3.
   */
  complete(elicitationId: string): void {
    const peer = this.#peers.get(elicitationId)?.peer.deref();
    this.#peers.delete(elicitationId);
    peer?.push({ jsonrpc: "2.0", method: "notifications/elicitation/complete", params: { elicitationId } });
  }
}
