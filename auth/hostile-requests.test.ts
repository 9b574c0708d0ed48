// What a stranger can try with a request before anybody knows who sends it.
import { connect } from "node:net";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { FakeClock } from "../protocol/fake-clock.js";
import { createHandler } from "../transports/http/fetch.js";
import { listen } from "../transports/testing/adapters.js";
import { apiKeys, protect, type NodeHandler, type ProtectOptions } from "./index.js";
import { PAGE, protectedHandler, protectedListener, protectOptions, whoServer } from "./testing/protected.js";
import { FakeWeb } from "./testing/tokens.js";

const clock = new FakeClock();
const KEY = "alice-has-this-key";
const options = (more: Partial<ProtectOptions> = {}) =>
  protectOptions(clock, { verify: apiKeys([{ name: "alice", key: KEY }]), ...more });

/** Sends bytes to a protected `node:http` server, and gives what came back when the connection ended. */
async function raw(text: string, more: Partial<ProtectOptions> = {}): Promise<string> {
  const { origin, stop } = await protectedListener(options(more), whoServer(clock));
  try {
    return await new Promise((resolve, reject) => {
      let answer = "";
      const socket = connect(Number(new URL(origin).port), "127.0.0.1", () => socket.write(text));
      socket.on("data", (chunk) => (answer += chunk.toString("latin1")));
      socket.on("close", () => resolve(answer)).on("error", reject);
    });
  } finally {
    const stopped = stop();
    await clock.advance(10_000);
    await stopped;
  }
}

const request = (...headers: string[]) => ["POST /mcp HTTP/1.1", "Host: 127.0.0.1", ...headers, "", ""].join("\r\n");

for (const [what, text] of [
  ["a body of a gigabyte", request("Content-Length: 1000000000") + "x".repeat(1000)],
  ["a body without an end", `${request("Transfer-Encoding: chunked")}3\r\nabc\r\n`],
]) {
  test(`who is nobody is told so before ${what} is read, and its connection ends`, async () => {
    const answer = await raw(text!);
    assert.match(answer, /^HTTP\/1.1 401 /);
    assert.match(answer, /\r\nConnection: close\r\n/);
  });
}

test("a slow body is not waited for, and one that a client may well have sent keeps its connection", async () => {
  const rest = "GET /.well-known/oauth-protected-resource HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
  const answer = await raw(request("Content-Length: 10", "Authorization: Bearer wrong") + "0123456789" + rest);
  const [refused, metadata] = answer.split(/(?=HTTP\/1\.1 200 )/);
  assert.match(refused!, /^HTTP\/1.1 401 /);
  assert.match(metadata!, /"resource":"https:\/\/mcp.example\/mcp"/);
  // Here the last byte never comes.
  const { origin, stop } = await protectedListener(options(), whoServer(clock));
  const socket = connect(Number(new URL(origin).port), "127.0.0.1", () =>
    socket.write(request("Content-Length: 2") + "{"),
  );
  const first = await new Promise<Buffer>((resolve) => socket.once("data", resolve));
  assert.match(first.toString(), /^HTTP\/1.1 401 /);
  socket.destroy();
  const stopped = stop();
  await clock.advance(10_000);
  await stopped;
});

test("by fetch, not a byte of the body of a stranger is asked for", async () => {
  let pulled = 0;
  const body = new ReadableStream({ pull: () => void pulled++ }, { highWaterMark: 0 });
  const handler = protect(createHandler(whoServer(clock)), options());
  const init = { method: "POST", body, duplex: "half" };
  assert.is((await handler(new Request("https://mcp.example/mcp", init as RequestInit))).status, 401);
  assert.is(pulled, 0);
  await handler.close();
});

test("several headers, and headers that are almost credentials", async () => {
  const line = (...values: string[]) =>
    request(...values.map((value) => `Authorization: ${value}`), "Connection: close");
  const handler = protect(createHandler(whoServer(clock)), options());
  const digest = 'Digest username="a", realm="r", nonce="n"';
  for (const [status, ...values] of [
    ["400", `Bearer ${KEY}`, `Bearer ${KEY}`],
    ["400", `Bearer ${KEY}`, "Basic YTpi"],
    ["400", "Basic YTpi", `Bearer ${KEY}`],
    ["400", `Bearer ${KEY}`, ""],
    ["400", "", `Bearer ${KEY}`],
    ["400", `Bearer\t${KEY}`],
    ["400", `Bearer ${KEY} realm="x"`],
    ["400", `Bearer "${KEY}"`],
    ["400", `Bearer ${KEY}\u00a0`],
    ["400", `Bearer ${KEY},`],
    ["400", `Bearer=${KEY}`, "Bearer x"],
    ["401", `Bearer=${KEY}`],
    ["401", `Bearer:${KEY}`],
    ["401", `Bearers ${KEY}`],
    ["401", `XBearer ${KEY}`],
    ["401", KEY],
    ["401", `Basic Bearer ${KEY}`],
    ["401", digest],
    ["401", `${digest}, bearers="x",dpop-x=y`],
    ["400", digest, `Bearer ${KEY}`],
    ["400", `Bearer ${KEY}`, digest],
    ["400", digest, `dpop ${KEY}`],
    ["400", `Bearer ${KEY}`, `Bearer ${KEY}`, `Bearer ${KEY}`],
    ["400", `Bearer ${KEY},Bearer ${KEY}`],
    ["401", `Bearer ${KEY.toUpperCase()}`],
    // Whoever comes so far is told what is wrong with the rest of the request.
    ["415", `bEaReR ${KEY}`],
    ["415", `  Bearer   ${KEY}  `],
  ]) {
    const answer = await raw(line(...(values as string[])));
    assert.is(/^HTTP\/1.1 (\d+)/.exec(answer)?.[1], status, JSON.stringify(values));
    assert.not(answer.includes(KEY));
    const headers = new Headers(values.map((value): [string, string] => ["Authorization", value!]));
    const fetched = await handler(new Request("https://mcp.example/mcp", { method: "POST", headers }));
    assert.is(String(fetched.status), status, `by fetch, ${JSON.stringify(values)}`);
    assert.not((await fetched.text()).includes(KEY));
  }
  await handler.close();
});

