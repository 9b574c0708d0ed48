import type { JsonAnswer } from "../../protocol/oauth/json-fetch.js";
import { endpointOf, type AuthorizationServer } from "./authorization-server.js";
import { authenticateClient, type KnownClient } from "./client-authentication.js";
import { AuthorizationFailed, readOAuthError, said } from "./failed.js";
import type { Web } from "./web.js";

/** What a token endpoint gave. */
export interface TokenAnswer {
  readonly accessToken: string;
  readonly refreshToken?: string;
  readonly expiresAt?: number;
}

/** What can stand behind `Bearer ` (RFC 6750 section 2.1). */
const sendable = /^[A-Za-z0-9._~+/-]+=*$/;

/**
 * Asks for a token. `resource` goes along whether or not the authorization server knows it. Throws `token_refused` with
 * the words of the authorization server, `malformed_answer`, `unreachable`.
 * 2026-07-28/basic/authorization/index#resource-parameter-implementation/1
 * 2026-07-28/basic/authorization/index#resource-parameter-implementation/2
 * 2026-07-28/basic/authorization/index#resource-parameter-implementation/3
 * 2026-07-28/basic/authorization/index#resource-parameter-implementation/4
 * 2026-07-28/basic/authorization/index#canonical-server-uri/4
 * 2026-07-28/basic/authorization/security-considerations#token-audience-binding-and-validation/1
 * 2026-07-28/basic/authorization/security-considerations#access-token-privilege-restriction/5
 */
export async function requestToken(
  web: Web,
  server: AuthorizationServer,
  client: KnownClient,
  params: Readonly<Record<string, string>> & { readonly grant_type: string; readonly resource: string },
): Promise<TokenAnswer> {
  const url = await endpointOf(web, server, "token_endpoint");
  const body = new URLSearchParams(params);
  const headers = await authenticateClient(client, server, body, web.clock);
  const asked = web.clock.now();
  const { access_token, token_type, refresh_token, expires_in } = tokenBody(await web.form(url, body, headers), url);
  if (typeof access_token !== "string" || !sendable.test(access_token))
    throw new AuthorizationFailed("malformed_answer", `${url.href} gave no access_token that can be sent`);
  if (typeof token_type !== "string" || token_type.toLowerCase() !== "bearer")
    throw new AuthorizationFailed("malformed_answer", `${url.href} gave a token that is not for bearers`);
  const seconds = typeof expires_in === "string" ? Number(expires_in) : expires_in;
  return {
    accessToken: access_token,
    ...(typeof refresh_token === "string" && refresh_token !== "" ? { refreshToken: refresh_token } : {}),
    ...(typeof seconds === "number" && seconds > 0 ? { expiresAt: asked + seconds * 1000 } : {}),
  };
}

/** The body of a token answer. Throws `token_refused`. */
export function tokenBody({ status, body }: JsonAnswer, url: URL): Readonly<Record<string, unknown>> {
  if (body && status >= 200 && status < 300) return body;
  const error = body && readOAuthError((name) => body[name]);
  const why = error ? said(error) : `HTTP ${status}`;
  throw new AuthorizationFailed("token_refused", `${url.href} gave no token: ${why}`, {
    status,
    ...(error ? { data: error } : {}),
  });
}
