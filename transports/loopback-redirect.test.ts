import { once } from "node:events";
import { request } from "node:http";
import { connect } from "node:net";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { loopbackRedirect } from "./loopback-redirect.js";

/** Where a user is sent who is to come back to an address. */
const authorize = (uri: string, state = "s1") =>
  new URL(`https://as.example/authorize?${new URLSearchParams({ state, redirect_uri: uri }).toString()}`);
const never = new AbortController().signal;

/** A request with a Host of its own choice. */
const ask = (url: string, { method = "GET", host }: { method?: string; host?: string } = {}) =>
  new Promise<{ status: number; text: string; policy: string }>((resolve, reject) => {
    const sent = request(url, { method, ...(host === undefined ? {} : { headers: { Host: host } }) }, (answer) => {
      let text = "";
      answer.on("data", (chunk) => (text += String(chunk)));
      const policy = String(answer.headers["content-security-policy"]);
      answer.on("end", () => resolve({ status: answer.statusCode!, text, policy }));
    });
    sent.on("error", reject).end();
  });

const failureOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => assert.unreachable("it should have failed"),
    (error: unknown) => String(error),
  ) as Promise<string>;

async function waiting(options: { port?: number; path?: string } = {}) {
  const opened: string[] = [];
  const { redirectUri, redirect } = loopbackRedirect({ open: (url) => void opened.push(url.href), ...options });
  const uri = await redirectUri([]);
  return { uri, opened, back: redirect(authorize(uri), { signal: never }), redirectUri, redirect };
}

test("the address is shown, and the browser that comes back ends the wait", async () => {
  const { uri, opened, back } = await waiting();
  assert.match(uri, /^http:\/\/127\.0\.0\.1:\d+\/callback$/);
  const { status, text, policy } = await ask(`${uri}?code=c&state=s1&x=%3Cb%3E`);
  assert.is(status, 200);
  assert.ok(text.includes("Signed in") && !text.includes("c&") && !text.includes("<b>"), text);
  assert.match(policy, /default-src 'none'/);
  assert.is((await back).href, `${uri}?code=c&state=s1&x=%3Cb%3E`);
  assert.equal(opened, [authorize(uri).href]);
  assert.match(await failureOf(ask(uri)), /ECONNREFUSED/);
});

test("what is not the answer that is waited for changes nothing", async () => {
  const { uri, back } = await waiting({ path: "/back" });
  const { origin, host } = new URL(uri);
  for (const [url, how] of [
    [`${uri}?code=x&state=s2`, {}],
    [`${uri}?code=x`, {}],
    [`${origin}/other?state=s1`, {}],
    [`${uri}?code=x&state=s1`, { method: "POST" }],
    [`${uri}?code=x&state=s1`, { host: "evil.example" }],
    [`${uri}?code=x&state=s1`, { host: `evil.example:${host.split(":")[1]}` }],
  ] as const)
    assert.is((await ask(url, how)).status, 404, url);
  const refused = await ask(`${uri}?error=access_denied&state=s1`);
  assert.ok(refused.text.includes("Not signed in"));
  assert.is((await back).searchParams.get("error"), "access_denied");
});

test("a port that is registered is used again, while it is free", async () => {
  const first = await waiting();
  const again = loopbackRedirect({ open: () => {} });
  assert.is.not(await again.redirectUri([first.uri]), first.uri);
  await ask(`${first.uri}?state=s1`);
  await first.back;
  assert.is(await again.redirectUri(["https://app.example/callback", first.uri]), first.uri);
  const stop = new AbortController();
  const waits = again.redirect(authorize(first.uri), { signal: stop.signal });
  stop.abort(new Error("enough"));
  assert.is(await failureOf(waits), "Error: enough");
  assert.match(await failureOf(ask(first.uri)), /ECONNREFUSED/);
});

