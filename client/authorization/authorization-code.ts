import { encodeBase64Url } from "../../protocol/base64.js";
import { sha256 } from "../../protocol/oauth/digest.js";
import { milliseconds } from "../../protocol/options.js";
import { randomId } from "../../protocol/random-id.js";
import { authorizationBy, type Authorization, type AuthorizationOptions } from "./authorization.js";
import { checkPkce, endpointOf, listed } from "./authorization-server.js";
import { readAuthorizationResponse } from "./authorization-response.js";
import { readClientMetadataUrl } from "./client-metadata.js";
import { AuthorizationFailed } from "./failed.js";
import { scopeParam, type Grant, type Granted, type GrantRequest } from "./grant.js";
import { readRedirectUri } from "./redirect-uri.js";
import { boundTo, clientFor, type RedirectUri, type RegistrationOptions } from "./registration.js";
import { union } from "./scopes.js";
import { requestToken } from "./token-request.js";

/** What a user is asked to agree to. */
export interface Consent {
  /** Aborts when the answer is no longer wanted. */
  readonly signal: AbortSignal;
  /** The server that the token is for. */
  readonly resource: string;
  readonly issuer: string;
  readonly scopes: readonly string[];
  /** Where the browser will be sent back to. */
  readonly redirectUri: string;
}

/** How a user lets this client in. */
export interface AuthorizationCodeOptions extends AuthorizationOptions, RegistrationOptions {
  /**
   * Where the browser is sent back to: https, or http on this machine. A function is asked when it is needed, and told
   * of the addresses that are registered with the authorization server already.
   */
  readonly redirectUri: string | RedirectUri;
  /**
   * Sends the user's browser to an address, and gives the one to which it was sent back, with its query. Open it with
   * what starts no shell.
   */
  readonly redirect: (url: URL, consent: Consent) => Promise<string | URL>;
  /** Milliseconds until the user has to be back. Default 300,000. */
  readonly redirectMs?: number;
  /**
   * Whether tokens that outlive the user's visit are asked for (`offline_access`) where the authorization server lists
   * that. It may give such tokens, or not, either way. Default true.
   */
  readonly offline?: boolean;
}

const OFFLINE = "offline_access";

/**
 * Lets a user in by a browser: OAuth 2.1 with authorization code and PKCE, from the server's 401 to the token.
 * Page: `2026-07-28/basic/authorization/index#authorization-flow-steps`.
 *
 * @throws {TypeError} for an option that makes no sense
 */
export function authorizationCode(options: AuthorizationCodeOptions): Authorization {
  const { redirectUri, clientMetadataUrl } = options;
  const redirectMs = milliseconds(options.redirectMs, 300_000, "redirectMs", 1);
  if (typeof redirectUri === "string") readRedirectUri(redirectUri);
  if (clientMetadataUrl !== undefined) readClientMetadataUrl(clientMetadataUrl);
  const redirectUriFor: RedirectUri = typeof redirectUri === "string" ? async () => redirectUri : redirectUri;

  const grant: Grant = {
    interactive: true,
    issuer: options.client?.issuer,
    async clientOf(issuer, id, store) {
      const given = options.client && (await boundTo(options.client, id, issuer, store));
      const known = [given, await store.load("registration", issuer), { id: clientMetadataUrl ?? "" }];
      return known.find((client) => client?.id === id);
    },
    async obtain(request) {
      const { web, server, store, resource } = request;
      // 2025-06-18/basic/authorization#authorization-code-protection/1
      // 2025-03-26/basic/authorization#implementation-requirements/2
      checkPkce(server);
      const endpoint = await endpointOf(web, server, "authorization_endpoint");
      // Nobody is asked to agree to what could not be fetched then.
      await endpointOf(web, server, "token_endpoint");
      const found = await clientFor(web, server, store, options, redirectUriFor);
      const { client, redirectUri } = found;
      const requested = withOffline(request);
      const verifier = randomId() + randomId();
      // 2026-07-28/basic/authorization/index#authorization-response-validation/1
      const note = {
        issuer: server.issuer,
        state: randomId(),
        redirectUri,
        namesIssuer: server.metadata.authorization_response_iss_parameter_supported === true,
      };
      const params = {
        response_type: "code",
        client_id: client.id,
        redirect_uri: redirectUri,
        state: note.state,
        resource,
        // 2026-07-28/basic/authorization/security-considerations#authorization-code-protection/2
        code_challenge: encodeBase64Url(await sha256(verifier)),
        code_challenge_method: "S256",
        ...scopeParam(requested),
        // OpenID Connect Core section 11: without it the scope counts for nothing.
        ...(requested.includes(OFFLINE) ? { prompt: "consent" } : {}),
      };
      for (const [name, value] of Object.entries(params)) endpoint.searchParams.set(name, value);
      const callback = await comeBack(endpoint, { ...request, scopes: requested }, redirectUri);
      const code = readAuthorizationResponse(callback, note);
      const answer = await requestToken(web, server, client, {
        grant_type: "authorization_code",
        code,
        redirect_uri: redirectUri,
        code_verifier: verifier,
        resource,
      });
      return { answer, clientId: client.id, requested } satisfies Granted;
    },
  };

  return authorizationBy(grant, options);

  /** 2026-07-28/basic/authorization/index#refresh-tokens/4: what comes of it is the authorization server's. */
  function withOffline({ server, scopes }: GrantRequest): readonly string[] {
    const lists = listed(server, "scopes_supported")?.includes(OFFLINE);
    return (options.offline ?? true) && lists && scopes.length > 0 ? union(scopes, [OFFLINE]) : scopes;
  }

  /** Waits until the browser is back, the time is over, or nobody waits any more. */
  async function comeBack(url: URL, request: GrantRequest, redirectUri: string): Promise<string | URL> {
    const { resource, scopes, signal, web, server } = request;
    const stopper = new AbortController();
    const stopped = new Promise<never>((_, reject) => {
      stopper.signal.addEventListener("abort", () => reject(stopper.signal.reason as Error), { once: true });
    });
    const late = new AuthorizationFailed("too_late", `Nobody came back from ${url.origin} within ${redirectMs} ms`);
    const stop = web.clock.after(redirectMs, () => stopper.abort(late), true);
    const onAbort = () => stopper.abort(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      const consent = { signal: stopper.signal, resource, issuer: server.issuer, scopes, redirectUri };
      return await Promise.race([stopped, options.redirect(url, consent)]);
    } finally {
      stop();
      signal.removeEventListener("abort", onAbort);
    }
  }
}
