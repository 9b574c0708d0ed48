import { test } from "uvu";
import * as assert from "uvu/assert";
import type { AuthorizationFailed } from "./index.js";
import { readProtectedResource } from "./protected-resource.js";
import { AS, AS_METADATA, failureOf, MCP, PRM, World } from "./testing/world.js";

const ROOT_PRM = "https://mcp.example/.well-known/oauth-protected-resource";
const none = () => new Response("none", { status: 404 });
const reasonOf = async (promise: Promise<unknown>): Promise<string> => (await failureOf(promise)).reason;
/** The addresses that were asked for metadata. */
const places = (world: World) => world.urls().filter((url) => url.includes("/.well-known/"));

test("where the challenge says nothing, the metadata are looked for at the path, then at the root", async () => {
  const world = new World();
  world.challenge = 'Bearer scope="mcp"';
  await (await world.connect()).close();
  assert.equal(places(world), [PRM, AS_METADATA]);

  const rooted = new World();
  rooted.challenge = "";
  rooted.pages.set(PRM, none);
  await (await rooted.connect()).close();
  assert.equal(places(rooted), [PRM, ROOT_PRM, AS_METADATA]);
  assert.is(rooted.as.consents[0]!.get("scope"), "mcp", "from scopes_supported");
  assert.is(rooted.as.consents[0]!.get("resource"), MCP);
});

test("where the challenge names a place, no other is asked, found or not", async () => {
  const world = new World();
  const place = "https://mcp.example/elsewhere.json";
  world.needs = [];
  world.challenge = `Bearer resource_metadata="${place}"`;
  world.pages.set(place, () => Response.json({ resource: MCP, authorization_servers: [AS] }));
  await (await world.connect()).close();
  assert.not.ok(places(world).includes(PRM));
  assert.is(world.as.consents[0]!.get("scope"), null, "nobody names a scope");

  world.pages.set(place, none);
  assert.is(await reasonOf(world.connect()), "no_metadata");
  assert.not.ok(places(world).includes(PRM));
});

test("an issuer with a path is asked at three places in their order, one without at two", async () => {
  const world = new World();
  world.issuers = [`${AS}/tenant1`];
  assert.is(await reasonOf(world.connect()), "no_metadata");
  assert.equal(places(world).slice(1), [
    `${AS}/.well-known/oauth-authorization-server/tenant1`,
    `${AS}/.well-known/openid-configuration/tenant1`,
    `${AS}/tenant1/.well-known/openid-configuration`,
  ]);
  const bare = new World();
  bare.pages.set(AS_METADATA, none);
  bare.pages.set(`${AS}/.well-known/openid-configuration`, () => Response.json(bare.as.metadata));
  await (await bare.connect()).close();
  assert.equal(places(bare).slice(1), [AS_METADATA, `${AS}/.well-known/openid-configuration`]);
});

test("without metadata of its own a server is its own authorization server (2025-03-26)", async () => {
  const world = new World();
  const origin = "https://mcp.example";
  const own = world.found(origin);
  world.needs = [];
  world.issuers = [origin];
  world.challenge = "";
  for (const place of [PRM, ROOT_PRM]) world.pages.set(place, none);
  const answer = (path: string) =>
    world.pages.set(origin + path, (asked) => own.answer({ ...asked, url: asked.url.replace("/oauth", "") }));
  const metadata = `${origin}/.well-known/oauth-authorization-server`;
  const authorization = world.authorization({ redirect: own.consent });

  world.pages.set(metadata, () => Response.json({ ...own.metadata, token_endpoint: `${origin}/oauth/token` }));
  answer("/oauth/token");
  answer("/register");
  await (await world.connect(authorization)).close();
  assert.is(world.asked.find(({ url }) => url === metadata)!.headers.get("mcp-protocol-version"), "2026-07-28");
  assert.is(own.consents[0]!.get("resource"), MCP);

  const bare = new World();
  const byDefault = bare.found(origin);
  bare.needs = [];
  bare.issuers = [origin];
  bare.challenge = "";
  for (const place of [PRM, ROOT_PRM, metadata, `${origin}/.well-known/openid-configuration`])
    bare.pages.set(place, none);
  for (const path of ["/token", "/register"]) bare.pages.set(origin + path, (asked) => byDefault.answer(asked));
  let asked = "";
  const redirect = (url: URL) => {
    asked = url.origin + url.pathname;
    assert.is(url.searchParams.get("code_challenge_method"), "S256");
    return byDefault.consent(url).then((back) => (back.searchParams.delete("iss"), back));
  };
  await (await bare.connect(bare.authorization({ redirect }))).close();
  assert.is(asked, `${origin}/authorize`);
  assert.ok(bare.urls().indexOf(metadata) < bare.urls().indexOf(`${origin}/register`));

  assert.is(await reasonOf(bare.connect(bare.authorization({ legacyServers: false }))), "no_metadata");
});