test("a fixed port that is taken is said to be so", async () => {
  const { uri, back } = await waiting();
  const port = Number(new URL(uri).port);
  const other = loopbackRedirect({ open: () => {}, port });
  assert.match(await failureOf(other.redirectUri([])), /EADDRINUSE/);
  await ask(`${uri}?state=s1`);
  await back;
});

test("an address that cannot be shown ends the wait, and the port is free again", async () => {
  const { redirectUri, redirect } = loopbackRedirect({
    open: () => {
      throw new Error("no screen");
    },
  });
  const uri = await redirectUri([]);
  assert.is(await failureOf(redirect(authorize(uri), { signal: never })), "Error: no screen");
  assert.match(await failureOf(ask(uri)), /ECONNREFUSED/);
});

for (const fixed of [false, true])
  test(`two sign in at the same time, ${fixed ? "at one port" : "each at a port of its own"}`, async () => {
    const free = await waiting();
    await ask(`${free.uri}?state=s1`);
    await free.back;
    const port = Number(new URL(free.uri).port);
    const loop = loopbackRedirect({ open: () => {}, ...(fixed ? { port } : {}) });
    const [one, two] = await Promise.all([loop.redirectUri([]), loop.redirectUri([])]);
    assert.is(one === two, fixed);
    const first = loop.redirect(authorize(one, "a"), { signal: never });
    const second = loop.redirect(authorize(two, "b"), { signal: never });
    assert.is((await ask(`${one}?state=a`)).status, 200);
    assert.is((await first).href, `${one}?state=a`);
    assert.is((await ask(`${two}?state=b`)).status, 200);
    assert.is((await second).href, `${two}?state=b`);
    assert.match(await failureOf(ask(one)), /ECONNREFUSED/);
    assert.match(await failureOf(ask(two)), /ECONNREFUSED/);
  });

test("who comes to wait after another has ended at the same port finds it open", async () => {
  const loop = loopbackRedirect({
    open: async ({ searchParams: got }) => void (await ask(`${got.get("redirect_uri")}?state=${got.get("state")}`)),
  });
  const uri = await loop.redirectUri([]);
  assert.is(await loop.redirectUri([uri]), uri);
  for (const state of ["a", "b"])
    assert.is((await loop.redirect(authorize(uri, state), { signal: never })).href, `${uri}?state=${state}`);
});

test("addresses that nobody was sent to are given again", async () => {
  const { redirectUri } = loopbackRedirect({ open: () => {} });
  assert.is(await redirectUri([]), await redirectUri([]));
});

test("the end of the wait ends connections that nothing was sent on", async () => {
  const { uri, back } = await waiting();
  const idle = connect(Number(new URL(uri).port), "127.0.0.1");
  await once(idle, "connect");
  const closed = once(idle, "close");
  assert.ok((await ask(`${uri}?state=s1`)).text.includes("Signed in"));
  await back;
  await closed;
});

test("nothing is shown where nobody waits any more", async () => {
  const opened: URL[] = [];
  const { redirectUri, redirect } = loopbackRedirect({ open: (url) => void opened.push(url) });
  const uri = await redirectUri([]);
  const signal = AbortSignal.abort(new Error("enough"));
  assert.is(await failureOf(redirect(authorize(uri), { signal })), "Error: enough");
  assert.equal(opened, []);
  assert.match(await failureOf(ask(uri)), /ECONNREFUSED/);
});

test("an address that is not its own is not waited at", async () => {
  const { redirect } = loopbackRedirect({ open: () => {} });
  for (const uri of ["http://127.0.0.1:1/other", "https://app.example/callback"])
    assert.match(await failureOf(redirect(authorize(uri), { signal: never })), /redirect_uri/);
});

test("options that make no sense are refused", () => {
  for (const options of [{ path: "x" }, { path: "/a?b" }, { port: -1 }])
    assert.throws(() => loopbackRedirect({ open: () => {}, ...options }), TypeError);
});

test.run();
