import { test } from "uvu";
import * as assert from "uvu/assert";
import { settled } from "../testing/fake-clock.js";
import { testServer } from "../testing/http-server.js";
import { adapters, Events, type HttpWire, type Sent } from "../testing/http-wire.js";
import { call, initialized, legacy, notification } from "../testing/messages.js";
import { LocalSessionBus, MemorySessionStore, MemoryStreamLog } from "./fetch.js";

const form = { message: "Name?", schema: { type: "object", properties: { name: { type: "string" } } } } as const;
const opening = legacy("init", "initialize", {
  protocolVersion: "2025-11-25",
  capabilities: { elicitation: {} },
  clientInfo: { name: "test", version: "1" },
});

/** Two bindings of one server that share what they know of sessions, and how to open further ones. */
async function twoNodes() {
  const set = testServer();
  const { server, clock } = set;
  server.tool("ask", {}, async (_args, ctx) => {
    const answer = await ctx.elicit("name", form);
    return answer.action === "accept" ? `Hello ${String(answer.content.name)}` : "no";
  });
  const shared = {
    sessionStore: new MemorySessionStore(),
    sessionBus: new LocalSessionBus(),
    streamLog: new MemoryStreamLog(clock),
  };
  const open = () => adapters.fetch!(server, shared);
  const [a, b] = [await open(), await open()];
  const answer = await a.send({ body: opening });
  await answer.text();
  const id = answer.headers.get("mcp-session-id")!;
  const headers: Record<string, string> = { "Mcp-Session-Id": id, "MCP-Protocol-Version": "2025-11-25" };
  const on = (node: HttpWire) => ({
    post: (body: unknown, more: Sent = {}) => node.send({ body, ...more, headers: { ...headers, ...more.headers } }),
    listen: (more: Sent = {}) =>
      node.send({ method: "GET", ...more, headers: { ...headers, Accept: "text/event-stream", ...more.headers } }),
    end: () => node.send({ method: "DELETE", headers }),
  });
  const stop = async () => {
    set.gate.open();
    await Promise.all([a.stop(), b.stop()]);
  };
  return { ...set, ...shared, id, open, on, nodes: [a, b] as const, a: on(a), b: on(b), stop };
}
const statusOf = async (answer: Promise<Response>) => {
  const { status, body } = await answer;
  await body?.cancel();
  return status;
};

test("a session that one node opened is known on another, with all that was agreed on", async () => {
  const { a, b, id, server, sessionStore, stop } = await twoNodes();
  server.tool("say", {}, (_args, ctx) => {
    ctx.info("something");
    return "said";
  });
  assert.is((await b.post(initialized)).status, 202);
  const answer = await b.post(legacy(1, "tools/call", call("echo", { x: 1 })));
  assert.is((await answer.json()).result.content[0].text, '{"x":1}');
  await b.post(legacy(2, "logging/setLevel", { level: "error" }));
  await b.post(legacy(3, "resources/subscribe", { uri: "test://one" }));
  // What was set there holds here.
  const onA = await a.post(legacy(4, "tools/call", call("say", {})));
  assert.is(onA.headers.get("content-type"), "application/json", "an info message is not wanted any more");
  await onA.text();
  assert.equal([sessionStore.get(id)?.logLevel, sessionStore.get(id)?.watched], ["error", ["test://one"]]);
  await stop();
});

test("what is kept of a session is JSON", async () => {
  const { a, b, sessionStore, stop } = await twoNodes();
  const put: [string, unknown][] = [];
  const before = sessionStore.put.bind(sessionStore);
  sessionStore.put = (id, session) => (put.push([id, session]), before(id, session));
  await a.post(initialized);
  await b.post(legacy(1, "resources/subscribe", { uri: "test://one" }));
  await b.post(legacy(2, "ping"));
  assert.is(put.length, 2, "only what changes is written");
  const [, session] = put.at(-1)!;
  assert.equal(JSON.parse(JSON.stringify(session)), session);
  assert.is((session as { phase: string }).phase, "ready");
  assert.equal((session as { watched: string[] }).watched, ["test://one"]);
  await stop();
});

test("an answer that reaches the other node gets to where the question is", async () => {
  const { a, b, stop } = await twoNodes();
  await a.post(initialized);
  const onA = new Events(await a.post(legacy(1, "tools/call", call("ask"))));
  const onB = new Events(await b.post(legacy(2, "tools/call", call("ask"))));
  const [first, second] = [await onA.next(), await onB.next()];
  assert.is.not(first.id, second.id, "questions of one session have ids of their own");
  const answer = (id: unknown, name: string) => ({
    jsonrpc: "2.0",
    id,
    result: { action: "accept", content: { name } },
  });
  assert.is((await b.post(answer(first.id, "Ada"))).status, 202);
  assert.is((await b.post(answer(second.id, "Bob"))).status, 202);
  assert.equal(
    (await onA.rest()).map(({ result }) => result.content[0].text),
    ["Hello Ada"],
  );
  assert.equal(
    (await onB.rest()).map(({ result }) => result.content[0].text),
    ["Hello Bob"],
  );
  await stop();
});

test("a cancellation that reaches the other node stops the call", async () => {
  const { a, b, log, waiting, aborted, stop } = await twoNodes();
  await a.post(initialized);
  const posted = a.post(legacy(5, "tools/call", call("wait")));
  await waiting;
  assert.is((await b.post(notification("notifications/cancelled", { requestId: 5 }))).status, 202);
  await aborted;
  await settled();
  assert.equal(log, ["called", "aborted", "done"]);
  assert.equal(await new Events(await posted).rest(), []);
  await stop();
});

