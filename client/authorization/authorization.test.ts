import { test } from "uvu";
import * as assert from "uvu/assert";
import type { CallFailed } from "../../protocol/call-failed.js";
import { httpTransport } from "../../transports/http-client/http-transport.js";
import { connect } from "../connect.js";
import { AuthorizationFailed, MemoryStore } from "./index.js";
import { AS, AS_METADATA, CALLBACK, failureOf, MCP, PRM, World } from "./testing/world.js";

const textOf = ({ content }: { content: readonly unknown[] }) => (content[0] as { text: string }).text;
const failed = async (promise: Promise<unknown>): Promise<AuthorizationFailed> => {
  const error = await failureOf(promise);
  assert.instance(error, AuthorizationFailed, String(error));
  return error;
};

test("from a 401 to a call: metadata, registration, consent, token, in this order", async () => {
  const world = new World();
  const client = await world.connect();
  assert.is(textOf(await client.callTool("read")), "read");
  assert.equal(world.urls().slice(0, 6), [MCP, PRM, AS_METADATA, `${AS}/register`, `${AS}/token`, MCP]);

  const [consent] = world.as.consents;
  const [form] = world.as.forms;
  assert.is(consent!.get("response_type"), "code");
  assert.is(consent!.get("code_challenge_method"), "S256");
  assert.is(consent!.get("scope"), "mcp");
  for (const params of [consent!, form!]) assert.is(params.get("resource"), MCP);
  assert.is(form!.get("redirect_uri"), CALLBACK);
  assert.match(form!.get("code_verifier")!, /^[\w-]{43,128}$/);
  assert.equal(world.as.registrations[0], {
    grant_types: ["authorization_code", "refresh_token"],
    response_types: ["code"],
    token_endpoint_auth_method: "none",
    application_type: "native",
    client_name: "MCP client",
    redirect_uris: [CALLBACK],
  });
  await client.close();
});

test("each request of the connection carries the token, in a header and nowhere else, and none other does", async () => {
  const world = new World();
  const client = await world.connect(undefined, { revision: "2025-11-25" });
  await client.listTools();
  await client.callTool("read");
  await client.close();
  const first = world.asked.findIndex(({ headers }) => headers.has("authorization"));
  const later = world.asked.slice(first);
  assert.equal([...new Set(later.map(({ method }) => method))].sort(), ["DELETE", "GET", "POST"]);
  for (const { url, headers, body } of later) {
    assert.is(headers.get("authorization"), "Bearer at-2", url);
    assert.not.ok(url.includes("at-2") || body.includes("at-2"));
  }
  for (const { headers } of world.asked.slice(0, first)) assert.not.ok(headers.has("authorization"));
});

test("so does each over HTTP+SSE", async () => {
  const world = new World();
  world.sse = true;
  const client = await world.connect(undefined, { revision: "2024-11-05" });
  assert.is(textOf(await client.callTool("read")), "read");
  await world.clock.advance(301_000);
  assert.is(textOf(await client.callTool("read")), "read");
  await client.close();
  assert.is(world.as.consents.length, 1);
  const first = world.asked.findIndex(({ headers }) => headers.has("authorization"));
  const later = world.asked.slice(first).filter(({ url }) => url.startsWith("https://mcp.example"));
  assert.ok(later.some(({ method }) => method === "GET"));
  for (const { headers } of later) assert.match(headers.get("authorization") ?? "none", /^Bearer at-\d+$/);
});

/** A server that speaks HTTP+SSE, and refuses what newer clients ask before it looks at tokens. */
function olderServer(): World {
  const world = new World();
  world.sse = true;
  world.pages.set(MCP, ({ method, headers }) => {
    if (method === "POST") return new Response(null, { status: 405 });
    world.pages.delete(MCP);
    return world.fetch(MCP, { headers });
  });
  return world;
}

test("a user who signs in while HTTP+SSE is opened takes none of the server's time", async () => {
  const world = olderServer();
  const redirect = async (url: URL) => {
    await world.clock.advance(200_000);
    return world.as.consent(url);
  };
  const client = await world.connect(world.authorization({ redirect }), { revision: "2024-11-05", timeoutMs: 60_000 });
  assert.is(textOf(await client.callTool("read")), "read");
  await client.close();
});

test("who is not let in over HTTP+SSE is told so", async () => {
  const world = olderServer();
  const redirect = () => Promise.reject(new Error("no browser"));
  assert.is(
    (await failed(world.connect(world.authorization({ redirect }), { revision: "2024-11-05" }))).reason,
    "handler_failed",
  );
  const transport = httpTransport(MCP, { fetch: olderServer().fetch });
  const failure: CallFailed = await failureOf(connect(transport, {}));
  assert.equal([failure.code, failure.status], ["unauthorized", 401]);
});

