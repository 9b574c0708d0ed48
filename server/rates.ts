import type { Clock } from "../protocol/clock.js";
import type { Limits } from "../protocol/limits.js";
import type { Peer } from "../protocol/peer.js";
import { Allowance, Allowances } from "./allowance.js";

/** What may happen so often a second: of each client, and in all. */
export class Rates {
  readonly #logMessages: Allowances;
  readonly #completions: Allowances;
  readonly #completionsInAll: Allowance;

  constructor(limits: Limits, clock: Clock) {
    this.#logMessages = new Allowances(limits.maxLogMessagesPerSecond, clock);
    this.#completions = new Allowances(limits.maxCompletionsPerSecond, clock);
    this.#completionsInAll = new Allowance(limits.maxCompletionsPerSecondInAll, clock);
  }

  /** Whether one more log message may go to that peer now. */
  allowLogMessage(peer: Peer): boolean {
    return this.#logMessages.of(peer).take();
  }

  /** Whether that peer was sent no log message for so long that its allowance is whole again. */
  logsQuietly(peer: Peer): boolean {
    return this.#logMessages.of(peer).untouched;
  }

  /** Whether that client may ask for one more completion now. */
  allowCompletion(peer: Peer, principal: string | undefined): boolean {
    return this.#completions.of(peer, principal).take() && this.#completionsInAll.take();
  }
}