test("a GET stream on the other node hears of changes, each once, and has what waited", async () => {
  const { a, b, server, stop } = await twoNodes();
  await a.post(initialized);
  server.changed("tools");
  await settled();
  const events = new Events(await b.listen());
  assert.is((await events.next()).method, "notifications/tools/list_changed");
  server.changed("resources");
  server.changed("tools");
  assert.equal(
    [(await events.next()).method, (await events.next()).method],
    ["notifications/resources/list_changed", "notifications/tools/list_changed"],
  );
  const moved = new Events(await a.listen());
  await events.cancel();
  server.changed("resources");
  assert.is((await moved.next()).method, "notifications/resources/list_changed");
  await a.end();
  assert.equal(await moved.rest(), []);
  await stop();
});

test("the end of a session on one node ends it on all", async () => {
  const { a, b, sessionStore, stop } = await twoNodes();
  await a.post(initialized);
  const events = new Events(await a.listen());
  assert.is(await statusOf(b.post(legacy(1, "ping"))), 200);
  assert.is((await b.end()).status, 204);
  assert.equal(await events.rest(), []);
  assert.equal(
    [await statusOf(a.post(legacy(2, "ping"))), await statusOf(b.post(legacy(2, "ping"))), sessionStore.size],
    [404, 404, 0],
  );
  await stop();
});

test("a session outlives the binding that opened it", async () => {
  const { a, nodes, on, open, server, sessionStore, stop } = await twoNodes();
  await a.post(initialized);
  const before = new Events(await a.listen());
  await before.event();
  await Promise.all(nodes.map((node) => node.close()));
  await before.rest();
  assert.is(sessionStore.size, 1);
  const wire = await open();
  const next = on(wire);
  assert.is(await statusOf(next.post(legacy(1, "ping"))), 200);
  const events = new Events(await next.listen());
  server.changed("tools");
  assert.is((await events.next()).method, "notifications/tools/list_changed");
  await wire.stop();
  await stop();
});

test("a stream that another node works on is replayed as far as it is, and polled from there", async () => {
  const { a, b, gate, waiting, stop } = await twoNodes();
  await a.post(initialized);
  const controller = new AbortController();
  const post = legacy(1, "tools/call", call("progress, then wait", {}, { progressToken: "p" }));
  const events = new Events(await a.post(post, { signal: controller.signal }));
  await waiting;
  await events.event();
  controller.abort();
  await events.rest().catch(() => {});
  const poll = async (id: string) => new Events(await b.listen({ headers: { "Last-Event-ID": id } }));
  const first = await poll(events.ids[0]!);
  assert.equal(
    (await first.rest()).map(({ params }) => params.progress),
    [1],
  );
  assert.is(first.retry, 1000);
  const nothing = await poll(first.ids.at(-1)!);
  assert.equal([await nothing.rest(), nothing.ids], [[], [first.ids.at(-1)]]);
  gate.open();
  await settled();
  const second = await poll(first.ids.at(-1)!);
  assert.equal(
    (await second.rest()).map(({ id }) => id),
    [1],
  );
  await stop();
});

test("another principal's session is not found on any node", async () => {
  const { a, b, stop } = await twoNodes();
  assert.is(await statusOf(b.post(initialized, { principal: "bob" })), 404);
  assert.is(await statusOf(a.post(initialized, { principal: "bob" })), 404);
  assert.is(await statusOf(b.post(initialized)), 202);
  await stop();
});

test("a session expires where it was seen last, not where it was opened", async () => {
  const { a, b, clock, stop } = await twoNodes();
  for (let i = 0; i < 4; i++) {
    await clock.advance(20 * 60_000);
    assert.is(await statusOf(b.post(legacy(i, "ping"))), 200);
  }
  assert.is(await statusOf(a.post(legacy(9, "ping"))), 200);
  await clock.advance(31 * 60_000);
  assert.equal([await statusOf(b.post(legacy(10, "ping"))), await statusOf(a.post(legacy(10, "ping")))], [404, 404]);
  await stop();
});

test("a session that somebody listens to on one node is not idle to another that never saw it", async () => {
  const { a, on, open, clock, nodes, stop } = await twoNodes();
  await a.post(initialized);
  const events = new Events(await a.listen());
  await events.event();
  await clock.advance(120 * 60_000);
  const third = await open();
  assert.is(await statusOf(on(third).post(legacy(1, "ping"))), 200);
  await events.cancel();
  await settled();
  await clock.advance(61 * 60_000);
  assert.is(await statusOf(on(third).post(legacy(2, "ping"))), 404);
  await Promise.all([...nodes, third].map((node) => node.stop()));
  assert.is(clock.pending, 0);
  await stop();
});

test("a store that fails to write does not fail the request", async () => {
  const { a, errors, sessionStore, stop } = await twoNodes();
  sessionStore.put = () => {
    throw new Error("out of space");
  };
  assert.is(await statusOf(a.post(initialized)), 202);
  assert.match(errors.join(), "session store: Error: out of space");
  errors.length = 0;
  assert.is(await statusOf(a.post(legacy(1, "ping"))), 200);
  assert.is(errors.length, 1, "it is tried again");
  await stop();
});

test.run();
