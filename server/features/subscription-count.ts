import type { Limits } from "../../protocol/limits.js";
import type { Peer } from "../../protocol/peer.js";

/**
 * Counts open subscriptions, of each client and in all, so that none of both grows without bound. A client is its
 * principal, wherever it connects from; of anonymous ones nobody knows more than the peer.
 */
export class SubscriptionCount {
  readonly #limits: Limits;
  readonly #ofPrincipal = new Map<string, number>();
  #all = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** Takes a place, and says whether there was one left. */
  take(peer: Peer, principal: string | undefined): boolean {
    const open = principal === undefined ? peer.subscriptions : (this.#ofPrincipal.get(principal) ?? 0);
    if (open >= this.#limits.maxSubscriptions || this.#all >= this.#limits.maxSubscriptionsInAll) return false;
    this.#change(peer, principal, 1);
    return true;
  }

  /** Gives a place back. */
  release(peer: Peer, principal: string | undefined): void {
    this.#change(peer, principal, -1);
  }

  #change(peer: Peer, principal: string | undefined, by: number): void {
    this.#all += by;
    if (principal === undefined) {
      peer.subscriptions += by;
      return;
    }
    const open = (this.#ofPrincipal.get(principal) ?? 0) + by;
    if (open > 0) this.#ofPrincipal.set(principal, open);
    else this.#ofPrincipal.delete(principal);
  }
}
