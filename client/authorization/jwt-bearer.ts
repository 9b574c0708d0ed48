import { authorizationBy, type Authorization, type AuthorizationOptions } from "./authorization.js";
import { scopeParam, type Grant, type GrantRequest } from "./grant.js";
import { bind, boundTo, type GivenClient } from "./registration.js";
import { requestToken } from "./token-request.js";

/** What an assertion is wanted for. */
export interface AssertionRequest {
  /** The authorization server that it is for. */
  readonly issuer: string;
  /** The MCP server that the token is for. */
  readonly resource: string;
  readonly scopes: readonly string[];
  /** Aborts when nobody waits any more. */
  readonly signal: AbortSignal;
}

/** A program, or a user, that is let in by a statement which somebody else has signed. */
export interface JwtBearerOptions extends AuthorizationOptions {
  /** The client, as the authorization server knows it. */
  readonly client: GivenClient;
  /** Gives a signed statement, each time that a token is needed. Its issuer has to be one that the server trusts. */
  readonly assertion: (request: AssertionRequest) => string | Promise<string>;
}

/**
 * Lets a client in by an assertion: the grant of RFC 7523 section 2.1, as workloads have it that carry an identity of
 * their platform. A refusal is final: nothing else is tried.
 *
 * @throws {TypeError} for an option that makes no sense
 */
export function jwtBearer(options: JwtBearerOptions): Authorization {
  const { client, assertion } = options;
  if (typeof assertion !== "function") throw new TypeError("assertion must be a function");
  return authorizationBy(
    jwtBearerGrant(client, ({ server: { issuer }, resource, scopes, signal }) =>
      assertion({ issuer, resource, scopes, signal }),
    ),
    options,
  );
}

/**
 * The grant by itself.
 * extensions/auth/specification/enterprise-managed-authorization#5-access-token-request/1
 * extensions/auth/specification/enterprise-managed-authorization#5-access-token-request/2
 */
export function jwtBearerGrant(
  client: GivenClient,
  assertion: (request: GrantRequest) => string | Promise<string>,
): Grant {
  return {
    interactive: false,
    issuer: client.issuer,
    clientOf: (issuer, id, store) => boundTo(client, id, issuer, store),
    async obtain(request) {
      const { web, server, store, resource, scopes } = request;
      await bind(client, server.issuer, store);
      const answer = await requestToken(web, server, client, {
        grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
        assertion: await assertion(request),
        resource,
        ...scopeParam(scopes),
      });
      return { answer, clientId: client.id, requested: scopes };
    },
  };
}
