import { test } from "uvu";
import * as assert from "uvu/assert";
import { both } from "../testing/both.js";
import { settled } from "../testing/fake-clock.js";
import { Gate } from "../testing/gate.js";
import { adapters, Events, openSession, postModern } from "../testing/http-wire.js";
import { testServer } from "../testing/http-server.js";
import { call, legacy, modern, notification } from "../testing/messages.js";

const rejections: unknown[] = [];
process.on("unhandledRejection", (reason) => rejections.push(reason));

const listen = (notifications: object = { toolsListChanged: true }) =>
  modern("sub", "subscriptions/listen", { notifications });
const wait = modern(1, "tools/call", call("wait"));
const progressThenWait = modern(1, "tools/call", call("progress, then wait", {}, { progressToken: "p" }));

/** Lets what goes over a socket arrive. */
async function until(holds: () => boolean, what: string): Promise<void> {
  for (let turns = 0; !holds(); turns++) {
    if (turns > 2000) throw new Error(`never: ${what}`);
    await settled();
  }
}

both("what comes before the response makes a stream, which the response ends", async (wire) => {
  const answer = await postModern(
    wire,
    modern(1, "tools/call", call("progress", { count: 3 }, { progressToken: "p" })),
  );
  assert.equal(
    ["content-type", "cache-control", "x-accel-buffering"].map((name) => answer.headers.get(name)),
    ["text/event-stream", "no-cache", "no"],
  );
  const messages = await new Events(answer).rest();
  assert.equal(
    messages.map(({ params, id }) => params?.progress ?? id),
    [1, 2, 3, 1],
  );
  assert.is(messages[0].params.progressToken, "p");
});

both(
  "a silent call begins to stream after sseAfterMs, with comments from then on",
  async (wire, { clock, gate, waiting }) => {
    let answered = false;
    const posted = postModern(wire, wait).then((answer) => ((answered = true), answer));
    await waiting;
    await clock.advance(4999);
    assert.not(answered);
    await clock.advance(1);
    const answer = await posted;
    assert.is(answer.headers.get("x-accel-buffering"), "no");
    const events = new Events(answer);
    await clock.advance(15_000);
    await events.untilComments(1);
    await clock.advance(30_000);
    await events.untilComments(3);
    gate.open();
    assert.equal(
      (await events.rest()).map(({ id }) => id),
      [1],
    );
    assert.is(clock.pending, 0);
  },
);

both("a silent call begins to stream in time though the clock was set back", async (wire, { clock, waiting }) => {
  const before = postModern(wire, wait);
  await waiting;
  clock.setBack(3_600_000);
  const after = postModern(wire, modern(2, "tools/call", call("wait")));
  await settled();
  // What was begun before may wait once more.
  await clock.advance(5000);
  await clock.advance(5000);
  for (const posted of [before, after]) {
    const answer = await posted;
    assert.is(answer.headers.get("content-type"), "text/event-stream");
    await answer.body!.cancel();
  }
});

both(
  "sseAfterMs and keepAliveMs are options",
  async (wire, { clock, waiting }) => {
    const posted = postModern(wire, wait);
    await waiting;
    await clock.advance(10);
    const events = new Events(await posted);
    await clock.advance(50);
    await events.untilComments(2);
  },
  { sseAfterMs: 10, keepAliveMs: 25 },
);

/** The wait that all POSTs share stays, whether or not one of them is left. */
const SHARED = 1;

both("a call that ends in time is JSON, and no timer of its own is left", async (wire, { clock, gate, waiting }) => {
  const posted = postModern(wire, wait);
  await waiting;
  await clock.advance(3000);
  gate.open();
  const answer = await posted;
  assert.equal(
    [answer.headers.get("content-type"), (await answer.json()).id, clock.pending],
    ["application/json", 1, SHARED],
  );
});

both(
  "a modern client that leaves before the answer cancels its call",
  async (wire, { waiting, aborted, log, clock, errors }) => {
    const controller = new AbortController();
    const posted = postModern(wire, wait, { signal: controller.signal }).catch(() => undefined);
    await waiting;
    controller.abort();
    await aborted;
    await settled();
    assert.equal(log, ["called", "aborted", "done"]);
    assert.equal(errors, []);
    assert.is(clock.pending, SHARED);
    await posted;
  },
);

both("a modern client that leaves a stream cancels its call", async (wire, { waiting, aborted, clock }) => {
  const controller = new AbortController();
  const events = new Events(await postModern(wire, progressThenWait, { signal: controller.signal }));
  await waiting;
  assert.is((await events.next()).method, "notifications/progress");
  controller.abort();
  await aborted;
  await events.rest().catch(() => {});
  await until(() => clock.pending === SHARED, "no keep-alive");
});

