import { readNeeded } from "../protocol/scopes.js";
import { algorithms } from "../protocol/oauth/jws.js";
import type { Resource } from "../protocol/oauth/resource.js";
import { endpointUrl } from "../protocol/oauth/resource.js";

/** What clients are told of a protected server. Page: RFC 9728 section 2. */
export interface MetadataOptions {
  /** Issuer identifiers of the authorization servers whose tokens are good here; at least one. */
  readonly authorizationServers: readonly string[];
  /** The scopes that a client needs for what is basic here; further ones it is asked for when it needs them. */
  readonly scopesSupported?: readonly string[];
  /** A name of the server for people. */
  readonly resourceName?: string;
  /** Where people read about the server. */
  readonly documentation?: string;
  /** Further members of the document, as RFC 9728 names them. */
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/**
 * The Protected Resource Metadata of a server, as JSON. Throws a TypeError or an Error for options that make no sense.
 * Page: `2026-07-28/basic/authorization/authorization-server-discovery#authorization-server-location`.
 */
export function writeMetadata({ uri }: Resource, options: MetadataOptions, dpop: boolean): string {
  const { authorizationServers, resourceName, documentation, metadata } = options;
  if (!Array.isArray(authorizationServers) || authorizationServers.length === 0)
    throw new TypeError("authorizationServers must name at least one issuer");
  for (const issuer of authorizationServers) endpointUrl(issuer, "authorizationServers");
  const listed = options.scopesSupported ?? (metadata?.scopes_supported as readonly string[] | undefined);
  const scopes = readNeeded(listed, "scopesSupported");
  return JSON.stringify({
    ...metadata,
    resource: uri,
    authorization_servers: authorizationServers,
    ...(scopes === undefined ? {} : { scopes_supported: scopes }),
    bearer_methods_supported: ["header"],
    ...(resourceName === undefined ? {} : { resource_name: resourceName }),
    ...(documentation === undefined ? {} : { resource_documentation: documentation }),
    ...(dpop ? { dpop_signing_alg_values_supported: algorithms } : {}),
  });
}
