import { messageOf } from "../../protocol/errors.js";
import { discover, NoMetadata, type ServerMetadata } from "../../protocol/oauth/discovery.js";
import { AuthorizationFailed } from "./failed.js";
import type { Web } from "./web.js";

/** An authorization server that speaks for itself. */
export interface AuthorizationServer {
  readonly issuer: string;
  readonly metadata: ServerMetadata;
  /** Whether there are no metadata, and default paths stand in their place (2025-03-26). */
  readonly assumed: boolean;
}

/**
 * Finds the metadata of an authorization server at its well-known places, and sees that they are its own. Throws
 * `issuer_mismatch`, `no_metadata`, `unsafe_url`.
 * 2026-07-28/basic/authorization/authorization-server-discovery#authorization-server-metadata-discovery/1
 * 2026-07-28/basic/authorization/authorization-server-discovery#authorization-server-metadata-discovery/4
 * 2026-07-28/basic/authorization/authorization-server-discovery#authorization-server-metadata-discovery/5
 * 2026-07-28/basic/authorization/authorization-server-discovery#authorization-server-metadata-discovery/6
 * 2026-07-28/basic/authorization/index#overview/7
 * 2025-06-18/basic/authorization#overview/6
 * 2025-06-18/basic/authorization#server-metadata-discovery/1
 */
export async function findAuthorizationServer(web: Web, issuer: string): Promise<AuthorizationServer> {
  await web.read(issuer, "the issuer of the server's authorization server");
  try {
    const metadata = await discover(issuer, web.settings.fetch, web.clock);
    return { issuer, metadata, assumed: false };
  } catch (error) {
    throw failureOf(error);
  }
}

const failureOf = (error: unknown): AuthorizationFailed => {
  const other = error instanceof NoMetadata && error.why === "other_issuer";
  return new AuthorizationFailed(other ? "issuer_mismatch" : "no_metadata", messageOf(error), { cause: error });
};

/**
 * The authorization server of a server without metadata of its own, as 2025-03-26 has it: the origin of the server, by
 * its metadata, or without them by default paths.
 * 2025-03-26/basic/authorization#overview/3
 * 2025-03-26/basic/authorization#authorization-base-url/1
 * 2025-03-26/basic/authorization#authorization-base-url/2
 * 2025-03-26/basic/authorization#fallbacks-for-servers-without-metadata-discovery/1.1
 * 2025-03-26/basic/authorization#fallbacks-for-servers-without-metadata-discovery/1.2
 * 2025-03-26/basic/authorization#fallbacks-for-servers-without-metadata-discovery/1.3
 * 2025-03-26/basic/authorization#fallbacks-for-servers-without-metadata-discovery/2
 */
export async function findLegacyServer(
  web: Web,
  server: URL,
  version: string | undefined,
): Promise<AuthorizationServer> {
  const base = server.origin;
  await web.read(base, "the address of the server");
  const headers = version === undefined ? {} : { "MCP-Protocol-Version": version };
  try {
    return { issuer: base, metadata: await discover(base, web.settings.fetch, web.clock, { headers }), assumed: false };
  } catch (error) {
    if (!(error instanceof NoMetadata) || error.why !== "none") throw failureOf(error);
  }
  const metadata = {
    issuer: base,
    authorization_endpoint: `${base}/authorize`,
    token_endpoint: `${base}/token`,
    registration_endpoint: `${base}/register`,
  };
  return { issuer: base, metadata, assumed: true };
}

/** An endpoint of an authorization server. Throws `malformed_metadata` where there is none, `unsafe_url`. */
export async function endpointOf(web: Web, { issuer, metadata }: AuthorizationServer, member: string): Promise<URL> {
  if (metadata[member] === undefined)
    throw new AuthorizationFailed("malformed_metadata", `The metadata of ${issuer} have no ${member}`);
  return web.read(metadata[member], `${member} of ${issuer}`);
}

/** A member of the metadata that is a list of strings; undefined where it is none. */
export function listed({ metadata }: AuthorizationServer, member: string): readonly string[] | undefined {
  const list = metadata[member];
  return Array.isArray(list) ? list.filter((one): one is string => typeof one === "string") : undefined;
}

/**
 * Sees that an authorization server supports PKCE by S256. Without metadata nothing can be seen, and PKCE is used all
 * the same. Throws `no_pkce`.
 * 2026-07-28/basic/authorization/security-considerations#authorization-code-protection/1
 * 2026-07-28/basic/authorization/security-considerations#authorization-code-protection/3
 * 2026-07-28/basic/authorization/security-considerations#authorization-code-protection/4
 * 2026-07-28/basic/authorization/security-considerations#authorization-code-protection/5
 * 2026-07-28/basic/authorization/security-considerations#authorization-code-protection/6
 */
export function checkPkce(server: AuthorizationServer): void {
  if (server.assumed || listed(server, "code_challenge_methods_supported")?.includes("S256")) return;
  const why = `${server.issuer} does not list S256 in code_challenge_methods_supported: codes would be unprotected`;
  throw new AuthorizationFailed("no_pkce", why);
}
