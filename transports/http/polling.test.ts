import { test } from "uvu";
import * as assert from "uvu/assert";
import { both } from "../testing/both.js";
import { settled } from "../testing/fake-clock.js";
import { Gate } from "../testing/gate.js";
import { Events, openSession } from "../testing/http-wire.js";
import type { TestServer } from "../testing/both.js";
import { call, initialize, legacy, notification } from "../testing/messages.js";

/** A tool that leaves its client to come back, before or after it has said something. */
function addPolled({ server, gate }: TestServer) {
  const closed = new Gate();
  server.tool(
    "polled",
    { input: { type: "object", properties: { early: { type: "boolean" } } } },
    async ({ early = false }, ctx) => {
      if (early) ctx.closeStream();
      ctx.progress(1);
      ctx.closeStream();
      // Once more does nothing: nobody is connected.
      ctx.closeStream();
      ctx.progress(2);
      closed.open();
      await gate.opened;
      return "polled";
    },
  );
  return closed.opened;
}
const polled = (early = false) => legacy(1, "tools/call", call("polled", { early }, { progressToken: "p" }));
const idOf = (messages: { id?: unknown; params?: { progress?: number } }[]) =>
  messages.map(({ id, params }) => params?.progress ?? id);

both("2025-11-25: a stream begins with an id, how long to wait, and empty data", async (wire) => {
  const session = await openSession(wire);
  const events = new Events(await session.post(legacy(1, "tools/call", call("progress", {}, { progressToken: "p" }))));
  assert.equal(await events.event(), { data: "" });
  assert.equal(events.raw, [`id: ${events.ids[0]}\nretry: 1000\ndata:`]);
  assert.is((await events.rest()).length, 3);
  assert.is(events.ids.length, 4);
});

both(
  "2025-11-25: closeStream ends the connection, not the stream; the client comes back for the rest",
  async (wire, set) => {
    const closed = addPolled(set);
    const session = await openSession(wire);
    const events = new Events(await session.post(polled()));
    assert.equal(idOf(await events.rest()), [1]);
    // The id of the beginning, the progress, and what is said before the end.
    assert.is(events.ids.length, 3);
    assert.is(events.raw.at(-1), `id: ${events.ids[2]}\nretry: 250\ndata:`);
    await closed;
    const listen = { headers: { "Last-Event-ID": events.ids[2]! } };
    const again = new Events(await session.listen(listen));
    assert.is((await again.next()).params.progress, 2);
    set.gate.open();
    assert.equal(idOf(await again.rest()), [1]);
    assert.is((await session.listen({ headers: { "Last-Event-ID": again.ids.at(-1)! } })).status, 204);
  },
  { retryMs: 250 },
);

both("2025-11-25: closeStream before anything is sent answers with an id to come back with", async (wire, set) => {
  addPolled(set);
  const session = await openSession(wire);
  const events = new Events(await session.post(polled(true)));
  assert.equal(await events.rest(), []);
  assert.equal(events.raw, [`id: ${events.ids[0]}\nretry: 1000\ndata:`]);
  set.gate.open();
  await settled();
  const again = new Events(await session.listen({ headers: { "Last-Event-ID": events.ids[0]! } }));
  assert.equal(idOf(await again.rest()), [1, 2, 1]);
});

for (const version of ["2025-03-26", "2025-06-18"]) {
  both(`${version}: no empty events, and closeStream does nothing`, async (wire, set) => {
    const closed = addPolled(set);
    const session = await openSession(wire, version);
    const events = new Events(await session.post(polled(true)));
    await closed;
    set.gate.open();
    assert.equal(idOf(await events.rest()), [1, 2, 1]);
    assert.equal([events.raw.length, events.ids.length, events.retry], [3, 3, undefined]);
  });
}

both(
  "closeStream does nothing where the server answers with JSON alone",
  async (wire, set) => {
    addPolled(set);
    set.gate.open();
    const session = await openSession(wire);
    const answer = await session.post(polled());
    assert.equal(
      [answer.headers.get("content-type"), (await answer.json()).result.content[0].text],
      ["application/json", "polled"],
    );
  },
  { reply: "json" },
);

both(
  "closeStream does nothing where streams cannot be resumed",
  async (wire, set) => {
    addPolled(set);
    set.gate.open();
    const session = await openSession(wire);
    assert.equal(idOf(await new Events(await session.post(polled())).rest()), [1, 2, 1]);
  },
  { resumable: false },
);

both("a client may cancel what it polls, and hears at its next poll that there is nothing more", async (wire, set) => {
  const { server } = set;
  server.tool("endless", {}, async (_args, ctx) => {
    ctx.progress(1);
    ctx.closeStream();
    await new Promise((resolve) => ctx.signal.addEventListener("abort", resolve));
    set.log.push("aborted");
    return "never";
  });
  const session = await openSession(wire);
  const events = new Events(await session.post(legacy(5, "tools/call", call("endless", {}, { progressToken: "p" }))));
  await events.rest();
  assert.is((await session.post(notification("notifications/cancelled", { requestId: 5 }))).status, 202);
  await settled();
  assert.equal(set.log, ["aborted"]);
  const again = new Events(await session.listen({ headers: { "Last-Event-ID": events.ids.at(-1)! } }));
  assert.equal(await again.rest(), []);
});

both(
  "an initialize that is answered with events has an id too",
  async (wire) => {
    const answer = await wire.send({ body: initialize() });
    const id = answer.headers.get("mcp-session-id");
    const events = new Events(answer);
    assert.equal(
      (await events.rest()).map(({ id }) => id),
      ["init"],
    );
    assert.is(events.ids.length, 2);
    const headers = { "Mcp-Session-Id": id!, Accept: "text/event-stream", "Last-Event-ID": events.ids[0]! };
    assert.equal(
      (await new Events(await wire.send({ method: "GET", headers })).rest()).map(({ id }) => id),
      ["init"],
    );
  },
  { reply: "sse" },
);

both(
  "2025-11-25: closeSessionStreams ends the connections of GET streams, not the streams",
  async (wire, { server }) => {
    server.tool("leave", {}, (_args, ctx) => {
      ctx.closeSessionStreams();
      return "left";
    });
    const session = await openSession(wire);
    const events = new Events(await session.listen());
    server.changed("tools");
    assert.is((await events.next()).method, "notifications/tools/list_changed");
    const answer = await session.post(legacy(1, "tools/call", call("leave")));
    assert.is((await answer.json()).result.content[0].text, "left");
    assert.equal(await events.rest(), []);
    // The beginning, the change, and what is said before the end.
    assert.equal(events.raw.at(-1), `id: ${events.ids[2]}\nretry: 250\ndata:`);
    server.changed("tools");
    await settled();
    const again = new Events(await session.listen({ headers: { "Last-Event-ID": events.ids[2]! } }));
    assert.is((await again.next()).method, "notifications/tools/list_changed");
    // Nobody listens by now to whom it could do something.
    assert.is((await session.post(legacy(2, "tools/call", call("leave")))).status, 200);
  },
  { retryMs: 250 },
);

both("closeSessionStreams does nothing in earlier revisions", async (wire, { server }) => {
  server.tool("leave", {}, (_args, ctx) => {
    ctx.closeSessionStreams();
    return "left";
  });
  const session = await openSession(wire, "2025-06-18");
  const events = new Events(await session.listen());
  await session.post(legacy(1, "tools/call", call("leave")));
  server.changed("tools");
  assert.is((await events.next()).method, "notifications/tools/list_changed");
});

test.run();
