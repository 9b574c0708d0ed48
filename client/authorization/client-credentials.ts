import { authorizationBy, type Authorization, type AuthorizationOptions } from "./authorization.js";
import { scopeParam, type Grant } from "./grant.js";
import { bind, boundTo, type GivenClient } from "./registration.js";
import { requestToken } from "./token-request.js";

/** A program that is let in as itself. */
export interface ClientCredentialsOptions extends AuthorizationOptions {
  /** The client, as the authorization server knows it, with a key or a secret. */
  readonly client: GivenClient;
}

/**
 * Lets a program in as itself, without a user: the grant of client credentials, by a signed statement or a secret.
 * Page: `extensions/auth/specification/oauth-client-credentials`.
 *
 * @throws {TypeError} for an option that makes no sense
 */
export function clientCredentials(options: ClientCredentialsOptions): Authorization {
  const { client } = options;
  if (client.secret === undefined && !client.privateKey)
    throw new TypeError("client must have a privateKey or a secret to show who it is");
  const grant: Grant = {
    interactive: false,
    issuer: client.issuer,
    clientOf: (issuer, id, store) => boundTo(client, id, issuer, store),
    async obtain({ web, server, store, resource, scopes }) {
      await bind(client, server.issuer, store);
      const params = { grant_type: "client_credentials", resource, ...scopeParam(scopes) };
      return { answer: await requestToken(web, server, client, params), clientId: client.id, requested: scopes };
    },
  };
  return authorizationBy(grant, options);
}
