import { test } from "uvu";
import * as assert from "uvu/assert";
import { encodeBase64Url } from "../protocol/base64.js";
import { FakeClock } from "../protocol/fake-clock.js";
import { sha256 } from "./digest.js";
import { thumbprint } from "./dpop.js";
import { readChallenge } from "../examples/authorization/flow.js";
import { knows, protectedHandler, protectOptions, whoServer } from "./testing/protected.js";
import { claimsAt, RESOURCE, signer } from "./testing/tokens.js";

const clock = new FakeClock();
const [issuerKey, key, other] = await Promise.all([signer(), signer(undefined), signer(undefined)]);
const target = (dpop: boolean | { maxRemembered: number } = true) =>
  protectedHandler(protectOptions(clock, { verify: knows([issuerKey]), dpop }), whoServer(clock));

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
    await proofFor(token, { iat: now + 61 }),
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
  for (const [at, proof] of bad.entries()) assert.is((await send(ask, token, proof)).status, 401, `proof ${at}`);
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

test("so many proofs are remembered; what is more has to wait", async () => {
  const ask = target({ maxRemembered: 2 });
  const token = await bound();
  for (const status of [200, 200, 503]) assert.is((await send(ask, token, await proofFor(token))).status, status);
  await clock.advance(61_000);
  assert.is((await send(ask, token, await proofFor(token))).status, 200);
});

test.run();
