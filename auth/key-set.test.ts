import { test } from "uvu";
import * as assert from "uvu/assert";
import { FakeClock } from "../protocol/fake-clock.js";
import { jwt, type JwtOptions, TokenRefused } from "./index.js";
import { metadataUrls } from "../protocol/oauth/discovery.js";
import { claimsAt, FakeWeb, ISSUER, jwksOf, RESOURCE, signer } from "./testing/tokens.js";

const [first, second, third] = await Promise.all(["k1", "k2", "k3"].map((kid) => signer(kid)));
const AS = `${ISSUER}/.well-known/oauth-authorization-server`;
const OIDC = `${ISSUER}/.well-known/openid-configuration`;

/** An authorization server, and a verifier of its tokens. */
function set(more: Partial<JwtOptions> = {}) {
  const [clock, web] = [new FakeClock(), new FakeWeb()];
  let keys = [first!];
  web.json(AS, { issuer: ISSUER, jwks_uri: `${ISSUER}/jwks` });
  web.json(`${ISSUER}/jwks`, () => jwksOf(...keys));
  const verify = jwt({ issuer: ISSUER, fetch: web.fetch, ...more });
  const verifyToken = async (by = first!, claims = {}) =>
    verify(await by.sign(claimsAt(clock, { exp: 1e11, ...claims })), { resource: RESOURCE, clock, scheme: "Bearer" });
  return {
    clock,
    web,
    rotate: (...signers: (typeof keys)[number][]) => void (keys = signers),
    fetched: () => web.asked.filter((url) => url.endsWith("/jwks")).length,
    verify: verifyToken,
    /** The error that verifying ends in. */
    async fails(by = first!) {
      try {
        await verifyToken(by);
      } catch (error) {
        return error as Error;
      }
      throw new Error("it did not fail");
    },
  };
}

test("where metadata may lie, with a path and without", () => {
  const hrefs = (issuer: string) => metadataUrls(issuer).map(({ href }) => href);
  assert.equal(hrefs(ISSUER), [AS, OIDC]);
  assert.equal(hrefs("https://as.example/tenant1"), [
    "https://as.example/.well-known/oauth-authorization-server/tenant1",
    "https://as.example/.well-known/openid-configuration/tenant1",
    "https://as.example/tenant1/.well-known/openid-configuration",
  ]);
});

test("keys are fetched once, however many ask", async () => {
  const { verify, web } = set();
  await Promise.all(Array.from({ length: 20 }, () => verify()));
  assert.equal(web.asked, [AS, `${ISSUER}/jwks`]);
});

test("a place that has no metadata is followed by the next", async () => {
  const { verify, web } = set();
  web.pages.delete(AS);
  web.json(OIDC, { issuer: ISSUER, jwks_uri: `${ISSUER}/jwks` });
  assert.ok(await verify());
  assert.equal(web.asked, [AS, OIDC, `${ISSUER}/jwks`]);
});

test("a document of another issuer is not used", async () => {
  for (const issuer of ["https://honest.example", `${ISSUER}/`, undefined]) {
    const { fails, web, fetched } = set();
    web.json(AS, { issuer, jwks_uri: `${ISSUER}/jwks` });
    assert.match((await fails()).message, /names another issuer/);
    assert.is(fetched(), 0);
  }
});

test("an unknown key id fetches anew, once in a while", async () => {
  const { verify, rotate, fetched, clock, fails } = set({ cooldownMs: 30_000 });
  await verify();
  rotate(second!);
  await Promise.all(Array.from({ length: 20 }, () => verify(second)));
  assert.is(fetched(), 2);
  rotate(third!);
  for (let at = 0; at < 20; at++) assert.instance(await fails(third), TokenRefused);
  assert.is(fetched(), 2, "too early");
  await clock.advance(30_000);
  await verify(third);
  assert.is(fetched(), 3);
  assert.instance(await fails(first), TokenRefused);
});

test("keys that have been withdrawn are no good after their time", async () => {
  const { verify, rotate, clock, fails } = set({ maxAgeMs: 60_000 });
  await verify();
  rotate(second!);
  assert.ok(await verify(first));
  await clock.advance(60_000);
  // Nobody waits for the new ones but who needs them.
  assert.ok(await verify(first));
  assert.ok(await verify(second));
  assert.instance(await fails(first), TokenRefused);
});

