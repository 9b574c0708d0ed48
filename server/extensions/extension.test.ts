import { test } from "uvu";
import * as assert from "uvu/assert";
import { isPrefixedKey } from "../../protocol/meta.js";
import { createServer, elicitation, inputRequired, typedResult, type Server } from "../index.js";
import { Client, connected, legacy, modernHeaders, modernMeta, modernVersion, post, turn } from "../wire.test.kit.js";

const form = { type: "object", properties: {} } as const;
const id = "com.example/search";
const declared = {
  "io.modelcontextprotocol/clientCapabilities": { extensions: { [id]: { version: 2 } }, elicitation: {} },
};

function makeServer(undeclared?: "unknown" | "required"): { server: Server; told: ((query: string) => void)[] } {
  const told: ((query: string) => void)[] = [];
  const server = createServer(
    { name: "s", version: "1" },
    { onError: () => {}, lifespan: () => ({ state: "up" }) as never },
  );
  server.extension(id, {
    settings: { engines: ["a"] },
    ...(undeclared ? { undeclared } : {}),
    methods: {
      "search/find": (params, ctx) => ({
        found: params.query,
        by: ctx.client.capabilities.extensions?.[id],
        state: ctx.state ?? null,
      }),
      "search/ask": {
        asks: true,
        handler: async (_, ctx) => {
          if (!ctx.inputResponses)
            return inputRequired({ inputRequests: { bare: elicitation({ message: "?", requestedSchema: form }) } });
          return { ...ctx.inputResponses, asked: await ctx.elicit("asked", { message: "?", schema: form }) };
        },
      },
      "search/mute": () => inputRequired({ requestState: 1 }),
      "search/broken": () => [] as never,
      "search/typed": () => typedResult("search/later", { at: 7 }),
      "search/alien": () => ({ resultType: "other/type" }),
    },
    resultTypes: ["search/later"],
    subscriptions: {
      queries: {
        accept: (wanted) => (Array.isArray(wanted) ? wanted.filter((query) => query === "birds") : undefined),
        listen: (agreed, send) => {
          told.push((query) => (agreed as string[]).includes(query) && send("notifications/search", { query }));
          return () => void (told.length = 0);
        },
      },
    },
  });
  server.tool("later", {}, () => typedResult("search/later", { at: 7, resultType: "complete" }));
  return { server, told };
}

test("an extension is advertised by server/discover, and no legacy revision sees it", async () => {
  const { server } = makeServer();
  const modern = new Client(server);
  assert.equal((await modern.askModern("server/discover")).result.capabilities.extensions, {
    [id]: { engines: ["a"] },
  });
  for (const version of legacy) {
    const client = new Client(server);
    assert.is((await client.open(version)).result.capabilities.extensions, undefined);
    assert.is((await client.ask("search/find", {})).error.code, -32601);
    assert.is((await client.ask("tools/call", { name: "later" })).error.code, -32600);
  }
});

test("its methods exist for clients that declare it", async () => {
  const { server } = makeServer();
  const client = new Client(server);
  const { result } = await client.askModern("search/find", { query: "birds" }, declared);
  assert.is(result.found, "birds");
  assert.equal(result.by, { version: 2 });
  assert.is(result.resultType, "complete");
  assert.is((await client.askModern("search/find", {})).error.code, -32601);
  assert.is((await client.askModern("search/none", {}, declared)).error.code, -32601);
  assert.is((await client.askModern("search/broken", {}, declared)).error.code, -32603);
  const malformed = { "io.modelcontextprotocol/clientCapabilities": { extensions: { [id]: true } } };
  assert.is((await client.askModern("search/find", {}, malformed)).error.code, -32602);
});

test("over HTTP an undeclared method is as unknown as any, or needs the declaration, before headers are looked at", async () => {
  const message = (meta: Record<string, unknown> = {}) => ({
    jsonrpc: "2.0",
    id: 1,
    method: "search/find",
    params: { _meta: modernMeta(meta) },
  });
  const unknown = await post(makeServer().server, message(), modernHeaders("search/find"));
  assert.is(unknown.response.error.code, -32601);
  assert.is(unknown.status, 404);
  const required = await post(makeServer("required").server, message(), modernHeaders("search/find"));
  assert.equal(required.response.error.data, { requiredCapabilities: { extensions: { [id]: {} } } });
  assert.is(required.response.error.code, -32021);
  assert.is(required.status, 400);
  assert.is((await post(makeServer().server, message(declared), modernHeaders("search/find"))).status, 200);
  assert.is(
    (await post(makeServer().server, message(declared), modernHeaders("tools/call"))).response.error.code,
    -32020,
  );
});

