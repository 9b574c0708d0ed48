// Each attack of docs/attacks.md, under its name there.
import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { encodeBase64, encodeBase64Url } from "../protocol/base64.js";
import { FakeClock, settled } from "../protocol/fake-clock.js";
import { Events, mirrored } from "../transports/testing/http-wire.js";
import { initialize, call, legacy, modern, notification, type Wire } from "../transports/testing/messages.js";
import { jwt, type JwtOptions } from "./index.js";
import { sameDigest, sha256 } from "../protocol/oauth/digest.js";
import { thumbprint } from "./dpop.js";
import { readChallenge } from "../examples/authorization/flow.js";
import { known, protectedHandler, protectedListener, protectOptions, said, whoServer } from "./testing/protected.js";
import { claimsAt, FakeWeb, ISSUER, RESOURCE, signer, unsigned, type Signer } from "./testing/tokens.js";

const clock = new FakeClock();
const [ours, theirs, rsa] = await Promise.all([signer("k1"), signer("k1"), signer("r1", "RS256")]);
const AS = `${ISSUER}/.well-known/oauth-authorization-server`;

/** A protected server whose keys are given, or fetched from what `web` serves. */
function target(more: Partial<JwtOptions> = {}, web?: FakeWeb) {
  const options = web ? { issuer: ISSUER, fetch: web.fetch, ...more } : known([ours, rsa], more);
  const errors: unknown[] = [];
  const server = whoServer(clock);
  server.tool("task", { task: "detach" }, async (_, ctx) => {
    await ctx.detach();
    return "done";
  });
  server.tool("stays", { task: "detach" }, async (_, ctx) => {
    await ctx.detach();
    await new Promise((resolve) => ctx.signal.addEventListener("abort", resolve));
    return "never";
  });
  server.tool("asks", {}, async (_, ctx) => {
    await ctx.elicit("sure", { message: "Sure?", schema: { type: "object", properties: {} } });
    return "asked";
  });
  const gate = protectOptions(clock, { verify: jwt(options), onError: (error) => errors.push(error) });
  return { ask: protectedHandler(gate, server), errors, gate, server };
}

const named: string[] = [];
function attack(name: string, run: () => Promise<void>): void {
  named.push(name);
  test(name, run);
}

const token = (claims: object = {}, header: object = {}, by: Signer = ours) =>
  by.sign(claimsAt(clock, claims as Wire), header as Wire);

/** Holds that a token is answered by 401 and why, and that nothing of it comes back. */
async function refused(bad: string, why: RegExp, more: Partial<JwtOptions> = {}): Promise<void> {
  const { ask } = target(more);
  const answer = await ask({ token: bad });
  assert.is(answer.status, 401);
  const { error, error_description } = readChallenge(answer.headers.get("www-authenticate"));
  assert.is(error, "invalid_token");
  assert.match(error_description!, why);
  const whole = JSON.stringify([...answer.headers]) + (await answer.text());
  for (const part of bad.split(".")) if (part !== "") assert.not(whole.includes(part));
  assert.is((await ask({ token: await token() })).status, 200, "a good token still is");
}

attack("`alg: none`", async () => {
  for (const alg of ["none", "None", "NONE", ""]) {
    const bare = unsigned(claimsAt(clock), { alg, typ: "at+jwt" });
    await refused(`${bare}.AA`, /algorithm/);
    // Without a signature it is no token by its very form.
    assert.is((await target().ask({ token: `${bare}.` })).status, 401);
  }
});

attack("HS256 with the public key as its secret", async () => {
  const signed = unsigned(claimsAt(clock), { alg: "HS256", typ: "at+jwt", kid: "r1" });
  const { n } = rsa.jwk as { n: string };
  for (const secret of [n, JSON.stringify(rsa.jwk)]) {
    const raw = new TextEncoder().encode(secret);
    const key = await crypto.subtle.importKey("raw", raw, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    const mac = new Uint8Array(await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(signed)));
    await refused(`${signed}.${encodeBase64Url(mac)}`, /algorithm/);
  }
});

attack("A signature of one kind by the key of another", async () => {
  await refused(await token({}, { alg: "ES256", kid: "r1" }), /signature/);
  await refused(await token({}, { alg: "RS256" }), /signature/);
});

attack("`kid` that is a path, a query, a prototype, no text", async () => {
  for (const kid of ["../../dev/null", "' OR 1=1 --", "__proto__", "constructor", "https://evil.example/k", "k1\u0000"])
    await refused(await token({}, { kid }), /signature/);
  for (const kid of [7, null, ["k1"], { k1: 1 }]) await refused(await token({}, { kid }), /key id/);
});