test("a token does not follow a request to another origin", async () => {
  const world = new World();
  const authorization = world.authorization();
  await (await world.connect(authorization)).close();
  const send = authorization.around(world.fetch, new URL(MCP), () => () => {});
  await send("https://other.example/mcp", { method: "POST" });
  assert.not.ok(world.asked.at(-1)!.headers.has("authorization"));
  await send(MCP, { method: "POST" });
  assert.ok(world.asked.at(-1)!.headers.has("authorization"));
});

test("a token that has ended is renewed unseen, once for all, and each refresh token is used once", async () => {
  const world = new World();
  const client = await world.connect();
  for (let round = 0; round < 3; round += 1) {
    await world.clock.advance(301_000);
    const texts = await Promise.all([1, 2, 3].map(async () => textOf(await client.callTool("read"))));
    assert.equal(texts, ["read", "read", "read"]);
  }
  assert.is(world.as.consents.length, 1);
  const refreshed = world.as.forms.slice(1);
  assert.equal(
    refreshed.map((form) => [form.get("grant_type"), form.get("refresh_token"), form.get("resource")]),
    ["rt-2", "rt-3", "rt-4"].map((token) => ["refresh_token", token, MCP]),
  );
  await client.close();
});

test("a token that the server no longer takes is renewed at its word, the metadata read anew before", async () => {
  const world = new World();
  const client = await world.connect();
  world.tokens.clear();
  const before = world.asked.length;
  await Promise.all([client.callTool("read"), client.callTool("read")]);
  const later = world.urls().slice(before);
  assert.equal(
    later.filter((url) => url !== MCP),
    [PRM, AS_METADATA, `${AS}/token`],
  );
  assert.is(world.as.consents.length, 1);
  await client.close();
});

test("without a refresh token the user is asked again", async () => {
  const world = new World();
  world.as.refreshes = false;
  const client = await world.connect();
  await world.clock.advance(301_000);
  assert.is(textOf(await client.callTool("read")), "read");
  assert.is(world.as.consents.length, 2);
  assert.is(world.as.registrations.length, 1);
  await client.close();
});

test("a refresh token that is refused is given up, and the user is asked once for all who wait", async () => {
  const world = new World();
  const client = await world.connect();
  world.tokens.clear();
  const refuse = () => Response.json({ error: "invalid_grant" }, { status: 400 });
  const token = world.as.answer.bind(world.as);
  world.pages.set(`${AS}/token`, (asked) => (asked.body.includes("refresh_token=") ? refuse() : token(asked)));
  await Promise.all([client.callTool("read"), client.callTool("read"), client.callTool("read")]);
  assert.is(world.as.consents.length, 2);
  await client.close();
});

test("an authorization server that is down makes nobody sign in anew, and is asked again the next time", async () => {
  const world = new World();
  const client = await world.connect();
  world.tokens.clear();
  world.pages.set(`${AS}/token`, () => new Response("down", { status: 503 }));
  const error = await failed(client.callTool("read"));
  assert.equal([error.code, error.reason, error.status], ["authorization_failed", "token_refused", 503]);
  world.pages.clear();
  assert.is(textOf(await client.callTool("read")), "read");
  assert.is(world.as.consents.length, 1);
  await client.close();
});

test("tokens are found again in the store, and those that another process has renewed are taken", async () => {
  const world = new World();
  const store = new MemoryStore();
  const one = await world.connect(world.authorization({ store }));
  const two = await world.connect(world.authorization({ store }));
  assert.is(world.as.consents.length, 1);
  await world.clock.advance(301_000);
  await one.callTool("read");
  await two.callTool("read");
  assert.is(world.as.consents.length, 1);
  assert.equal(
    world.as.forms.map((form) => form.get("grant_type")),
    ["authorization_code", "refresh_token"],
  );
  await one.close();
  await two.close();
});

test("step-up asks for what there was and what is needed, and the call goes on", async () => {
  const world = new World();
  const client = await world.connect();
  assert.is(textOf(await client.callTool("write")), "written");
  assert.is(world.as.consents.at(-1)!.get("scope"), "mcp write");
  assert.is(textOf(await client.callTool("erase")), "erased");
  assert.is(world.as.consents.at(-1)!.get("scope"), "mcp write erase");
  assert.is(textOf(await client.callTool("write")), "written");
  assert.is(world.as.consents.length, 3);
  await client.close();
});

