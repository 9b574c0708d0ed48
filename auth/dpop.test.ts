import { test } from "uvu";
import * as assert from "uvu/assert";
import { encodeBase64Url } from "../protocol/base64.js";
import { FakeClock } from "../protocol/fake-clock.js";
import { sha256 } from "../protocol/oauth/digest.js";
import { thumbprint, type DpopOptions } from "./dpop.js";
import type { ProtectOptions } from "./gate.js";
import { readChallenge } from "../examples/authorization/flow.js";
import { knows, protectedHandler, protectedListener, protectOptions, whoServer } from "./testing/protected.js";
import { claimsAt, RESOURCE, signer } from "./testing/tokens.js";

const clock = new FakeClock();
const [issuerKey, key, other] = await Promise.all([signer(), signer(undefined), signer(undefined)]);
const target = (dpop: boolean | DpopOptions = true, more: Partial<ProtectOptions> = {}) =>
  protectedHandler(protectOptions(clock, { verify: knows([issuerKey]), dpop, ...more }), whoServer(clock));

const bound = async (by = key) => issuerKey.sign(claimsAt(clock, { cnf: { jkt: await thumbprint(by.jwk) } }));
let proofs = 0;
async function proofFor(token: string, claims: object = {}, header: object = {}, by = key): Promise<string> {
  const ath = encodeBase64Url(await sha256(token));
  const all = { htm: "POST", htu: RESOURCE, iat: clock.now() / 1000, jti: `p${++proofs}`, ath, ...claims };
  return by.sign(all, { typ: "dpop+jwt", jwk: by.jwk, ...header });
}

const send = (ask: ReturnType<typeof target>, token: string, proof?: string) =>
  ask({ authorization: `DPoP ${token}`, ...(proof === undefined ? {} : { headers: { DPoP: proof } }) });

test("the thumbprint of RFC 7638", async () => {
  const n =
    "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMst" +
    "n64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1" +
    "n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
  assert.is(
    await thumbprint({ kty: "RSA", n, e: "AQAB", alg: "RS256" }),
    "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs",
  );
});

test("a bound token with a proof is good, once", async () => {
  const ask = target();
  const token = await bound();
  const proof = await proofFor(token);
  assert.is((await send(ask, token, proof)).status, 200);
  assert.is((await send(ask, token, proof)).status, 401);
  assert.is((await send(ask, token, await proofFor(token, { htu: `${RESOURCE}?a#b` }))).status, 200);
});

test("a proof that is missing, of another request, time, token or key is none", async () => {
  const ask = target();
  const token = await bound();
  const now = clock.now() / 1000;
  const bad: (string | undefined)[] = [
    undefined,
    "x",
    await proofFor(token, { htm: "GET" }),
    await proofFor(token, { htu: "https://mcp.example/other" }),
    await proofFor(token, { iat: now - 61 }),
    await proofFor(token, { iat: now + 6 }),
    await proofFor(token, { iat: undefined }),
    await proofFor(`${token}x`),
    await proofFor(token, {}, {}, other),
    await proofFor(token, {}, { jwk: key.jwk }, other),
    await proofFor(token, {}, { typ: "JWT" }),
    await proofFor(token, {}, { alg: "none" }),
    await proofFor(token, {}, { jwk: { ...key.jwk, d: "AA" } }),
    await proofFor(token, {}, { jwk: undefined }),
    await proofFor(token, { jti: undefined }),
    `${await proofFor(token)}, ${await proofFor(token)}`,
  ];
  for (const [at, proof] of bad.entries()) {
    const answer = await send(ask, token, proof);
    assert.is(answer.status, 401, `proof ${at}`);
    assert.match(answer.headers.get("www-authenticate")!, /^DPoP error="invalid_dpop_proof", /, `proof ${at}`);
  }
});

test("a client's clock may be a little ahead, and so much behind as a proof holds", async () => {
  const token = await bound();
  const now = clock.now() / 1000;
  for (const iat of [now - 60, now + 5])
    assert.is((await send(target(), token, await proofFor(token, { iat }))).status, 200);
  for (const iat of [now - 11, now + 1]) {
    const ask = target({ maxAgeMs: 10_000, toleranceMs: 0 });
    assert.is((await send(ask, token, await proofFor(token, { iat }))).status, 401);
  }
});

