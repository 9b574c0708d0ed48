import type { Clock } from "../../../protocol/clock.js";
import type { Peer } from "../../../protocol/peer.js";

/** Seconds whose requests may come all at once. */
const BURST_SECONDS = 10;
/** So many principals are remembered before those that have been quiet for long are looked for. */
const FIRST_SWEEP = 1_000;

interface Bucket {
  left: number;
  at: number;
}

/**
 * Bounds how often each client may ask about tasks. A client is its principal, wherever it connects from; of anonymous
 * ones nobody knows more than the peer.
 * 2025-11-25/basic/utilities/tasks#task-isolation-and-access-control/7.
 */
export class TaskRate {
  readonly #perSecond: number;
  readonly #clock: Clock;
  readonly #ofPeer = new WeakMap<Peer, Bucket>();
  readonly #ofPrincipal = new Map<string, Bucket>();
  #sweepAt = FIRST_SWEEP;

  constructor(perSecond: number, clock: Clock) {
    this.#perSecond = perSecond;
    this.#clock = clock;
  }

  /** Takes note of one request; false where it is one too many. */
  take(peer: Peer, principal: string | undefined): boolean {
    const most = this.#perSecond * BURST_SECONDS;
    const now = this.#clock.now();
    const bucket = this.#bucketOf(peer, principal) ?? { left: most, at: now };
    bucket.left = this.#leftOf(bucket, now);
    bucket.at = now;
    if (principal === undefined) this.#ofPeer.set(peer, bucket);
    else this.#ofPrincipal.set(principal, bucket);
    if (this.#ofPrincipal.size >= this.#sweepAt) this.#sweep(now);
    if (bucket.left < 1) return false;
    bucket.left -= 1;
    return true;
  }

  #bucketOf(peer: Peer, principal: string | undefined): Bucket | undefined {
    return principal === undefined ? this.#ofPeer.get(peer) : this.#ofPrincipal.get(principal);
  }

  #leftOf({ left, at }: Bucket, now: number): number {
    // A clock that was set back takes nothing away.
    const won = (Math.max(0, now - at) / 1000) * this.#perSecond;
    return Math.min(this.#perSecond * BURST_SECONDS, left + won);
  }

  /** Forgets those who are as free as somebody who never asked. */
  #sweep(now: number): void {
    const most = this.#perSecond * BURST_SECONDS;
    for (const [principal, bucket] of this.#ofPrincipal)
      if (this.#leftOf(bucket, now) >= most) this.#ofPrincipal.delete(principal);
    this.#sweepAt = Math.max(FIRST_SWEEP, this.#ofPrincipal.size * 2);
  }
}
