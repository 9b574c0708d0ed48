import type { Clock } from "../protocol/clock.js";
import { isObject } from "../protocol/jsonrpc.js";
import { milliseconds, wholeNumber } from "../protocol/options.js";
import { discover, endpointOf } from "./discovery.js";
import { fetchJson, settleFetch, type FetchOptions, type SettledFetch } from "./json-fetch.js";
import { fits, importKey } from "./jws.js";
import { endpointUrl } from "./resource.js";

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
  /** Milliseconds that keys are taken as current. Default 10 minutes. */
  readonly maxAgeMs?: number;
  /** Milliseconds that keys are still good after that while they cannot be fetched anew. Default 1 hour. */
  readonly staleMs?: number;
  /**
   * Milliseconds that pass after a failure before the next attempt to fetch, and between two searches for keys that are
   * not known. Default 30,000.
   */
  readonly cooldownMs?: number;
  /** Keys that a set may have. Default 100. */
  readonly maxKeys?: number;
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
  /** When a fetch failed last, and when one was made last for a key that was not known. */
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
   * keeps keys from being known at all.
   */
  async find(algorithm: string, kid: string | undefined, clock: Clock): Promise<CryptoKey[]> {
    if (this.#fetchedAt + this.#maxAgeMs <= clock.now()) await this.#refresh(clock);
    let found = this.#fitting(algorithm, kid);
    if (found.length === 0 && kid !== undefined && this.#maySeek(clock.now())) {
      await this.#refresh(clock);
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

  /** Whoever makes up ids must not make this server fetch without end; who waits for a search may join it. */
  #maySeek(now: number): boolean {
    if (this.#fetching) return true;
    if (now - this.#soughtAt < this.#cooldownMs) return false;
    this.#soughtAt = now;
    return true;
  }

  async #refresh(clock: Clock): Promise<void> {
    if (this.#options.jwks) return;
    if (!this.#fetching && clock.now() - this.#failedAt >= this.#cooldownMs) {
      this.#fetching = this.#load(clock)
        .then(
          (entries) => {
            this.#entries = entries;
            this.#fetchedAt = clock.now();
          },
          (error: unknown) => {
            this.#failure = error;
            this.#failedAt = clock.now();
          },
        )
        .finally(() => void (this.#fetching = undefined));
    }
    await this.#fetching;
    // Keys that cannot be had anew may have been withdrawn: they are good for a while, not for ever.
    if (!this.#entries || clock.now() - this.#fetchedAt > this.#maxAgeMs + this.#staleMs)
      throw this.#failure ?? new Error(`The keys of ${this.#issuer} are not known`);
  }

  async #load(clock: Clock): Promise<readonly Entry[]> {
    const { jwksUri } = this.#options;
    const url =
      jwksUri === undefined
        ? endpointOf(await discover(this.#issuer, this.#fetch, clock), "jwks_uri")
        : new URL(jwksUri);
    const { status, body } = await fetchJson(url, this.#fetch, clock);
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

function readyKey({ jwk, ready }: Entry, algorithm: string): Promise<CryptoKey | undefined> {
  let key = ready.get(algorithm);
  if (!key) ready.set(algorithm, (key = importKey(jwk, algorithm)));
  return key;
}