test("scopes that are not granted are asked for once, and then the server's refusal stands", async () => {
  const world = new World();
  const client = await world.connect();
  const token = world.as.answer.bind(world.as);
  world.pages.set(`${AS}/token`, async (asked) => {
    const answer = await token(asked);
    for (const known of world.tokens.values()) Object.assign(known, { scopes: ["mcp"] });
    return answer;
  });
  for (let time = 0; time < 3; time += 1) {
    const error = await failureOf(client.callTool("write"));
    assert.equal([error.code, error.status], ["answer_error", 403]);
  }
  assert.is(world.as.consents.length, 2);
  await client.close();
});

test("a server that wants ever more scopes is followed as often as is allowed", async () => {
  const world = new World();
  const client = await world.connect(world.authorization({ maxStepUps: 3 }));
  let wants = 0;
  world.pages.set(MCP, () => {
    const challenge = `Bearer error="insufficient_scope", scope="s${++wants}"`;
    return new Response("", { status: 403, headers: { "WWW-Authenticate": challenge } });
  });
  const error = await failureOf(client.callTool("read"));
  assert.equal([error.code, error.status], ["http_error", 403]);
  assert.is(world.as.consents.length, 4);
  assert.is(world.as.consents.at(-1)!.get("scope"), "mcp s1 s2 s3");
  await client.close();
});

test("a 403 for other reasons is nobody's business here", async () => {
  const world = new World();
  const client = await world.connect();
  world.pages.set(MCP, () => new Response("", { status: 403, headers: { "WWW-Authenticate": "Bearer" } }));
  const error = await failureOf(client.callTool("read"));
  assert.is(error.code, "http_error");
  assert.is(world.as.consents.length, 1);
  await client.close();
});

test("a server that refuses every token is not asked for ever", async () => {
  const world = new World();
  world.pages.set(MCP, () => new Response("", { status: 401 }));
  const error = await failureOf(world.connect());
  assert.is(error.code, "unauthorized");
  assert.is(world.as.consents.length, 1);
});

test("another authorization server: nothing of the old one is shown to it, and the old tokens go", async () => {
  const world = new World();
  const store = new MemoryStore();
  const other = world.found("https://other.example");
  const redirect = (url: URL) => (url.origin === AS ? world.as : other).consent(url);
  const client = await world.connect(world.authorization({ store, redirect }));
  world.issuers = [other.issuer];
  assert.is(textOf(await client.callTool("read")), "read");
  assert.is(other.registrations.length, 1);
  assert.is(other.consents[0]!.get("client_id"), "client-1 of https://other.example");
  assert.is(other.forms[0]!.get("grant_type"), "authorization_code");
  assert.is((await store.load("tokens", MCP))!.issuer, other.issuer);
  assert.is((await store.load("registration", AS))!.id, "client-1 of https://as.example");
  const sent = world.asked.filter(({ url }) => url.startsWith(other.issuer));
  for (const { body } of sent) assert.not.ok(body.includes("rt-") || body.includes("at-") || body.includes(AS), body);
  await client.close();
});

test("time stands still for calls while the user is asked, and not for ever for the user", async () => {
  const world = new World();
  let comeBack = () => {};
  let asked = () => {};
  const away = new Promise<void>((resolve) => (asked = resolve));
  const redirect = async (url: URL) => {
    asked();
    await new Promise<void>((resolve) => (comeBack = resolve));
    return world.as.consent(url);
  };
  const connecting = world.connect(world.authorization({ redirect }));
  await away;
  await world.clock.advance(299_000);
  comeBack();
  const client = await connecting;
  await client.close();

  const waiting = world.connect(world.authorization({ redirect, store: new MemoryStore() }));
  const again = new Promise<void>((resolve) => (asked = resolve));
  await again;
  const late = failed(waiting);
  await world.clock.advance(300_001);
  assert.is((await late).reason, "too_late");
});

test("a call that is taken back takes the question to the user back with it", async () => {
  const world = new World();
  const client = await world.connect();
  await client.close();
  const stop = new AbortController();
  let signal: AbortSignal | undefined;
  const authorization = world.authorization({
    redirect: async (_, consent) => {
      signal = consent.signal;
      stop.abort();
      return new Promise(() => {});
    },
  });
  await failureOf(authorization.authorize(MCP, { signal: stop.signal }));
  assert.ok(signal!.aborted);
});

