// @ts-check
// What an application gives to the official SDKs' clients for authorization, both generations: where the client's
// registration, tokens and verifier are kept, and the user's way through the browser. Nothing is checked here that is left
// to the SDK, and nothing is done that it leaves to nobody.

const REDIRECT = "http://127.0.0.1:8765/callback";

/** @typedef {Record<string, any>} Loose */

/** An in-memory provider for what a scenario says of `authorization`. */
class Account {
  redirectUrl = REDIRECT;
  /** @type {Loose} */
  kept = {};
  /** @type {Promise<URLSearchParams> | undefined} */
  back;

  constructor(/** @type {Loose} */ known) {
    this.known = known;
    if (known.clientMetadataUrl) this.clientMetadataUrl = known.clientMetadataUrl;
    const { clientId, clientSecret, issuer } = known;
    if (clientId) this.kept.client = { client_id: clientId, client_secret: clientSecret, issuer };
    // A client that was registered beforehand is not to be registered anew: there is nothing to save.
    else this.saveClientInformation = (/** @type {Loose} */ client) => void (this.kept.client = client);
  }
  get clientMetadata() {
    const redirect_uris = [REDIRECT];
    return { client_name: "sdk", redirect_uris, grant_types: ["authorization_code", "refresh_token"] };
  }
  clientInformation() {
    return this.kept.client;
  }
  tokens() {
    return this.kept.tokens;
  }
  saveTokens(/** @type {Loose} */ tokens) {
    this.kept.tokens = tokens;
    // What was discovered is for one way through the browser.
    this.kept.discovery = undefined;
  }
  saveCodeVerifier(/** @type {string} */ verifier) {
    this.kept.verifier = verifier;
  }
  codeVerifier() {
    return this.kept.verifier;
  }
  saveDiscoveryState(/** @type {Loose} */ state) {
    this.kept.discovery = state;
  }
  discoveryState() {
    return this.kept.discovery;
  }
  async redirectToAuthorization(/** @type {URL} */ url) {
    const browser = new URL(this.known.browser);
    browser.searchParams.set("url", url.href);
    const reply = await fetch(browser, { redirect: "manual" });
    this.back = Promise.resolve(new URL(reply.headers.get("location") ?? "").searchParams);
  }
}

/**
 * The provider for a scenario, and `authorized`, which does something with a transport of `connect` and once more where
 * the user had to come back with a code first.
 * @param {Loose} sdk The SDK's own providers for grants without a user, and its `UnauthorizedError`.
 * @param {Loose} known
 */
export function authorization(sdk, known) {
  const { clientId, clientSecret, privateKey, issuer, identityProvider: provider } = known;
  const own = { clientId, clientSecret, expectedIssuer: issuer };
  if (known.grant === "client_credentials")
    return privateKey
      ? new sdk.PrivateKeyJwtProvider({ clientId, privateKey, algorithm: "ES256", expectedIssuer: issuer })
      : new sdk.ClientCredentialsProvider(own);
  if (known.grant === "enterprise" && sdk.CrossAppAccessProvider)
    return new sdk.CrossAppAccessProvider({
      ...own,
      assertion: async (/** @type {Loose} */ context) => {
        const { jwtAuthGrant } = await sdk.requestJwtAuthorizationGrant({
          tokenEndpoint: provider.tokenEndpoint,
          audience: context.authorizationServerUrl,
          resource: context.resourceUrl,
          idToken: provider.idToken,
          clientId: provider.clientId,
          clientSecret: provider.clientSecret,
          scope: context.scope,
          fetchFn: context.fetchFn,
        });
        return jwtAuthGrant;
      },
    });
  return new Account(known);
}

/** Where the user came back, if he was sent away since the last time. */
export async function cameBack(/** @type {any} */ account) {
  const back = await account?.back;
  if (account) account.back = undefined;
  return /** @type {URLSearchParams | undefined} */ (back);
}
