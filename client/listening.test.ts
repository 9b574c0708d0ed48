import { test } from "uvu";
import * as assert from "uvu/assert";
import { FakeClock, settled } from "../protocol/fake-clock.js";
import { connect, type Change } from "./index.js";
import { failureOf, legacyScript, modernScript, type Wire } from "./testing/scripted.js";

const KEY = "io.modelcontextprotocol/subscriptionId";

test("a subscription of 2026-07-28 hears what carries its id, from the acknowledgement on", async () => {
  const script = modernScript(({ method, id }, script) => {
    if (method !== "subscriptions/listen") return;
    script.say({ method: "notifications/resources/updated", params: { _meta: { [KEY]: id }, uri: "too:early" } });
    const params = { _meta: { [KEY]: id }, notifications: { toolsListChanged: true } };
    script.say({ method: "notifications/subscriptions/acknowledged", params });
  });
  const client = await connect(script);
  const heard: Change[] = [];
  const filter = { toolsListChanged: true, resourceSubscriptions: ["a:b"] };
  const one = await client.listen(filter, (change) => heard.push(change));
  const two = await client.listen({ toolsListChanged: true }, () => assert.unreachable("not its own"));
  assert.equal(one.agreed, { toolsListChanged: true });
  const { id } = script.sent.find(({ method }) => method === "subscriptions/listen");
  script.say({ method: "notifications/tools/list_changed", params: { _meta: { [KEY]: id } } });
  script.say({ method: "notifications/tools/list_changed", params: { _meta: { [KEY]: "other" } } });
  script.say({ method: "notifications/tools/list_changed" });
  assert.equal(heard, [{ list: "tools" }]);
  script.say({ id, result: { resultType: "complete", _meta: { [KEY]: id } } });
  assert.is(await one.ended, "graceful");
  await two.close();
  assert.is(await two.ended, "closed");
  assert.is(script.last("notifications/cancelled").params.requestId, id + 1);
});

test("one that is not acknowledged in time, or is refused, fails", async () => {
  const clock = new FakeClock();
  const silent = modernScript();
  const client = await connect(silent, { clock });
  const failed = failureOf(client.listen({}, () => {}, { timeoutMs: 50 }));
  await clock.advance(50);
  assert.is((await failed).code, "request_timeout");
  assert.is(silent.last("notifications/cancelled").params.requestId, silent.last("subscriptions/listen").id);
  assert.is(clock.pending, 0);
  const refusing = modernScript(({ id }, script) => script.say({ id, error: { code: -32603, message: "full" } }));
  assert.is((await failureOf((await connect(refusing)).listen({}, () => {}))).message, "full");
});

test("one that breaks off says so", async () => {
  const script = modernScript(({ method, id }, script) => {
    if (method !== "subscriptions/listen") return;
    script.say({
      method: "notifications/subscriptions/acknowledged",
      params: { _meta: { [KEY]: id }, notifications: {} },
    });
  });
  const client = await connect(script);
  const subscription = await client.listen({}, () => {});
  script.receiver.closed(new Error("gone"));
  assert.is(await subscription.ended, "lost");
});

test("a server that ends one by a cancellation alone has ended it", async () => {
  const script = modernScript(({ method, id }, script) => {
    if (method !== "subscriptions/listen") return;
    const params = { _meta: { [KEY]: id }, notifications: {} };
    script.say({ method: "notifications/subscriptions/acknowledged", params });
    script.say({ method: "notifications/cancelled", params: { requestId: id } });
  });
  const client = await connect(script);
  const subscription = await client.listen({}, () => {});
  assert.is(await subscription.ended, "graceful");
  await subscription.close();
  assert.is(script.last("notifications/cancelled"), undefined);
});

test("in a session lists are told of as declared, and a resource is subscribed to once", async () => {
  const answer = ({ id }: Wire, script: { say(message: object): void }) => {
    if (id !== undefined) script.say({ id, result: {} });
  };
  const capabilities = { tools: { listChanged: true }, prompts: {}, resources: { subscribe: true } };
  const script = legacyScript(answer, "2025-11-25", capabilities);
  const client = await connect(script);
  const heard: Change[] = [];
  const filter = { toolsListChanged: true, promptsListChanged: true, resourceSubscriptions: ["file:///a"] };
  const one = await client.listen(filter, (change) => heard.push(change));
  const two = await client.listen({ resourceSubscriptions: ["file:///a"] }, () => {});
  assert.equal(one.agreed, { toolsListChanged: true, resourceSubscriptions: ["file:///a"] });
  const count = (method: string) => script.sent.filter((message) => message.method === method).length;
  assert.is(count("resources/subscribe"), 1);
  for (const uri of ["file:///a", "file:///a/below", "file:///ab"])
    script.say({ method: "notifications/resources/updated", params: { uri } });
  script.say({ method: "notifications/tools/list_changed" });
  script.say({ method: "notifications/prompts/list_changed" });
  assert.equal(heard, [{ uri: "file:///a" }, { uri: "file:///a/below" }, { list: "tools" }]);
  await one.close();
  assert.is(count("resources/unsubscribe"), 0);
  await two.close();
  assert.is(count("resources/unsubscribe"), 1);
  script.say({ method: "notifications/tools/list_changed" });
  await settled();
  assert.is(heard.length, 3);
});

test("a subscription that the server refuses leaves nothing behind", async () => {
  const script = legacyScript(({ method, id }, script) => {
    if (method === "resources/subscribe") script.say({ id, error: { code: -32002, message: "no such" } });
    else if (id !== undefined) script.say({ id, result: {} });
  });
  const client = await connect(script);
  const heard: Change[] = [];
  const failure = await failureOf(client.listen({ resourceSubscriptions: ["a:b"] }, (change) => heard.push(change)));
  assert.is(failure.rpcCode, -32002);
  script.say({ method: "notifications/resources/updated", params: { uri: "a:b" } });
  assert.equal(heard, []);
});

test.run();
