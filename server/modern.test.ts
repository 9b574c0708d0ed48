import { test } from "uvu";
import * as assert from "uvu/assert";
import { createServer } from "./index.js";
import { Client, modernVersion, type Any } from "./wire.test.kit.js";

function make(cache?: Any) {
  const server = createServer(
    { name: "s", version: "1", title: "S", instructions: "i" },
    { ...(cache ? { cache } : {}), pageSize: 1 },
  );
  server.tool("t", {}, () => "x");
  server.tool("u", {}, () => "x");
  server.resource("x://y", {}, () => "r");
  server.resource("u://{id}", {}, () => "r");
  server.prompt("p", { arguments: { a: { complete: ["v"] } } }, () => "p");
  return new Client(server);
}
const methods: [method: string, params: Any, cacheable: boolean][] = [
  ["server/discover", {}, true],
  ["tools/list", {}, true],
  ["prompts/list", {}, true],
  ["resources/list", {}, true],
  ["resources/templates/list", {}, true],
  ["resources/read", { uri: "x://y" }, true],
  ["tools/call", { name: "t" }, false],
  ["prompts/get", { name: "p" }, false],
  ["completion/complete", { ref: { type: "ref/prompt", name: "p" }, argument: { name: "a", value: "" } }, false],
];

test("every result says that it is complete and who gave it; those that may be cached say for how long", async () => {
  for (const [method, params, cacheable] of methods) {
    const { result } = await make().askModern(method, params);
    assert.is(result.resultType, "complete", method);
    assert.equal(result._meta["io.modelcontextprotocol/serverInfo"], { name: "s", title: "S", version: "1" });
    assert.equal([result.ttlMs, result.cacheScope], cacheable ? [0, "private"] : [undefined, undefined], method);
    const hinted = (await make({ ttlMs: 60_000, cacheScope: "public" }).askModern(method, params)).result;
    assert.equal([hinted.ttlMs, hinted.cacheScope], cacheable ? [60_000, "public"] : [undefined, undefined], method);
  }
});

test("the answer to a retry is not to be cached", async () => {
  for (const [method, params, cacheable] of methods) {
    if (!cacheable) continue;
    const client = make({ ttlMs: 60_000, cacheScope: "public" });
    const { result } = await client.askModern(method, { ...params, inputResponses: {} });
    assert.equal([result.ttlMs, result.cacheScope], [0, "private"], method);
  }
});

test("all pages of a list have the same scope", async () => {
  const client = make({ cacheScope: "public" });
  const first = (await client.askModern("tools/list")).result;
  const second = (await client.askModern("tools/list", { cursor: first.nextCursor })).result;
  assert.equal([first.cacheScope, second.cacheScope], ["public", "public"]);
});

test("what the handshake's revisions had is gone", async () => {
  for (const method of ["initialize", "ping", "logging/setLevel", "resources/subscribe", "resources/unsubscribe"]) {
    assert.is((await make().askModern(method, { level: "info", uri: "x://y" })).error.code, -32601, method);
  }
});

test("no prior request is needed, and none is remembered", async () => {
  const client = make();
  for (let i = 0; i < 2; i++) {
    assert.ok((await client.askModern("tools/call", { name: "t" })).result);
    assert.is((await client.ask("tools/call", { name: "t" })).error.code, -32600);
  }
  assert.is(modernVersion, "2026-07-28");
});

test("a result with trace context that nobody could read is refused", async () => {
  const server = createServer({ name: "s", version: "1" }, { onError: () => {} });
  const traceparent = "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01";
  const metas: Any = { good: { traceparent, baggage: "a=b" }, bad: { traceparent: "x", tracestate: "a=b", mine: 1 } };
  for (const [name, _meta] of Object.entries(metas)) server.tool(name, {}, () => ({ content: [], _meta }) as Any);
  const client = new Client(server);
  const call = (name: string) => client.askModern("tools/call", { name });
  const { "io.modelcontextprotocol/serverInfo": _, ...own } = (await call("good")).result._meta;
  assert.equal(own, metas.good);
  assert.is((await call("bad")).error.code, -32603);
});

test.run();
