import { test } from "uvu";
import * as assert from "uvu/assert";
import { legacyVersions, modernVersions } from "../protocol/revisions/index.js";
import { connectMemory } from "../transports/memory.js";
import { createServer, Refusal, type Server } from "./index.js";

type Json = Record<string, any>;

const meta = {
  "io.modelcontextprotocol/protocolVersion": modernVersions[0],
  "io.modelcontextprotocol/clientCapabilities": {},
};

function ask(server: Server, method: string, params: Json = {}): Promise<Json> {
  return new Promise((resolve) => {
    const connection = connectMemory(server, (message) => resolve(message as Json), { principal: "ada" });
    connection.send({ jsonrpc: "2.0", id: 1, method, params: { ...params, _meta: { ...meta, ...params._meta } } });
  });
}

function adder(options = {}): Server {
  const server = createServer({ name: "s", version: "1" }, options);
  server.tool(
    "add",
    { input: { type: "object", properties: { a: { type: "number" } }, required: ["a"] } },
    ({ a }) => a + 1,
  );
  return server;
}

test("stands around every request, the first one outermost, and may change the result", async () => {
  const server = adder();
  const seen: string[] = [];
  const traceparent = "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01";
  server.use(async (ctx, next) => {
    seen.push(`1 ${ctx.method} ${ctx.params.name} ${ctx.trace.traceparent === traceparent}`);
    const result = await next();
    seen.push("1 end");
    return { ...result, _meta: { seen: true } };
  });
  const remove = server.use(async (_ctx, next) => {
    seen.push("2");
    return next();
  });
  const answer = await ask(server, "tools/call", { name: "add", arguments: { a: 1 }, _meta: { traceparent } });
  assert.equal(answer.result.content, [{ type: "text", text: "2" }]);
  assert.is(answer.result._meta.seen, true);
  assert.equal(seen, ["1 tools/call add true", "2", "1 end"]);
  remove();
  await ask(server, "tools/list");
  assert.equal(seen.slice(3), ["1 tools/list undefined false", "1 end"]);
});

test("what it throws is the answer, and the handler never runs", async () => {
  const server = adder();
  server.use(() => {
    throw new Refusal("too_many_requests", -32603, "Slow down", { http: { status: 429 } });
  });
  assert.equal((await ask(server, "tools/call", { name: "add", arguments: { a: 1 } })).error, {
    code: -32603,
    message: "Slow down",
  });
});

test("next may be called once", async () => {
  const server = adder({ onError: () => {} });
  server.use(async (_ctx, next) => {
    await next();
    return next();
  });
  assert.ok((await ask(server, "tools/list")).error.message.includes("next only once"));
});

test("hints: of the server, of the method, and private where somebody looked at who asks", async () => {
  const server = adder({ cache: { ttlMs: 5, cacheScope: "public" }, caches: { "tools/list": { ttlMs: 9 } } });
  server.resource("a://{x}", { list: (ctx) => [{ uri: `a://${ctx.auth?.principal}` }] }, ({ x }) => x);
  server.resource("b://b", { cache: { ttlMs: 7 } }, () => "b");
  const hints = async (method: string, params = {}) => {
    const { ttlMs, cacheScope } = (await ask(server, method, params)).result as Json;
    return [ttlMs, cacheScope];
  };
  assert.equal(await hints("tools/list"), [9, "public"]);
  assert.equal(await hints("server/discover"), [5, "public"]);
  assert.equal(await hints("resources/list"), [5, "private"]);
  assert.equal(await hints("resources/read", { uri: "b://b" }), [7, "private"]);
  assert.equal(await hints("resources/read", { uri: "a://x" }), [5, "public"]);
  assert.equal(await hints("resources/read", { uri: "a://x", inputResponses: {} }), [0, "private"]);
  assert.throws(() => adder({ caches: { "tools/call": {} } }), /tools\/call/);
  assert.throws(() => adder({ cache: { ttlMs: -1 } }), /ttlMs/);
});

test("a middleware that looks at who asks makes an answer private only where it changes it", async () => {
  const scope = async (server: Server) => ((await ask(server, "tools/list")).result as Json).cacheScope;
  const server = adder({ cache: { cacheScope: "public" } });
  const seen: unknown[] = [];
  server.use((ctx, next) => {
    seen.push(ctx.auth?.principal);
    return next();
  });
  assert.is(await scope(server), "public");
  server.use(async (ctx, next) => (ctx.auth ? { ...(await next()), tools: [] } : next()));
  assert.is(await scope(server), "private");
  assert.equal(seen, ["ada", "ada"]);
});

test("legacy requests pass through as well", async () => {
  const server = adder();
  const methods: string[] = [];
  server.use((ctx, next) => {
    methods.push(ctx.method);
    return next();
  });
  await new Promise<void>((resolve) => {
    const connection = connectMemory(server, () => resolve());
    const clientInfo = { name: "c", version: "1" };
    connection.send({
      jsonrpc: "2.0",
      id: 1,
      method: "initialize",
      params: { protocolVersion: legacyVersions[0], capabilities: {}, clientInfo },
    });
  });
  assert.equal(methods, ["initialize"]);
});

test.run();
