import type { Clock } from "../protocol/clock.js";
import { milliseconds, wholeNumber } from "../protocol/options.js";
import { algorithms, parseJws, verifySignature, type Algorithm, type Jws } from "../protocol/oauth/jws.js";
import { KeySet, type KeySetOptions } from "./key-set.js";
import { principalOf } from "./principal.js";
import { endpointUrl, namesResource } from "../protocol/oauth/resource.js";
import { scopesOf, TokenRefused, type Verified, type Verifier } from "./verifier.js";

/** Which signed tokens are good. */
export interface JwtOptions extends KeySetOptions {
  /** The issuer identifier of the authorization server, exactly as its tokens and its metadata spell it. */
  readonly issuer: string;
  /** Further audiences that mean this server, for authorization servers that know no resource indicators. */
  readonly audience?: string | readonly string[];
  /** Default: all of {@link algorithms}. */
  readonly algorithms?: readonly Algorithm[];
  /**
   * The header's `typ` that tokens may have; `""` stands for none. Default `["at+jwt", "JWT"]`.
   */
  readonly types?: readonly string[];
  /** Milliseconds that clocks may differ by. Default 30,000. */
  readonly toleranceMs?: number;
  /** Characters that a token may have. Default 8,192. */
  readonly maxLength?: number;
  /** Milliseconds since its making (`iat`) after which a token is refused whatever it says itself. Default: none. */
  readonly maxLifetimeMs?: number;
}

/**
 * Verifies signed tokens (RFC 7519, RFC 9068) of one issuer: signature, issuer, audience, times and kind. A token of
 * another issuer is left to the next verifier. Throws a TypeError for options that make no sense.
 * Page: `2026-07-28/basic/authorization#token-handling`.
 */
export function jwt(options: JwtOptions): Verifier {
  const { issuer } = options;
  endpointUrl(issuer, "issuer");
  const allowed = new Set<string>(options.algorithms ?? algorithms);
  for (const algorithm of allowed) {
    if (!(algorithms as readonly string[]).includes(algorithm))
      throw new TypeError(`algorithms: "${algorithm}" is none of ${algorithms.join(", ")}`);
  }
  const types = new Set((options.types ?? ["at+jwt", "JWT"]).map(typeOf));
  const further = new Set(options.audience === undefined ? [] : [options.audience].flat());
  const toleranceMs = milliseconds(options.toleranceMs, 30_000, "toleranceMs");
  const maxLength = wholeNumber(options.maxLength, 8192, "maxLength");
  const maxLifetimeMs = milliseconds(options.maxLifetimeMs, Infinity, "maxLifetimeMs", 1);
  const keys = new KeySet(issuer, options);

  return async (token, { resource, clock }) => {
    if (token.length > maxLength) return undefined;
    const jws = parseJws(token);
    if (jws?.payload.iss !== issuer) return undefined;
    await checkSignature(jws, clock);
    const { payload } = jws;
    if (!isFor(payload.aud, resource, further)) throw new TokenRefused("The token is not for this server");
    const expiresAt = checkTimes(payload, clock.now(), toleranceMs, maxLifetimeMs);
    return verifiedOf(issuer, payload, expiresAt, toleranceMs);
  };

  async function checkSignature(jws: Jws, clock: Clock): Promise<void> {
    const { alg, kid, typ, crit } = jws.header;
    if (typeof alg !== "string" || !allowed.has(alg)) throw new TokenRefused("The token's algorithm is not allowed");
    if (!types.has(typeOf(typ ?? ""))) throw new TokenRefused("The token is of a kind that is not taken here");
    // Nothing that a header may declare critical is known here (RFC 7515 section 4.1.11). Where it names keys itself
    // (jwk, jku, x5c, x5u), nobody looks.
    if (crit !== undefined) throw new TokenRefused("The token has critical members that are not known");
    if (kid !== undefined && typeof kid !== "string") throw new TokenRefused("The token's key id is no text");
    for (const key of await keys.find(alg, kid, clock)) if (await verifySignature(jws, alg, key)) return;
    throw new TokenRefused("The token's signature is not that of its issuer");
  }
}

/** The media type without what may be left out of it (RFC 7515 section 4.1.9). */
const typeOf = (type: unknown): string =>
  String(type)
    .toLowerCase()
    .replace(/^application\//, "");

/** Whether an audience, one or a list, names this server (RFC 8707). */
export const isFor = (aud: unknown, resource: string, further: ReadonlySet<string> = new Set()): boolean =>
  [aud].flat().some((one) => typeof one === "string" && (namesResource(one, resource) || further.has(one)));

/** Holds a token's times against the clock; gives when it ends, in milliseconds. */
export function checkTimes(
  { exp, nbf, iat }: Readonly<Record<string, unknown>>,
  now: number,
  toleranceMs: number,
  maxLifetimeMs = Infinity,
): number {
  if (typeof exp !== "number" || !Number.isFinite(exp)) throw new TokenRefused("The token does not say when it ends");
  const ends = exp * 1000;
  if (ends + toleranceMs <= now) throw new TokenRefused("The token has expired");
  checkStart(nbf, now, toleranceMs);
  if (maxLifetimeMs === Infinity) return ends;
  if (typeof iat !== "number" || !(iat * 1000 - toleranceMs <= now && iat * 1000 + maxLifetimeMs + toleranceMs > now))
    throw new TokenRefused("The token is older than is taken here");
  return Math.min(ends, iat * 1000 + maxLifetimeMs);
}

/** Holds when a token begins, where it says so, against the clock. */
export function checkStart(nbf: unknown, now: number, toleranceMs: number): void {
  if (nbf !== undefined && !(typeof nbf === "number" && nbf * 1000 - toleranceMs <= now))
    throw new TokenRefused("The token is not valid yet");
}

/** Who claims stand for. */
export function verifiedOf(
  issuer: string,
  claims: Readonly<Record<string, unknown>>,
  expiresAt: number | undefined,
  toleranceMs: number,
): Verified {
  const text = (claim: unknown) => (typeof claim === "string" && claim !== "" ? claim : undefined);
  const subject = text(claims.sub);
  const client = text(claims.client_id) ?? text(claims.azp);
  // Without either, all callers of the issuer would be one.
  if (subject === undefined && client === undefined) throw new TokenRefused("The token does not say whose it is");
  const bound = (claims.cnf as { jkt?: unknown } | null | undefined)?.jkt;
  // Whoever bound it to a certificate, or to what is not known here, wants that checked.
  if (claims.cnf !== undefined && typeof bound !== "string")
    throw new TokenRefused("The token is bound to what cannot be checked here");
  return {
    principal: principalOf(issuer, subject, client),
    issuer,
    ...(subject === undefined ? {} : { subject }),
    ...(client === undefined ? {} : { client }),
    scopes: scopesOf(claims.scope ?? claims.scp),
    claims,
    ...(expiresAt === undefined ? {} : { expiresAt, takenUntil: expiresAt + toleranceMs }),
    ...(typeof bound === "string" ? { boundTo: bound } : {}),
  };
}
