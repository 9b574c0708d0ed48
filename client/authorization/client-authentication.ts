import { encodeBase64 } from "../../protocol/base64.js";
import type { Clock } from "../../protocol/clock.js";
import { messageOf } from "../../protocol/errors.js";
import { importSigningKey, signJws, type Algorithm } from "../../protocol/oauth/jws.js";
import { randomId } from "../../protocol/random-id.js";
import { listed, type AuthorizationServer } from "./authorization-server.js";
import { AuthorizationFailed } from "./failed.js";

/** How a client may show who it is. */
export type ClientAuthenticationMethod = "none" | "client_secret_basic" | "client_secret_post" | "private_key_jwt";

/** A key that a client signs with to show who it is (RFC 7523 section 2.2). */
export interface ClientKey {
  /** PKCS #8 in PEM, a JWK, or a key of WebCrypto. */
  readonly key: string | JsonWebKey | CryptoKey;
  /** Default `"ES256"`. */
  readonly algorithm?: Algorithm;
  /** The id under which the authorization server knows the key. */
  readonly keyId?: string;
}

/** A client as an authorization server knows it. */
export interface KnownClient {
  readonly id: string;
  readonly secret?: string;
  readonly privateKey?: ClientKey;
  /** Default: what the authorization server lists and this client can do. */
  readonly method?: string;
}

/** Milliseconds that a signed assertion holds. */
const ASSERTION_MS = 60_000;

/**
 * The way in which a client shows an authorization server who it is: signed where it has a key, by its secret in the
 * body where that is listed, else in a header. Throws `no_client` where nothing that it has would do.
 * extensions/auth/specification/oauth-client-credentials#client-authentication-methods/1.1
 * extensions/auth/specification/oauth-client-credentials#client-authentication-methods/1.2
 * extensions/auth/specification/oauth-client-credentials#client-authentication-methods/1.3
 */
export function methodFor(client: KnownClient, server: AuthorizationServer): ClientAuthenticationMethod {
  if (client.method !== undefined) return client.method as ClientAuthenticationMethod;
  // RFC 8414 section 2: what is not listed is by header.
  const offered = listed(server, "token_endpoint_auth_methods_supported") ?? ["client_secret_basic"];
  if (client.privateKey) return "private_key_jwt";
  if (client.secret === undefined) return "none";
  if (offered.includes("client_secret_post")) return "client_secret_post";
  if (offered.includes("client_secret_basic") || offered.length === 0) return "client_secret_basic";
  throw new AuthorizationFailed(
    "no_client",
    `${server.issuer} takes no secrets of clients: it lists ${offered.join(", ")}`,
  );
}

/** Adds to a token request who makes it; gives the headers that go along. */
export async function authenticateClient(
  client: KnownClient,
  server: AuthorizationServer,
  body: URLSearchParams,
  clock: Clock,
): Promise<Record<string, string>> {
  const { id, secret = "" } = client;
  switch (methodFor(client, server)) {
    case "none":
      body.set("client_id", id);
      return {};
    case "client_secret_post":
      body.set("client_id", id);
      body.set("client_secret", secret);
      return {};
    case "client_secret_basic": {
      // RFC 6749 section 2.3.1 wants both written as form members first.
      const form = (text: string) => new URLSearchParams({ a: text }).toString().slice(2);
      return { Authorization: `Basic ${encodeBase64(`${form(id)}:${form(secret)}`)}` };
    }
    case "private_key_jwt":
      body.set("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
      body.set("client_assertion", await assertionOf(client, server, clock));
      return {};
    default:
      throw new AuthorizationFailed(
        "no_client",
        `The client is to authenticate by ${client.method}, which is not known`,
      );
  }
}

/** A signed statement of a client that it is itself, for one authorization server (RFC 7523 section 3). */
async function assertionOf(
  { id, privateKey }: KnownClient,
  server: AuthorizationServer,
  clock: Clock,
): Promise<string> {
  if (!privateKey) throw new AuthorizationFailed("no_client", "The client has no key to sign with");
  const { algorithm = "ES256", keyId } = privateKey;
  const taken = listed(server, "token_endpoint_auth_signing_alg_values_supported");
  if (taken && !taken.includes(algorithm))
    throw new AuthorizationFailed("no_client", `${server.issuer} takes no ${algorithm}: it lists ${taken.join(", ")}`);
  const iat = Math.floor(clock.now() / 1000);
  const claims = { iss: id, sub: id, aud: server.issuer, jti: randomId(), iat, exp: iat + ASSERTION_MS / 1000 };
  try {
    const key = await importSigningKey(privateKey.key, algorithm);
    return await signJws({ typ: "JWT", ...(keyId === undefined ? {} : { kid: keyId }) }, claims, algorithm, key);
  } catch (error) {
    throw new AuthorizationFailed("no_client", messageOf(error));
  }
}
