import { encodeBase64Url } from "../protocol/base64.js";
import type { Clock } from "../protocol/clock.js";
import { milliseconds } from "../protocol/options.js";

/** How nonces are made. All of it optional. */
export interface DpopNonceOptions {
  /** Milliseconds that a nonce is given out; it is taken for as long again. Default 5 minutes. */
  readonly everyMs?: number;
  /**
   * What nonces are made from, so that several instances take each other's: at least 32 characters. Default: random, of
   * this process.
   */
  readonly secret?: string;
}

const LEAST_LENGTH = 32;
/** Characters of a nonce: 132 bits. */
const LENGTH = 22;

/**
 * Nonces of this server, which proofs have to carry (RFC 9449 section 9). They are made from the time and a secret, so
 * that nothing need be kept of them.
 */
export class DpopNonces {
  readonly #everyMs: number;
  readonly #secret: string | undefined;
  #key: Promise<CryptoKey> | undefined;

  constructor({ everyMs, secret }: DpopNonceOptions) {
    this.#everyMs = milliseconds(everyMs, 5 * 60_000, "dpop.nonces.everyMs", 1);
    if (secret !== undefined && (typeof secret !== "string" || secret.length < LEAST_LENGTH))
      throw new TypeError(`dpop.nonces.secret must have ${LEAST_LENGTH} characters or more`);
    this.#secret = secret;
  }

  /** The one that is given out now. */
  current(clock: Clock): Promise<string> {
    return this.#of(this.#period(clock));
  }

  /** Whether a proof may carry it: the one of now, or the one before. */
  async takes(nonce: unknown, clock: Clock): Promise<boolean> {
    const period = this.#period(clock);
    return nonce === (await this.#of(period)) || nonce === (await this.#of(period - 1));
  }

  #period(clock: Clock): number {
    return Math.floor(clock.now() / this.#everyMs);
  }

  async #of(period: number): Promise<string> {
    const key = await (this.#key ??= this.#importKey());
    const mac = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(`dpop-nonce ${period}`));
    return encodeBase64Url(new Uint8Array(mac)).slice(0, LENGTH);
  }

  #importKey(): Promise<CryptoKey> {
    const secret = this.#secret;
    const raw = secret === undefined ? crypto.getRandomValues(new Uint8Array(32)) : new TextEncoder().encode(secret);
    return crypto.subtle.importKey("raw", raw, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  }
}
