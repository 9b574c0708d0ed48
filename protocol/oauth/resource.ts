const PROTECTED_RESOURCE = "/.well-known/oauth-protected-resource";

/** Where a server lies, as tokens name it and as clients find its metadata. */
export interface Resource {
  /** Its canonical URI: scheme and host in lower case, no slash where the path is empty. */
  readonly uri: string;
  /** Where its metadata lies (RFC 9728 section 3.1). */
  readonly metadataUrl: string;
  /** The paths that its metadata is asked for at: its own, and the one at the root. */
  readonly metadataPaths: readonly string[];
  readonly origin: string;
}

/**
 * Reads the canonical URI of a server. Throws a TypeError for what is no absolute http or https URI, or has a query or
 * a fragment. Page: `2026-07-28/basic/authorization#canonical-server-uri`.
 */
export function readResource(resource: string): Resource {
  const uri = canonicalUri(resource);
  if (uri === undefined || /[?#]/.test(resource))
    throw new TypeError(`resource must be the URI of this server, like "https://example.com/mcp", got "${resource}"`);
  const { origin, pathname } = new URL(uri);
  const path = pathname === "/" ? PROTECTED_RESOURCE : PROTECTED_RESOURCE + pathname;
  return { uri, origin, metadataUrl: origin + path, metadataPaths: [...new Set([path, PROTECTED_RESOURCE])] };
}

/**
 * The form in which URIs of servers are compared: a host in capitals is the same host, a path in capitals or with one
 * more slash is another path. Undefined for what is no http or https URI, and for credentials in one.
 */
export function canonicalUri(text: unknown): string | undefined {
  if (typeof text !== "string" || !URL.canParse(text)) return undefined;
  const { protocol, username, password, origin, pathname, search, hash } = new URL(text);
  if ((protocol !== "https:" && protocol !== "http:") || username !== "" || password !== "") return undefined;
  return origin + (pathname === "/" && search === "" ? "" : pathname) + search + hash;
}

/**
 * Whether an audience names a server, whose canonical URI is `uri`. Only scheme and host may be in any case, the
 * port of the scheme may be written, and a slash may stand for no path. All else is compared letter by letter: what a
 * parser makes of dots, backslashes, line breaks and escapes may be what another server's name was bent into.
 */
export function namesResource(audience: string, uri: string): boolean {
  const [, scheme, host, rest] = /^(https?):\/\/([^/?#\\]+)(.*)$/i.exec(audience) ?? [];
  if (scheme === undefined || host === undefined) return false;
  const at = `${scheme}://${host}`.toLowerCase().replace(/^(https:.*):443$|^(http:.*):80$/, "$1$2");
  return at + rest === uri || (rest === "/" && at === uri);
}

const loopback =
  /^(localhost|.*\.localhost|127(\.\d{1,3}){3}|\[::1\]|\[::ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4}\]|0\.0\.0\.0|\[::\])$/;

/** Whether a URL leads to this machine itself. */
export const leadsHome = (url: URL): boolean => loopback.test(url.hostname.replace(/\.$/, ""));

/**
 * The URL of an endpoint of an authorization server: https, or http on this machine alone. Throws an Error that names
 * `what`. Page: `2026-07-28/basic/authorization/security-considerations#communication-security`.
 */
export function endpointUrl(text: unknown, what: string): URL {
  if (typeof text !== "string" || !URL.canParse(text)) throw new Error(`${what} must be a URL`);
  const url = new URL(text);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && leadsHome(url)))
    throw new Error(`${what} must be an https URL, or an http one on this machine`);
  if (url.username !== "" || url.password !== "") throw new Error(`${what} must have no credentials in it`);
  return url;
}
