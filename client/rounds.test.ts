import { test } from "uvu";
import * as assert from "uvu/assert";
import { FakeClock } from "../protocol/fake-clock.js";
import { connect } from "./index.js";
import { failureOf, modernScript } from "./testing/scripted.js";

test("the rounds of a call share its time in all", async () => {
  const clock = new FakeClock();
  const script = modernScript(({ method, id }, script) => {
    if (method !== "tools/call") return;
    clock.after(40, () => script.say({ id, result: { resultType: "input_required", requestState: "s" } }));
  });
  const client = await connect(script, { clock });
  const failed = failureOf(client.callTool("t", {}, { timeoutMs: 50, maxTotalMs: 100 }));
  await clock.advance(99);
  const calls = script.sent.filter(({ method }) => method === "tools/call");
  assert.is(calls.length, 3);
  await clock.advance(1);
  assert.is((await failed).code, "request_timeout");
  assert.is(script.last("notifications/cancelled").params.requestId, calls[2].id);
});

test("a handler that is at work when the time in all is over is told", async () => {
  const clock = new FakeClock();
  let told: AbortSignal | undefined;
  const inputRequests = { a: { method: "sampling/createMessage", params: { messages: [], maxTokens: 1 } } };
  const script = modernScript(({ method, id }, script) => {
    if (method === "tools/call") script.say({ id, result: { resultType: "input_required", inputRequests } });
  });
  const sample = (_: unknown, { signal }: { signal: AbortSignal }) => ((told = signal), new Promise<never>(() => {}));
  const client = await connect(script, { clock, sample });
  const failed = failureOf(client.callTool("t", {}, { timeoutMs: 50, maxTotalMs: 100 }));
  await clock.advance(99);
  assert.is(told?.aborted, false);
  await clock.advance(1);
  assert.is((await failed).code, "request_timeout");
  assert.is(told?.aborted, true);
});

test.run();
