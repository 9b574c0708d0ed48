import type { Clock } from "../protocol/clock.js";
import { milliseconds } from "../protocol/options.js";
import { documentAnswer, type Answer } from "./answers.js";
import { discover } from "../protocol/oauth/discovery.js";
import { settleFetch, type FetchOptions, type SettledFetch } from "../protocol/oauth/json-fetch.js";

/** How the metadata of an authorization server is passed on to clients of 2025-03-26. */
export interface LegacyDiscoveryOptions extends FetchOptions {
  /** Milliseconds that it is taken as current. Default 10 minutes. */
  readonly maxAgeMs?: number;
  /** Milliseconds that pass after a failure before the authorization server is asked again. Default 30,000. */
  readonly cooldownMs?: number;
}

/** Where clients of that revision look, whatever the path of the server. */
export const LEGACY_PATH = "/.well-known/oauth-authorization-server";

/**
 * The metadata of the authorization server, as clients of 2025-03-26 look for it: they take the server itself for its
 * own authorization server. Page: `2025-03-26/basic/authorization#server-metadata-discovery`.
 */
export class LegacyDiscovery {
  readonly #issuer: string;
  readonly #fetch: SettledFetch;
  readonly #maxAgeMs: number;
  readonly #cooldownMs: number;
  #kept: { readonly from: number; until: number; readonly answer: Promise<Answer> } | undefined;

  constructor(issuer: string, options: LegacyDiscoveryOptions) {
    this.#issuer = issuer;
    this.#fetch = settleFetch(options);
    this.#maxAgeMs = milliseconds(options.maxAgeMs, 10 * 60_000, "legacyDiscovery.maxAgeMs");
    this.#cooldownMs = milliseconds(options.cooldownMs, 30_000, "legacyDiscovery.cooldownMs");
  }

  /** Rejects where the authorization server tells nothing; `failed` is told why, once for each time that it was asked. */
  tell(clock: Clock, failed: (error: unknown) => void): Promise<Answer> {
    const now = clock.now();
    if (this.#kept && this.#kept.until > now && this.#kept.from <= now) return this.#kept.answer;
    const answer = discover(this.#issuer, this.#fetch, clock).then((metadata) =>
      documentAnswer(JSON.stringify(metadata), Math.floor(this.#maxAgeMs / 1000)),
    );
    const kept = { from: now, until: now + this.#maxAgeMs, answer };
    this.#kept = kept;
    // Anybody may ask here: a failure is kept as well, so that nobody has this server ask without end.
    answer.catch((error: unknown) => {
      kept.until = clock.now() + this.#cooldownMs;
      failed(error);
    });
    return answer;
  }
}
