import { test } from "uvu";
import * as assert from "uvu/assert";
import { parseJws } from "../../protocol/oauth/jws.js";
import { clientCredentials, identityAssertion, jwtBearer, type Authorization, type ClientKey } from "./index.js";
import { AS, failureOf, MCP, World } from "./testing/world.js";

const IDP = "https://10.0.0.7/token";
const pem = (der: ArrayBuffer) =>
  `-----BEGIN PRIVATE KEY-----\n${Buffer.from(der).toString("base64").replace(/.{64}/g, "$&\n")}\n-----END PRIVATE KEY-----\n`;
const use = async (world: World, authorization: Authorization) => {
  const client = await world.connect(authorization);
  await client.callTool("read");
  await client.close();
  assert.is(world.as.consents.length + world.as.registrations.length, 0, "nobody is asked, nothing registered");
  return world.as.forms.map((form) => Object.fromEntries(form));
};

test("client credentials: a secret, in the body where that is listed", async () => {
  const world = new World();
  world.as.metadata.token_endpoint_auth_methods_supported = ["client_secret_basic", "client_secret_post"];
  const client = { id: "me", secret: "s", issuer: AS };
  const forms = await use(world, clientCredentials({ client, fetch: world.fetch as never, clock: world.clock }));
  const expected = { client_id: "me", client_secret: "s", resource: MCP, scope: "mcp" };
  assert.equal(forms, [{ grant_type: "client_credentials", ...expected }]);
});

test("client credentials need no PKCE, are got anew when they end, and for more scopes", async () => {
  const world = new World();
  world.as.refreshes = false;
  delete world.as.metadata.code_challenge_methods_supported;
  world.as.metadata.token_endpoint_auth_methods_supported = ["client_secret_post"];
  const client = { id: "me", secret: "s" };
  const authorization = clientCredentials({ client, fetch: world.fetch as never, clock: world.clock });
  const connected = await world.connect(authorization);
  await world.clock.advance(301_000);
  await connected.callTool("write");
  await connected.close();
  assert.equal(
    world.as.forms.map((form) => form.get("scope")),
    ["mcp", "mcp", "mcp write"],
  );
});

for (const kind of ["PEM", "JWK", "CryptoKey"] as const) {
  test(`a key shows who the client is (${kind})`, async () => {
    const ec = { name: "ECDSA", namedCurve: "P-256" };
    const pair = await crypto.subtle.generateKey(ec, true, ["sign", "verify"]);
    const { subtle } = crypto;
    const forms: Record<typeof kind, () => Promise<ClientKey["key"]>> = {
      PEM: async () => pem(await subtle.exportKey("pkcs8", pair.privateKey)),
      JWK: () => subtle.exportKey("jwk", pair.privateKey),
      CryptoKey: async () => pair.privateKey,
    };
    const world = new World();
    world.as.metadata.token_endpoint_auth_methods_supported = ["private_key_jwt"];
    const client = { id: "me", privateKey: { key: await forms[kind](), keyId: "k1" } };
    const [form] = await use(world, clientCredentials({ client, fetch: world.fetch as never, clock: world.clock }));
    const { client_assertion = "", client_assertion_type, ...others } = form!;
    assert.is(client_assertion_type, "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    assert.equal(others, { grant_type: "client_credentials", resource: MCP, scope: "mcp" });
    const { header, payload, signed, signature } = parseJws(client_assertion)!;
    assert.equal(header, { typ: "JWT", kid: "k1", alg: "ES256" });
    const { iat, exp, jti, ...rest } = payload as Record<string, number>;
    assert.equal(rest, { iss: "me", sub: "me", aud: AS });
    assert.equal([iat! * 1000, exp! - iat!], [world.clock.now(), 60]);
    assert.ok(String(jti).length >= 22);
    assert.ok(await subtle.verify({ name: "ECDSA", hash: "SHA-256" }, pair.publicKey, signature, signed));
  });
}

test("a key that is none, or of an algorithm that is not taken, is said to be so and told of no further", async () => {
  const world = new World();
  world.as.metadata.token_endpoint_auth_signing_alg_values_supported = ["RS256"];
  const with_ = (privateKey: ClientKey) =>
    failureOf(
      world.connect(
        clientCredentials({ client: { id: "me", privateKey }, fetch: world.fetch as never, clock: world.clock }),
      ),
    );
  const other = await with_({ key: "secret" });
  assert.equal([other.reason, /RS256/.test(other.message)], ["no_client", true]);
  const broken = await with_({ key: "secret", algorithm: "RS256" });
  assert.equal([broken.reason, /secret/.test(broken.message)], ["no_client", false]);
  assert.throws(() => clientCredentials({ client: { id: "me" } }), TypeError);
});

test("an assertion that somebody else has signed is all that is sent, and a refusal is final", async () => {
  const world = new World();
  const asked: object[] = [];
  const assertion = ({ signal: _, ...about }: { signal: AbortSignal }) => (asked.push(about), "signed");
  const authorization = () =>
    jwtBearer({ client: { id: "me" }, assertion, fetch: world.fetch as never, clock: world.clock });
  const grant_type = "urn:ietf:params:oauth:grant-type:jwt-bearer";
  assert.equal(await use(world, authorization()), [
    { grant_type, assertion: "signed", resource: MCP, scope: "mcp", client_id: "me" },
  ]);
  assert.equal(asked, [{ issuer: AS, resource: MCP, scopes: ["mcp"] }]);
  world.as.forms.length = 0;
  let refusals = 0;
  world.pages.set(`${AS}/token`, () => (refusals++, Response.json({ error: "invalid_grant" }, { status: 400 })));
  assert.is((await failureOf(world.connect(authorization()))).reason, "token_refused");
  assert.is(refusals, 1);
});

test("an organization's sign-in is exchanged for a grant, the grant for a token", async () => {
  const world = new World();
  world.as.metadata.token_endpoint_auth_methods_supported = ["client_secret_basic"];
  const exchanges: URLSearchParams[] = [];
  const type = "urn:ietf:params:oauth:token-type:";
  let answer: object = { issued_token_type: `${type}id-jag`, access_token: "the-grant", token_type: "N_A" };
  world.pages.set(IDP, ({ body }) => {
    exchanges.push(new URLSearchParams(body));
    return Response.json(answer);
  });
  const authorization = (more: object = {}) =>
    identityAssertion({
      client: { id: "me", secret: "s" },
      provider: { tokenEndpoint: IDP, client: { id: "me there", secret: "x" } },
      subjectToken: () => "who",
      fetch: world.fetch as never,
      clock: world.clock,
      ...more,
    });
  const forms = await use(world, authorization());
  assert.equal(Object.fromEntries(exchanges[0]!), {
    grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
    requested_token_type: `${type}id-jag`,
    audience: AS,
    resource: MCP,
    scope: "mcp",
    subject_token: "who",
    subject_token_type: `${type}id_token`,
    client_id: "me there",
    client_secret: "x",
  });
  const grant_type = "urn:ietf:params:oauth:grant-type:jwt-bearer";
  assert.equal(forms, [{ grant_type, assertion: "the-grant", resource: MCP, scope: "mcp" }]);

  await use(world, authorization({ subjectTokenType: "saml2" }));
  assert.is(exchanges[1]!.get("subject_token_type"), `${type}saml2`);
  answer = { issued_token_type: `${type}access_token`, access_token: "other" };
  assert.is((await failureOf(world.connect(authorization()))).reason, "malformed_answer");
  assert.throws(() => authorization({ provider: { tokenEndpoint: "http://idp.example", client: { id: "" } } }));
});

test.run();
