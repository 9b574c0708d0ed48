import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Peer } from "../../../protocol/peer.js";
import { FakeClock, type Any } from "../../wire.test.kit.js";
import { TaskRate } from "./rate.js";
import { setUp } from "./testing/task-client.js";

const peer = () => ({}) as Peer;

test("requests of ten seconds may come at once, and then so many in each", async () => {
  const clock = new FakeClock();
  const rate = new TaskRate(2, clock);
  const one = peer();
  const take = (count: number) => Array.from({ length: count }, () => rate.take(one, undefined)).filter(Boolean).length;
  assert.is(take(30), 20);
  await clock.advance(500);
  assert.is(take(5), 1);
  await clock.advance(1_000);
  assert.is(take(5), 2);
  clock.time -= 10_000;
  assert.is(take(1), 0);
  await clock.advance(3_600_000);
  assert.is(take(30), 20);
});

test("a principal is one client wherever it connects from; of strangers each peer is one", () => {
  const rate = new TaskRate(1, new FakeClock());
  for (let count = 0; count < 10; count++) assert.ok(rate.take(peer(), "ada"));
  assert.not.ok(rate.take(peer(), "ada"));
  assert.ok(rate.take(peer(), "bob"));
  for (let count = 0; count < 20; count++) assert.ok(rate.take(peer(), undefined));
});

test("a limited client stays limited however many others come", () => {
  const rate = new TaskRate(1, new FakeClock());
  for (let count = 0; count < 10; count++) rate.take(peer(), "ada");
  for (let count = 0; count < 2_500; count++) assert.ok(rate.take(peer(), `other-${count}`));
  assert.not.ok(rate.take(peer(), "ada"));
});

test("every method about tasks counts, and is refused with 429", async () => {
  const { server, client, clock } = setUp({ limits: { maxTaskRequestsPerSecond: 1 } });
  server.tool("t", { task: "always" }, () => "x");
  const methods = ["tasks/get", "tasks/update", "tasks/cancel"];
  for (let count = 0; count < 10; count++) {
    const { error } = await client.request(methods[count % 3]!, { taskId: "unknown", inputResponses: {} });
    assert.is(error.code, -32602);
  }
  for (const method of methods) {
    const { error }: Any = await client.request(method, { taskId: "unknown", inputResponses: {} });
    assert.is(error.code, -32603);
    assert.match(error.message, "More than 1 requests about tasks");
  }
  await clock.advance(1_000);
  assert.is((await client.request("tasks/get", { taskId: "unknown" })).error.code, -32602);
});

test.run();
