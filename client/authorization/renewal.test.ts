import { test } from "uvu";
import * as assert from "uvu/assert";
import { clientCredentials, MemoryStore } from "./index.js";
import { AS, failureOf, MCP, World, type Asked } from "./testing/world.js";

const scopesAsked = (world: World) => world.as.consents.map((consent) => consent.get("scope"));

/** Answers refreshes by itself, and all else as ever. */
const answerRefreshes = (world: World, answer: () => Response) => {
  const token = world.as.answer.bind(world.as);
  const isRefresh = ({ body }: Asked) => body.includes("grant_type=refresh_token");
  world.pages.set(`${AS}/token`, (asked) => (isRefresh(asked) ? answer() : token(asked)));
};
const grants = (world: World) => world.as.forms.map((form) => form.get("grant_type"));

for (const [by, bound] of [
  ["code", { issuer: AS }],
  ["code", {}],
  ["credentials", { issuer: AS }],
] as const) {
  test(`a secret goes to no issuer but its own, be there tokens of another (${by}, ${JSON.stringify(bound)})`, async () => {
    const world = new World();
    const evil = world.found("https://evil.example");
    evil.metadata.token_endpoint_auth_methods_supported = ["client_secret_post"];
    world.issuers = [evil.issuer];
    const store = new MemoryStore();
    const tokens = { issuer: evil.issuer, resource: MCP, clientId: "me", accessToken: "x", refreshToken: "y" };
    await store.save("tokens", MCP, { ...tokens, requested: ["mcp"] });
    await store.save("issuer", "me", { issuer: AS });
    const client = { id: "me", secret: "S3CRET", ...bound };
    const { fetch, clock } = world;
    const authorization =
      by === "code"
        ? world.authorization({ store, client })
        : clientCredentials({ client, store, fetch: fetch as never, clock });
    assert.is((await failureOf(world.connect(authorization))).reason, "no_client");
    evil.metadata.revocation_endpoint = `${evil.issuer}/revoke`;
    await store.save("tokens", MCP, { ...tokens, requested: ["mcp"] });
    assert.is(await authorization.forget(MCP), false);
    for (const { url, body } of world.asked) assert.not.ok(body.includes("S3CRET"), url);
  });
}

for (const [status, body] of [
  [429, { error: "slow_down" }],
  [408, {}],
  [403, { error: "blocked" }],
  [404, {}],
  [400, { message: "what?" }],
] as const) {
  test(`${status} ${JSON.stringify(body)} is no refusal: the refresh token is kept, and nobody is asked`, async () => {
    const world = new World();
    const store = new MemoryStore();
    const client = await world.connect(world.authorization({ store }));
    world.tokens.clear();
    answerRefreshes(world, () => Response.json(body, { status }));
    const error = await failureOf(client.callTool("read"));
    assert.equal([error.reason, error.status], ["token_refused", status]);
    assert.is((await store.load("tokens", MCP))!.refreshToken, "rt-2");
    world.pages.clear();
    await client.callTool("read");
    assert.equal(grants(world), ["authorization_code", "refresh_token"]);
    await client.close();
  });
}

test("a client that the authorization server has forgotten at a refresh registers anew", async () => {
  const world = new World();
  const store = new MemoryStore();
  const client = await world.connect(world.authorization({ store }));
  world.tokens.clear();
  answerRefreshes(world, () => Response.json({ error: "invalid_client" }, { status: 401 }));
  await client.callTool("read");
  assert.is(world.as.consents.at(-1)!.get("client_id"), `client-2 of ${AS}`);
  assert.is((await store.load("registration", AS))!.id, `client-2 of ${AS}`);
  await client.close();
});

test("tokens of another resource are let go, and not refreshed", async () => {
  const world = new World();
  const store = new MemoryStore();
  await (await world.connect(world.authorization({ store }))).close();
  const kept = (await store.load("tokens", MCP))!;
  await store.save("tokens", MCP, { ...kept, resource: "https://mcp.example/other" });
  world.tokens.clear();
  await (await world.connect(world.authorization({ store }))).close();
  assert.equal(grants(world), ["authorization_code", "authorization_code"]);
  assert.is((await store.load("tokens", MCP))!.resource, MCP);
});

test("a refresh that another process was first with takes what came of it, and asks nobody", async () => {
  const world = new World();
  const store = new MemoryStore();
  const client = await world.connect(world.authorization({ store }));
  world.tokens.clear();
  world.tokens.set("at-theirs", { issuer: AS, scopes: ["mcp"], expiresAt: Infinity });
  const kept = (await store.load("tokens", MCP))!;
  answerRefreshes(world, () => {
    void store.save("tokens", MCP, { ...kept, accessToken: "at-theirs", refreshToken: "rt-theirs" });
    return Response.json({ error: "invalid_grant" }, { status: 400 });
  });
  await client.callTool("read");
  assert.is(world.as.consents.length, 1);
  assert.is(world.asked.at(-1)!.headers.get("authorization"), "Bearer at-theirs");
  await client.close();
});

test("a refused refresh loses no scopes, and more can be asked for afterwards", async () => {
  const world = new World();
  const client = await world.connect();
  await client.callTool("write");
  await world.clock.advance(301_000);
  answerRefreshes(world, () => Response.json({ error: "invalid_grant" }, { status: 400 }));
  await client.callTool("read");
  await client.callTool("write");
  assert.equal(scopesAsked(world), ["mcp", "mcp write", "mcp write"]);
  await client.close();
});

test("forgetting forgets what was asked for, and all of it can be asked for again", async () => {
  const world = new World();
  const authorization = world.authorization();
  const client = await world.connect(authorization);
  await client.callTool("write");
  await authorization.forget(MCP);
  await client.callTool("read");
  await client.callTool("write");
  assert.equal(scopesAsked(world), ["mcp", "mcp write", "mcp", "mcp write"]);
  await client.close();
});

test.run();