attack("`jku`, `x5u`, `jwk`, `x5c`: keys that the token brings along", async () => {
  const web = new FakeWeb();
  web.json(AS, { issuer: ISSUER, jwks_uri: `${ISSUER}/jwks` });
  web.json(`${ISSUER}/jwks`, { keys: [ours.jwk] });
  web.json("https://evil.example/jwks", { keys: [theirs.jwk] });
  const { ask } = target({}, web);
  const own = { jku: "https://evil.example/jwks", x5u: "https://evil.example/jwks", jwk: theirs.jwk, x5c: ["AA"] };
  assert.is((await ask({ token: await token({}, own, theirs) })).status, 401);
  assert.is((await ask({ token: await token({}, own) })).status, 200);
  assert.equal(web.asked, [AS, `${ISSUER}/jwks`]);
});

attack("`crit` with members that are not known", async () => {
  for (const crit of [["exp"], ["b64"], [], "exp"]) await refused(await token({}, { crit, b64: false }), /critical/);
});

attack("Expired", async () => {
  await refused(await token({ exp: clock.now() / 1000 - 31 }), /expired/);
  await refused(await token({ exp: undefined }), /when it ends/);
});

attack("Not yet valid", () => token({ nbf: clock.now() / 1000 + 31 }).then((bad) => refused(bad, /not valid yet/)));

attack("For another audience: text, list, near match", async () => {
  const near = [`${RESOURCE}/`, `${RESOURCE}x`, "https://mcp.example", "https://mcp.example.evil.example/mcp"];
  const far = ["https://other.example", ["https://other.example"], [near], "*", "", undefined, { [RESOURCE]: 1 }];
  const bent = [
    "https://mcp.example/a/../mcp",
    "https://mcp.example/mallory/%2e%2e/mcp",
    "https://mcp.example/%6dcp",
    "https:mcp.example\\mcp",
    "https://mcp.example\\mcp",
    `https://mcp.exa\nmple/mcp`,
    ...[" ", "\n", "#", "#a", "?"].map((end) => RESOURCE + end),
    ` ${RESOURCE}`,
    "https://a@mcp.example/mcp",
  ];
  for (const aud of [...near, near, ...bent, ...far]) await refused(await token({ aud }), /not for this server/);
});

attack("Issuer with a trailing slash, or in capitals", async () => {
  for (const iss of [`${ISSUER}/`, "https://AS.example", `${ISSUER}#`, ` ${ISSUER}`, undefined])
    await refused(await token({ iss }), /not one that is known here/);
});

attack("Signature of another key with the same id", () =>
  token({}, {}, theirs).then((bad) => refused(bad, /signature/)),
);

attack("Claims changed under a good signature", async () => {
  const [head, , end] = (await token()).split(".");
  const [, claims] = unsigned(claimsAt(clock, { sub: "root" }), {}).split(".");
  await refused(`${head}.${claims}.${end}`, /signature/);
});

attack("An ID token, a logout token, a grant, a proof in place of an access token", async () => {
  for (const typ of ["dpop+jwt", "logout+jwt", "secevent+jwt", "oauth-id-jag+jwt"])
    await refused(await token({}, { typ }), /kind/);
  await refused(await token({ aud: "app", nonce: "n" }, { typ: "JWT" }), /not for this server/);
});

/** The answer of an author's server whose keys come like this: 503, with the reason for the author alone. */
async function keysThat(serve: (web: FakeWeb) => void, why: RegExp, more: Partial<JwtOptions> = {}): Promise<FakeWeb> {
  const web = new FakeWeb();
  web.json(AS, { issuer: ISSUER, jwks_uri: `${ISSUER}/jwks` });
  serve(web);
  const { ask, errors } = target(more, web);
  const asking = ask({ token: await token() });
  for (let turn = 0; turn < 10; turn += 1) await settled();
  await clock.advance(5000);
  const answer = await asking;
  assert.is(answer.status, 503);
  assert.match(String(errors[0]), why);
  assert.not.match(await answer.text(), why);
  return web;
}

attack("JWKS of 10 MB", async () => {
  let sent = 0;
  const chunk = new Uint8Array(64 * 1024).fill(32);
  await keysThat((web) => {
    web.pages.set(`${ISSUER}/jwks`, () => {
      const pull = (controller: ReadableStreamDefaultController) => {
        sent += chunk.length;
        if (sent > 10_000_000) controller.close();
        else controller.enqueue(chunk);
      };
      return new Response(new ReadableStream({ pull }));
    });
  }, /more than 262144 bytes/);
  assert.ok(sent < 1_000_000, `${sent} bytes were read`);
});

