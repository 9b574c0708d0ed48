// An authorization server on this machine (oidc-provider): authorization code with PKCE, resource indicators, dynamic
// registration, client id metadata documents, introspection, revocation. Everybody who comes is alice and says yes.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import Provider, { type ClientMetadata, type Configuration, type JWKS } from "oidc-provider";

const scopes = ["mcp", "files:read", "files:write"];

/** A client's metadata document, as it lies at its `client_id`: here nothing is fetched from elsewhere. */
export const documentedClient = (redirectUri: string) => ({
  client_id: "https://client.example/mcp-client.json",
  client_name: "Documented client",
  redirect_uris: [redirectUri],
  grant_types: ["authorization_code"],
  response_types: ["code"],
  token_endpoint_auth_method: "none",
  application_type: "native",
});

/** A client that acts for nobody but itself, and has a secret for that. */
export const worker = { clientId: "night-worker", clientSecret: "a-secret-of-the-night-worker" };

/** How this one introduces itself where it asks about tokens. */
export const introspector = { clientId: "files-server", clientSecret: "a-secret-of-the-files-server" };

export interface AuthorizationServerOptions {
  readonly port?: number;
  /** "jwt": tokens can be read. "opaque": they say nothing, and have to be asked about. */
  readonly tokens?: "jwt" | "opaque";
  /** Seconds that access tokens hold. */
  readonly tokenSeconds?: number;
  readonly redirectUri?: string;
  /** Further clients that are known from the start. */
  readonly clients?: readonly ClientMetadata[];
}

export async function startAuthorizationServer(options: AuthorizationServerOptions = {}) {
  const { port = 0, tokens = "jwt", tokenSeconds = 300, redirectUri = "http://127.0.0.1/callback" } = options;
  const { clients = [] } = options;
  const keys = [await newKey("key-1")];
  let handle: (request: IncomingMessage, response: ServerResponse) => unknown = () => {};
  const http = createServer((request, response) => {
    Promise.resolve(handle(request, response)).catch(() => response.writeHead(400).end());
  });
  await new Promise<void>((resolve) => http.listen(port, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;

  const serve = () => {
    const provider = new Provider(issuer, configuration(keys, tokens, tokenSeconds, redirectUri, clients));
    const answer = provider.callback();
    handle = async (request, response) => {
      if (request.url?.startsWith("/interaction/")) return consent(provider, request, response);
      if (request.url === "/reg" && request.method === "POST") await unbind(request);
      return answer(request, response);
    };
  };
  serve();
  return {
    issuer,
    /** Signs with a new key from now on; the old one stays published, or goes. */
    async rotate({ keepOld = true } = {}) {
      const fresh = await newKey(`key-${keys.length + 1}`);
      keys.splice(0, keepOld ? 0 : keys.length, fresh);
      serve();
    },
    async close() {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

function configuration(
  keys: object[],
  tokens: "jwt" | "opaque",
  seconds: number,
  redirectUri: string,
  clients: readonly ClientMetadata[],
): Configuration {
  return {
    jwks: { keys: [...keys] } as JWKS,
    scopes: ["openid", "offline_access", ...scopes],
    clientDefaults: { id_token_signed_response_alg: "ES256" },
    pkce: { required: () => true },
    cookies: { keys: ["only-for-this-machine"] },
    ttl: { AccessToken: seconds, ClientCredentials: seconds, Grant: 3600, Session: 3600, Interaction: 600 },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    clients: [
      {
        client_id: introspector.clientId,
        client_secret: introspector.clientSecret,
        redirect_uris: [],
        response_types: [],
        grant_types: [],
      },
      {
        client_id: worker.clientId,
        client_secret: worker.clientSecret,
        token_endpoint_auth_method: "client_secret_post",
        redirect_uris: [],
        response_types: [],
        grant_types: ["client_credentials"],
      },
      ...clients,
    ],
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      registration: { enabled: true },
      revocation: { enabled: true, allowedPolicy: () => true },
      introspection: { enabled: true, allowedPolicy: (_, client) => client.clientId === introspector.clientId },
      clientIdMetadataDocument: { enabled: true, ack: "draft-02" },
      resourceIndicators: {
        enabled: true,
        useGrantedResource: () => true,
        getResourceServerInfo: (_, resource) => ({
          audience: resource,
          scope: scopes.join(" "),
          ...(tokens === "jwt"
            ? { accessTokenFormat: "jwt", jwt: { sign: { alg: "ES256" } } }
            : { accessTokenFormat: "opaque" }),
        }),
      },
    },
    fetch: (url: URL | string) =>
      Promise.resolve(
        String(url) === documentedClient(redirectUri).client_id
          ? Response.json(documentedClient(redirectUri))
          : new Response(null, { status: 404 }),
      ),
  } as Configuration;
}

/** Where a person would sign in and agree; alice has done so already. */
async function consent(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { params, prompt } = await provider.interactionDetails(request, response);
  if (prompt.name === "login") {
    return provider.interactionFinished(request, response, { login: { accountId: "alice" } });
  }
  const grant = new provider.Grant({ accountId: "alice", clientId: params.client_id as string });
  const scope = (params.scope as string | undefined) ?? "";
  grant.addOIDCScope(scope);
  grant.addResourceScope(params.resource as string, scope);
  const grantId = await grant.save();
  return provider.interactionFinished(request, response, { consent: { grantId } }, { mergeWithLastSubmission: true });
}

/**
 * Clients register with the scopes of the first challenge that they meet, which here is no bound on what they may ask
 * for later.
 */
async function unbind(request: IncomingMessage & { body?: unknown }): Promise<void> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  const { scope: _, ...client } = JSON.parse(text) as Record<string, unknown>;
  request.body = client;
}

async function newKey(kid: string): Promise<object> {
  const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
  const { key_ops: _, ext: __, ...jwk } = await crypto.subtle.exportKey("jwk", pair.privateKey);
  return { ...jwk, kid, alg: "ES256", use: "sig" };
}