test("a server without metadata that names another issuer, or whose metadata cannot be had, is not guessed at", async () => {
  const world = new World();
  world.challenge = "";
  for (const place of [PRM, ROOT_PRM]) world.pages.set(place, none);
  const metadata = "https://mcp.example/.well-known/oauth-authorization-server";
  world.pages.set(metadata, () => Response.json(world.as.metadata));
  assert.is(await reasonOf(world.connect()), "issuer_mismatch");
  world.pages.set(metadata, () => new Response("", { status: 500 }));
  assert.is(await reasonOf(world.connect()), "no_metadata");
  assert.is(world.as.consents.length, 0);
});

test("of several authorization servers the caller chooses, else the one that knows the client, else the first", async () => {
  const world = new World();
  const other = world.found("https://other.example");
  other.metadata.token_endpoint_auth_methods_supported = ["client_secret_post"];
  world.issuers = [AS, other.issuer];
  const redirect = (url: URL) => (url.origin === AS ? world.as : other).consent(url);
  await (await world.connect(world.authorization({ redirect }))).close();
  assert.equal([world.as.consents.length, other.consents.length], [1, 0]);
  const client = { id: "me", secret: "s", issuer: other.issuer };
  await (await world.connect(world.authorization({ redirect, client }))).close();
  assert.equal([world.as.consents.length, other.consents.length], [1, 1]);
  await (await world.connect(world.authorization({ redirect, chooseIssuer: (all) => all[1]! }))).close();
  assert.is(other.consents.length, 2);
  const chooseIssuer = () => "https://third.example";
  await world.connect(world.authorization({ chooseIssuer })).then(
    () => assert.unreachable(),
    (error) => assert.match(String(error), /chooseIssuer/),
  );
});

const resources: readonly [resource: unknown, server: string, good: boolean][] = [
  ["https://mcp.example/mcp", MCP, true],
  ["HTTPS://MCP.Example:443/mcp", MCP, true],
  ["https://mcp.example/", MCP, true],
  ["https://mcp.example", MCP, true],
  ["https://mcp.example/a", "https://mcp.example/a/b/mcp", true],
  ["https://mcp.example", "https://mcp.example/", true],
  ["https://mcp.example/mcp", "https://mcp.example/mcp?tenant=1", true],
  ["https://mcp.example/mcp/", MCP, true],
  ["https://mcp.example/mc", MCP, false],
  ["https://mcp.example/mcp/sub", MCP, false],
  ["https://mcp.example/MCP", MCP, false],
  ["https://mcp.example:444/mcp", MCP, false],
  ["http://mcp.example/mcp", MCP, false],
  ["https://evil.example/mcp", MCP, false],
  ["https://mcp.example.evil.example/mcp", MCP, false],
  ["https://mcp.example@evil.example/mcp", MCP, false],
  ["https://user@mcp.example/mcp", MCP, false],
  ["https://mcp.example/mcp#x", MCP, false],
  ["https://mcp.example/mcp#", MCP, false],
  ["https://mcp.example/mcp?x=1", MCP, false],
  ["mcp.example", MCP, false],
  ["", MCP, false],
  [undefined, MCP, false],
  [["https://mcp.example/mcp"], MCP, false],
];
for (const [resource, server, good] of resources) {
  test(`resource ${JSON.stringify(resource)} is ${good ? "" : "not "}that of ${server}`, () => {
    const read = () => readProtectedResource({ resource, authorization_servers: [AS] }, new URL(server), new URL(PRM));
    if (good) assert.is(read().resource, resource, "as it was written");
    else assert.throws(read, (error: AuthorizationFailed) => error.reason === "resource_mismatch");
  });
}

test("the address of the server itself may have any character that its user writes", async () => {
  const world = new World();
  const server = "https://mcp.example/a(b)!";
  world.pages.set(server, () => new Response("", { status: 401 }));
  const authorization = world.authorization({ legacyServers: false });
  const send = authorization.around(world.fetch, new URL(server), () => () => {});
  assert.is(await reasonOf(send(server, { method: "POST" })), "resource_mismatch", "that at the root is of another");
  assert.equal(places(world), ["https://mcp.example/.well-known/oauth-protected-resource/a(b)!", ROOT_PRM]);
});

test("metadata have to name an authorization server", () => {
  for (const authorization_servers of [undefined, [], "https://as.example", [1], [AS, null]]) {
    assert.throws(
      () => readProtectedResource({ resource: MCP, authorization_servers }, new URL(MCP), new URL(PRM)),
      (error: AuthorizationFailed) => error.reason === "malformed_metadata",
    );
  }
});

test.run();
