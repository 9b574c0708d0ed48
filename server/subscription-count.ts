import type { Limits } from "../protocol/limits.js";
import type { Peer } from "../protocol/peer.js";

/** Counts open subscriptions, of each peer and in all, so that none of both grows without bound. */
export class SubscriptionCount {
  readonly #limits: Limits;
  readonly #ofPeer = new WeakMap<Peer, number>();
  #all = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** Takes a place; returns how to give it back, or undefined when there is none left. */
  take(peer: Peer): (() => void) | undefined {
    const open = this.#ofPeer.get(peer) ?? 0;
    if (open >= this.#limits.maxSubscriptions || this.#all >= this.#limits.maxSubscriptionsInAll) return undefined;
    this.#ofPeer.set(peer, open + 1);
    this.#all += 1;
    let taken = true;
    return () => {
      if (!taken) return;
      taken = false;
      this.#ofPeer.set(peer, (this.#ofPeer.get(peer) ?? 1) - 1);
      this.#all -= 1;
    };
  }
}