both("a modern client that cancels the body cancels its call", async (wire, { waiting, aborted }) => {
  const answer = await postModern(wire, progressThenWait);
  await waiting;
  await answer.body!.cancel();
  await aborted;
});

both("a legacy client that leaves cancels nothing", async (wire, { waiting, gate, log, clock }) => {
  const session = await openSession(wire);
  const controller = new AbortController();
  const posted = session
    .send({ body: legacy(1, "tools/call", call("wait")), signal: controller.signal })
    .catch(() => undefined);
  await waiting;
  controller.abort();
  await posted;
  await settled();
  assert.equal(log, ["called"]);
  gate.open();
  await until(() => log.length === 2, "the call ends");
  assert.equal(log, ["called", "done"]);
  assert.is((await session.post(legacy(1, "ping"))).status, 200);
  assert.is(clock.pending, SHARED);
});

both(
  "a legacy client cancels by a notification, and nothing comes for the call",
  async (wire, { waiting, aborted }) => {
    const session = await openSession(wire);
    const posted = session.post(legacy(5, "tools/call", call("progress, then wait", {}, { progressToken: 1 })));
    await waiting;
    const events = new Events(await posted);
    await events.next();
    assert.is(
      (await session.post(notification("notifications/cancelled", { requestId: 5, reason: "enough" }))).status,
      202,
    );
    await aborted;
    assert.equal(await events.rest(), []);
  },
);

both("a modern notification cannot cancel another POST's request", async (wire, { waiting, gate, log }) => {
  const posted = postModern(wire, wait);
  await waiting;
  const cancelled = notification("notifications/cancelled", { requestId: 1 });
  assert.is((await wire.send({ body: cancelled, headers: { "MCP-Protocol-Version": "2026-07-28" } })).status, 202);
  gate.open();
  assert.is((await (await posted).json()).id, 1);
  assert.equal(log, ["called", "done"]);
});

both(
  "subscriptions/listen: acknowledged first, then what was asked for, kept alive, until the client leaves",
  async (wire, { server, clock }) => {
    const answer = await postModern(wire, listen({ toolsListChanged: true, resourceSubscriptions: ["test://one"] }));
    const events = new Events(answer);
    const acknowledged = await events.next();
    assert.is(acknowledged.method, "notifications/subscriptions/acknowledged");
    assert.is(acknowledged.params._meta["io.modelcontextprotocol/subscriptionId"], "sub");
    server.changed("prompts");
    server.changed("tools");
    server.updated("test://two");
    server.updated("test://one");
    const [first, second] = [await events.next(), await events.next()];
    assert.equal(
      [first.method, second.method, second.params.uri],
      ["notifications/tools/list_changed", "notifications/resources/updated", "test://one"],
    );
    await clock.advance(15_000);
    await events.untilComments(1);
    assert.is(clock.pending, 1);
    await events.cancel();
    await until(() => clock.pending === 0, "no keep-alive");
  },
);

both(
  "closing the binding: subscriptions get their result and no cancelled, sessions' streams end, 503 after",
  async (wire) => {
    const subscription = new Events(await postModern(wire, listen()));
    await subscription.next();
    const session = await openSession(wire);
    const stream = new Events(await session.listen());
    await wire.close();
    const [result, ...more] = await subscription.rest();
    assert.equal([result.id, result.result.resultType, more], ["sub", "complete", []]);
    assert.equal(await stream.rest(), []);
    const refusals = [await postModern(wire, wait), await session.listen(), await wire.send({ method: "OPTIONS" })];
    for (const refusal of refusals) assert.equal([refusal.status, refusal.headers.get("retry-after")], [503, "5"]);
    for (const refusal of refusals) await refusal.text();
  },
);

both("closing the binding: calls in flight get their grace", async (wire, { waiting, gate, clock }) => {
  const posted = postModern(wire, wait);
  await waiting;
  const closed = wire.close();
  const again = wire.close();
  await clock.advance(999);
  gate.open();
  assert.is((await (await posted).json()).result.content[0].text, "waited");
  await Promise.all([closed, again]);
  assert.is(clock.pending, 0);
});

