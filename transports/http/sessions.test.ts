import { test } from "uvu";
import * as assert from "uvu/assert";
import { both } from "../testing/both.js";
import { settled } from "../testing/fake-clock.js";
import { testServer } from "../testing/http-server.js";
import { Events, openSession, type HttpWire } from "../testing/http-wire.js";
import { call, initialize, initialized, legacy, notification } from "../testing/messages.js";
import { HttpBinding } from "./binding.js";
import { sessionRequests } from "./session-requests.js";

const rejections: unknown[] = [];
process.on("unhandledRejection", (reason) => rejections.push(reason));

const ping = legacy(1, "ping");
const status = async (answer: Promise<Response>) => {
  const { status, body } = await answer;
  await body?.cancel();
  return status;
};
const alive = async (session: Awaited<ReturnType<typeof openSession>>) => (await status(session.post(ping))) === 200;

both("a session's id is long, of visible ASCII, and another one each time", async (wire) => {
  const ids = await Promise.all(Array.from({ length: 5 }, async () => (await openSession(wire)).id));
  assert.is(new Set(ids).size, 5);
  for (const id of ids) assert.match(id, /^[\x21-\x7e]{32,}$/);
});

both("an initialize that fails opens no session", async (wire) => {
  const answer = await wire.send({ body: legacy(1, "initialize", { protocolVersion: "2025-11-25" }) });
  assert.is(answer.headers.get("mcp-session-id"), null);
  assert.is((await answer.json()).error.code, -32602);
  const notice = await wire.send({ body: notification("initialize") });
  assert.is(notice.headers.get("mcp-session-id"), null);
});

both("no id is 400, an unknown one 404, for each method and kind of message", async (wire) => {
  const answers = { jsonrpc: "2.0", id: 1, result: {} };
  for (const body of [ping, initialized, answers, [ping]]) {
    assert.is(await status(wire.send({ body })), 400, JSON.stringify(body));
    assert.is(await status(wire.send({ body, headers: { "Mcp-Session-Id": "nope" } })), 404, JSON.stringify(body));
  }
  assert.is(await status(wire.send({ body: initialize(), headers: { "Mcp-Session-Id": "nope" } })), 404);
  for (const method of ["GET", "DELETE"]) {
    assert.is(await status(wire.send({ method, headers: { Accept: "text/event-stream" } })), 400);
    assert.is(
      await status(wire.send({ method, headers: { Accept: "text/event-stream", "Mcp-Session-Id": "nope" } })),
      404,
    );
  }
});

both("DELETE ends a session: its streams end, then 404", async (wire) => {
  const session = await openSession(wire);
  const other = await openSession(wire);
  const events = new Events(await session.listen());
  assert.is(await status(session.send({ method: "DELETE" })), 204);
  assert.equal(await events.rest(), []);
  assert.is(await status(session.post(ping)), 404);
  assert.is(await status(session.listen()), 404);
  assert.is(await status(session.send({ method: "DELETE" })), 404);
  assert.ok(await alive(other));
});

both("another principal's session is not found", async (wire) => {
  const session = await openSession(wire, "2025-11-25", "alice");
  assert.ok(await alive(session));
  for (const principal of ["bob", ""]) {
    assert.is(await status(session.send({ body: ping, principal })), 404);
    assert.is(await status(session.listen({ principal })), 404);
    assert.is(await status(session.send({ method: "DELETE", principal })), 404);
  }
  assert.ok(await alive(session));
});

both("version headers of a session: missing and differing ones pass, unknown ones are 400", async (wire) => {
  const session = await openSession(wire, "2025-06-18");
  let id = 0;
  const versioned = (version: string | undefined, body: unknown = legacy(++id, "ping")) =>
    status(session.send({ body, headers: { "MCP-Protocol-Version": version! } }));
  assert.equal(
    await Promise.all([versioned(undefined), versioned("2025-11-25"), versioned("2025-06-18")]),
    [200, 200, 200],
  );
  assert.equal(await Promise.all([versioned("1999-01-01"), versioned("1999-01-01", initialized)]), [400, 400]);
  assert.is(await status(session.listen({ headers: { "MCP-Protocol-Version": "1999-01-01" } })), 400);
  assert.is(await status(session.send({ method: "DELETE", headers: { "MCP-Protocol-Version": "1999-01-01" } })), 400);
  const old = await openSession(wire, "2025-03-26");
  assert.is(await status(old.send({ body: [ping], headers: { "MCP-Protocol-Version": "1999-01-01" } })), 400);
});

