import { findAuthorizationServer, endpointOf, type AuthorizationServer } from "./authorization-server.js";
import { authenticateClient } from "./client-authentication.js";
import { AuthorizationFailed, type OAuthError } from "./failed.js";
import type { Grant } from "./grant.js";
import type { AuthorizationStore, Tokens } from "./store.js";
import { requestToken } from "./token-request.js";
import type { Web } from "./web.js";

interface At {
  readonly web: Web;
  readonly grant: Grant;
  readonly store: AuthorizationStore;
  readonly server: AuthorizationServer;
  /** Under which the tokens are kept. */
  readonly key: string;
}

/**
 * Gets a new access token by a refresh token, which may be replaced thereby. Undefined: the authorization server takes
 * it no more. Throws an `AuthorizationFailed` where nobody can tell, so that what may be good is kept.
 * Page: `2026-07-28/basic/authorization/index#refresh-tokens`.
 */
export async function refresh({ web, grant, store, server, key }: At, tokens: Tokens): Promise<Tokens | undefined> {
  const client = await grant.clientOf(server.issuer, tokens.clientId, store);
  if (!client) return undefined;
  const { issuer, resource, clientId, requested, refreshToken = "" } = tokens;
  try {
    const params = { grant_type: "refresh_token", refresh_token: refreshToken, resource };
    const answer = await requestToken(web, server, client, params);
    return { issuer, resource, clientId, requested, refreshToken, ...answer };
  } catch (error) {
    if (!(error instanceof AuthorizationFailed) || !isRefusal(error)) throw error;
    const { error: why } = error.data as OAuthError;
    // It no longer knows the client, which gets to know it anew.
    if (why === "invalid_client" && (await store.load("registration", issuer))?.id === clientId)
      await store.save("registration", issuer, undefined);
    // Another process was there first, and has what came of it.
    const kept = await store.load("tokens", key);
    return kept?.issuer === issuer && kept.refreshToken !== refreshToken ? kept : undefined;
  }
}

/** Whether an authorization server has said no in its own words: what stands before it may be busy, or block. */
const isRefusal = ({ reason, status, data }: AuthorizationFailed): boolean =>
  reason === "token_refused" && data !== undefined && (status === 400 || status === 401);

/** Has an authorization server take tokens back (RFC 7009). Gives whether it has; never rejects. */
export async function revoke(web: Web, grant: Grant, store: AuthorizationStore, tokens: Tokens): Promise<boolean> {
  try {
    const server = await findAuthorizationServer(web, tokens.issuer);
    const client = await grant.clientOf(tokens.issuer, tokens.clientId, store);
    if (!client || server.metadata.revocation_endpoint === undefined) return false;
    const url = await endpointOf(web, server, "revocation_endpoint");
    const { refreshToken, accessToken } = tokens;
    const body = new URLSearchParams({ token: refreshToken ?? accessToken });
    body.set("token_type_hint", refreshToken === undefined ? "access_token" : "refresh_token");
    const headers = await authenticateClient(client, server, body, web.clock);
    return (await web.form(url, body, headers, () => false)).status === 200;
  } catch {
    return false;
  }
}
