import { canonicalUri, readResource } from "../../protocol/oauth/resource.js";
import { AuthorizationFailed } from "./failed.js";
import { scopesIn } from "./scopes.js";
import type { Web } from "./web.js";

/** What a server says of itself (RFC 9728). */
export interface ProtectedResource {
  /** As the server writes it: so it goes into requests. */
  readonly resource: string;
  /** Its authorization servers, at least one. */
  readonly issuers: readonly string[];
  readonly scopes: readonly string[] | undefined;
}

/** The address of a server, by which it is told from others, and its tokens from theirs: its query belongs to it. */
export const canonicalServer = (server: URL): string => canonicalUri(server.origin + server.pathname + server.search)!;

/** What a server is called in requests for tokens that does not say so itself: its address without a query. */
export const assumedResource = (server: URL): string => canonicalUri(server.origin + server.pathname)!;

/** Where the metadata of a server lie that does not say so: at its own path, then at the root. */
const placesOf = (server: URL): string[] =>
  readResource(assumedResource(server)).metadataPaths.map((path) => server.origin + path);

/**
 * Finds the metadata of a server: where a challenge says they are, else at the well-known places. Undefined: the server
 * has none. Throws an `AuthorizationFailed`.
 * 2026-07-28/basic/authorization/authorization-server-discovery#protected-resource-metadata-discovery-requirements/2
 * 2026-07-28/basic/authorization/index#overview/5
 */
export async function findProtectedResource(
  web: Web,
  server: URL,
  announced: string | undefined,
): Promise<ProtectedResource | undefined> {
  const what = "resource_metadata of the server";
  const places = announced === undefined ? placesOf(server) : [announced];
  for (const place of places) {
    // The address of the server itself is its user's own.
    const url = announced === undefined ? await web.admit(new URL(place), what) : await web.read(place, what);
    const { status, body } = await web.json(url);
    if (body) return readProtectedResource(body, server, url);
    if (announced !== undefined || status < 400 || status >= 500)
      throw new AuthorizationFailed("no_metadata", `${url.href}, where the metadata should lie, answered ${status}`, {
        status,
      });
  }
  return undefined;
}

/** Reads metadata that are said to be those of a server. Throws `resource_mismatch` or `malformed_metadata`. */
export function readProtectedResource(
  { resource, authorization_servers: issuers, scopes_supported }: Readonly<Record<string, unknown>>,
  server: URL,
  from: URL,
): ProtectedResource {
  if (typeof resource !== "string" || !covers(resource, server)) {
    const named = typeof resource === "string" ? resource.slice(0, 200) : "no resource";
    throw new AuthorizationFailed("resource_mismatch", `The metadata at ${from.href} are those of ${named}`);
  }
  if (!Array.isArray(issuers) || issuers.length === 0 || issuers.some((issuer) => typeof issuer !== "string"))
    throw new AuthorizationFailed("malformed_metadata", `authorization_servers at ${from.href} must name at least one`);
  return { resource, issuers: issuers as string[], scopes: scopesIn(scopes_supported) };
}

/**
 * Whether what metadata call their resource is the server, or that part of its origin which the server belongs to.
 * RFC 9728 section 3.3, as docs/decisions.md widens it.
 */
export function covers(resource: string, server: URL): boolean {
  const uri = canonicalUri(resource);
  if (uri === undefined || resource.includes("#")) return false;
  const { origin, pathname, search } = new URL(uri);
  if (origin !== server.origin || (search !== "" && search !== server.search)) return false;
  const path = pathname.replace(/\/$/, "");
  return server.pathname === path || server.pathname.startsWith(`${path}/`);
}
