import { endpointUrl } from "../../protocol/oauth/resource.js";
import { authorizationBy, type Authorization, type AuthorizationOptions } from "./authorization.js";
import { authenticateClient, type KnownClient } from "./client-authentication.js";
import { AuthorizationFailed } from "./failed.js";
import { scopeParam, type GrantRequest } from "./grant.js";
import { jwtBearerGrant } from "./jwt-bearer.js";
import type { GivenClient } from "./registration.js";
import { tokenBody } from "./token-request.js";

const TOKEN_TYPE = "urn:ietf:params:oauth:token-type:";

/** An organization's identity provider, at which the user is signed in. */
export interface IdentityProvider {
  /** Its issuer identifier, where it wants clients to authenticate by a key. */
  readonly issuer?: string;
  readonly tokenEndpoint: string;
  /** This client, as the provider knows it. */
  readonly client: KnownClient;
}

/** A user who is let in by a sign-in at an identity provider. */
export interface IdentityAssertionOptions extends AuthorizationOptions {
  /** This client, as the authorization server of the MCP server knows it. */
  readonly client: GivenClient;
  readonly provider: IdentityProvider;
  /** Gives the user's identity assertion, each time that a token is needed. */
  readonly subjectToken: () => string | Promise<string>;
  /** Default: an ID Token. */
  readonly subjectTokenType?: "id_token" | "saml2";
}

/**
 * Lets a user in by a sign-in that an organization's identity provider knows already: its assertion is exchanged for a
 * grant, the grant for a token. Nobody is asked.
 * Page: `extensions/auth/specification/enterprise-managed-authorization`.
 *
 * @throws {TypeError} for an option that makes no sense
 */
export function identityAssertion(options: IdentityAssertionOptions): Authorization {
  const { client, provider, subjectToken, subjectTokenType = "id_token" } = options;
  // Its address comes from the author and from no server, so that it may lie in a closed network.
  const endpoint = endpointUrl(provider.tokenEndpoint, "provider.tokenEndpoint");

  return authorizationBy(jwtBearerGrant(client, exchange), options);

  /**
   * Exchanges the assertion.
   * extensions/auth/specification/enterprise-managed-authorization#4-token-exchange/1.1
   * extensions/auth/specification/enterprise-managed-authorization#4-token-exchange/2
   * extensions/auth/specification/enterprise-managed-authorization#4-token-exchange/3
   * extensions/auth/specification/enterprise-managed-authorization#4-token-exchange/4
   * extensions/auth/specification/enterprise-managed-authorization#4-token-exchange/5
   * extensions/auth/specification/enterprise-managed-authorization#4-token-exchange/6
   */
  async function exchange({ web, server, resource, scopes }: GrantRequest): Promise<string> {
    const body = new URLSearchParams({
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      requested_token_type: `${TOKEN_TYPE}id-jag`,
      audience: server.issuer,
      resource,
      subject_token: await subjectToken(),
      subject_token_type: TOKEN_TYPE + subjectTokenType,
      ...scopeParam(scopes),
    });
    const issuer = provider.issuer ?? endpoint.href;
    const metadata = { issuer, token_endpoint_auth_methods_supported: ["client_secret_post"] };
    const asked = { issuer, metadata, assumed: true };
    const headers = await authenticateClient(provider.client, asked, body, web.clock);
    const { issued_token_type, access_token } = tokenBody(await web.form(endpoint, body, headers), endpoint);
    if (issued_token_type !== `${TOKEN_TYPE}id-jag` || typeof access_token !== "string")
      throw new AuthorizationFailed("malformed_answer", `${endpoint.href} gave no grant for ${server.issuer}`);
    return access_token;
  }
}
