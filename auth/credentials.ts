/** The authentication schemes that are known. */
export type Scheme = "Bearer" | "DPoP";

/** What a request brings to say who it comes from. */
export interface Credentials {
  readonly scheme: Scheme;
  readonly token: string;
}

/** Why credentials cannot be read: the request is malformed, and is answered by 400. */
export class MalformedCredentials extends Error {
  override readonly name = "MalformedCredentials";
}

/** Whether a header begins as credentials that are known here do, however they go on. */
const known = /^(?:(bearer)|dpop)(?=[\s,]|$)/i;

/** The scheme that a request's credentials begin with; undefined where there are none, or none that is known. */
export function schemeOf(headers: readonly string[]): Scheme | undefined {
  const found = known.exec(headers[0] ?? "");
  return found ? (found[1] === undefined ? "DPoP" : "Bearer") : undefined;
}

/**
 * The Authorization headers of a request whose headers of one name come joined by commas. Credentials of other schemes
 * have commas in themselves: a further header is only seen where it begins as credentials that are known here do.
 */
export const splitJoined = (joined: string): readonly string[] => joined.split(/,(?=\s*(?:bearer|dpop)(?:[\s,]|$))/i);

/** RFC 6750 section 2.1; the space at its end is none of the header's value (RFC 9110 section 5.5). */
const written = /^(?:bearer|dpop) +([A-Za-z0-9._~+/-]+=*)[ \t]*$/i;

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
  const scheme = schemeOf(headers);
  if (!scheme) return undefined;
  const token = written.exec(header)?.[1];
  if (token === undefined)
    throw new MalformedCredentials("The Authorization header must be a scheme, a space and one token");
  return { scheme, token };
}
