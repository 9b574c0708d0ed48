/** What a request brings to say who it comes from. */
export interface Credentials {
  readonly scheme: "Bearer" | "DPoP";
  readonly token: string;
}

/** Why credentials cannot be read: the request is malformed, and is answered by 400. */
export class MalformedCredentials extends Error {
  override readonly name = "MalformedCredentials";
}

/** RFC 6750 section 2.1. */
const written = /^(bearer|dpop) +([A-Za-z0-9._~+/-]+=*)$/i;

/**
 * Reads the credentials of a request: `headers` are its Authorization headers, each as it came. Undefined where there
 * are none, or of a scheme that is not known here. Throws {@link MalformedCredentials}.
 * Pages: `2026-07-28/basic/authorization#token-requirements`, RFC 6750 section 2.
 */
export function readCredentials(
  headers: readonly string[],
  query: URLSearchParams,
  maxLength: number,
): Credentials | undefined {
  // A query stands in logs, histories and referrers: what came there is taken by nobody, so that nobody sends it.
  if (query.has("access_token")) throw new MalformedCredentials("A token must not stand in the query of the URL");
  if (headers.length > 1) throw new MalformedCredentials("There must be one Authorization header");
  const [header] = headers;
  if (header === undefined || header.trim() === "") return undefined;
  if (header.length > maxLength)
    throw new MalformedCredentials(`The Authorization header is longer than ${maxLength} characters`);
  if (!/^(bearer|dpop)(\s|,|$)/i.test(header)) return undefined;
  const [, scheme, token] = written.exec(header.trim()) ?? [];
  if (scheme === undefined || token === undefined)
    throw new MalformedCredentials("The Authorization header must be a scheme, a space and one token");
  return { scheme: scheme.toLowerCase() === "dpop" ? "DPoP" : "Bearer", token };
}