both("GET needs a client that takes events", async (wire) => {
  const session = await openSession(wire);
  assert.is(await status(session.listen({ headers: { Accept: "application/json" } })), 406);
});

both("the GET stream carries what belongs to no request, each message on one stream only", async (wire, { server }) => {
  const session = await openSession(wire);
  const answer = await session.listen();
  assert.equal(
    ["content-type", "cache-control", "x-accel-buffering"].map((name) => answer.headers.get(name)),
    ["text/event-stream", "no-cache", "no"],
  );
  const first = new Events(answer);
  server.changed("tools");
  assert.is((await first.next()).method, "notifications/tools/list_changed");
  const second = new Events(await session.listen());
  server.changed("tools");
  server.changed("resources");
  assert.is((await second.next()).method, "notifications/tools/list_changed");
  assert.is((await second.next()).method, "notifications/resources/list_changed");
  await session.send({ method: "DELETE" });
  assert.equal([await first.rest(), await second.rest()], [[], []]);
});

both("messages wait while no stream is open, each change once", async (wire, { server }) => {
  const session = await openSession(wire);
  await session.post(legacy(1, "resources/subscribe", { uri: "test://one" }));
  for (let i = 0; i < 5; i++) {
    server.changed("tools");
    server.updated("test://one");
    server.updated("test://other");
    await settled();
  }
  const events = new Events(await session.listen());
  await session.send({ method: "DELETE" });
  assert.equal(
    (await events.rest()).map(({ method }) => method),
    ["notifications/tools/list_changed", "notifications/resources/updated"],
  );
});

both(
  "the queue is bounded, the oldest go first",
  async (wire, { server }) => {
    const session = await openSession(wire);
    for (const n of [1, 2, 3, 4, 5]) await session.post(legacy(n, "resources/subscribe", { uri: `test://${n}` }));
    for (const n of [1, 2, 3, 4, 5]) server.updated(`test://${n}`);
    await settled();
    const events = new Events(await session.listen());
    await session.send({ method: "DELETE" });
    assert.equal(
      (await events.rest()).map(({ params }) => params.uri),
      ["test://3", "test://4", "test://5"],
    );
  },
  { maxQueuedMessages: 3 },
);

both(
  "more streams than allowed: the oldest ends",
  async (wire) => {
    const session = await openSession(wire);
    const [first] = [new Events(await session.listen()), new Events(await session.listen())];
    new Events(await session.listen());
    assert.equal(await first!.rest(), []);
  },
  { maxStreams: 2 },
);

const minutes = 60_000;

both("an idle session expires; one with a request now and then does not", async (wire, { clock }) => {
  const [idle, busy] = [await openSession(wire), await openSession(wire)];
  for (let i = 0; i < 4; i++) {
    await clock.advance(20 * minutes);
    assert.ok(await alive(busy));
  }
  assert.is(await status(idle.post(ping)), 404);
  await clock.advance(29 * minutes);
  await busy.post(initialized);
  await clock.advance(29 * minutes);
  assert.ok(await alive(busy), "a notification counts as a sign of life");
});

both("a session with an open stream does not expire, and lives on when that closes", async (wire, { clock }) => {
  const session = await openSession(wire);
  const controller = new AbortController();
  const events = new Events(await session.listen({ signal: controller.signal }));
  await clock.advance(120 * minutes);
  controller.abort();
  await events.rest().catch(() => {});
  await settled();
  await clock.advance(29 * minutes);
  assert.ok(await alive(session));
  await clock.advance(31 * minutes);
  assert.is(await status(session.post(ping)), 404);
});

