import { test } from "uvu";
import * as assert from "uvu/assert";
import { FakeClock } from "../protocol/fake-clock.js";
import { createServer } from "../server/index.js";
import { connectMemory } from "../transports/memory.js";
import { call, modern, type Wire } from "../transports/testing/messages.js";
import { apiKeys, authenticate, keysFrom, TokenRefused, type ApiKey } from "./index.js";
import { knows } from "./testing/protected.js";
import { claimsAt, RESOURCE, signer } from "./testing/tokens.js";

const clock = new FakeClock();
const ALICE = "alice-key-0123456789";
const BOB = "bob-key-0123456789";
const presented = { resource: RESOURCE, clock, scheme: "Bearer" } as const;

test("a key stands for its name, with its scopes", async () => {
  const verify = apiKeys([
    { name: "alice", key: ALICE, scopes: ["files:read"] },
    { name: "bob", key: BOB },
  ]);
  const alice = await verify(ALICE, presented);
  assert.equal(
    [alice?.subject, alice?.scopes, alice?.principal],
    ["alice", ["files:read"], '["api-keys","alice",null]'],
  );
  assert.is((await verify(BOB, presented))?.subject, "bob");
  for (const wrong of [ALICE.slice(0, -1), `${ALICE}0`, ALICE.toUpperCase(), "", "0"])
    assert.is(await verify(wrong, presented), undefined);
});

test("a key that has ended is refused", async () => {
  const verify = apiKeys([{ name: "alice", key: ALICE, expiresAt: clock.now() + 1000 }]);
  assert.ok(await verify(ALICE, presented));
  await clock.advance(1000);
  const why = await Promise.resolve(verify(ALICE, presented)).catch((error: Error) => error);
  assert.instance(why, TokenRefused);
});

test("keys that are short, nameless or given twice are refused, and not told", () => {
  const refused = (keys: ApiKey[], why: RegExp) => {
    assert.throws(
      () => apiKeys(keys),
      (error: Error) => why.test(error.message) && !/secret/.test(error.message),
    );
  };
  refused([], /needs a key/);
  refused([{ name: "a", key: "secret" }], /16 characters/);
  refused([{ name: "", key: "secret-0123456789" }], /name/);
  refused(
    [
      { name: "a", key: "secret-0123456789" },
      { name: "b", key: "secret-0123456789" },
    ],
    /twice/,
  );
});

test("keys as an environment variable holds them", () => {
  assert.equal(keysFrom(` alice=${ALICE},bob=a=b\n`, { alice: ["x"] }), [
    { name: "alice", key: ALICE, scopes: ["x"] },
    { name: "bob", key: "a=b" },
  ]);
  assert.throws(() => keysFrom(undefined), /There are no API keys/);
  assert.throws(
    () => keysFrom("secret"),
    (error: Error) => /API key 1/.test(error.message) && !/secret/.test(error.message),
  );
});

test("of several verifiers the first that knows a token decides", async () => {
  const key = await signer();
  const verify = [knows([key]), apiKeys([{ name: "alice", key: ALICE }])];
  const options = { resource: RESOURCE, verify, clock };
  assert.is((await authenticate(ALICE, options)).issuer, "api-keys");
  assert.is((await authenticate(await key.sign(claimsAt(clock)), options)).client, "app");
  const bound = await key.sign(claimsAt(clock, { cnf: { jkt: "a" } }));
  for (const token of [bound, "unknown", await key.sign(claimsAt(clock, { exp: 1 }))]) {
    await authenticate(token, options).then(
      () => assert.unreachable(),
      (error) => assert.instance(error, TokenRefused),
    );
  }
});

test("a server on a pipe takes credentials from the environment", async () => {
  const environment = { FILES_KEY: ALICE };
  const verify = apiKeys([{ name: "alice", key: ALICE, scopes: ["files:read"] }]);
  const auth = await authenticate(environment.FILES_KEY, { resource: "https://files.example", verify, clock });
  const server = createServer({ name: "s", version: "1" });
  server.tool("who", {}, (_, ctx) => String(ctx.auth?.subject));
  const answer = await new Promise<Wire>((resolve) => {
    connectMemory(server, resolve, auth).send(modern(1, "tools/call", call("who")));
  });
  assert.is(answer.result.content[0].text, "alice");
});

test.run();
