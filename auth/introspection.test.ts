import { test } from "uvu";
import * as assert from "uvu/assert";
import { FakeClock } from "../protocol/fake-clock.js";
import { apiKeys, authenticate, introspection, TokenRefused, type IntrospectionOptions } from "./index.js";
import { FakeWeb, ISSUER, RESOURCE, unsigned } from "./testing/tokens.js";

const ENDPOINT = `${ISSUER}/introspect`;

function set(more: Partial<IntrospectionOptions> = {}) {
  const [clock, web] = [new FakeClock(), new FakeWeb()];
  const answers: Record<string, object> = {
    good: { active: true, sub: "alice", client_id: "app", aud: RESOURCE, scope: "a b", exp: clock.now() / 1000 + 60 },
  };
  web.pages.set(ENDPOINT, () => {
    const token = new URLSearchParams(web.sent.at(-1)!.body as string).get("token")!;
    return Response.json(answers[token] ?? { active: false });
  });
  const options = { issuer: ISSUER, clientId: "rs:1", clientSecret: "p w%", endpoint: ENDPOINT, fetch: web.fetch };
  const verify = introspection({ ...options, ...more });
  const ask = async (token: string) => verify(token, { resource: RESOURCE, clock, scheme: "Bearer" });
  const fails = async (token: string) => {
    try {
      await ask(token);
    } catch (error) {
      return error as Error;
    }
    throw new Error("it did not fail");
  };
  return { clock, web, answers, ask, fails };
}

test("an active token, and how it is asked about", async () => {
  const { ask, web, clock } = set();
  const verified = await ask("good");
  assert.is(verified?.principal, `["${ISSUER}","alice","app"]`);
  assert.equal(verified?.scopes, ["a", "b"]);
  assert.is(verified?.expiresAt, clock.now() + 60_000);
  const [{ method, headers, body, redirect }] = web.sent as [RequestInit];
  assert.equal([method, body, redirect], ["POST", "token=good&token_type_hint=access_token", "manual"]);
  assert.is((headers as Record<string, string>).Authorization, `Basic ${btoa("rs%3A1:p+w%25")}`);
});

test("what is not active, expired, of another issuer or for another server is refused", async () => {
  const { answers, fails, clock } = set();
  const failsWith = (answer: object) => {
    const token = `bad-${Object.keys(answers).length}`;
    answers[token] = answer;
    return fails(token);
  };
  assert.match((await fails("unknown")).message, /not active/);
  const good = answers.good!;
  const now = clock.now() / 1000;
  for (const [more, why] of [
    [{ active: "true" }, /not active/],
    [{ iss: `${ISSUER}/` }, /another issuer/],
    [{ aud: "https://other.example" }, /not for this server/],
    [{ aud: undefined }, /not for this server/],
    [{ aud: "https://mcp.example/a/../mcp" }, /not for this server/],
    [{ aud: `${RESOURCE}#` }, /not for this server/],
    [{ exp: now - 31 }, /expired/],
    [{ nbf: now + 31 }, /not valid yet/],
    [{ nbf: now + 31, exp: undefined }, /not valid yet/],
    [{ token_type: "refresh_token" }, /not one for access/],
    [{ token_type: null }, /not one for access/],
    [{ sub: undefined, client_id: undefined }, /whose/],
  ] as const) {
    const error = await failsWith({ ...good, ...more });
    assert.instance(error, TokenRefused);
    assert.match(error.message, why);
  }
});

test("a token for access may be named so, in any case", async () => {
  const { ask, answers } = set();
  for (const token_type of ["Bearer", "bearer", "DPoP"]) {
    answers[token_type] = { ...answers.good, token_type };
    assert.ok(await ask(token_type));
  }
});

test("an answer without an audience is enough where the author says so", async () => {
  const { ask, answers } = set({ requireAudience: false });
  answers.bare = { active: true, sub: "alice" };
  assert.is((await ask("bare"))?.expiresAt, undefined);
});

test("an answer is kept for a while, by a digest; one token is asked about once at a time", async () => {
  const { ask, web, answers, clock, fails } = set({ cacheMs: 10_000 });
  await Promise.all([ask("good"), ask("good"), ask("good")]);
  assert.is(web.asked.length, 1);
  answers.good = { active: false };
  await clock.advance(9_999);
  assert.ok(await ask("good"));
  await clock.advance(1);
  assert.instance(await fails("good"), TokenRefused, "revoked");
  assert.is(web.asked.length, 2);
  await fails("good");
  assert.is(web.asked.length, 2);
});

