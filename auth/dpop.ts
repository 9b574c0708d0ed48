import { encodeBase64Url } from "../protocol/base64.js";
import { isObject } from "../protocol/jsonrpc.js";
import { milliseconds, wholeNumber } from "../protocol/options.js";
import { sha256 } from "./digest.js";
import { algorithms, fits, importKey, parseJws, verifySignature, type Jws } from "./jws.js";
import { canonicalUri } from "./resource.js";
import { TokenRefused, type Presented } from "./verifier.js";

/** How proofs of possession are checked. All of it optional. */
export interface DpopOptions {
  /** Milliseconds that a proof holds, either way. Default 60,000. */
  readonly maxAgeMs?: number;
  /**
   * Proofs that are remembered, so that none counts twice; while they are so many, further ones have to wait. Default
   * 10,000.
   */
  readonly maxRemembered?: number;
}

/** Characters that a proof may have. */
const LONGEST = 8192;

/** Checks that who presents a token has the key that it is bound to (RFC 9449 section 4.3). */
export class Dpop {
  readonly #maxAgeMs: number;
  readonly #maxRemembered: number;
  /** When each proof may be forgotten, by its digest: in the order in which they came. */
  readonly #seen = new Map<string, number>();

  constructor(options: DpopOptions) {
    this.#maxAgeMs = milliseconds(options.maxAgeMs, 60_000, "dpop.maxAgeMs", 1);
    this.#maxRemembered = wholeNumber(options.maxRemembered, 10_000, "dpop.maxRemembered");
  }

  /** Throws {@link TokenRefused} for a proof that is missing or no good, or by another key than `boundTo`. */
  async check(token: string, boundTo: string, { proof, method, url, clock }: Presented): Promise<void> {
    const jws = proof === undefined || proof.length > LONGEST ? undefined : parseJws(proof);
    if (!jws) throw new TokenRefused("One DPoP proof is needed");
    const { jwk, alg } = await checkKey(jws);
    const { htm, htu, iat, jti, ath } = jws.payload;
    if (htm !== method || canonicalUri(htu)?.replace(/[?#].*$/s, "") !== url)
      throw new TokenRefused("The DPoP proof is for another request");
    const now = clock.now();
    if (typeof iat !== "number" || !(Math.abs(now - iat * 1000) <= this.#maxAgeMs))
      throw new TokenRefused("The DPoP proof is not of now");
    if (ath !== encodeBase64Url(await sha256(token))) throw new TokenRefused("The DPoP proof is for another token");
    if ((await thumbprint(jwk)) !== boundTo) throw new TokenRefused("The token is bound to another key");
    const key = await importKey(jwk, alg);
    if (!key || !(await verifySignature(jws, alg, key)))
      throw new TokenRefused("The DPoP proof is not signed by its key");
    if (typeof jti !== "string" || jti === "") throw new TokenRefused("The DPoP proof has no id");
    this.#remember(encodeBase64Url(await sha256(JSON.stringify([boundTo, jti]))), iat * 1000, now);
  }

  #remember(id: string, madeAt: number, now: number): void {
    for (const [old, until] of this.#seen) if (until < now) this.#seen.delete(old);
    if (this.#seen.has(id)) throw new TokenRefused("The DPoP proof was used before");
    if (this.#seen.size >= this.#maxRemembered) throw new Error("Too many DPoP proofs are remembered");
    this.#seen.set(id, madeAt + this.#maxAgeMs);
  }
}

async function checkKey({ header }: Jws): Promise<{ jwk: Readonly<Record<string, unknown>>; alg: string }> {
  const { typ, alg, jwk, crit } = header;
  if (typ !== "dpop+jwt" || crit !== undefined || typeof alg !== "string" || !algorithms.includes(alg as never))
    throw new TokenRefused("The DPoP proof is of a kind that is not taken here");
  const key = isObject(jwk) ? (jwk as Readonly<Record<string, unknown>>) : {};
  if (!fits(key, alg) || "d" in key) throw new TokenRefused("The DPoP proof has no public key of its kind");
  return { jwk: key, alg };
}

/** The SHA-256 thumbprint of a public key (RFC 7638). */
export async function thumbprint({ kty, crv, e, n, x, y }: Readonly<Record<string, unknown>>): Promise<string> {
  const members = kty === "RSA" ? { e, kty, n } : kty === "EC" ? { crv, kty, x, y } : { crv, kty, x };
  return encodeBase64Url(await sha256(JSON.stringify(members)));
}