both(
  "closing the binding: a call that does not end is aborted and told 503, or, on its stream, by an error",
  async (wire, { waiting, aborted, clock }) => {
    const [posted, streaming] = [postModern(wire, wait), postModern(wire, progressThenWait)];
    const events = new Events(await streaming);
    await events.next();
    await waiting;
    await until(() => clock.pending > 0, "both run");
    const closed = wire.close();
    await clock.advance(1000);
    await Promise.all([closed, aborted]);
    const answer = await posted;
    assert.equal([answer.status, (await answer.json()).error.code], [503, -32600]);
    assert.equal(await events.rest(), [
      { jsonrpc: "2.0", id: 1, error: { code: -32603, message: "The server is shutting down" } },
    ]);
  },
);

both("closing the binding: a batch gets its grace as well", async (wire, { waiting, gate, clock }) => {
  const session = await openSession(wire, "2025-03-26");
  const posted = session.post([legacy(1, "tools/call", call("wait"))]);
  await waiting;
  const closed = wire.close();
  await clock.advance(500);
  gate.open();
  assert.is((await (await posted).json())[0].result.content[0].text, "waited");
  await closed;
});

for (const [adapter, open] of Object.entries(adapters)) {
  test(`a reader that does not read: bounded, the response is not lost (${adapter})`, async () => {
    const often = 1_000_000;
    const { server, clock } = testServer({ maxLogMessagesPerSecond: often, maxProgressPerSecond: often });
    const finished = new Gate();
    let sent = 0;
    server.tool("flood", {}, async (_args, ctx) => {
      const text = "x".repeat(10_000);
      for (; sent < 3000; sent++) {
        ctx.info(text);
        ctx.progress(sent + 1);
        if (sent % 50 === 0) await settled();
      }
      finished.open();
      return "flooded";
    });
    const wire = await open(server, { maxQueued: 100_000 });
    const meta = { progressToken: "p", "io.modelcontextprotocol/logLevel": "info" };
    const answer = await postModern(wire, modern(1, "tools/call", call("flood", {}, meta)));
    await finished.opened;
    await settled();
    const messages = await new Events(answer).rest();
    const size = JSON.stringify(messages).length;
    // Sockets take some megabytes before they tell of a reader that is slow.
    assert.ok(size < (adapter === "fetch" ? 500_000 : 20_000_000), `${size} characters of 30,000,000`);
    assert.equal([messages.at(-1).id, messages.at(-2).params.progress], [1, 3000]);
    assert.is(clock.pending, SHARED);
    await wire.stop();
    assert.is(clock.pending, 0);
  });
}

test("a body that was parsed already is taken as it is", async () => {
  const { server } = testServer();
  const { createHandler } = await import("./fetch.js");
  const handler = createHandler(server);
  const headers = {
    "Content-Type": "application/json",
    "MCP-Protocol-Version": "2026-07-28",
    "Mcp-Method": "server/discover",
  };
  const request = new Request("http://localhost/", { method: "POST", headers, body: "{}" });
  await request.text();
  const message = modern(1, "server/discover");
  assert.is((await (await handler(request, { parsed: message })).json()).id, 1);
  const deep = { ...message, params: JSON.parse(`${'{"a":'.repeat(200)}1${"}".repeat(200)}`) };
  assert.is((await handler(request, { parsed: deep })).status, 400);
  await handler.close();
});

test("a body that was read and not passed on is the author's error, told to onError", async () => {
  const { server, errors } = testServer();
  const { createHandler } = await import("./fetch.js");
  const handler = createHandler(server);
  const request = new Request("http://localhost/", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: "{}",
  });
  await request.text();
  assert.is((await handler(request)).status, 500);
  assert.match(errors.join(), "info.parsed");
});

test("a body that breaks off is no error of the server", async () => {
  const { server, errors } = testServer();
  const { createHandler } = await import("./fetch.js");
  const handler = createHandler(server);
  const body = new ReadableStream({
    pull(controller) {
      controller.enqueue(new TextEncoder().encode('{"jsonrpc"'));
      controller.error(new Error("connection reset"));
    },
  });
  const request = new Request("http://localhost/", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body,
    duplex: "half",
  } as RequestInit);
  assert.is((await handler(request)).status, 400);
  assert.equal(errors, []);
});

test("a request whose client had left already runs nothing", async () => {
  const { server, log } = testServer();
  const { createHandler } = await import("./fetch.js");
  const handler = createHandler(server);
  const headers = {
    "Content-Type": "application/json",
    "MCP-Protocol-Version": "2026-07-28",
    "Mcp-Method": "tools/call",
    "Mcp-Name": "wait",
  };
  const signal = AbortSignal.abort();
  const request = new Request("http://localhost/", { method: "POST", headers, signal });
  assert.is((await handler(request, { parsed: wait })).status, 499);
  assert.equal(log, []);
});

test("no rejection was left unhandled", () => assert.equal(rejections, []));

test.run();
