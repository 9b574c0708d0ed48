import { encodeBase64Url } from "../protocol/base64.js";
import { tooManyRequests } from "../protocol/errors.js";
import { isObject } from "../protocol/jsonrpc.js";
import { milliseconds, wholeNumber } from "../protocol/options.js";
import { sha256 } from "../protocol/oauth/digest.js";
import { DpopNonces, type DpopNonceOptions } from "./dpop-nonces.js";
import { algorithms, fits, importKey, parseJws, verifySignature, type Jws } from "../protocol/oauth/jws.js";
import { canonicalUri } from "../protocol/oauth/resource.js";
import { TokenRefused, type Presented } from "./verifier.js";

/** How proofs of possession are checked. All of it optional. */
export interface DpopOptions {
  /** Milliseconds that a proof holds. Default 60,000. */
  readonly maxAgeMs?: number;
  /** Milliseconds that a client's clock may be ahead. Default 5,000. */
  readonly toleranceMs?: number;
  /** Proofs by one key that are remembered, so that none counts twice; more are answered by 429. Default 5,000. */
  readonly maxPerKey?: number;
  /** Proofs that are remembered of all; while they are so many, further ones are answered by 503. Default 100,000. */
  readonly maxRemembered?: number;
  /**
   * Proofs have to carry a nonce of this server, which is told by `DPoP-Nonce`: none can be made in advance then. Default
   * false.
   */
  readonly nonces?: boolean | DpopNonceOptions;
  /**
   * Further URLs that proofs may be made for, where what stands before this server rewrites paths. Default: `resource`,
   * and the path of the request at its origin.
   */
  readonly urls?: readonly string[];
}

/** What was wrong with a proof, and how a challenge names that (RFC 9449 section 7.1). */
export class ProofRefused extends TokenRefused {
  readonly error: "invalid_dpop_proof" | "use_dpop_nonce";

  constructor(message: string, error: ProofRefused["error"] = "invalid_dpop_proof") {
    super(message);
    this.error = error;
  }
}

/** Characters that a proof may have. */
const LONGEST = 8192;

interface Remembered {
  readonly key: string;
  readonly until: number;
}

/** Checks that who presents a token has the key that it is bound to (RFC 9449 section 4.3). */
export class Dpop {
  readonly nonces: DpopNonces | undefined;
  readonly #maxAgeMs: number;
  readonly #toleranceMs: number;
  readonly #maxPerKey: number;
  readonly #maxRemembered: number;
  readonly #urls: readonly string[];
  /** Proofs by their digest, in the order in which they came, which is that in which they may be forgotten. */
  readonly #seen = new Map<string, Remembered>();
  /** Those from before the clock was set back: they may be forgotten when it has come there again, in any order. */
  readonly #ahead = new Map<string, Remembered>();
  #lookedAhead = -Infinity;
  /** How many of both are by each key. */
  readonly #ofKey = new Map<string, number>();