both(
  "a session with a long call does not expire, and lives on when that ends",
  async (wire, { clock, gate, waiting }) => {
    const session = await openSession(wire);
    const answer = session.post(legacy(1, "tools/call", call("wait")));
    await waiting;
    await clock.advance(120 * minutes);
    gate.open();
    assert.is((await new Events(await answer).rest()).at(-1).id, 1);
    assert.ok(await alive(session));
  },
);

both(
  "at the cap the session that was idle longest ends, sessions in use do not; with none to spare it is 503",
  async (wire, { clock, waiting }) => {
    const [first, second] = [await openSession(wire), await openSession(wire)];
    await clock.advance(1);
    await first.post(ping);
    await openSession(wire);
    assert.equal([await alive(first), await alive(second)], [true, false]);

    const third = await openSession(wire);
    const busy = third.post(legacy(1, "tools/call", call("wait")));
    await waiting;
    const fourth = await openSession(wire);
    new Events(await fourth.listen());
    const refusal = await wire.send({ body: initialize() });
    assert.equal(
      [refusal.status, refusal.headers.get("retry-after"), refusal.headers.get("mcp-session-id")],
      [503, "60", null],
    );
    await refusal.text();
    // Whoever waited for a silence that is too long must have stopped waiting.
    await clock.advance(60_000);
    assert.is((await busy).status, 200);
    assert.ok(await alive(fourth));
  },
  { maxSessions: 2 },
);

both(
  "who opens the most sessions loses one when there is room no more, and pushes nobody out",
  async (wire, { clock }) => {
    const bobs = await openSession(wire, "2025-11-25", "bob");
    await clock.advance(1);
    const first = await openSession(wire, "2025-11-25", "alice");
    const second = await openSession(wire, "2025-11-25", "alice");
    for (const principal of ["alice", "carol"]) await openSession(wire, "2025-11-25", principal);
    assert.equal([await alive(bobs), await alive(first), await alive(second)], [true, false, false]);
  },
  { maxSessions: 3 },
);

for (const streams of [1, 2, 3]) {
  both(
    `who keeps a stream open in each of ${streams} sessions pushes nobody out who has no more of them`,
    async (wire, { clock }) => {
      const alices = await openSession(wire, "2025-11-25", "alice");
      await clock.advance(1);
      for (let i = 0; i < streams; i++) {
        const session = await openSession(wire, "2025-11-25", "bob");
        new Events(await session.listen());
      }
      assert.is(await status(wire.send({ body: initialize(), principal: "bob" })), 503);
      assert.ok(await alive(alices));
      // Who has none yet gets the place of one that is idle.
      await openSession(wire, "2025-11-25", "carol");
      assert.not(await alive(alices));
    },
    { maxSessions: streams + 1 },
  );
}

both("a batch of 2025-03-26 is answered in one piece; elsewhere it is 400", async (wire) => {
  const session = await openSession(wire, "2025-03-26");
  const answer = await session.post([
    ping,
    notification("notifications/x"),
    legacy(2, "no/such"),
    legacy("3", "tools/list"),
  ]);
  assert.is(answer.headers.get("content-type"), "application/json");
  assert.equal(
    (await answer.json()).map(({ id }: { id: unknown }) => id),
    [1, 2, "3"],
  );
  const notices = await session.post([notification("notifications/x"), { jsonrpc: "2.0", id: 9, result: {} }]);
  assert.equal([notices.status, await notices.text()], [202, ""]);
  for (const body of [[], [initialize()], Array.from({ length: 101 }, () => ping)])
    assert.is(await status(session.post(body)), 400);
  assert.is(await status((await openSession(wire, "2025-06-18")).post([ping])), 400);
  assert.is(await status(wire.send({ body: [ping], headers: { "MCP-Protocol-Version": "2026-07-28" } })), 400);
});

both("a batch streams what comes before its answers, which come as one event", async (wire) => {
  const session = await openSession(wire, "2025-03-26");
  const progress = (id: number) => legacy(id, "tools/call", call("progress", {}, { progressToken: id }));
  const messages = await new Events(
    await session.post([progress(1), ping, progress(2)].map((message, id) => ({ ...message, id }))),
  ).rest();
  assert.is(messages.length, 5);
  assert.equal(
    messages.at(-1).map(({ id }: { id: number }) => id),
    [0, 1, 2],
  );
});