test("what this program itself fails at is said to be its own fault", async () => {
  const world = new World();
  const redirect = async () => Promise.reject(new Error("no browser"));
  const error = await failed(world.connect(world.authorization({ redirect }), { revision: "2024-11-05" }));
  assert.equal([error.reason, error.message], ["handler_failed", "no browser"]);
  const store = new MemoryStore();
  store.load = () => Promise.reject(new Error("no disk"));
  const authorization = world.authorization({ store });
  assert.is((await failed(world.connect(authorization))).message, "no disk");
  store.load = async () => undefined;
  await (await world.connect(authorization)).close();
});

test("signing in beforehand and forgetting fail as everything else does, and only TLS will do", async () => {
  const world = new World();
  const redirect = async () => Promise.reject(new Error("no browser"));
  assert.is((await failed(world.authorization({ redirect }).authorize(MCP))).reason, "handler_failed");
  assert.is((await failed(world.authorization().authorize("http://mcp.example/mcp"))).reason, "insecure_server");
  assert.is(world.asked.filter(({ url }) => url.startsWith("http:")).length, 0);
  const store = new MemoryStore();
  store.load = () => Promise.reject(new Error("no disk"));
  assert.is((await failed(world.authorization({ store }).forget(MCP))).reason, "handler_failed");
});

test("nobody is asked for the sake of a farewell", async () => {
  const world = new World();
  world.as.refreshes = false;
  const client = await world.connect(undefined, { revision: "2025-11-25" });
  world.tokens.clear();
  const before = world.as.consents.length;
  await client.close();
  assert.ok(world.asked.some(({ method }) => method === "DELETE"));
  assert.is(world.as.consents.length, before);
});

test("nobody is asked for the sake of a notification", async () => {
  const world = new World();
  world.as.refreshes = false;
  const send = world.authorization().around(world.fetch, new URL(MCP), () => () => {});
  const post = async (message: object) => (await send(MCP, { method: "POST", body: JSON.stringify(message) })).status;
  const notification = { jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 1 } };
  assert.is(await post(notification), 401);
  assert.is(await post([notification] as object), 401);
  assert.is(world.as.consents.length, 0);
  await post({ jsonrpc: "2.0", id: 1, method: "ping" });
  assert.is(world.as.consents.length, 1);
});

test("the body of a refusal may break while the user signs in", async () => {
  const world = new World();
  let breakOff = () => {};
  world.pages.set(MCP, () => {
    world.pages.delete(MCP);
    const start = (to: ReadableStreamDefaultController) => (breakOff = () => to.error(new TypeError("terminated")));
    return new Response(new ReadableStream({ start: (to) => void start(to) }), { status: 401 });
  });
  const redirect = async (url: URL) => {
    breakOff();
    return world.as.consent(url);
  };
  await (await world.connect(world.authorization({ redirect }))).close();
});

test("servers that differ in their query have tokens of their own, got for the resource that each names", async () => {
  const world = new World();
  const store = new MemoryStore();
  const authorization = world.authorization({ store });
  const [a, b] = [`${MCP}?tenant=a`, `${MCP}?tenant=b`];
  for (const resource of [a, b]) {
    const metadata = { resource, authorization_servers: [AS], scopes_supported: ["mcp"] };
    world.pages.set(PRM, () => Response.json(metadata));
    await authorization.authorize(resource);
  }
  assert.equal([(await store.load("tokens", a))?.resource, (await store.load("tokens", b))?.resource], [a, b]);
  for (const [index, at] of [a, b].entries()) {
    world.pages.set(at, () => new Response(""));
    await authorization.around(world.fetch, new URL(at), () => () => {})(at, { method: "POST" });
    const { accessToken } = (await store.load("tokens", at))!;
    assert.is(world.asked.at(-1)!.headers.get("authorization"), `Bearer ${accessToken}`);
    assert.is(world.as.forms[index]!.get("resource"), at);
  }
});

test("forgetting has the authorization server take the token back where it can", async () => {
  const world = new World();
  const authorization = world.authorization();
  await (await world.connect(authorization)).close();
  world.as.metadata.revocation_endpoint = `${AS}/revoke`;
  const revoked: string[] = [];
  world.pages.set(`${AS}/revoke`, ({ body }) => {
    revoked.push(body);
    return new Response("");
  });
  assert.is(await authorization.forget(MCP), true);
  assert.equal(revoked, ["token=rt-2&token_type_hint=refresh_token&client_id=client-1+of+https%3A%2F%2Fas.example"]);
  assert.is(await authorization.forget(MCP), false);
  await (await world.connect(authorization)).close();
  assert.is(world.as.consents.length, 2);
});

test.run();