test("a handler that may ask does so by the retry pattern", async () => {
  const client = new Client(makeServer().server);
  const decline = { action: "decline" };
  const first = (await client.askModern("search/ask", {}, declared)).result;
  assert.is(first.resultType, "input_required");
  const second = (
    await client.askModern(
      "search/ask",
      { inputResponses: { bare: decline }, requestState: first.requestState },
      declared,
    )
  ).result;
  assert.equal(Object.keys(second.inputRequests), ["asked"]);
  const third = { inputResponses: { bare: decline, asked: decline }, requestState: second.requestState };
  const { result } = await client.askModern("search/ask", third, declared);
  assert.equal([result.resultType, result.bare, result.asked], ["complete", decline, decline]);
  assert.is((await client.askModern("search/mute", {}, declared)).error.code, -32603);
});

test("a result of its type goes to clients that declared it, and an unknown type to nobody", async () => {
  const { server } = makeServer();
  const client = new Client(server);
  const { result } = await client.askModern("tools/call", { name: "later" }, declared);
  assert.is(result.resultType, "search/later");
  assert.is(result.at, 7);
  const { error } = await client.askModern("tools/call", { name: "later" });
  assert.is(error.code, -32021);
  assert.equal(error.data, { requiredCapabilities: { extensions: { [id]: {} } } });
  assert.is((await client.askModern("search/typed", {}, declared)).result.resultType, "search/later");
  assert.is((await client.askModern("search/alien", {}, declared)).error.code, -32603);
});

test("its subscriptions are agreed to, told and stopped; without the declaration they are no part of the filter", async () => {
  const { server, told } = makeServer();
  const client = new Client(server);
  const listen = { notifications: { queries: ["birds", "cats"] } };
  void client.askModern("subscriptions/listen", listen, declared, "a");
  void client.askModern("subscriptions/listen", listen, {}, "b");
  await turn();
  const acknowledged = client
    .notifications("notifications/subscriptions/acknowledged")
    .map(({ params }) => params.notifications as unknown);
  assert.equal(new Set(acknowledged.map((agreed) => JSON.stringify(agreed))), new Set(['{"queries":["birds"]}', "{}"]));
  assert.is(told.length, 1);
  told[0]!("birds");
  told[0]!("cats");
  const messages = client.notifications("notifications/search");
  assert.is(messages.length, 1);
  assert.equal(messages[0].params, { query: "birds", _meta: { "io.modelcontextprotocol/subscriptionId": "a" } });
  client.cancel("a");
  await turn();
  assert.is(told.length, 0);
  const required = makeServer("required");
  assert.is((await new Client(required.server).askModern("subscriptions/listen", listen)).error.code, -32021);
});

test("an identifier is a _meta key with a prefix", () => {
  for (const good of ["com.example/search", "io.modelcontextprotocol/ui", "a/b", "x-y.z9/a_b.c-d", "com.example/a1"])
    assert.ok(isPrefixedKey(good), good);
  for (const bad of [
    "search",
    "/search",
    "com.example/",
    "1com/x",
    "com-/x",
    "com..example/x",
    "com.example/-x",
    "com.example/x-",
    "com.example/x/y",
    "com.ex ample/x",
    "",
    7,
  ]) {
    assert.not.ok(isPrefixedKey(bad), String(bad));
    assert.throws(() => createServer({ name: "s", version: "1" }).extension(bad as string), /cannot name an extension/);
  }
});

test("a definition that takes what is not its own is refused", () => {
  const server = createServer({ name: "s", version: "1" });
  const handler = () => ({});
  assert.throws(() => server.extension(id, { methods: { "tools/list": handler } }), /belongs to the specification/);
  assert.throws(() => server.extension(id, { methods: { "tasks/mine": handler } }), /belongs to the specification/);
  assert.throws(() => server.extension(id, { resultTypes: ["task"] }), /not its own/);
  assert.throws(
    () => server.extension(id, { subscriptions: { taskIds: { accept: () => 1, listen: () => () => {} } } }),
    /belongs to the specification/,
  );
  assert.throws(() => server.extension(id, { settings: [] as never }), /settings must be an object/);
  assert.throws(() => server.extension(id, { methods: { "a/b": 7 as never } }), /must be a function/);
  server.extension(id, { methods: { "search/find": handler } });
  assert.throws(() => server.extension(id), /registered already/);
  assert.throws(
    () => server.extension("com.example/other", { methods: { "search/find": handler } }),
    /registered already/,
  );
});

test("where there is no extension, nothing is said of extensions", async () => {
  const client = await connected(createServer({ name: "s", version: "1" }), modernVersion);
  assert.equal((await client.askModern("server/discover")).result.capabilities, { logging: {} });
});

test.run();
