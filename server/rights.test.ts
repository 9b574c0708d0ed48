import { test } from "uvu";
import * as assert from "uvu/assert";
import { connectMemory } from "../transports/memory.js";
import { createHandler } from "../transports/http/fetch.js";
import { mirrored, postHeaders } from "../transports/testing/http-wire.js";
import { call, initialize, initialized, legacy, modern, type Wire } from "../transports/testing/messages.js";
import { createServer as createSmall, tools } from "./core.js";
import { createServer, requireScopes, type Auth } from "./index.js";

const METADATA = "https://mcp.example/.well-known/oauth-protected-resource/mcp";
const as = (...scopes: string[]): Auth => ({ principal: "alice", scopes, resourceMetadata: METADATA });

function scopedServer() {
  const server = createServer({ name: "s", version: "1" }, { cache: { ttlMs: 1000, cacheScope: "public" } });
  server.tool("open", {}, () => "open");
  server.tool("write", { scopes: ["files:read", "files:write"] }, () => "written");
  server.tool("secret", { scopes: ["admin"], hide: true }, () => "secret");
  server.tool("reads", {}, async (_, ctx) => JSON.stringify(await ctx.readResource("file:///a")));
  server.tool(
    "asks",
    { input: { type: "object", properties: { scope: { type: "string" } } } },
    ({ scope }, { auth }) => {
      requireScopes(auth, [scope ?? ""]);
      return "asked";
    },
  );
  server.prompt("plan", { scopes: ["plan"], hide: true, arguments: { a: { complete: () => ["x"] } } }, () => "plan");
  server.resource("file:///a", { scopes: ["files:read"] }, () => "a");
  server.resource("file:///open", {}, () => "open");
  server.resource("file:///hidden", { scopes: ["admin"], hide: true }, () => "hidden");
  server.resource("db:///{table}", { scopes: ["db"], hide: true, complete: { table: () => ["t"] } }, () => "rows");
  return server;
}

async function ask(auth: Auth | undefined, method: string, params: Wire = {}): Promise<Wire> {
  const server = scopedServer();
  const answer = await new Promise<Wire>((resolve) => {
    connectMemory(server, resolve, auth).send(modern(1, method, params));
  });
  return answer;
}

const uses: [string, Wire, string[]][] = [
  ["tools/call", call("write"), ["files:read", "files:write"]],
  ["tools/call", call("secret"), ["admin"]],
  ["tools/call", call("reads"), ["files:read"]],
  ["tools/call", call("asks", { scope: "dynamic" }), ["dynamic"]],
  ["prompts/get", { name: "plan" }, ["plan"]],
  ["resources/read", { uri: "file:///a" }, ["files:read"]],
  ["resources/read", { uri: "db:///t" }, ["db"]],
  ["completion/complete", { ref: { type: "ref/prompt", name: "plan" }, argument: { name: "a", value: "" } }, ["plan"]],
  [
    "completion/complete",
    { ref: { type: "ref/resource", uri: "db:///{table}" }, argument: { name: "table", value: "" } },
    ["db"],
  ],
];

for (const [method, params, needed] of uses) {
  const what = JSON.stringify(params.name ?? params.uri ?? params.ref);
  test(`${method} of ${what} needs every one of its scopes`, async () => {
    for (const auth of [undefined, {}, as(), as(...needed.slice(1)), as("files")]) {
      const { error } = await ask(auth, method, params);
      assert.is(error?.code, -32600, JSON.stringify(auth));
      assert.equal(error.data, { requiredScopes: needed });
    }
    assert.ok((await ask(as("other", ...needed), method, params)).result);
    assert.ok((await ask({ ...as(), covers: (scope) => needed.includes(scope) }, method, params)).result);
  });
}

test("over HTTP the refusal is 403, and its challenge names all scopes and the metadata", async () => {
  const handler = createHandler(scopedServer());
  const body = modern(1, "tools/call", call("write"));
  const init = { method: "POST", headers: { ...postHeaders, ...mirrored(body) }, body: JSON.stringify(body) };
  const send = (auth: Auth) => handler(new Request("http://127.0.0.1/mcp", init), { auth });
  const answer = await send(as("files:read"));
  assert.is(answer.status, 403);
  assert.is(
    answer.headers.get("www-authenticate"),
    'Bearer error="insufficient_scope", error_description="The credentials do not allow this", ' +
      `scope="files:read files:write", resource_metadata="${METADATA}"`,
  );
  assert.is((await answer.json()).id, 1);
  const named = await send({ ...as("mcp"), required: ["mcp", "files:read"] });
  assert.match(named.headers.get("www-authenticate")!, / scope="mcp files:read files:write"/);
  assert.is((await send(as("files:read", "files:write"))).status, 200);
  await handler.close();
});

