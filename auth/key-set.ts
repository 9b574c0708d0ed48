import type { Clock } from "../protocol/clock.js";
import { isObject } from "../protocol/jsonrpc.js";
import { milliseconds, wholeNumber } from "../protocol/options.js";
import { discover, endpointOf } from "../protocol/oauth/discovery.js";
import { fetchJson, settleFetch, until, type FetchOptions, type SettledFetch } from "../protocol/oauth/json-fetch.js";
import { fits, importKey } from "../protocol/oauth/jws.js";
import { endpointUrl } from "../protocol/oauth/resource.js";

/** Public keys as RFC 7517 writes them. */
export interface Jwks {
  readonly keys: readonly Readonly<Record<string, unknown>>[];
}

/** Where keys come from, and how long they hold. All of it optional. */
export interface KeySetOptions extends FetchOptions {
  /** The keys themselves; nothing is fetched then. */
  readonly jwks?: Jwks;
  /** Where the keys lie. Default: where the issuer's metadata says. */
  readonly jwksUri?: string;
  /** Milliseconds that keys are current: the next request after that has them fetched anew. Default 10 minutes. */
  readonly maxAgeMs?: number;
  /** Milliseconds that keys are still good after that while they are fetched anew, or cannot be. Default 1 hour. */
  readonly staleMs?: number;
  /**
   * Milliseconds that pass after a failure before the next attempt to fetch, and between two searches for keys that are
   * not known. Default 30,000.
   */
  readonly cooldownMs?: number;
  /** Keys that a set may have. Default 100. */
  readonly maxKeys?: number;
  /** Milliseconds from the first question to the last byte of the keys, discovery and all. Default 5,000. */
  readonly timeoutMs?: number;
}

interface Entry {
  readonly jwk: Readonly<Record<string, unknown>>;
  readonly kid: string | undefined;
  /** Ready keys by algorithm: an RSA key is another one for each of its hashes. */
  readonly ready: Map<string, Promise<CryptoKey | undefined>>;
}

/** Keys that are tried for a signature that names none. */
const TRIED = 8;

/** The keys of an issuer: fetched at first use, once however many ask, and anew for a key that is not known. */
export class KeySet {
  readonly #issuer: string;
  readonly #options: KeySetOptions;
  readonly #fetch: SettledFetch;
  readonly #maxAgeMs: number;
  readonly #staleMs: number;
  readonly #cooldownMs: number;
  readonly #maxKeys: number;
  #entries: readonly Entry[] | undefined;
  #fetchedAt = -Infinity;
  /** When a fetch failed last, if none has gone well since, and when one was made last for a key that is not known. */
  #failedAt = -Infinity;
  #soughtAt = -Infinity;
  #failure: unknown;
  #fetching: Promise<void> | undefined;

  constructor(issuer: string, options: KeySetOptions) {
    this.#issuer = issuer;
    this.#options = options;
    this.#fetch = settleFetch(options);
    this.#maxAgeMs = milliseconds(options.maxAgeMs, 10 * 60_000, "maxAgeMs");
    this.#staleMs = milliseconds(options.staleMs, 60 * 60_000, "staleMs");
    this.#cooldownMs = milliseconds(options.cooldownMs, 30_000, "cooldownMs");
    this.#maxKeys = wholeNumber(options.maxKeys, 100, "maxKeys");
    if (options.jwks) this.#entries = this.#read(options.jwks, "jwks");
    else if (options.jwksUri !== undefined) endpointUrl(options.jwksUri, "jwksUri");
  }

  /**
   * The keys that may have made a signature: the one with that id, or all of the kind where none is named. Throws what
   * keeps keys from being known at all, or from being sought anew for an id that is not known.
   */
  async find(algorithm: string, kid: string | undefined, clock: Clock): Promise<CryptoKey[]> {
    if (!this.#options.jwks) await this.#current(clock);
    let found = this.#fitting(algorithm, kid);
    if (found.length === 0 && kid !== undefined && !this.#options.jwks) {
      await this.#seek(clock);
      found = this.#fitting(algorithm, kid);
    }
    const keys = await Promise.all(found.slice(0, TRIED).map((entry) => readyKey(entry, algorithm)));
    return keys.filter((key) => key !== undefined);
  }

  #fitting(algorithm: string, kid: string | undefined): Entry[] {
    return (this.#entries ?? []).filter(
      (entry) => (kid === undefined || entry.kid === kid) && fits(entry.jwk, algorithm),
    );
  }

