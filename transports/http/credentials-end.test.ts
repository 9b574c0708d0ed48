// Credentials that end while an answer or a stream of events is under way.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { endOf } from "../../protocol/auth.js";
import { both, type TestServer } from "../testing/both.js";
import { settled } from "../testing/fake-clock.js";
import { testServer } from "../testing/http-server.js";
import { adapters, Events, mirrored, openSession, postModern } from "../testing/http-wire.js";
import { call, initialize, initialized, legacy, modern, type Wire } from "../testing/messages.js";
import { SseClient, sseAdapters } from "../testing/sse-wire.js";

/** Alice, with credentials that end a minute from now; and with such as end in ten. */
const set = ({ clock }: TestServer, minutes = 1) => `alice@${clock.now() + minutes * 60_000}`;
const slow = (id: number) => legacy(id, "tools/call", call("progress, then wait", {}, { progressToken: "p" }));
const slowModern = () => modern(1, "tools/call", call("progress, then wait", {}, { progressToken: "p" }));

test("credentials are taken a little longer than they say, where clocks may differ", () => {
  assert.equal([undefined, {}, { expiresAt: 1 }, { expiresAt: 1, takenUntil: 3 }].map(endOf), [
    Infinity,
    Infinity,
    1,
    3,
  ]);
});

both("2026-07-28: a subscription ends with its result, as when the server ends it", async (wire, it) => {
  it.server.changed("tools");
  const listen = modern("sub", "subscriptions/listen", { notifications: { toolsListChanged: true } });
  const events = new Events(await postModern(wire, listen, { principal: set(it) }));
  assert.is((await events.next()).method, "notifications/subscriptions/acknowledged");
  await it.clock.advance(59_999);
  it.server.changed("tools");
  assert.is((await events.next()).method, "notifications/tools/list_changed");
  await it.clock.advance(1);
  it.server.changed("tools");
  const rest = await events.rest();
  assert.is(rest.length, 1);
  assert.is(rest[0].id, "sub");
  assert.is(rest[0].result._meta["io.modelcontextprotocol/subscriptionId"], "sub");
});

const subscribe = (notifications: object) => modern("sub", "subscriptions/listen", { notifications });

for (const [what, body] of [
  ["", subscribe({ toolsListChanged: true })],
  [" whose resources are looked at first", subscribe({ resourceSubscriptions: ["test://one"] })],
] as const) {
  both(
    `2026-07-28: a subscription${what} that comes when its credentials have ended is answered by its result alone`,
    async (wire, it) => {
      const bytes = new TextEncoder().encode(JSON.stringify(body));
      let rest!: () => void;
      const late = new ReadableStream<Uint8Array>({
        start(controller) {
          controller.enqueue(bytes.slice(0, 10));
          rest = () => {
            controller.enqueue(bytes.slice(10));
            controller.close();
          };
        },
      });
      const asked = wire.send({ body: late, headers: mirrored(body), principal: set(it) });
      await it.clock.advance(60_000);
      rest();
      const answer = await asked;
      assert.equal([answer.status, answer.headers.get("content-type")], [200, "application/json"]);
      const { id, result } = await answer.json();
      assert.equal([id, result._meta["io.modelcontextprotocol/subscriptionId"]], ["sub", "sub"]);
      const next = new Events(await postModern(wire, body, { principal: set(it) }));
      assert.is((await next.next()).method, "notifications/subscriptions/acknowledged");
      await next.cancel();
    },
    {},
    { maxSubscriptions: 1, maxSubscriptionsInAll: 1 },
  );
}

test("2026-07-28: a subscription ends, whenever while it is opened its credentials do", async () => {
  let [streamed, whole] = [0, 0];
  for (let looks = 0; looks < 20; looks++) {
    const it = testServer();
    const wire = await adapters.fetch!(it.server);
    const [principal, start] = [set(it), it.clock.now()];
    let left = looks;
    it.clock.now = () => (left-- > 0 ? start : start + 60_000);
    const answer = await postModern(wire, subscribe({ toolsListChanged: true }), { principal });
    left = 0;
    await it.clock.advance(60_000);
    const isStream = answer.headers.get("content-type") === "text/event-stream";
    const last: Wire = isStream ? (await new Events(answer).rest()).at(-1) : await answer.json();
    assert.ok(last.result, `after ${looks} looks at the clock`);
    if (isStream) streamed++;
    else whole++;
    await wire.close();
  }
  assert.ok(streamed > 0 && whole > 0);
});

