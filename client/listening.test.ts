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

test("those who share a subscription that the server refuses all learn of it", async () => {
  const held: Wire[] = [];
  const script = legacyScript(({ method, id }, script) => {
    if (method === "resources/subscribe") held.push(id);
    else if (id !== undefined) script.say({ id, result: {} });
  });
  const client = await connect(script);
  const abort = new AbortController();
  const listen = (signal?: AbortSignal) =>
    client.listen({ resourceSubscriptions: ["a:b"] }, () => {}, signal ? { signal } : {});
  const refused = [failureOf(listen()), failureOf(listen())];
  await settled();
  assert.is(held.length, 1);
  for (let refusals = 0; refusals < 2; refusals++) {
    script.say({ id: held.shift(), error: { code: -32603, message: "try later" } });
    await settled();
  }
  for (const failure of await Promise.all(refused)) assert.is(failure.message, "try later");
  // One that is taken back takes no other with it.
  const taken = failureOf(listen(abort.signal));
  const kept = listen();
  await settled();
  abort.abort();
  assert.is((await taken).code, "request_cancelled");
  await settled();
  script.say({ id: held.at(-1), result: {} });
  assert.equal((await kept).agreed, { resourceSubscriptions: ["a:b"] });
  await (await kept).close();
  assert.is(script.last("resources/unsubscribe").params.uri, "a:b");
});

test("in a session, too, the signal ends a subscription", async () => {
  const script = legacyScript(({ id }, script) => id !== undefined && script.say({ id, result: {} }), "2025-11-25", {
    tools: { listChanged: true },
    resources: { subscribe: true },
  });
  const client = await connect(script);
  const abort = new AbortController();
  const heard: Change[] = [];
  const filter = { toolsListChanged: true, resourceSubscriptions: ["a:b"] };
  const subscription = await client.listen(filter, (change) => heard.push(change), { signal: abort.signal });
  abort.abort();
  assert.is(await subscription.ended, "closed");
  script.say({ method: "notifications/tools/list_changed" });
  await settled();
  assert.equal(heard, []);
  assert.is(script.last("resources/unsubscribe").params.uri, "a:b");
  assert.is((await failureOf(client.listen(filter, () => {}, { signal: abort.signal }))).code, "request_cancelled");
  const lists = client.listen({ toolsListChanged: true }, () => {}, { signal: abort.signal });
  assert.is((await failureOf(lists)).code, "request_cancelled");
});

test("leaving a resource that the server does not let go of leaves the others, and nothing once all is closed", async () => {
  const script = legacyScript(({ method, id, params }, script) => {
    if (method === "resources/unsubscribe" && params.uri === "a:1")
      script.say({ id, error: { code: 1, message: "no" } });
    else if (id !== undefined) script.say({ id, result: {} });
  });
  const errors: string[] = [];
  const client = await connect(script, { onError: (_error, where) => errors.push(where) });
  const resourceSubscriptions = ["a:1", "a:2"];
  const one = await client.listen({ resourceSubscriptions }, () => {});
  await one.close();
  await one.close();
  const left = () => script.sent.filter(({ method }) => method === "resources/unsubscribe").map((m) => m.params.uri);
  assert.equal(left(), resourceSubscriptions);
  assert.equal(errors, ["leaving the resource a:1"]);
  const two = await client.listen({ resourceSubscriptions }, () => {});
  await client.close();
  assert.is(await two.ended, "lost");
  await two.close();
  assert.equal(left(), resourceSubscriptions);
  assert.is(errors.length, 1);
});

test("a resource that is gone when the session is opened anew costs neither the session nor the other resources", async () => {
  let gone = false;
  const script = legacyScript(({ method, id, params }, script) => {
    if (method === "resources/subscribe" && gone && params.uri === "a:gone")
      script.say({ id, error: { code: -32002, message: "no such" } });
    else if (id !== undefined) script.say({ id, result: {} });
  });
  const errors: string[] = [];
  const client = await connect(script, { onError: (_error, where) => errors.push(where) });
  await client.listen({ resourceSubscriptions: ["a:gone", "a:here"] }, () => {});
  gone = true;
  const before = script.sent.length;
  script.receiver.expired();
  await client.ping();
  assert.equal(
    script.sent.slice(before).map(({ method, params }) => params?.uri ?? method),
    ["initialize", "notifications/initialized", "a:gone", "a:here", "ping"],
  );
  assert.equal(errors, ["subscribing anew to the resource a:gone"]);
});

test.run();
