import { test } from "uvu";
import * as assert from "uvu/assert";
import { createServer } from "./index.js";
import { Client, connected, deferred, legacy, modernMeta, turn, type Any } from "./wire.test.kit.js";

const make = () => {
  const server = createServer({ name: "s", version: "1" }, { limits: { maxBatch: 3 } });
  server.tool("t", {}, () => "x");
  return server;
};
const request = (id: unknown, method = "ping", params?: unknown) => ({
  jsonrpc: "2.0",
  id,
  method,
  ...(params === undefined ? {} : { params }),
});

test("only 2025-03-26 has batches", async () => {
  for (const version of legacy) {
    const client = await connected(make(), version);
    client.connection.send([request(1), request(2)]);
    await turn();
    const last = client.received.at(-1);
    if (version === "2025-03-26")
      assert.equal(
        last.map(({ id }: Any) => id),
        [1, 2],
      );
    else assert.is(last.error.code, -32600, version);
  }
  const client = new Client(make());
  client.connection.send([request(1, "server/discover", { _meta: modernMeta() })]);
  await turn();
  assert.is(client.received[0].error.code, -32600);
  assert.not("id" in client.received[0]);
});

test("answers come together, in the order of the requests; notifications have none", async () => {
  const server = make();
  const gate = deferred();
  server.tool("slow", {}, () => gate.promise.then(() => "slow"));
  const client = await connected(server, "2025-03-26");
  const before = client.received.length;
  client.connection.send([
    request("a", "tools/call", { name: "slow" }),
    { jsonrpc: "2.0", method: "notifications/none" },
    request("b", "no/such"),
  ]);
  await turn();
  assert.is(client.received.length, before);
  gate.resolve();
  await turn();
  const [answers, ...rest] = client.received.slice(before);
  assert.equal(rest, []);
  assert.equal(
    answers.map(({ id }: Any) => id),
    ["a", "b"],
  );
  assert.is(answers[1].error.code, -32601);
});

test("a batch of notifications alone is not answered", async () => {
  const client = await connected(make(), "2025-03-26");
  const before = client.received.length;
  client.connection.send([
    { jsonrpc: "2.0", method: "notifications/none" },
    { jsonrpc: "2.0", method: "notifications/cancelled" },
  ]);
  client.connection.send([{ jsonrpc: "2.0", id: 1, result: {} }]);
  await turn();
  assert.is(client.received.length, before);
});

test("what is wrong in a batch is answered in its place", async () => {
  const client = await connected(make(), "2025-03-26");
  client.connection.send([1, [request(1)], request(null)]);
  await turn();
  const answers = client.received.at(-1);
  assert.is(answers.length, 3);
  for (const answer of answers) {
    assert.is(answer.error.code, -32600);
    assert.not("id" in answer);
  }
});

test("one id twice in a batch: the second is refused", async () => {
  const client = await connected(make(), "2025-03-26");
  client.connection.send([request(1, "tools/call", { name: "t" }), request(1)]);
  await turn();
  const answers = client.received.at(-1);
  assert.ok(answers[0].result);
  assert.is(answers[1].error.code, -32600);
});

test("an empty batch, one that is too long, and one with initialize are refused as a whole", async () => {
  const client = await connected(make(), "2025-03-26");
  for (const batch of [[], [1, 2, 3, 4].map((id) => request(id)), [request(1), request(2, "initialize", {})]]) {
    client.connection.send(batch);
    await turn();
    const last = client.received.at(-1);
    assert.is(last.error?.code, -32600);
    assert.not("id" in last);
  }
});

test("a request of the modern era has no place in a batch, least of all one that never ends", async () => {
  const client = await connected(make(), "2025-03-26");
  client.connection.send([
    request(1, "subscriptions/listen", { _meta: modernMeta(), notifications: { toolsListChanged: true } }),
    request(2),
  ]);
  await turn();
  const answers = client.received.at(-1);
  assert.is(answers[0].error.code, -32600);
  assert.is(answers[0].id, 1);
  assert.equal(answers[1].result, {});
});

test("a cancelled request of a batch is left out of the answers", async () => {
  const server = make();
  server.tool(
    "wait",
    {},
    (_args, ctx) => new Promise((_, reject) => ctx.signal.addEventListener("abort", () => reject(ctx.signal.reason))),
  );
  const client = await connected(server, "2025-03-26");
  client.connection.send([request("w", "tools/call", { name: "wait" }), request("p")]);
  await turn();
  client.cancel("w");
  await turn();
  assert.equal(
    client.received.at(-1).map(({ id }: Any) => id),
    ["p"],
  );
});

test.run();