test("no credentials count that stand anywhere but in their header", async () => {
  const ask = protectedHandler(options(), whoServer(clock));
  for (const headers of [
    { Cookie: `access_token=${KEY}` },
    { "Proxy-Authorization": `Bearer ${KEY}` },
    { "X-Authorization": `Bearer ${KEY}` },
    { "X-HTTP-Method-Override": "OPTIONS" },
    { "Mcp-Session-Id": KEY },
  ])
    assert.is((await ask({ headers })).status, 401);
  for (const path of [`/mcp?token=${KEY}`, `/mcp?a=1;access_token=${KEY}`, `/mcp/${KEY}`, `/mcp#access_token=${KEY}`])
    assert.is((await ask({ path })).status, 401, path);
  for (const query of [
    "access_token",
    "access_token=",
    `a=1&access_token=${KEY}`,
    `a&access%5ftoken=${KEY}`,
    "&&access_token",
  ])
    for (const method of ["GET", "POST", "DELETE"])
      assert.is((await ask({ path: `/mcp?${query}`, method, token: KEY })).status, 400, query);
  const form = { "Content-Type": "application/x-www-form-urlencoded" };
  assert.is((await ask({ headers: form, token: KEY })).status, 415);
});

test("only OPTIONS goes past without credentials, and learns nothing but what may be asked", async () => {
  const ask = protectedHandler(options(), whoServer(clock));
  for (const method of ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "QUERY"]) {
    const answer = await ask({ method });
    assert.is(answer.status, 401, method);
    if (method === "HEAD") assert.is(await answer.text(), "");
  }
  for (const path of ["/mcp", "/", "/messages", "/.well-known/other"]) {
    const answer = await ask({ method: "OPTIONS", path, headers: { Origin: PAGE } });
    assert.equal([answer.status, await answer.text()], [204, ""], path);
    assert.match(answer.headers.get("access-control-expose-headers")!, /WWW-Authenticate, Retry-After/);
  }
});

test("paths that only look like those of the metadata are asked for credentials", async () => {
  const ask = protectedHandler(options(), whoServer(clock));
  const known = "/.well-known/oauth-protected-resource";
  for (const path of [
    `${known}/`,
    `${known}/mcp/`,
    `${known}/MCP`,
    `${known}/%6dcp`,
    `${known}x`,
    `${known}/mcp;x`,
    "/x/..",
  ])
    assert.is((await ask({ method: "GET", path })).status, 401, path);
  for (const path of [`${known}/mcp?x=1`, `/x/..${known}/mcp`, `${known}/./mcp`])
    assert.is((await ask({ method: "GET", path })).status, 200, path);
  // The path of the URL is what is protected, whatever is made of it.
  for (const path of [`${known}/..`, `${known}/mcp/../../../mcp`, `${known}%2f..%2f..%2fmcp`])
    assert.is((await ask({ path })).status, 401, path);
});

test("on Node no form of the header is left behind the gate", async () => {
  const seen: string[] = [];
  const inner = Object.assign(
    (incoming: { headers: object; rawHeaders: object; headersDistinct: object }, response: { end(): void }) => {
      seen.push(JSON.stringify([incoming.headers, incoming.rawHeaders, incoming.headersDistinct]));
      response.end();
    },
    { close: async () => {} },
  );
  const { origin, stop } = await listen(protect(inner as unknown as NodeHandler, options()) as never);
  assert.is((await fetch(origin, { headers: { Authorization: `Bearer ${KEY}`, "X-Kept": "yes" } })).status, 200);
  await stop();
  assert.not.match(seen[0]!, /Bearer|alice-has/i);
  assert.is(seen[0]!.match(/yes/g)?.length, 3);
});

test("who asks where clients of 2025-03-26 do has the authorization server asked once in a while", async () => {
  const web = new FakeWeb();
  const own = new FakeClock();
  const errors: unknown[] = [];
  const more = { clock: own, legacyDiscovery: { fetch: web.fetch }, onError: (error: unknown) => errors.push(error) };
  const ask = protectedHandler(options(more), whoServer(own));
  const told = async () => (await ask({ method: "GET", path: "/.well-known/oauth-authorization-server" })).status;
  assert.equal(await Promise.all([told(), told()]), [503, 503]);
  const asked = web.asked.length;
  assert.ok(asked > 0);
  await own.advance(29_999);
  assert.is(await told(), 503);
  assert.is(web.asked.length, asked);
  assert.is(errors.length, 1, "told once for all that it is kept for");
  await own.advance(1);
  assert.is(await told(), 503);
  assert.is(errors.length, 2);
  await own.advance(29_999);
  await own.advance(1);
  web.json("https://as.example/.well-known/oauth-authorization-server", { issuer: "https://as.example" });
  assert.is(await told(), 200);
});

test.run();
