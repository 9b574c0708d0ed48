// Clients that act for themselves (the extension OAuth Client Credentials), against a real authorization server; and
// what becomes of the grants of enterprises (Enterprise-Managed Authorization) where they come instead of a token.
import { randomUUID } from "node:crypto";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { startAuthorizationServer, worker } from "../examples/authorization/authorization-server.js";
import { getToken, readChallenge, redirectUri } from "../examples/authorization/flow.js";
import { startProtectedServer } from "../examples/authorization/protected-server.js";
import { mirrored, postHeaders } from "../transports/testing/http-wire.js";
import { call, initialize, initialized, modern, type Wire } from "../transports/testing/messages.js";
import { signer } from "./testing/tokens.js";

const key = await signer("worker-key");
const signing = "jwt-worker";

async function start(tokens: "jwt" | "opaque") {
  const clients = [
    {
      client_id: signing,
      token_endpoint_auth_method: "private_key_jwt" as const,
      jwks: { keys: [{ ...key.jwk, alg: "ES256", use: "sig" }] },
      redirect_uris: [],
      response_types: [],
      grant_types: ["client_credentials"],
    },
  ];
  const as = await startAuthorizationServer({ tokens, redirectUri, clients: clients as never });
  const server = await startProtectedServer(as.issuer, { tokens });
  const metadata: Wire = await (await fetch(`${as.issuer}/.well-known/oauth-authorization-server`)).json();
  return {
    as,
    server,
    metadata,
    send: (token: string, message: Wire, headers: Record<string, string> = {}) =>
      fetch(server.url, {
        method: "POST",
        headers: {
          ...postHeaders,
          ...(message.params?._meta ? mirrored(message) : {}),
          ...headers,
          Authorization: `Bearer ${token}`,
        },
        body: JSON.stringify(message),
      }),
    /** Asks for a token, by what the client authenticates with. */
    async token(credentials: Record<string, string>, scope = "mcp", resource = server.url): Promise<string> {
      const body = new URLSearchParams({ grant_type: "client_credentials", scope, resource, ...credentials });
      const answer: Wire = await (await fetch(metadata.token_endpoint, { method: "POST", body })).json();
      if (!answer.access_token) throw new Error(JSON.stringify(answer));
      return answer.access_token;
    },
    async stop() {
      await server.close();
      await as.close();
    },
  };
}

const secret = { client_id: worker.clientId, client_secret: worker.clientSecret };
const whoami = modern(1, "tools/call", call("whoami"));

/** What a client signs to show who it is (RFC 7523 section 2.2). */
async function assertion(audience: string): Promise<Record<string, string>> {
  const iat = Math.floor(Date.now() / 1000);
  const claims = { iss: signing, sub: signing, aud: audience, jti: randomUUID(), iat, exp: iat + 60 };
  return {
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    client_assertion: await key.sign(claims, { typ: "JWT" }),
  };
}

for (const tokens of ["jwt", "opaque"] as const) {
  test(`a client acts for itself, by a secret or by a signed assertion (${tokens} tokens)`, async () => {
    const { as, metadata, token, send, stop } = await start(tokens);
    try {
      for (const method of ["private_key_jwt", "client_secret_basic"])
        assert.ok(metadata.token_endpoint_auth_methods_supported.includes(method));
      assert.ok(metadata.token_endpoint_auth_signing_alg_values_supported.includes("ES256"));
      for (const [credentials, client] of [
        [secret, worker.clientId],
        [await assertion(as.issuer), signing],
      ] as const) {
        const answer = await send(await token(credentials), whoami);
        assert.is(answer.status, 200);
        // By a JWT its subject is the client (RFC 9068 section 2.2); introspection need not name one.
        const who: string = (await answer.json()).result.content[0].text;
        assert.match(who, new RegExp(`^(${client}|undefined) by ${client}$`));
      }
    } finally {
      await stop();
    }
  });
}

test("its scopes, its audience and its sessions are held as those of a user", async () => {
  const { server, as, token, send, stop } = await start("jwt");
  try {
    const bare = await token(secret);
    const refused = await send(bare, modern(1, "tools/call", call("write_file")));
    assert.is(refused.status, 403);
    assert.is(readChallenge(refused.headers.get("www-authenticate")).scope, "mcp files:read files:write");
    const more = await token(secret, "mcp files:read files:write");
    assert.is((await send(more, modern(1, "tools/call", call("write_file")))).status, 200);
    assert.is((await send(await token(secret, "files:read"), whoami)).status, 403);
    assert.is((await send(await token(secret, "mcp", "https://other.example/mcp"), whoami)).status, 401);

    const opened = await send(bare, initialize("2025-11-25"));
    const session = { "Mcp-Session-Id": opened.headers.get("mcp-session-id")! };
    assert.is((await send(more, initialized, session)).status, 202, "the same client with another token");
    const others = [(await getToken(server.url)).token, await token(await assertion(as.issuer))];
    for (const other of others) assert.is((await send(other, initialized, session)).status, 404);
  } finally {
    await stop();
  }
});

test("an enterprise's grant (ID-JAG) is for its authorization server, and is no token here", async () => {
  const { server, as, send, stop } = await start("jwt");
  try {
    const iat = Math.floor(Date.now() / 1000);
    const claims = {
      sub: "alice",
      resource: server.url,
      client_id: "app",
      jti: "1",
      scope: "mcp",
      iat,
      exp: iat + 300,
    };
    // By the enterprise, and by whoever speaks in the name of the server's own authorization server.
    for (const [iss, aud, why] of [
      ["https://acme.idp.example", as.issuer, /not one that is known here/],
      [as.issuer, as.issuer, /of a kind that is not taken/],
      [as.issuer, server.url, /of a kind that is not taken/],
    ] as const) {
      const answer = await send(await key.sign({ ...claims, iss, aud }, { typ: "oauth-id-jag+jwt" }), whoami);
      assert.is(answer.status, 401);
      const { error, error_description } = readChallenge(answer.headers.get("www-authenticate"));
      assert.is(error, "invalid_token");
      assert.match(error_description!, why);
    }
  } finally {
    await stop();
  }
});

test.run();