attack("JWKS of 10,000 keys", async () => {
  const keys = Array.from({ length: 10_000 }, () => ({ kty: "EC" }));
  await keysThat((web) => web.json(`${ISSUER}/jwks`, { keys }), /more than 100 keys/);
});

attack("JWKS endpoint that hangs", async () => {
  await keysThat(
    (web) => web.pages.set(`${ISSUER}/jwks`, () => new Promise(() => {})),
    /did not answer within 5000 ms/,
  );
});

attack("JWKS endpoint that redirects to this machine", async () => {
  const Location = "http://127.0.0.1:8080/admin";
  const web = await keysThat(
    ({ pages }) => pages.set(`${ISSUER}/jwks`, () => new Response(null, { status: 307, headers: { Location } })),
    /redirects/,
  );
  assert.not(web.asked.includes(Location));
});

attack("`jwks_uri` on this machine, for an issuer elsewhere", async () => {
  const uri = "https://127.0.0.1/jwks";
  const web = await keysThat((it) => it.json(AS, { issuer: ISSUER, jwks_uri: uri }), /leads to this machine/);
  assert.not(web.asked.includes(uri));
});

attack("Discovery document of another issuer", async () => {
  const document = { issuer: "https://honest.example", jwks_uri: `${ISSUER}/jwks` };
  await keysThat((web) => web.json(AS, document), /names another issuer/);
});

attack("Made-up key ids, to make the server fetch without end", async () => {
  const web = new FakeWeb();
  web.json(AS, { issuer: ISSUER, jwks_uri: `${ISSUER}/jwks` });
  web.json(`${ISSUER}/jwks`, { keys: [ours.jwk] });
  const { ask } = target({}, web);
  for (let at = 0; at < 20; at += 1) await ask({ token: await token({}, { kid: `x${at}` }, theirs) });
  assert.is(web.asked.filter((url) => url.endsWith("/jwks")).length, 2);
});

