import { test } from "uvu";
import * as assert from "uvu/assert";
import { FakeClock } from "../protocol/fake-clock.js";
import { TokenRefused, type Verifier } from "./index.js";
import { algorithms } from "../protocol/oauth/jws.js";
import { knows } from "./testing/protected.js";
import { claimsAt, ISSUER, jwksOf, RESOURCE, signer, unsigned } from "./testing/tokens.js";

const clock = new FakeClock();
const presented = { resource: RESOURCE, clock, scheme: "Bearer" } as const;
const key = await signer();

async function refused(verify: Verifier, token: string, why: RegExp): Promise<void> {
  let error: unknown;
  try {
    assert.is(await verify(token, presented), undefined, "it was not refused");
  } catch (thrown) {
    error = thrown;
  }
  assert.instance(error, TokenRefused, String(error));
  assert.match((error as Error).message, why);
}

test("who a token stands for", async () => {
  const claims = claimsAt(clock, { scope: "mcp files:read", tenant: "t" });
  const verified = await knows([key])(await key.sign(claims), presented);
  assert.equal(verified, {
    principal: `["${ISSUER}","alice","app"]`,
    issuer: ISSUER,
    subject: "alice",
    client: "app",
    scopes: ["mcp", "files:read"],
    claims,
    expiresAt: clock.now() + 300_000,
    // The tolerance for clocks is the verifier's.
    takenUntil: clock.now() + 330_000,
  });
});

for (const alg of algorithms.filter((name) => name !== "Ed25519")) {
  test(`a signature of ${alg} is verified, and one of another key is not`, async () => {
    const [ours, theirs] = [await signer("k1", alg), await signer("k1", alg)];
    const verify = knows([ours]);
    assert.is((await verify(await ours.sign(claimsAt(clock)), presented))?.subject, "alice");
    await refused(verify, await theirs.sign(claimsAt(clock)), /signature/);
    const [head, , end] = (await ours.sign(claimsAt(clock))).split(".");
    const forged = unsigned(claimsAt(clock, { sub: "root" }), {}).split(".")[1];
    await refused(verify, `${head}.${forged}.${end}`, /signature/);
  });
}

test("the newer name of EdDSA is the same", async () => {
  const ours = await signer("k1", "EdDSA");
  assert.ok(await knows([ours])(await ours.sign(claimsAt(clock), { alg: "Ed25519" }), presented));
});

test("an algorithm that is not allowed is refused though its key is known", async () => {
  const verify = knows([key], { algorithms: ["RS256"] });
  await refused(verify, await key.sign(claimsAt(clock)), /algorithm/);
  assert.throws(() => knows([key], { algorithms: ["HS256" as never] }), /HS256/);
});

test("what is no signed token, or of another issuer, is left to others", async () => {
  const verify = knows([key]);
  for (const token of ["abc", "a.b", "a.b.c", "a.b.c.d", "..", `${unsigned({}, {})}.`, "=.=.="]) {
    assert.is(await verify(token, presented), undefined, token);
  }
  for (const iss of ["https://other.example", `${ISSUER}/`, ISSUER.toUpperCase(), 7, [ISSUER], undefined])
    assert.is(await verify(await key.sign(claimsAt(clock, { iss })), presented), undefined);
  const short = knows([key], { maxLength: 100 });
  assert.is(await short(await key.sign(claimsAt(clock)), presented), undefined);
});

test("the audience has to name this server", async () => {
  const verify = knows([key]);
  for (const aud of [RESOURCE, ["https://other.example", RESOURCE], "HTTPS://MCP.EXAMPLE:443/mcp"])
    assert.ok(await verify(await key.sign(claimsAt(clock, { aud })), presented), String(aud));
  const near = ["/", "/other", "?a", "#a", "x"].map((more) => RESOURCE + more);
  for (const aud of [
    ...near,
    "https://mcp.example",
    "http://mcp.example/mcp",
    "https://MCP.example/MCP",
    "mcp",
    [],
    [[RESOURCE]],
    {},
    undefined,
    null,
  ])
    await refused(verify, await key.sign(claimsAt(clock, { aud })), /not for this server/);
  const further = knows([key], { audience: "api://files" });
  assert.ok(await further(await key.sign(claimsAt(clock, { aud: "api://files" })), presented));
  assert.ok(await further(await key.sign(claimsAt(clock)), presented));
  await refused(further, await key.sign(claimsAt(clock, { aud: "api://files/" })), /not for this server/);
});