  /** Has keys that may be used. Those whose time is just over still are, while they are fetched anew. */
  async #current(clock: Clock): Promise<void> {
    // Where the clock was set back nobody knows how old they are: they are good, and fetched anew.
    const age = () => since(this.#fetchedAt, clock) ?? this.#maxAgeMs;
    if (this.#entries && age() < this.#maxAgeMs) return;
    const fetching = this.#refresh(clock);
    if (this.#entries && age() < this.#maxAgeMs + this.#staleMs) return;
    await fetching;
    // Keys that cannot be had anew may have been withdrawn: they are good for a while, not for ever.
    if (!this.#entries || age() >= this.#maxAgeMs + this.#staleMs)
      throw this.#failure ?? new Error(`The keys of ${this.#issuer} are not known`);
  }

  /**
   * Fetches anew for an id that is not known, once in a while: whoever makes up ids must not make this server fetch
   * without end. Throws where nobody can tell whether there is such a key, since the last attempt to find out failed.
   */
  async #seek(clock: Clock): Promise<void> {
    if (this.#fetching || (since(this.#soughtAt, clock) ?? Infinity) >= this.#cooldownMs) {
      if (!this.#fetching) this.#soughtAt = clock.now();
      await this.#refresh(clock);
    }
    if (this.#failedAt !== -Infinity) throw this.#failure;
  }

  /** Fetches anew, unless that failed a moment ago; all who want it at the same time wait for one. Never rejects. */
  async #refresh(clock: Clock): Promise<void> {
    if (!this.#fetching && (since(this.#failedAt, clock) ?? Infinity) >= this.#cooldownMs) {
      this.#fetching = this.#load(clock)
        .then(
          (entries) => {
            this.#entries = entries;
            this.#fetchedAt = clock.now();
            this.#failedAt = -Infinity;
          },
          (error: unknown) => {
            this.#failure = error;
            this.#failedAt = clock.now();
          },
        )
        .finally(() => void (this.#fetching = undefined));
    }
    await this.#fetching;
  }

  async #load(clock: Clock): Promise<readonly Entry[]> {
    const { jwksUri } = this.#options;
    const ends = clock.now() + this.#fetch.timeoutMs;
    const url =
      jwksUri === undefined
        ? endpointOf(await discover(this.#issuer, this.#fetch, clock), "jwks_uri")
        : new URL(jwksUri);
    const { status, body } = await fetchJson(url, until(ends, this.#fetch, clock), clock);
    if (!body) throw new Error(`${url.href} answered ${status}`);
    return this.#read(body, url.href);
  }

  #read(jwks: unknown, where: string): readonly Entry[] {
    const keys = isObject(jwks) ? (jwks as { keys?: unknown }).keys : undefined;
    if (!Array.isArray(keys)) throw new TypeError(`${where} must have "keys", a list`);
    if (keys.length > this.#maxKeys) throw new TypeError(`${where} has more than ${this.#maxKeys} keys`);
    return keys.filter(isObject).map((key) => {
      const jwk = key as Readonly<Record<string, unknown>>;
      return { jwk, kid: typeof jwk.kid === "string" ? jwk.kid : undefined, ready: new Map() };
    });
  }
}

/** Milliseconds since a time; undefined where the clock was set back behind it. */
function since(time: number, clock: Clock): number | undefined {
  const passed = clock.now() - time;
  return passed < 0 ? undefined : passed;
}

function readyKey({ jwk, ready }: Entry, algorithm: string): Promise<CryptoKey | undefined> {
  let key = ready.get(algorithm);
  if (!key) ready.set(algorithm, (key = importKey(jwk, algorithm)));
  return key;
}
