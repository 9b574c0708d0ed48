import type { Clock } from "../protocol/clock.js";
import type { Peer } from "../protocol/peer.js";

/** So many a second: what one second allows, or `most`, may also come at once. */
export class Allowance {
  readonly #perSecond: number;
  readonly #clock: Clock;
  readonly #most: number;
  #left: number;
  #at: number;

  constructor(perSecond: number, clock: Clock, most = perSecond) {
    this.#perSecond = perSecond;
    this.#clock = clock;
    this.#most = most;
    this.#left = most;
    this.#at = clock.now();
  }

  /** Takes one, if there is one. */
  take(): boolean {
    this.#refill();
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }

  /** Milliseconds until there is one to take; 0 where there is one. */
  get waitMs(): number {
    this.#refill();
    return this.#left >= 1 ? 0 : Math.ceil(((1 - this.#left) * 1000) / this.#perSecond);
  }

  /** Whether nothing was taken for so long that it is like a new one. */
  get untouched(): boolean {
    this.#refill();
    return this.#left >= this.#most;
  }

  #refill(): void {
    const now = this.#clock.now();
    // A clock that was set back gives nothing and takes nothing.
    const passed = Math.max(0, now - this.#at);
    this.#at = now;
    this.#left = Math.min(this.#most, this.#left + (passed * this.#perSecond) / 1000);
  }
}

/** Principals that are remembered before those that have been quiet are forgotten. */
const MANY = 1000;

/** An allowance for each client: its principal, wherever it connects from; of anonymous ones the peer. */
export class Allowances {
  readonly #make: () => Allowance;
  readonly #ofPeer = new WeakMap<Peer, Allowance>();
  readonly #ofPrincipal = new Map<string, Allowance>();
  #sweepAt = MANY;

  constructor(perSecond: number, clock: Clock, most?: number) {
    this.#make = () => new Allowance(perSecond, clock, most);
  }

  of(peer: Peer, principal?: string): Allowance {
    return principal === undefined ? this.#ofThePeer(peer) : this.ofPrincipal(principal);
  }

  /** That of a principal, wherever it connects from. */
  ofPrincipal(principal: string): Allowance {
    const known = this.#ofPrincipal.get(principal);
    if (known) return known;
    this.#sweep();
    const made = this.#make();
    this.#ofPrincipal.set(principal, made);
    return made;
  }

  #ofThePeer(peer: Peer): Allowance {
    const known = this.#ofPeer.get(peer);
    if (known) return known;
    const made = this.#make();
    this.#ofPeer.set(peer, made);
    return made;
  }

  #sweep(): void {
    if (this.#ofPrincipal.size < this.#sweepAt) return;
    for (const [principal, allowance] of this.#ofPrincipal) {
      if (allowance.untouched) this.#ofPrincipal.delete(principal);
    }
    this.#sweepAt = Math.max(MANY, 2 * this.#ofPrincipal.size);
  }
}