test("what needed scopes is private, whatever its author says of caches; what needed none is not", async () => {
  const scope = async (uri: string) =>
    (await ask(as("files:read", "db"), "resources/read", { uri })).result.cacheScope as unknown;
  assert.is(await scope("file:///a"), "private");
  assert.is(await scope("db:///t"), "private");
  assert.is(await scope("file:///open"), "public");
});

test("scopes that are none are never asked for, whatever they were made of", async () => {
  for (const scope of [
    'a", resource_metadata="https://evil.example',
    "notes admin:all",
    "x\r\nSet-Cookie: a=b",
    "\u2019",
    "",
  ]) {
    const { result, error } = await ask(as("notes", "admin:all", scope), "tools/call", call("asks", { scope }));
    assert.ok(error || result.isError, scope);
    assert.is(error?.data?.requiredScopes, undefined);
  }
  assert.throws(() => requireScopes(as("a b"), ["a b"]), /requireScopes: scopes must be a list/);
  assert.throws(() => requireScopes(as("a"), "a" as never), /requireScopes: scopes must be a list/);
});

test("to watch a resource needs what to read it needs", async () => {
  const server = scopedServer();
  const received: Wire[] = [];
  const connection = connectMemory(server, (message) => received.push(message), as());
  const notifications = { resourceSubscriptions: ["file:///other", "file:///a", "db:///t"] };
  connection.send(modern(1, "subscriptions/listen", { notifications }));
  connection.send(initialize());
  connection.send(initialized);
  connection.send(legacy(2, "resources/subscribe", { uri: "file:///a" }));
  connection.send(legacy(3, "resources/subscribe", { uri: "file:///other" }));
  await server.close();
  const errors = Object.fromEntries(received.map(({ id, error }) => [id, error?.data?.requiredScopes]));
  assert.equal(errors, { 1: ["files:read", "db"], init: undefined, 2: ["files:read"], 3: undefined });
});

test("lists leave out what is hidden, for those who lack its scopes alone, and are private then", async () => {
  for (const [method, list, key, hidden, scope] of [
    ["tools/list", "tools", "name", "secret", "admin"],
    ["prompts/list", "prompts", "name", "plan", "plan"],
    ["resources/list", "resources", "uri", "file:///hidden", "admin"],
    ["resources/templates/list", "resourceTemplates", "uriTemplate", "db:///{table}", "db"],
  ] as const) {
    const names = async (auth?: Auth) => {
      const { result } = await ask(auth, method);
      assert.is(result.cacheScope, "private", method);
      return result[list].map((item: Wire) => item[key]);
    };
    assert.not((await names()).includes(hidden));
    assert.not((await names(as("other"))).includes(hidden));
    assert.ok((await names(as(scope))).includes(hidden));
  }
  assert.ok((await ask(as(), "tools/list")).result.tools.some(({ name }: Wire) => name === "write"));
});

test("a list that hides nothing stays the same for everybody, pages and all", async () => {
  const server = createServer({ name: "s", version: "1" }, { pageSize: 2, cache: { cacheScope: "public" } });
  for (const name of ["a", "b", "c"]) server.tool(name, { scopes: ["x"] }, () => name);
  const list = (cursor?: string) =>
    new Promise<Wire>((resolve) => {
      connectMemory(server, resolve).send(modern(1, "tools/list", cursor === undefined ? {} : { cursor }));
    });
  const { result } = await list();
  assert.is(result.cacheScope, "public");
  assert.equal(
    (await list(result.nextCursor)).result.tools.map(({ name }: Wire) => name),
    ["c"],
  );
});

test("a server without the feature takes no scopes", () => {
  const server = createSmall({ name: "s", version: "1" }, { features: [tools] });
  assert.throws(() => server.tool("a", { scopes: ["x"] }, () => ""), /scopes needs the feature "rights"/);
});

test("what an author says of it is held to its rules", () => {
  const server = createServer({ name: "s", version: "1" });
  for (const [scoped, why] of [
    [{ scopes: "admin" }, /Tool "a": scopes must be a list/],
    [{ scopes: ["a b"] }, /scopes must be a list/],
    [{ scopes: ["offline_access"] }, /Tool "a": scopes must not hold "offline_access"/],
    [{ hide: true }, /hide needs scopes/],
    [{ scopes: ["a"], hide: "yes" }, /hide must be true or false/],
  ] as const) {
    assert.throws(() => server.tool("a", scoped as never, () => ""), why);
  }
});

test.run();