test("keys whose time is over are used while they are fetched anew, and nobody waits", async () => {
  const { verify, web, clock, fetched, fails } = set({ maxAgeMs: 60_000, staleMs: 60_000, timeoutMs: 5000 });
  await verify();
  const page = web.pages.get(`${ISSUER}/jwks`)!;
  const hanging = new Promise<void>((resolve) => {
    web.pages.set(`${ISSUER}/jwks`, () => {
      resolve();
      return new Promise<Response>(() => {});
    });
  });
  await clock.advance(60_000);
  assert.ok(await verify());
  await hanging;
  assert.ok(await verify());
  assert.is(fetched(), 2);
  assert.is(clock.pending, 1);
  await clock.advance(5000);
  assert.ok(await verify(), "the fetch failed, and the keys are good still");
  assert.is(fetched(), 2);
  web.pages.set(`${ISSUER}/jwks`, page);
  await clock.advance(60_000);
  assert.ok(await verify(), "who has no keys that are good waits");
  assert.is(fetched(), 3);
  web.pages.clear();
  await clock.advance(120_000);
  assert.not.instance(await fails(), TokenRefused);
});

test("a key id that could not be sought is nobody's fault", async () => {
  const { verify, web, clock, rotate, fails } = set({ cooldownMs: 30_000 });
  await verify();
  const page = web.pages.get(`${ISSUER}/jwks`)!;
  web.pages.set(`${ISSUER}/jwks`, () => new Response("down", { status: 500 }));
  rotate(first!, second!);
  for (let at = 0; at < 3; at++) {
    const error = await fails(second);
    assert.not.instance(error, TokenRefused);
    assert.match(error.message, /answered 500/);
    assert.ok(await verify(), "the key that is known is good");
  }
  web.pages.set(`${ISSUER}/jwks`, page);
  await clock.advance(30_000);
  assert.ok(await verify(second));
  assert.instance(await fails(third), TokenRefused);
});

test("discovery and keys have one timeout together", async () => {
  const { fails, web, clock } = set({ timeoutMs: 5000 });
  const reached = (url: string, answer: () => Promise<Response>) =>
    new Promise<void>((resolve) => {
      web.pages.set(url, () => {
        resolve();
        return answer();
      });
    });
  let found = (_: Response) => {};
  const discovering = reached(AS, () => new Promise<Response>((resolve) => (found = resolve)));
  const fetching = reached(`${ISSUER}/jwks`, () => new Promise<Response>(() => {}));
  const failing = fails();
  await discovering;
  await clock.advance(3000);
  found(Response.json({ issuer: ISSUER, jwks_uri: `${ISSUER}/jwks` }));
  await fetching;
  const began = clock.now();
  await clock.advance(2000);
  assert.match((await failing).message, /did not answer/);
  assert.is(clock.now() - began, 2000);

  const slow = set({ timeoutMs: 5000 });
  const asked = new Promise<void>((resolve) => {
    slow.web.pages.set(AS, () => {
      resolve();
      return new Promise<Response>(() => {});
    });
  });
  const given = slow.fails();
  await asked;
  await slow.clock.advance(5000);
  assert.match((await given).message, /no time is left/);
  assert.equal(slow.web.asked, [AS]);
});

test("keys that cannot be fetched anew are good for a while", async () => {
  const { verify, web, clock, fails } = set({ maxAgeMs: 60_000, staleMs: 60_000 });
  await verify();
  web.pages.clear();
  await clock.advance(90_000);
  assert.ok(await verify());
  await clock.advance(60_000);
  assert.not.instance(await fails(), TokenRefused);
});

test("a failure is not repeated before the cool-down is over", async () => {
  const { fails, web, clock, verify } = set({ cooldownMs: 1000 });
  const page = web.pages.get(AS)!;
  web.pages.delete(AS);
  assert.match((await fails()).message, /No metadata of the issuer/);
  const asked = web.asked.length;
  web.pages.set(AS, page);
  await fails();
  assert.is(web.asked.length, asked);
  await clock.advance(1000);
  assert.ok(await verify());
});