both("a batch that is silent too long begins to stream", async (wire, { clock, gate, waiting }) => {
  const session = await openSession(wire, "2025-03-26");
  const posted = session.post([legacy(1, "tools/call", call("wait"))]);
  await waiting;
  await clock.advance(5000);
  const events = new Events(await posted);
  gate.open();
  assert.equal(
    (await events.rest()).map((batch) => batch[0].id),
    [1],
  );
});

both("a batch whose requests are all cancelled ends its stream", async (wire, { waiting }) => {
  const session = await openSession(wire, "2025-03-26");
  const posted = session.post([legacy(5, "tools/call", call("progress, then wait", {}, { progressToken: 1 }))]);
  await waiting;
  const events = new Events(await posted);
  assert.is((await events.next()).method, "notifications/progress");
  assert.is(await status(session.post(notification("notifications/cancelled", { requestId: 5 }))), 202);
  assert.equal(await events.rest(), []);
});

both("an id that is in flight is refused, whichever POST it comes by", async (wire, { gate, waiting }) => {
  const session = await openSession(wire);
  const first = session.post(legacy(1, "tools/call", call("wait")));
  await waiting;
  const second = await session.post(ping);
  assert.equal([second.status, (await second.json()).error.code], [400, -32600]);
  gate.open();
  assert.is((await (await first).json()).id, 1);
  assert.ok(await alive(session));
});

test("500 streams opened and closed leave nothing behind", async () => {
  const { server, clock } = testServer();
  const binding = new HttpBinding(server, {}, sessionRequests);
  // The binding itself, since what is left behind is on its inside.
  const gone: { lost(): void }[] = [];
  const written: string[] = [];
  const headers: Record<string, string> = { accept: "text/event-stream", "content-type": "application/json" };
  const request = (method: string, more: Record<string, string>, parsed?: unknown) => ({
    method,
    header: (name: string) => ({ ...headers, ...more })[name],
    readBody: () => assert.unreachable("parsed already"),
    parsed,
    auth: undefined,
    target: "/mcp",
    local: true,
  });
  const reply = (onHeaders?: (headers: Record<string, string>) => void) => ({
    send: (_status: number, all: Record<string, string>) => onHeaders?.(all),
    open: (_status: number, all: Record<string, string>) => {
      onHeaders?.(all);
      return { write: (text: string) => (written.push(text), true), close: () => {} };
    },
    onDisconnect: (who: { lost(): void }) => void gone.push(who),
  });
  let id = "";
  await binding.handle(
    request("POST", {}, initialize()),
    reply((all) => (id ||= all["Mcp-Session-Id"] ?? "")),
  );
  assert.ok(id);
  gone.length = 0;
  written.length = 0;
  const before = clock.pending;
  for (let i = 0; i < 500; i++) await binding.handle(request("GET", { "mcp-session-id": id }), reply());
  assert.is(clock.pending, before + 1, "one timer for all");
  written.length = 0;
  await clock.advance(15_000);
  assert.equal(written, Array(4).fill(":\n\n"), "only the streams that are still open are kept alive");
  for (const who of gone) who.lost();
  assert.is(clock.pending, before);
  assert.is([...binding.sessions!].filter((session) => !session.idle).length, 0);
  await binding.close();
  assert.is(binding.sessions!.size, 0);
});

both("500 GET streams of a session come and go", async (wire: HttpWire, { clock }) => {
  const session = await openSession(wire);
  for (let i = 0; i < 100; i++) {
    const five = await Promise.all(Array.from({ length: 5 }, () => session.listen()));
    await Promise.all(five.map((answer) => answer.body!.cancel()));
  }
  await session.send({ method: "DELETE" });
  for (let i = 0; clock.pending > 0 && i < 100; i++) await settled();
  assert.is(clock.pending, 0);
});

test("no rejection was left unhandled", () => {
  assert.equal(rejections, []);
});

test.run();
