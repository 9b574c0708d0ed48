import { encodeBase64, encodeBase64Url } from "../protocol/base64.js";
import type { Clock } from "../protocol/clock.js";
import { milliseconds, wholeNumber } from "../protocol/options.js";
import { sha256 } from "../protocol/oauth/digest.js";
import { discover, endpointOf } from "../protocol/oauth/discovery.js";
import { fetchJson, settleFetch, type FetchOptions } from "../protocol/oauth/json-fetch.js";
import { parseJws } from "../protocol/oauth/jws.js";
import { checkStart, checkTimes, isFor, verifiedOf } from "./jwt.js";
import { endpointUrl } from "../protocol/oauth/resource.js";
import { TokenRefused, type Verified, type Verifier } from "./verifier.js";

/** Who is asked about tokens that say nothing themselves. */
export interface IntrospectionOptions extends FetchOptions {
  /** The issuer identifier of the authorization server. */
  readonly issuer: string;
  /** How this server names itself there: an id and its secret. */
  readonly clientId: string;
  readonly clientSecret: string;
  /** Where to ask. Default: where the issuer's metadata says. */
  readonly endpoint?: string;
  /** Further audiences that mean this server. */
  readonly audience?: string | readonly string[];
  /**
   * False: an answer need not say whom the token is for. Only for an authorization server that answers each server
   * about its own tokens alone. Default true.
   */
  readonly requireAudience?: boolean;
  /** Milliseconds that an answer holds: so long a token that was revoked may still be good. Default 10,000. */
  readonly cacheMs?: number;
  /** Answers about good tokens that are kept at the same time, and as many about others. Default 1,000. */
  readonly maxCached?: number;
  /** Questions that are open at the same time; while they are so many, others are answered by 503. Default 100. */
  readonly maxAsking?: number;
  /** Milliseconds that clocks may differ by. Default 30,000. */
  readonly toleranceMs?: number;
  /** Characters that a token may have. Default 8,192. */
  readonly maxLength?: number;
}

type Claims = Readonly<Record<string, unknown>>;

interface Kept {
  readonly from: number;
  readonly until: number;
  readonly claims: Claims;
}

/**
 * Verifies tokens by asking their authorization server (RFC 7662). It is asked about every token but those that name
 * another issuer, so that it stands last among verifiers. Of tokens only digests are kept. Throws a TypeError for
 * options that make no sense.
 */
export function introspection(options: IntrospectionOptions): Verifier {
  const { issuer, clientId, clientSecret, requireAudience = true } = options;
  endpointUrl(issuer, "issuer");
  if (options.endpoint !== undefined) endpointUrl(options.endpoint, "endpoint");
  const settled = settleFetch(options);
  const cacheMs = milliseconds(options.cacheMs, 10_000, "cacheMs");
  const maxCached = wholeNumber(options.maxCached, 1000, "maxCached");
  const maxAsking = wholeNumber(options.maxAsking, 100, "maxAsking");
  const toleranceMs = milliseconds(options.toleranceMs, 30_000, "toleranceMs");
  const maxLength = wholeNumber(options.maxLength, 8192, "maxLength");
  const further = new Set(options.audience === undefined ? [] : [options.audience].flat());
  // RFC 6749 section 2.3.1 wants both written as form members first.
  const form = (text: string) => new URLSearchParams({ a: text }).toString().slice(2);
  const authorization = `Basic ${encodeBase64(`${form(clientId)}:${form(clientSecret)}`)}`;
  // Whoever makes tokens up must not push the answers about good ones out.
  const [good, bad] = [new Map<string, Kept>(), new Map<string, Kept>()];
  const asking = new Map<string, Promise<Claims>>();
  let endpoint: Promise<URL> | undefined;

  return async (token, { resource, clock }) => {
    if (token.length > maxLength) return undefined;
    // A token that names another issuer is that one's secret.
    const named = parseJws(token)?.payload.iss;
    if (named !== undefined && named !== issuer) return undefined;
    return judge(await claimsOf(token, clock), resource, clock);
  };

  async function claimsOf(token: string, clock: Clock): Promise<Claims> {
    const id = encodeBase64Url(await sha256(token));
    const now = clock.now();
    for (const answers of [good, bad]) {
      const known = answers.get(id);
      // A clock that was set back must not make an answer hold for longer.
      if (known && known.until > now && known.from <= now) return known.claims;
      answers.delete(id);
    }
    const asked = asking.get(id);
    if (asked) return asked;
    if (asking.size >= maxAsking) throw new Error(`${maxAsking} questions are open at ${issuer} already`);
    const answer = ask(token, clock)
      .then((claims) => {
        keep(claims.active === true ? good : bad, id, { from: now, until: now + cacheMs, claims }, now);
        return claims;
      })
      .finally(() => asking.delete(id));
    asking.set(id, answer);
    return answer;
  }

  /** Where there is no room, what is over goes, and if that is nothing, what has been kept longest. */
  function keep(answers: Map<string, Kept>, id: string, kept: Kept, now: number): void {
    if (answers.size >= maxCached) for (const [old, { until }] of answers) if (until <= now) answers.delete(old);
    const [oldest] = answers.keys();
    if (answers.size >= maxCached && oldest !== undefined) answers.delete(oldest);
    answers.set(id, kept);
  }

  async function ask(token: string, clock: Clock): Promise<Claims> {
    const url = await whereToAsk(clock);
    const { status, body } = await fetchJson(url, settled, clock, {
      method: "POST",
      headers: { Authorization: authorization, "Content-Type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ token, token_type_hint: "access_token" }).toString(),
    });
    if (!body) throw new Error(`${url.href} answered ${status}`);
    return body;
  }

  function whereToAsk(clock: Clock): Promise<URL> {
    if (options.endpoint !== undefined) return Promise.resolve(new URL(options.endpoint));
    endpoint ??= discover(issuer, settled, clock).then((found) => endpointOf(found, "introspection_endpoint"));
    endpoint.catch(() => (endpoint = undefined));
    return endpoint;
  }

  function judge(claims: Claims, resource: string, clock: Clock): Verified {
    // RFC 7662 section 2.2: whatever is wrong with a token, this is all that is said of it.
    if (claims.active !== true) throw new TokenRefused("The token is not active");
    if (claims.iss !== undefined && claims.iss !== issuer) throw new TokenRefused("The token is of another issuer");
    if (claims.aud === undefined ? requireAudience : !isFor(claims.aud, resource, further))
      throw new TokenRefused("The token is not for this server");
    // An authorization server may know other tokens than those for access, and say so (RFC 7662 section 2.2).
    if (claims.token_type !== undefined && !/^(bearer|dpop)$/i.test(String(claims.token_type)))
      throw new TokenRefused("The token is not one for access");
    checkStart(claims.nbf, clock.now(), toleranceMs);
    const expiresAt = claims.exp === undefined ? undefined : checkTimes(claims, clock.now(), toleranceMs);
    return verifiedOf(issuer, claims, expiresAt, toleranceMs);
  }
}
