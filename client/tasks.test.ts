import { test } from "uvu";
import * as assert from "uvu/assert";
import { FakeClock } from "../protocol/fake-clock.js";
import { connect } from "./index.js";
import { failureOf, legacyScript, modernScript, type Scripted } from "./testing/scripted.js";

/** A server whose task is never over. */
const working = (times: object) =>
  modernScript(
    ({ method, id }, script) => {
      const task = { taskId: "t-1", status: "working", createdAt: "", lastUpdatedAt: "", ttlMs: null, ...times };
      if (method === "tools/call") script.say({ id, result: { ...task, resultType: "task" } });
      if (method === "tasks/get") script.say({ id, result: { ...task, resultType: "complete" } });
    },
    { tools: {}, extensions: { "io.modelcontextprotocol/tasks": {} } },
  );
const count = ({ sent }: Scripted, name: string) => sent.filter(({ method }) => method === name).length;

test("a task is awaited no longer than the call may take in all, and then cancelled", async () => {
  const clock = new FakeClock();
  const script = working({ pollIntervalMs: 100 });
  const failed = failureOf((await connect(script, { clock })).callTool("t", {}, { maxTotalMs: 1000 }));
  await clock.advance(999);
  assert.is(count(script, "tasks/get"), 9);
  assert.is(count(script, "tasks/cancel"), 0);
  await clock.advance(1);
  const failure = await failed;
  assert.is(failure.code, "request_timeout");
  assert.match(failure.message, /The task of t was not done within 1000 ms/);
  assert.is(script.last("tasks/cancel").params.taskId, "t-1");
});

test("nor longer than the server keeps it", async () => {
  const clock = new FakeClock();
  const script = working({ pollIntervalMs: 100, ttlMs: 250 });
  const failed = failureOf((await connect(script, { clock })).callTool("t"));
  await clock.advance(300);
  assert.match((await failed).message, /ttlMs of 250 ms/);
  assert.is(count(script, "tasks/get"), 3);
});

test("a server cannot put off the next poll for ever", async () => {
  const clock = new FakeClock();
  const script = working({ pollIntervalMs: 1e9 });
  const failed = failureOf((await connect(script, { clock })).callTool("t", {}, { maxTotalMs: 150_000 }));
  await clock.advance(150_000);
  assert.is((await failed).code, "request_timeout");
  assert.is(count(script, "tasks/get"), 2);
});

test("a task of 2025-11-25 that waits for input for ever ends with the call's time", async () => {
  const clock = new FakeClock();
  const script = legacyScript(
    ({ method, id }, script) => {
      const task = { taskId: "t-1", status: "input_required", ttl: null };
      if (method === "tools/call") script.say({ id, result: { task } });
    },
    "2025-11-25",
    { tools: {}, tasks: { requests: { tools: { call: {} } } } },
  );
  const client = await connect(script, { clock });
  const failed = failureOf(client.callTool("t", {}, { task: true, timeoutMs: 100, maxTotalMs: 1000 }));
  await clock.advance(999);
  assert.is(count(script, "tasks/result"), 1);
  assert.is(count(script, "tasks/cancel"), 0);
  await clock.advance(1);
  assert.is((await failed).code, "request_timeout");
});

test.run();