test("a clock that was set back makes no answer hold for longer", async () => {
  const { ask, answers, clock, fails } = set({ cacheMs: 10_000 });
  await ask("good");
  answers.good = { active: false };
  clock.setBack(3_600_000);
  assert.instance(await fails("good"), TokenRefused, "revoked");
});

test("a token that ends while its answer is kept has ended", async () => {
  const { ask, clock, fails } = set({ cacheMs: 3_600_000, toleranceMs: 0 });
  await ask("good");
  await clock.advance(60_000);
  assert.match((await fails("good")).message, /expired/);
});

test("so many answers are kept and no more; tokens that are made up push no good one out", async () => {
  const { ask, answers, web, fails } = set({ maxCached: 2 });
  await ask("good");
  for (const made of ["a", "b", "c"]) await fails(made);
  await ask("good");
  assert.is(web.asked.length, 4);
  await fails("c");
  assert.is(web.asked.length, 4);
  await fails("a");
  assert.is(web.asked.length, 5);
  for (const more of ["good2", "good3"]) {
    answers[more] = answers.good!;
    await ask(more);
  }
  await ask("good");
  assert.is(web.asked.length, 8);
});

test("so many questions are open and no more; what is over that is no matter of the token", async () => {
  const { ask, fails, web } = set({ maxAsking: 2 });
  const page = web.pages.get(ENDPOINT)!;
  let open = () => {};
  const gate = new Promise<void>((resolve) => (open = resolve));
  let both = () => {};
  const asked = new Promise<void>((resolve) => (both = resolve));
  web.pages.set(ENDPOINT, async () => {
    // Taken now: the next question replaces what was sent last.
    const answer = await page();
    if (web.asked.length === 2) both();
    await gate;
    return answer;
  });
  const waiting = Promise.all([ask("good"), fails("a")]);
  await asked;
  assert.match((await fails("b")).message, /questions are open/);
  assert.not.instance(await fails("b"), TokenRefused);
  const joined = ask("good");
  open();
  assert.ok((await waiting)[0]);
  assert.ok(await joined);
  assert.instance(await fails("b"), TokenRefused);
  assert.is(web.asked.length, 3);
});

test("a signed token that names another issuer is not shown to this one", async () => {
  const { ask, web, answers } = set();
  const made = (claims: object) => `${unsigned({ ...claims }, { alg: "ES256" })}.AA`;
  assert.is(await ask(made({ iss: "https://other.example" })), undefined);
  assert.is(await ask(made({ iss: 7 })), undefined);
  assert.is(web.asked.length, 0);
  for (const own of [made({ iss: ISSUER }), made({})]) {
    answers[own] = answers.good!;
    assert.ok(await ask(own));
  }
});

test("an API key that has expired goes to nobody else", async () => {
  const { web, clock } = set();
  const key = "expired-secret-0123456789";
  const old = apiKeys([{ name: "old", key, expiresAt: clock.now() - 1 }]);
  const asks = introspection({
    issuer: ISSUER,
    clientId: "a",
    clientSecret: "b",
    endpoint: ENDPOINT,
    fetch: web.fetch,
  });
  const why = await authenticate(key, { resource: RESOURCE, verify: [old, asks], clock }).catch(
    (error: Error) => error,
  );
  assert.instance(why, TokenRefused);
  assert.match((why as Error).message, /API key has expired/);
  assert.equal(web.asked, []);
});

test("a failure is nobody's fault and is not kept", async () => {
  const { ask, fails, web } = set();
  const page = web.pages.get(ENDPOINT)!;
  web.pages.set(ENDPOINT, () => new Response("no", { status: 401 }));
  const error = await fails("good");
  assert.not.instance(error, TokenRefused);
  assert.not.match(error.message, /good|p w/);
  web.pages.set(ENDPOINT, page);
  assert.ok(await ask("good"));
});

test("where to ask is found out once", async () => {
  const web = new FakeWeb();
  const clock = new FakeClock();
  const metadata = `${ISSUER}/.well-known/oauth-authorization-server`;
  web.json(ENDPOINT, { active: true, sub: "a", aud: RESOURCE });
  const verify = introspection({ issuer: ISSUER, clientId: "a", clientSecret: "b", fetch: web.fetch, cacheMs: 0 });
  const ask = async () => verify("t", { resource: RESOURCE, clock, scheme: "Bearer" });
  await ask().then(
    () => assert.unreachable(),
    (error: Error) => assert.match(error.message, /No metadata/),
  );
  web.json(metadata, { issuer: ISSUER, introspection_endpoint: ENDPOINT });
  await ask();
  await ask();
  assert.is(web.asked.filter((url) => url === metadata).length, 2);
});

test.run();