test("times, with the tolerance that is allowed for", async () => {
  const verify = knows([key], { toleranceMs: 10_000 });
  const now = clock.now() / 1000;
  for (const good of [{ exp: now - 9 }, { nbf: now + 10 }, { exp: now + 1e9 }])
    assert.ok(await verify(await key.sign(claimsAt(clock, good)), presented), JSON.stringify(good));
  await refused(verify, await key.sign(claimsAt(clock, { exp: now - 10 })), /expired/);
  await refused(verify, await key.sign(claimsAt(clock, { nbf: now + 11 })), /not valid yet/);
  for (const exp of [undefined, "9999999999", null, Infinity])
    await refused(verify, await key.sign(claimsAt(clock, { exp })), /when it ends/);
  await refused(verify, await key.sign(claimsAt(clock, { nbf: "soon" })), /not valid yet/);
  const short = knows([key], { maxLifetimeMs: 60_000, toleranceMs: 0 });
  assert.is((await short(await key.sign(claimsAt(clock)), presented))?.expiresAt, clock.now() + 60_000);
  for (const iat of [now - 60, now + 1, undefined])
    await refused(short, await key.sign(claimsAt(clock, { iat })), /older/);
});

test("the kind of token", async () => {
  const verify = knows([key]);
  for (const typ of ["at+jwt", "JWT", "jwt", "application/at+jwt", "AT+JWT"])
    assert.ok(await verify(await key.sign(claimsAt(clock), { typ }), presented), typ);
  for (const typ of ["dpop+jwt", "logout+jwt", "secevent+jwt", undefined, 1])
    await refused(verify, await key.sign(claimsAt(clock), { typ }), /kind/);
  assert.ok(await knows([key], { types: [""] })(await key.sign(claimsAt(clock), { typ: undefined }), presented));
});

test("a token of nobody is refused, one of a client alone is that client's", async () => {
  const verify = knows([key]);
  await refused(verify, await key.sign(claimsAt(clock, { sub: undefined, client_id: undefined })), /whose/);
  const alone = await verify(await key.sign(claimsAt(clock, { sub: undefined })), presented);
  assert.is(alone?.principal, `["${ISSUER}",null,"app"]`);
});

test("scopes as text, as a list, as other servers call them", async () => {
  const scopesOf = async (more: object) =>
    (await knows([key])(await key.sign(claimsAt(clock, { scope: undefined, ...more })), presented))?.scopes;
  assert.equal(await scopesOf({ scope: "a b" }), ["a", "b"]);
  assert.equal(await scopesOf({ scope: ["a", 1, "b"] }), ["a", "b"]);
  assert.equal(await scopesOf({ scp: ["a"] }), ["a"]);
  assert.equal(await scopesOf({}), []);
});

test("a token that is bound to a certificate is refused", async () => {
  await refused(knows([key]), await key.sign(claimsAt(clock, { cnf: { "x5t#S256": "a" } })), /bound/);
});

test("keys say what they are for", async () => {
  const token = await key.sign(claimsAt(clock));
  const withJwk = (more: object) => knows([], { jwks: { keys: [{ ...key.jwk, ...more }] } });
  assert.ok(await withJwk({ use: "sig", alg: "ES256", key_ops: ["verify"] })(token, presented));
  for (const more of [
    { use: "enc" },
    { alg: "ES384" },
    { key_ops: ["sign"] },
    { kty: "RSA" },
    { crv: "P-384" },
    { x: "A" },
  ])
    await refused(withJwk(more), token, /signature/);
  const weak = await signer("k1", "RS256", 1024);
  await refused(knows([weak]), await weak.sign(claimsAt(clock)), /signature/);
});

test("a signature that names no key is tried with those of its kind", async () => {
  const [a, b] = [await signer(undefined), await signer(undefined)];
  const verify = knows([a, b]);
  assert.ok(await verify(await b.sign(claimsAt(clock)), presented));
});

test("options that make no sense are refused by name", () => {
  assert.throws(() => knows([key], { issuer: "http://as.example" }), /issuer must be an https URL/);
  assert.throws(() => knows([key], { toleranceMs: -1 }), /toleranceMs/);
  assert.throws(() => knows([key], { maxLength: 0 }), /maxLength/);
  assert.throws(() => knows([key], { jwks: {} as never }), /jwks must have "keys"/);
  assert.throws(() => knows([key], { jwks: jwksOf(key, key), maxKeys: 1 }), /more than 1 keys/);
});

test.run();
