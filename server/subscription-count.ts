import type { Limits } from "../protocol/limits.js";
import type { Peer } from "../protocol/peer.js";

/**
 * Counts open subscriptions, of each client and in all, so that none of both grows without bound. A client is its
 * principal, wherever it connects from; of anonymous ones nobody knows more than the peer.
 */
export class SubscriptionCount {
  readonly #limits: Limits;
  readonly #ofPeer = new WeakMap<Peer, number>();
  readonly #ofPrincipal = new Map<string, number>();
  #all = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** Takes a place; returns how to give it back, or undefined when there is none left. */
  take(peer: Peer, principal: string | undefined): (() => void) | undefined {
    const open = this.#count(peer, principal);
    if (open >= this.#limits.maxSubscriptions || this.#all >= this.#limits.maxSubscriptionsInAll) return undefined;
    this.#set(peer, principal, open + 1);
    this.#all += 1;
    let taken = true;
    return () => {
      if (!taken) return;
      taken = false;
      this.#set(peer, principal, this.#count(peer, principal) - 1);
      this.#all -= 1;
    };
  }

  #count(peer: Peer, principal: string | undefined): number {
    return (principal === undefined ? this.#ofPeer.get(peer) : this.#ofPrincipal.get(principal)) ?? 0;
  }

  #set(peer: Peer, principal: string | undefined, count: number): void {
    if (principal === undefined) this.#ofPeer.set(peer, count);
    else if (count > 0) this.#ofPrincipal.set(principal, count);
    else this.#ofPrincipal.delete(principal);
  }
}
