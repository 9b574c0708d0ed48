// @ts-check
// npm run authorization: other people's client goes through the flow of examples/authorization against its servers:
// registration, code and PKCE, a tool, and a step-up for another one, in both eras and by each way to know a client; and
// over HTTP+SSE without the step-up.
import { equal, match, rejects } from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import {
  Client,
  SSEClientTransport,
  StreamableHTTPClientTransport,
  UnauthorizedError,
} from "@modelcontextprotocol/client";
import { transpile } from "../scripts/transpile.mjs";

await transpile(".run");
const from = (/** @type {string} */ file) =>
  import(new URL(`../.run/examples/authorization/${file}`, import.meta.url).href);
const { startAuthorizationServer, documentedClient } = await from("authorization-server.js");
const { startProtectedServer } = await from("protected-server.js");
const { browse, redirectUri } = await from("flow.js");

/** What the client is told of itself, and remembers. */
class Account {
  redirectUrl = redirectUri;
  /** @type {string[]} */
  asked = [];
  /** @type {Record<string, any>} */
  kept = {};
  /** @type {URL | undefined} */
  sentTo;

  /** @param {string | undefined} clientMetadataUrl */
  constructor(clientMetadataUrl) {
    if (clientMetadataUrl !== undefined) this.clientMetadataUrl = clientMetadataUrl;
  }
  get clientMetadata() {
    return {
      client_name: "interop",
      redirect_uris: [redirectUri],
      token_endpoint_auth_method: "none",
      application_type: "native",
    };
  }
  clientInformation() {
    return this.kept.client;
  }
  saveClientInformation(/** @type {any} */ client) {
    this.kept.client = client;
  }
  tokens() {
    return this.kept.tokens;
  }
  saveTokens(/** @type {any} */ tokens) {
    this.kept.tokens = tokens;
  }
  saveCodeVerifier(/** @type {string} */ verifier) {
    this.kept.verifier = verifier;
  }
  codeVerifier() {
    return this.kept.verifier;
  }
  saveDiscoveryState(/** @type {any} */ state) {
    this.kept.discovery = state;
  }
  discoveryState() {
    return this.kept.discovery;
  }
  redirectToAuthorization(/** @type {URL} */ url) {
    this.asked.push(url.searchParams.get("scope") ?? "");
    this.sentTo = url;
  }
}

let failed = 0;

/** @param {string} era @param {"jwt" | "opaque"} tokens @param {boolean} documented @param {boolean} sse */
async function drive(era, tokens, documented, sse = false) {
  const authorizationServer = await startAuthorizationServer({ tokens, redirectUri });
  const server = await startProtectedServer(authorizationServer.issuer, { tokens, sse });
  const newTransport = () => {
    const options = { authProvider: /** @type {any} */ (account) };
    return sse
      ? new SSEClientTransport(new URL(server.sseUrl), options)
      : new StreamableHTTPClientTransport(new URL(server.url), options);
  };
  const account = new Account(documented ? documentedClient(redirectUri).client_id : undefined);
  /** @type {Client | undefined} */
  let client;
  const connected = async () => {
    client = new Client(
      { name: "interop", version: "0.0.0" },
      { versionNegotiation: era === "modern" ? { mode: { pin: "2026-07-28" } } : { mode: "legacy" } },
    );
    await client.connect(newTransport());
    return client;
  };
  /** Does something that needs a token, which the user is asked for once. */
  const authorized = async (/** @type {() => Promise<any>} */ act) => {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof UnauthorizedError) || !account.sentTo) throw error;
      const back = await browse(account.sentTo);
      await newTransport().finishAuth(back.searchParams);
      await connected();
      return act();
    }
  };
  const call = (/** @type {string} */ name) => async () => {
    const found = client ?? (await connected());
    const result = /** @type {any} */ (await found.callTool({ name, arguments: {} }));
    return result.content[0].text;
  };
  const row = `${sse ? "HTTP+SSE" : era} · ${tokens} tokens · client known by ${documented ? "its document" : "registration"}`;
  try {
    await authorized(connected);
    match(await call("whoami")(), documented ? /^alice by https:/ : /^alice by \S+$/);
    equal(account.asked[0], "mcp");
    if (sse) {
      // What was taken by 202 is refused on the stream, where this client looks for no challenge.
      const requiredScopes = ["mcp", "files:read", "files:write"];
      await rejects(call("write_file"), (/** @type {any} */ { data }) => isDeepStrictEqual(data, { requiredScopes }));
    } else {
      equal(await authorized(call("write_file")), "Written.");
      match(account.asked.at(-1) ?? "", /files:write/);
    }
    console.log(`ok    ${row}`);
  } catch (error) {
    failed += 1;
    console.log(`FAIL  ${row}\n${error instanceof Error ? error.stack : error}`);
  } finally {
    await client?.close().catch(() => {});
    await server.close();
    await authorizationServer.close();
  }
}

let driven = 0;
for (const tokens of /** @type {const} */ (["jwt", "opaque"])) {
  for (const documented of [false, true]) {
    await drive("modern", tokens, documented);
    await drive("legacy", tokens, documented);
    await drive("legacy", tokens, documented, true);
    driven += 3;
  }
}
console.log(`${driven - failed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