attack("A header with two tokens", async () => {
  const { gate, server } = target();
  const good = await token();
  const { ask } = target();
  for (const authorization of [`Bearer ${good}, Bearer ${good}`, `Bearer ${good} ${good}`, `Bearer ${good},${good}`])
    assert.is((await ask({ authorization })).status, 400);
  const { origin, stop } = await protectedListener(gate, server);
  const { request } = await import("node:http");
  const status = await new Promise((resolve, reject) => {
    const headers = ["Host", "127.0.0.1", "Authorization", `Bearer ${good}`, "Authorization", "Bearer other"];
    const sent = request(`${origin}/mcp`, { method: "POST", headers: headers as never }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    sent.on("error", reject).end("{}");
  });
  assert.is(status, 400);
  const stopped = stop();
  await clock.advance(10_000);
  await stopped;
});

attack("A header of 64 KB", async () => {
  const { ask } = target();
  assert.is((await ask({ token: "a".repeat(64 * 1024) })).status, 400);
  assert.is((await ask({ token: `${"a".repeat(12_000)}.a.a` })).status, 401);
});

attack("A token in the query", async () => {
  assert.is((await target().ask({ path: `/mcp?access_token=${await token()}` })).status, 400);
});

attack("DNS rebinding, a page of another origin", async () => {
  const { gate, server } = target();
  const { origin, stop } = await protectedListener(gate, server);
  const { request } = await import("node:http");
  const reach = (headers: Record<string, string>) =>
    new Promise<{ status: number | undefined; readable: string | undefined }>((resolve, reject) => {
      const options = { method: "POST", headers };
      const sent = request(`${origin}/mcp`, options, (answer) => {
        answer.resume();
        resolve({ status: answer.statusCode, readable: answer.headers["access-control-allow-origin"] });
      });
      sent.on("error", reject).end("{}");
    });
  const forbidden = { status: 403, readable: undefined };
  for (const from of [{ Host: "evil.example" }, { Origin: "https://evil.example" }])
    for (const bearer of [undefined, "guess", "a b", await token()])
      assert.equal(await reach({ ...from, ...(bearer && { Authorization: `Bearer ${bearer}` }) }), forbidden);
  // Where the metadata lies is no matter of the request's Host.
  const known = await fetch(`${origin}/mcp`, { method: "POST" });
  const { resource_metadata } = readChallenge(known.headers.get("www-authenticate"));
  assert.ok(resource_metadata?.startsWith("https://mcp.example/"));
  const stopped = stop();
  await clock.advance(10_000);
  await stopped;
});

const bob = () => token({ sub: "bob" });

attack("Another's session", async () => {
  for (const other of [await bob(), await token({ client_id: "other-app" })]) {
    const { ask } = target();
    const opened = await ask({ token: await token(), body: initialize() });
    const headers = { "Mcp-Session-Id": opened.headers.get("mcp-session-id")! };
    const body = legacy(2, "tools/call", call("who"));
    assert.is((await ask({ token: other, headers, body })).status, 404);
    assert.is((await ask({ token: other, headers, method: "DELETE" })).status, 404);
    assert.is((await said(await ask({ token: await token({ jti: "renewed" }), headers, body }))).subject, "alice");
  }
});

attack("Another's stream of changes", async () => {
  const { ask } = target();
  const opened = await ask({ token: await token(), body: initialize() });
  const headers = { "Mcp-Session-Id": opened.headers.get("mcp-session-id")!, Accept: "text/event-stream" };
  assert.is((await ask({ token: await bob(), headers, method: "GET" })).status, 404);
  const resumed = { ...headers, "Last-Event-ID": "1" };
  assert.is((await ask({ token: await bob(), headers: resumed, method: "GET" })).status, 404);
});

const tasks = { extensions: { "io.modelcontextprotocol/tasks": {} } };
const elicitation = { elicitation: {} };
const asking = (method: string, params: object, capabilities: object) =>
  modern(1, method, { ...params, _meta: { "io.modelcontextprotocol/clientCapabilities": capabilities } });

attack("Another's task", async () => {
  const { ask } = target();
  const started: Wire = await (
    await ask({ token: await token(), body: asking("tools/call", call("task"), tasks) })
  ).json();
  const { taskId } = started.result;
  assert.type(taskId, "string");
  for (const method of ["tasks/get", "tasks/cancel"]) {
    const headers = { "Mcp-Name": taskId };
    const { error }: Wire = await (
      await ask({ token: await bob(), headers, body: asking(method, { taskId }, tasks) })
    ).json();
    assert.is(error.code, -32602);
  }
  const headers = { "Mcp-Name": taskId };
  const { result }: Wire = await (
    await ask({ token: await token(), headers, body: asking("tasks/get", { taskId }, tasks) })
  ).json();
  assert.is(result.taskId, taskId);
});

attack("Another's `requestState`", async () => {
  const { ask } = target();
  const first: Wire = await (
    await ask({ token: await token(), body: asking("tools/call", call("asks"), elicitation) })
  ).json();
  const { requestState } = first.result;
  const inputResponses = { sure: { action: "accept", content: {} } };
  const retry = asking("tools/call", { ...call("asks"), requestState, inputResponses }, elicitation);
  const { error }: Wire = await (await ask({ token: await bob(), body: retry })).json();
  assert.is(error.code, -32602);
  const { result }: Wire = await (await ask({ token: await token(), body: retry })).json();
  assert.is(result.content[0].text, "asked");
});

attack("Another's subscription", async () => {
  const { ask, server } = target();
  const started: Wire = await (
    await ask({ token: await token(), body: asking("tools/call", call("stays"), tasks) })
  ).json();
  const { taskId } = started.result;
  const listen = async (by: string) => {
    const notifications = { taskIds: [taskId], toolsListChanged: true };
    const body = asking("subscriptions/listen", { notifications }, tasks);
    return new Events(await ask({ token: by, body: { ...body, id: "sub" } }));
  };
  const [theirs, own] = [await listen(await bob()), await listen(await token())];
  assert.equal((await theirs.next()).params.notifications.taskIds, []);
  assert.equal((await own.next()).params.notifications.taskIds, [taskId]);
  assert.is((await own.next()).params.taskId, taskId);
  // The same id, by another: it ends nothing of whose it is not.
  const cancelled = notification("notifications/cancelled", { requestId: "sub" });
  const taken = await ask({ token: await bob(), headers: mirrored(modern(1, cancelled.method)), body: cancelled });
  assert.is(taken.status, 202);
  server.tool("new", {}, () => "");
  for (const events of [theirs, own]) {
    assert.is((await events.next()).method, "notifications/tools/list_changed");
    await events.cancel();
  }
});

attack("Listening on when the token has ended", async () => {
  const { ask, server } = target();
  const body = modern("sub", "subscriptions/listen", { notifications: { toolsListChanged: true } });
  const events = new Events(await ask({ token: await token({ exp: clock.now() / 1000 + 60 }), body }));
  await events.next();
  // Clocks may differ by so much.
  await clock.advance(60_000 + 29_999);
  server.changed("tools");
  assert.is((await events.next()).method, "notifications/tools/list_changed");
  await clock.advance(1);
  server.changed("tools");
  assert.equal(
    (await events.rest()).map(({ id }) => id),
    ["sub"],
  );
});

attack("A client without a user that is named like one", async () => {
  const { ask } = target();
  const opened = await ask({ token: await token(), body: initialize() });
  const headers = { "Mcp-Session-Id": opened.headers.get("mcp-session-id")! };
  const body = legacy(2, "tools/call", call("who"));
  for (const claims of [{ client_id: "alice" }, { client_id: undefined }, { sub: "app" }, { sub: undefined }])
    assert.is((await ask({ token: await token(claims), headers, body })).status, 404);
});

const bound = async (by: Signer, more: object = {}) => token({ cnf: { jkt: await thumbprint(by.jwk) }, ...more });
async function proofOf(bearer: string, by: Signer, claims: object = {}): Promise<string> {
  const ath = encodeBase64Url(await sha256(bearer));
  const all = { htm: "POST", htu: RESOURCE, iat: clock.now() / 1000, jti: crypto.randomUUID(), ath, ...claims };
  return by.sign(all, { typ: "dpop+jwt", jwk: by.jwk });
}

attack("A stolen token that is bound to a key, without that key", async () => {
  const { gate, server } = target();
  const ask = protectedHandler({ ...gate, dpop: true }, server);
  const stolen = await bound(rsa);
  const attempts = [undefined, await proofOf(stolen, theirs), await proofOf(await bound(rsa, { jti: "2" }), rsa)];
  for (const scheme of ["Bearer", "DPoP"])
    for (const proof of attempts) {
      const headers: Record<string, string> = proof === undefined ? {} : { DPoP: proof };
      assert.is((await ask({ authorization: `${scheme} ${stolen}`, headers })).status, 401);
    }
  assert.is(
    (await ask({ authorization: `DPoP ${stolen}`, headers: { DPoP: await proofOf(stolen, rsa) } })).status,
    200,
  );
});

attack("A proof (DPoP) that was used, or made for another request, time or place", async () => {
  const { gate, server } = target();
  const ask = protectedHandler({ ...gate, dpop: true }, server);
  const good = await bound(rsa);
  const used = await proofOf(good, rsa);
  const send = async (proof: string) =>
    (await ask({ authorization: `DPoP ${good}`, headers: { DPoP: proof } })).headers.get("www-authenticate");
  assert.is(await send(used), null);
  const now = clock.now() / 1000;
  for (const claims of [{ htm: "GET" }, { htu: "https://other.example/mcp" }, { iat: now - 61 }, { iat: now + 6 }])
    assert.match((await send(await proofOf(good, rsa, claims)))!, /^DPoP error="invalid_dpop_proof"/);
  assert.match((await send(used))!, /used before/);
});

attack("Proofs without end, to fill the memory of those that were used", async () => {
  const { gate, server } = target();
  const ask = protectedHandler({ ...gate, dpop: { maxPerKey: 3 } }, server);
  const send = async (bearer: string, by: Signer) =>
    (await ask({ authorization: `DPoP ${bearer}`, headers: { DPoP: await proofOf(bearer, by) } })).status;
  const greedy = await bound(theirs);
  for (const status of [200, 200, 200, 429, 429]) assert.is(await send(greedy, theirs), status);
  assert.is(await send(await bound(rsa, { sub: "bob" }), rsa), 200);
});

attack("An API key guessed by the time that its comparison takes", async () => {
  const digest = new Uint8Array(32).fill(7);
  const looked = (other: Uint8Array) => {
    let count = 0;
    const get = (bytes: Uint8Array, at: string | symbol) => {
      if (/^\d+$/.test(String(at))) count += 1;
      return Reflect.get(bytes, at, bytes);
    };
    return [sameDigest(digest, new Proxy(other, { get })), count];
  };
  assert.equal(looked(digest.slice()), [true, 32]);
  for (const at of [0, 16, 31]) assert.equal(looked(digest.with(at, 8)), [false, 32]);
});

attack("Credentials of another scheme", async () => {
  const { ask } = target();
  for (const authorization of [`Basic ${encodeBase64("alice:x")}`, `DPoP ${await token()}`, `Token ${await token()}`])
    assert.is((await ask({ authorization })).status, 401);
});

test("the document and the tests name the same attacks", () => {
  const rows = readFileSync("docs/attacks.md", "utf8").matchAll(/^\| (?!attack|---)(.+?) \| /gm);
  assert.equal(
    [...rows].map(([, name]) => name),
    named,
  );
});

test.run();