both("2026-07-28: a call that streams is answered by an error, and stops", async (wire, it) => {
  const events = new Events(await postModern(wire, slowModern(), { principal: set(it) }));
  assert.is((await events.next()).params.progress, 1);
  await it.clock.advance(60_000);
  await it.aborted;
  const [last, ...more] = await events.rest();
  assert.equal(more, []);
  assert.equal([last.id, last.error.code], [1, -32600]);
  assert.match(last.error.message, /credentials have ended/);
});

both("a call that does not stream is answered, and begins no stream any more", async (wire, it) => {
  it.server.tool("speaks late", {}, async (_, ctx) => {
    await it.gate.opened;
    ctx.progress(1);
    return "said";
  });
  const body = modern(1, "tools/call", call("speaks late", {}, { progressToken: "p" }));
  const asked = postModern(wire, body, { principal: set(it, 0.05) });
  // Longer than an answer may be silent.
  await it.clock.advance(6_000);
  it.gate.open();
  const answer = await asked;
  assert.equal([answer.status, answer.headers.get("content-type")], [200, "application/json"]);
  assert.is((await answer.json()).result.content[0].text, "said");
});

for (const version of ["2025-06-18", "2025-11-25"]) {
  both(`${version}: the session's stream is left to its client, who comes back with others`, async (wire, it) => {
    const session = await openSession(wire, version, "alice");
    const events = new Events(await session.listen({ principal: set(it) }));
    it.server.changed("tools");
    assert.is((await events.next()).method, "notifications/tools/list_changed");
    await it.clock.advance(60_000);
    assert.equal(await events.rest(), []);
    it.server.changed("resources");
    await settled();
    const headers = { "Last-Event-ID": events.ids.at(-1)! };
    assert.is((await session.listen({ headers, principal: "bob" })).status, 404);
    const again = new Events(await session.listen({ headers, principal: set(it) }));
    assert.is((await again.next()).method, "notifications/resources/list_changed");
    await again.cancel();
  });

  both(`${version}: a call goes on, and its answer waits for its client`, async (wire, it) => {
    const session = await openSession(wire, version, "alice");
    const events = new Events(await session.send({ body: slow(1), principal: set(it) }));
    assert.is((await events.next()).params.progress, 1);
    await it.clock.advance(60_000);
    assert.equal(await events.rest(), []);
    it.gate.open();
    await settled();
    const headers = { "Last-Event-ID": events.ids.at(-1)! };
    const again = new Events(await session.listen({ headers, principal: set(it) }));
    assert.is((await again.next()).result.content[0].text, "waited");
    assert.is(await again.next(), undefined);
  });
}

both("a stream that was taken up again ends with the credentials that took it up", async (wire, it) => {
  const session = await openSession(wire, "2025-11-25", "alice");
  const events = new Events(await session.send({ body: slow(1), principal: set(it) }));
  await events.next();
  const headers = { "Last-Event-ID": events.ids.at(-1)! };
  const again = new Events(await session.listen({ headers, principal: set(it, 2) }));
  assert.equal(await events.rest(), []);
  await it.clock.advance(60_000);
  it.gate.open();
  assert.is((await again.next()).result.content[0].text, "waited");
});

both("2025-11-25: a call that speaks when its credentials have ended leaves its stream at once", async (wire, it) => {
  it.server.tool("speaks late", {}, async (_, ctx) => {
    await it.gate.opened;
    ctx.progress(1);
    await new Promise((resolve) => ctx.signal.addEventListener("abort", resolve));
    return "never";
  });
  const session = await openSession(wire, "2025-11-25", "alice");
  const body = legacy(1, "tools/call", call("speaks late", {}, { progressToken: "p" }));
  const asked = session.send({ body, principal: set(it, 0.05) });
  await it.clock.advance(4_000);
  it.gate.open();
  const events = new Events(await asked);
  assert.equal(
    (await events.rest()).map(({ params }) => params.progress),
    [1],
  );
  const headers = { "Last-Event-ID": events.ids.at(-1)! };
  const again = await session.listen({ headers, principal: set(it) });
  assert.is(again.status, 200);
  await again.body!.cancel();
});

