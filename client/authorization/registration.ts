import { endpointOf, listed, type AuthorizationServer } from "./authorization-server.js";
import type { KnownClient } from "./client-authentication.js";
import { grantTypes, membersOf, type ClientMetadata } from "./client-metadata.js";
import { AuthorizationFailed, readOAuthError, said } from "./failed.js";
import { isNative, readRedirectUri } from "./redirect-uri.js";
import type { AuthorizationStore, Registration } from "./store.js";
import type { Web } from "./web.js";

/** A client that somebody has registered by hand. */
export interface GivenClient extends KnownClient {
  /**
   * The authorization server that knows it. Default: the one at which it is used first, and no other from then on; name
   * it where the client has a secret, since whoever names a server's authorization server gets that secret.
   */
  readonly issuer?: string;
}

/** How this client becomes known to authorization servers. */
export interface RegistrationOptions {
  /** A client that is registered already. It comes first. */
  readonly client?: GivenClient;
  /** The address of this client's metadata document, for authorization servers that support such. */
  readonly clientMetadataUrl?: string;
  /** What this client says of itself where it registers. False: it does not register. Default: a name alone. */
  readonly register?: ClientMetadata | false;
  /** Asks the user for a client where there is no other way. */
  readonly askClient?: (issuer: string) => Promise<KnownClient | undefined>;
}

/** Where browsers are sent back to; told of the addresses that are registered already, of which one is best. */
export type RedirectUri = (registered: readonly string[]) => Promise<string>;

/** A client with the address to which browsers are sent back. */
export interface Client {
  readonly client: KnownClient;
  readonly redirectUri: string;
}

/**
 * The client that an authorization server knows, or gets to know: one that was given, its metadata document, one that
 * was registered before, one that registers now, one that the user names. Throws an `AuthorizationFailed`.
 * 2026-07-28/basic/authorization/index#client-registration/1
 * 2026-07-28/basic/authorization/client-registration#authorization-server-binding/1
 * 2026-07-28/basic/authorization/client-registration#authorization-server-binding/2
 * 2026-07-28/basic/authorization/authorization-server-discovery#authorization-server-location/3
 * 2026-07-28/basic/authorization/security-considerations#open-redirection/1
 */
export async function clientFor(
  web: Web,
  server: AuthorizationServer,
  store: AuthorizationStore,
  options: RegistrationOptions,
  redirectUriFor: RedirectUri,
): Promise<Client> {
  const redirectUri = async (registered: readonly string[] = []) => readRedirectUri(await redirectUriFor(registered));
  const { client, clientMetadataUrl, register = { name: "MCP client" }, askClient } = options;
  const { issuer, metadata } = server;
  if (client) {
    await bind(client, issuer, store);
    return { client, redirectUri: await redirectUri() };
  }
  if (clientMetadataUrl !== undefined && metadata.client_id_metadata_document_supported === true)
    return { client: { id: clientMetadataUrl }, redirectUri: await redirectUri() };
  const before = await store.load("registration", issuer);
  const uri = await redirectUri(before?.redirectUris);
  if (before && isGood(before, uri, web.clock.now())) return { client: before, redirectUri: uri };
  if (register !== false && metadata.registration_endpoint !== undefined) {
    const registered = await registerClient(web, server, register, uri);
    await store.save("registration", issuer, registered);
    return { client: registered, redirectUri: uri };
  }
  const named = await askClient?.(issuer);
  if (!named) throw new AuthorizationFailed("no_client", `${issuer} knows no client of this name, and registers none`);
  const { id, secret } = named;
  await store.save("registration", issuer, { id, ...(secret === undefined ? {} : { secret }), redirectUris: [uri] });
  return { client: named, redirectUri: uri };
}

/** A client is used where it was registered, or where it was used first, and nowhere else. */
export async function bind({ id, issuer }: GivenClient, at: string, store: AuthorizationStore): Promise<void> {
  const known = issuer ?? (await store.load("issuer", id))?.issuer;
  if (known === undefined) return store.save("issuer", id, { issuer: at });
  if (known !== at)
    throw new AuthorizationFailed("no_client", `The client ${id} is registered with ${known}; the server wants ${at}`);
}

/**
 * A given client as one authorization server knows it; undefined for any other server, which must not see its secret.
 * 2026-07-28/basic/authorization/client-registration#authorization-server-binding/1
 * 2026-07-28/basic/authorization/client-registration#authorization-server-binding/2
 */
export async function boundTo<C extends GivenClient>(
  client: C,
  id: string,
  at: string,
  store: AuthorizationStore,
): Promise<C | undefined> {
  if (client.id !== id) return undefined;
  return (client.issuer ?? (await store.load("issuer", id))?.issuer) === at ? client : undefined;
}

const isGood = ({ redirectUris, secretExpiresAt }: Registration, uri: string, now: number): boolean =>
  redirectUris.includes(uri) && (secretExpiresAt === undefined || secretExpiresAt > now);

/**
 * Registers (RFC 7591). Throws `registration_failed` with the words of the authorization server, which may not like the
 * address that browsers are sent back to.
 * 2026-07-28/basic/authorization/client-registration#application-type-and-redirect-uri-constraints/1
 * 2026-07-28/basic/authorization/client-registration#application-type-and-redirect-uri-constraints/4
 */
async function registerClient(
  web: Web,
  server: AuthorizationServer,
  about: ClientMetadata,
  redirectUri: string,
): Promise<Registration> {
  const url = await endpointOf(web, server, "registration_endpoint");
  const offered = listed(server, "token_endpoint_auth_methods_supported") ?? ["none"];
  const method = ["none", "client_secret_post", "client_secret_basic"].find((one) => offered.includes(one)) ?? "none";
  const request = {
    grant_types: grantTypes,
    response_types: ["code"],
    token_endpoint_auth_method: method,
    application_type: isNative(redirectUri) ? "native" : "web",
    ...membersOf(about),
    redirect_uris: [redirectUri],
  };
  const init = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(request) };
  const { status, body } = await web.json(url, init, () => true);
  const id = body?.client_id;
  if (status < 200 || status >= 300 || typeof id !== "string" || id === "")
    throw refused(status, body, url, redirectUri);
  const { client_secret: secret, client_secret_expires_at: ends, token_endpoint_auth_method: agreed } = body!;
  return {
    id,
    ...(typeof secret === "string" ? { secret } : {}),
    // What was asked for is what was registered, unless the answer says otherwise.
    method: typeof agreed === "string" ? agreed : method,
    redirectUris: [redirectUri],
    ...(typeof ends === "number" && ends > 0 ? { secretExpiresAt: ends * 1000 } : {}),
  };
}

function refused(
  status: number,
  body: Readonly<Record<string, unknown>> | undefined,
  url: URL,
  redirectUri: string,
): AuthorizationFailed {
  const error = body && readOAuthError((name) => body[name]);
  const why = error ? said(error) : `HTTP ${status}`;
  const about = error?.error === "invalid_redirect_uri" ? `; browsers are to come back to ${redirectUri}` : "";
  return new AuthorizationFailed("registration_failed", `${url.href} registers no client: ${why}${about}`, {
    status,
    ...(error ? { data: error } : {}),
  });
}