test("a clock that was set back keeps neither keys nor failures for longer", async () => {
  const { verify, rotate, fetched, clock, fails, web } = set({ maxAgeMs: 60_000, cooldownMs: 30_000 });
  await verify();
  rotate(second!);
  clock.setBack(3_600_000);
  assert.ok(await verify(first), "nobody waits");
  assert.ok(await verify(second));
  assert.is(fetched(), 2);
  const page = web.pages.get(`${ISSUER}/jwks`)!;
  await clock.advance(60_000);
  web.pages.set(`${ISSUER}/jwks`, () => new Response("down", { status: 500 }));
  rotate(third!);
  assert.match((await fails(third)).message, /answered 500/);
  web.pages.set(`${ISSUER}/jwks`, page);
  clock.setBack(3_600_000);
  assert.ok(await verify(third));
});

test("redirects are not followed", async () => {
  const { fails, web } = set();
  web.pages.set(
    `${ISSUER}/jwks`,
    () => new Response(null, { status: 302, headers: { Location: "http://127.0.0.1/" } }),
  );
  assert.match((await fails()).message, /redirects/);
  assert.ok(web.sent.every(({ redirect }) => redirect === "manual"));
});

test("keys on this machine are none of an issuer elsewhere", async () => {
  for (const home of [
    "https://127.0.0.1",
    "https://localhost",
    "https://[::1]",
    "https://0.0.0.0",
    "https://a.localhost",
  ]) {
    const { fails, web } = set();
    web.json(AS, { issuer: ISSUER, jwks_uri: `${home}/jwks` });
    assert.match((await fails()).message, /leads to this machine/, home);
    assert.equal(web.asked, [AS]);
  }
  for (const jwks_uri of [
    "http://as.example/jwks",
    "file:///etc/passwd",
    1,
    undefined,
    "https://a:b@as.example/jwks",
  ]) {
    const { fails, web } = set();
    web.json(AS, { issuer: ISSUER, jwks_uri });
    assert.match((await fails()).message, /jwks_uri/);
  }
});

test("an answer that does not come is given up", async () => {
  const { fails, web, clock } = set({ timeoutMs: 5000 });
  let aborted = false;
  const asked = new Promise<void>((resolve) => {
    web.pages.set(`${ISSUER}/jwks`, () => {
      web.sent.at(-1)!.signal!.addEventListener("abort", () => (aborted = true));
      resolve();
      return new Promise<Response>(() => {});
    });
  });
  const failing = fails();
  await asked;
  await clock.advance(5000);
  assert.match((await failing).message, /did not answer within 5000 ms/);
  assert.ok(aborted);
  assert.is(clock.pending, 0);
});

test("a body that never ends is given up as well, and so is one that is too large", async () => {
  const { fails, web, clock } = set({ timeoutMs: 5000 });
  const asked = new Promise<void>((resolve) => {
    web.pages.set(`${ISSUER}/jwks`, () => {
      resolve();
      return new Response(new ReadableStream());
    });
  });
  const failing = fails();
  await asked;
  await clock.advance(5000);
  assert.match((await failing).message, /did not answer/);
  const large = set({ maxBytes: 1000 });
  let read = 0;
  const endless = new ReadableStream({
    pull: (controller) => void ((read += 100), controller.enqueue(new Uint8Array(100))),
  });
  large.web.pages.set(`${ISSUER}/jwks`, () => new Response(endless));
  assert.match((await large.fails()).message, /more than 1000 bytes/);
  assert.ok(read < 2000, `${read} bytes were read`);
});

test("what is no key set", async () => {
  for (const body of ["[]", "x", '{"keys":1}', "{}"]) {
    const { fails, web } = set();
    web.pages.set(`${ISSUER}/jwks`, () => new Response(body));
    assert.match((await fails()).message, /no JSON|must have "keys"/);
  }
  const { verify, web } = set();
  web.json(`${ISSUER}/jwks`, { keys: [null, 1, { kty: "EC" }, first!.jwk] });
  assert.ok(await verify());
});

test.run();