  constructor({ maxAgeMs, toleranceMs, maxPerKey, maxRemembered, nonces, urls = [] }: DpopOptions) {
    this.#maxAgeMs = milliseconds(maxAgeMs, 60_000, "dpop.maxAgeMs", 1);
    this.#toleranceMs = milliseconds(toleranceMs, 5_000, "dpop.toleranceMs");
    this.#maxPerKey = wholeNumber(maxPerKey, 5_000, "dpop.maxPerKey");
    this.#maxRemembered = wholeNumber(maxRemembered, 100_000, "dpop.maxRemembered");
    this.#urls = urls.map((url) => {
      const uri = canonicalUri(url);
      if (uri === undefined) throw new TypeError(`dpop.urls must be http or https URLs, got "${url}"`);
      return uri;
    });
    this.nonces = nonces ? new DpopNonces(nonces === true ? {} : nonces) : undefined;
  }

  /**
   * Throws {@link ProofRefused} for a proof that is missing or no good, or by another key than `boundTo`, and 429 where
   * that key made too many.
   */
  async check(token: string, boundTo: string, presented: Presented): Promise<void> {
    const { proof, method, clock } = presented;
    const jws = proof === undefined || proof.length > LONGEST ? undefined : parseJws(proof);
    if (!jws) throw new ProofRefused("One DPoP proof is needed");
    const { jwk, alg } = await checkKey(jws);
    const { htm, htu, iat, jti, ath, nonce } = jws.payload;
    if (htm !== method || !this.#isOf(htu, presented)) throw new ProofRefused("The DPoP proof is for another request");
    const now = clock.now();
    const age = typeof iat === "number" ? now - iat * 1000 : NaN;
    if (!(age <= this.#maxAgeMs && age >= -this.#toleranceMs)) throw new ProofRefused("The DPoP proof is not of now");
    if (ath !== encodeBase64Url(await sha256(token))) throw new ProofRefused("The DPoP proof is for another token");
    if ((await thumbprint(jwk)) !== boundTo) throw new ProofRefused("The token is bound to another key");
    const key = await importKey(jwk, alg);
    if (!key || !(await verifySignature(jws, alg, key)))
      throw new ProofRefused("The DPoP proof is not signed by its key");
    if (typeof jti !== "string" || jti === "") throw new ProofRefused("The DPoP proof has no id");
    if (this.nonces && !(await this.nonces.takes(nonce, clock)))
      throw new ProofRefused("The DPoP proof needs the nonce that comes with this", "use_dpop_nonce");
    this.#remember(boundTo, encodeBase64Url(await sha256(JSON.stringify([boundTo, jti]))), now);
  }

  /** Whether a proof is for the URL of its request, as the client knows it. */
  #isOf(htu: unknown, { url, resource }: Presented): boolean {
    const made = typeof htu === "string" ? canonicalUri(htu.replace(/[?#].*$/s, "")) : undefined;
    // A proxy may have cut off the path of the resource: what came here is the resource all the same.
    return made !== undefined && (made === url || made === resource || this.#urls.includes(made));
  }

  #remember(key: string, id: string, now: number): void {
    const holdsMs = this.#maxAgeMs + this.#toleranceMs;
    this.#forget(now, holdsMs);
    if (this.#seen.has(id) || this.#ahead.has(id)) throw new ProofRefused("The DPoP proof was used before");
    const made = this.#ofKey.get(key) ?? 0;
    if (made >= this.#maxPerKey) throw tooManyRequests("Too many DPoP proofs by one key", Math.ceil(holdsMs / 1000));
    if (this.#seen.size + this.#ahead.size >= this.#maxRemembered)
      throw new Error("Too many DPoP proofs are remembered");
    // No proof that is taken now holds for longer, whatever time it says that it was made at.
    this.#seen.set(id, { key, until: now + holdsMs });
    this.#ofKey.set(key, made + 1);
  }

  /** Forgets what does not hold any more. */
  #forget(now: number, holdsMs: number): void {
    for (const [id, one] of this.#seen) {
      // Its proof is good again when the clock has caught up: it stays, and must not keep those behind it.
      if (one.until > now + holdsMs) this.#ahead.set(id, one);
      else if (one.until >= now) break;
      else this.#uncount(one);
      this.#seen.delete(id);
    }
    // All of them are looked at, so not each time.
    if (this.#ahead.size === 0 || Math.abs(now - this.#lookedAhead) < holdsMs) return;
    this.#lookedAhead = now;
    for (const [id, one] of this.#ahead) {
      if (one.until >= now) continue;
      this.#uncount(one);
      this.#ahead.delete(id);
    }
  }

  #uncount({ key }: Remembered): void {
    const left = this.#ofKey.get(key)! - 1;
    if (left > 0) this.#ofKey.set(key, left);
    else this.#ofKey.delete(key);
  }
}

async function checkKey({ header }: Jws): Promise<{ jwk: Readonly<Record<string, unknown>>; alg: string }> {
  const { typ, alg, jwk, crit } = header;
  if (typ !== "dpop+jwt" || crit !== undefined || typeof alg !== "string" || !algorithms.includes(alg as never))
    throw new ProofRefused("The DPoP proof is of a kind that is not taken here");
  const key = isObject(jwk) ? (jwk as Readonly<Record<string, unknown>>) : {};
  if (!fits(key, alg) || "d" in key) throw new ProofRefused("The DPoP proof has no public key of its kind");
  return { jwk: key, alg };
}

/** The SHA-256 thumbprint of a public key (RFC 7638). */
export async function thumbprint({ kty, crv, e, n, x, y }: Readonly<Record<string, unknown>>): Promise<string> {
  const members = kty === "RSA" ? { e, kty, n } : kty === "EC" ? { crv, kty, x, y } : { crv, kty, x };
  return encodeBase64Url(await sha256(JSON.stringify(members)));
}