both("2025-06-18: a stream that nobody could come back for ends with an error", async (wire, it) => {
  const session = await openSession(wire, "2025-06-18", "alice");
  const asked = session.send({ body: legacy(1, "tools/call", call("wait")), principal: set(it, 0.1) });
  await it.waiting;
  // Silence made it a stream that has no event yet.
  await it.clock.advance(5_000);
  const events = new Events(await asked);
  await it.clock.advance(1_000);
  assert.match((await events.next()).error.message, /credentials have ended/);
  assert.is(await events.next(), undefined);
  await it.aborted;
});

both(
  "without sessions a legacy call that streams is answered by an error too",
  async (wire, it) => {
    const events = new Events(await wire.send({ body: slow(1), principal: set(it) }));
    await events.next();
    await it.clock.advance(60_000);
    assert.is((await events.next()).error.code, -32600);
    assert.is(await events.next(), undefined);
    await it.aborted;
  },
  { sessions: false },
);

both(
  "a session's stream that cannot be resumed ends, and what comes later waits for the next",
  async (wire, it) => {
    const session = await openSession(wire, "2025-11-25", "alice");
    const events = new Events(await session.listen({ principal: set(it) }));
    await it.clock.advance(60_000);
    assert.equal(await events.rest(), []);
    it.server.changed("tools");
    const again = new Events(await session.listen());
    assert.is((await again.next()).method, "notifications/tools/list_changed");
    await again.cancel();
  },
  { resumable: false },
);

both(
  "what ends before its credentials leaves no timer, and a clock that was set back cuts nothing",
  async (wire, it) => {
    const quiet = it.clock.pending;
    const first = new Events(await postModern(wire, slowModern(), { principal: set(it) }));
    await first.next();
    it.clock.setBack(30_000);
    await it.clock.advance(60_000);
    it.gate.open();
    assert.is((await first.next()).result.content[0].text, "waited");
    assert.is(await first.next(), undefined);
    await settled();
    assert.is(it.clock.pending, quiet);
  },
);

for (const [adapter, open] of Object.entries(sseAdapters)) {
  const sse = (name: string, run: (wire: Awaited<ReturnType<typeof open>>, it: TestServer) => Promise<void>) =>
    test(`${name} (${adapter})`, async () => {
      const it = testServer();
      const wire = await open(it.server);
      try {
        await run(wire, it);
      } finally {
        it.gate.open();
        const stopped = wire.stop();
        await it.clock.advance(10_000);
        await stopped;
      }
    });
  const start = async (client: SseClient, principal: string) => {
    await client.post(initialize("2024-11-05"), { principal });
    await client.next();
    await client.post(initialized, { principal });
  };

  sse("HTTP+SSE: the stream ends, and so does what nobody can hear of any more", async (wire, it) => {
    const client = await SseClient.open(wire, { principal: set(it) });
    await start(client, set(it));
    await client.post(legacy(1, "tools/call", call("wait")), { principal: set(it) });
    await it.waiting;
    await it.clock.advance(60_000);
    await it.aborted;
    assert.is(await client.next(), undefined);
    assert.is((await client.post(initialized, { principal: set(it) })).status, 404);
  });

  sse(
    "HTTP+SSE: who posts with credentials that last longer keeps the stream, whatever comes after them",
    async (wire, it) => {
      const client = await SseClient.open(wire, { principal: set(it) });
      await start(client, set(it));
      const later = set(it, 2);
      await client.post(legacy(1, "ping"), { principal: later });
      await client.post(legacy(2, "ping"), { principal: set(it) });
      await client.next();
      await client.next();
      await it.clock.advance(60_000);
      await client.post(legacy(3, "ping"), { principal: later });
      assert.is((await client.next()).id, 3);
      await it.clock.advance(60_000);
      assert.is(await client.next(), undefined);
    },
  );
}

test.run();