test("a challenge names the scheme that came, and the other one to bearers alone", async () => {
  const ask = target(true, { scopes: ["mcp"] });
  const meant = 'scope="mcp", resource_metadata="https://mcp.example/.well-known/oauth-protected-resource/mcp"';
  const challenge = async (authorization: string, headers = {}) =>
    (await ask({ authorization, headers })).headers.get("www-authenticate")!;
  assert.match(await challenge("DPoP unknown"), /^DPoP error="invalid_token", .*algs="RS256 /);
  assert.match(await challenge("dpop a b"), /^DPoP error="invalid_request", /);
  assert.match(await challenge("Bearer unknown"), /^Bearer error="invalid_token", .*, DPoP algs="RS256 [^=]*"$/);
  const token = await bound();
  for (const header of [await challenge(`DPoP ${token}`), await challenge(`Bearer ${token}`)])
    assert.ok(header.includes(meant), header);
  assert.not.match(await challenge(`DPoP ${token}`), /Bearer/);
  const poor = await issuerKey.sign(claimsAt(clock, { scope: "other", cnf: { jkt: await thumbprint(key.jwk) } }));
  const answer = await send(ask, poor, await proofFor(poor));
  assert.is(answer.status, 403);
  assert.match(answer.headers.get("www-authenticate")!, /^DPoP error="insufficient_scope", /);
});

test("a proof may be for the resource, the path that was asked, or where the author says, and nothing else", async () => {
  const token = await bound();
  const ask = target({ urls: ["https://mcp.example/outside/messages"] });
  const status = async (htu: string, path = "/messages?sessionId=1") => {
    const headers = { DPoP: await proofFor(token, { htu }) };
    return (await ask({ authorization: `DPoP ${token}`, headers, path })).status;
  };
  for (const root of ["", "/", "/?x", "?x", "?", "#x", "/?x#y"].map((rest) => `https://mcp.example${rest}`))
    assert.is(await status(root, "/"), 200, root);
  for (const good of ["https://mcp.example/messages", RESOURCE, "HTTPS://MCP.example:443/outside/messages"])
    assert.is(await status(good), 200, good);
  for (const bad of [
    "https://mcp.example",
    "https://mcp.example/messages/",
    "https://other.example/messages",
    "/messages",
  ])
    assert.is(await status(bad), 401, bad);
});

test("a bound token is no bearer token, and the other way about", async () => {
  const token = await bound();
  assert.is((await target()({ token, headers: { DPoP: await proofFor(token) } })).status, 401);
  const free = await issuerKey.sign(claimsAt(clock));
  assert.is((await send(target(), free, await proofFor(free))).status, 401);
  assert.is((await target()({ token: free })).status, 200);
});

test("without the option bound tokens are refused", async () => {
  const token = await bound();
  const ask = target(false);
  assert.is((await send(ask, token, await proofFor(token))).status, 401);
  assert.is((await ask({ token })).status, 401);
});

test("the challenge and the metadata say that it is taken", async () => {
  const ask = target();
  assert.match((await ask()).headers.get("www-authenticate")!, /^Bearer .*, DPoP algs="RS256 .*EdDSA.*"$/);
  assert.is(readChallenge((await ask()).headers.get("www-authenticate")).error, undefined);
  const metadata = await (await ask({ method: "GET", path: "/.well-known/oauth-protected-resource/mcp" })).json();
  assert.ok(metadata.dpop_signing_alg_values_supported.includes("ES256"));
});

const boundTo = async (jkt: string, sub: string) => issuerKey.sign(claimsAt(clock, { sub, cnf: { jkt } }));

test("one key's proofs fill no more than its part: others are served, and it has to wait", async () => {
  const ask = target({ maxPerKey: 2, maxRemembered: 3 });
  const token = await bound();
  const another = await boundTo(await thumbprint(other.jwk), "bob");
  for (const status of [200, 200, 429]) assert.is((await send(ask, token, await proofFor(token))).status, status);
  const late = await send(ask, token, await proofFor(token));
  assert.is(late.headers.get("retry-after"), "65");
  const others = async () => (await send(ask, another, await proofFor(another, {}, {}, other))).status;
  assert.is(await others(), 200);
  assert.is(await others(), 503, "all there is room for");
  await clock.advance(65_001);
  assert.is(await others(), 200);
  for (const status of [200, 200]) assert.is((await send(ask, token, await proofFor(token))).status, status);
});

test("a clock that was set back keeps proofs of before, and forgets those of now in their time", async () => {
  const own = new FakeClock();
  const ask = protectedHandler(
    protectOptions(own, { verify: knows([issuerKey]), dpop: { maxPerKey: 2, maxRemembered: 3 } }),
    whoServer(own),
  );
  const start = own.now();
  const exp = start / 1000 + 7200;
  const token = async (by: typeof key, sub: string) =>
    issuerKey.sign(claimsAt(own, { sub, exp, cnf: { jkt: await thumbprint(by.jwk) } }));
  const [before, now] = [await token(key, "alice"), await token(other, "bob")];
  const iat = () => Math.floor(own.now() / 1000);
  const kept = await proofFor(before, { iat: iat() });
  assert.is((await send(ask, before, kept)).status, 200);
  own.setBack(3_600_000);
  const later = async () => (await send(ask, now, await proofFor(now, { iat: iat() }, {}, other))).status;
  for (let i = 0; i < 4; i++) {
    assert.equal([await later(), await later(), await later()], [200, 200, 429], `round ${i}`);
    await own.advance(65_001);
  }
  // Where the clock has caught up, the proof of before is of now again.
  await own.advance(start - own.now());
  assert.is((await send(ask, before, kept)).status, 401);
  await own.advance(60_000 + 5_001);
  assert.equal([await later(), await later()], [200, 200]);
  const mine = async () => (await send(ask, before, await proofFor(before, { iat: iat() }))).status;
  assert.is(await mine(), 200, "what was kept is forgotten, and leaves room");
});

test("what is remembered holds as long as its proof, from a clock that is ahead too", async () => {
  const ask = target();
  const token = await bound();
  const proof = await proofFor(token, { iat: clock.now() / 1000 + 5 });
  assert.is((await send(ask, token, proof)).status, 200);
  for (const wait of [0, 60_000, 5_000, 1]) {
    await clock.advance(wait);
    assert.is((await send(ask, token, proof)).status, 401);
  }
});

test("with nonces, a proof has to carry the one that the server told it", async () => {
  const ask = target({ nonces: { everyMs: 60_000 } });
  const token = await bound();
  const first = await send(ask, token, await proofFor(token));
  assert.is(first.status, 401);
  assert.match(first.headers.get("www-authenticate")!, /^DPoP error="use_dpop_nonce", .*algs=/);
  assert.match(first.headers.get("access-control-expose-headers")!, /DPoP-Nonce/);
  const nonce = first.headers.get("dpop-nonce")!;
  assert.match(nonce, /^[\w-]{22}$/);
  const second = await send(ask, token, await proofFor(token, { nonce }));
  assert.is(second.status, 200);
  assert.is(second.headers.get("dpop-nonce"), nonce);
  for (const wrong of ["", nonce.slice(1), `${nonce}x`, 7, [nonce]])
    assert.is((await send(ask, token, await proofFor(token, { nonce: wrong }))).status, 401);
  await clock.advance(60_000);
  const third = await send(ask, token, await proofFor(token, { nonce }));
  assert.is(third.status, 200, "that of before still counts");
  const fresh = third.headers.get("dpop-nonce")!;
  assert.is.not(fresh, nonce);
  await clock.advance(60_000);
  const stale = await send(ask, token, await proofFor(token, { nonce }));
  assert.match(stale.headers.get("www-authenticate")!, /use_dpop_nonce/);
  assert.is((await send(ask, token, await proofFor(token, { nonce: fresh }))).status, 200);
});

test("who brings nothing learns the nonce too, and a bearer need not know of it", async () => {
  const ask = target({ nonces: true });
  assert.ok((await ask()).headers.get("dpop-nonce"));
  const free = await issuerKey.sign(claimsAt(clock));
  const answer = await ask({ token: free });
  assert.equal([answer.status, answer.headers.get("dpop-nonce")], [200, null]);
});

test("instances that share a secret take each other's nonces, and others do not", async () => {
  const token = await bound();
  const secret = "a-secret-of-32-characters-or-more";
  const told = async (ask: ReturnType<typeof target>) => (await ask()).headers.get("dpop-nonce")!;
  const nonce = await told(target({ nonces: { secret } }));
  const status = async (ask: ReturnType<typeof target>) =>
    (await send(ask, token, await proofFor(token, { nonce }))).status;
  assert.is(await status(target({ nonces: { secret } })), 200);
  assert.is(await status(target({ nonces: { secret: `${secret}!` } })), 401);
  assert.is(await status(target({ nonces: true })), 401);
});

test("a nonce is told by node:http as well", async () => {
  const options = protectOptions(clock, { verify: knows([issuerKey]), dpop: { nonces: true } });
  const { ask, stop } = await protectedListener(options, whoServer(clock));
  const token = await bound();
  const nonce = (await ask()).headers.get("dpop-nonce")!;
  const answer = await ask({ authorization: `DPoP ${token}`, headers: { DPoP: await proofFor(token, { nonce }) } });
  assert.equal([answer.status, answer.headers.get("dpop-nonce")], [200, nonce]);
  const stopped = stop();
  await clock.advance(10_000);
  await stopped;
});

test("options that make no sense are refused by name", () => {
  for (const [dpop, why] of [
    [{ maxPerKey: 0 }, /dpop.maxPerKey/],
    [{ toleranceMs: -1 }, /dpop.toleranceMs/],
    [{ nonces: { secret: "short" } }, /dpop.nonces.secret must have 32/],
    [{ nonces: { everyMs: 0 } }, /dpop.nonces.everyMs/],
    [{ urls: ["/messages"] }, /dpop.urls must be/],
  ] as const)
    assert.throws(() => target(dpop), why);
});

test.run();
