import { readRedirectUri } from "./redirect-uri.js";

/** What a client says of itself to authorization servers. */
export interface ClientMetadata {
  /** For users, who are asked whether they agree. */
  readonly name: string;
  /** A page about the client. */
  readonly uri?: string;
  readonly logoUri?: string;
  /** Further members, as RFC 7591 names them. */
  readonly more?: Readonly<Record<string, unknown>>;
}

/** The grants that this client asks for. */
export const grantTypes = ["authorization_code", "refresh_token"] as const;

export const membersOf = ({ name, uri, logoUri, more }: ClientMetadata): Record<string, unknown> => ({
  client_name: name,
  ...(uri === undefined ? {} : { client_uri: uri }),
  ...(logoUri === undefined ? {} : { logo_uri: logoUri }),
  ...more,
});

/**
 * Holds the address of a client's metadata document, which is its id, against what one may be. Throws a TypeError.
 * 2026-07-28/basic/authorization/client-registration#implementation-requirements/2
 * 2026-07-28/basic/authorization/client-registration#implementation-requirements/3
 */
export function readClientMetadataUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // The id is compared letter by letter: what a parser would write otherwise is another one.
  const plain = url?.href === text && url.username === "" && url.password === "" && !text.includes("#");
  if (url?.protocol !== "https:" || url.pathname === "/" || !plain)
    throw new TypeError(`clientMetadataUrl must be an https URL with a path and without "#", got "${text}"`);
  return text;
}

/**
 * The document to serve, as `application/json`, at the address that is the client's id. Throws a TypeError for an address
 * that cannot be one.
 * 2026-07-28/basic/authorization/client-registration#implementation-requirements/4
 * 2026-07-28/basic/authorization/client-registration#implementation-requirements/5
 *
 * @param url the address of the document, to the letter
 * @param redirectUris where browsers are sent back to
 */
export function clientMetadataDocument(
  url: string,
  redirectUris: readonly string[],
  metadata: ClientMetadata,
): Record<string, unknown> {
  return {
    grant_types: grantTypes,
    response_types: ["code"],
    token_endpoint_auth_method: "none",
    ...membersOf(metadata),
    client_id: readClientMetadataUrl(url),
    redirect_uris: redirectUris.map(readRedirectUri),
  };
}
