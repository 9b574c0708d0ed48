import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Missed, StreamLog } from "../../protocol/stream-log.js";
import { both } from "../testing/both.js";
import { settled } from "../testing/fake-clock.js";
import { testServer } from "../testing/http-server.js";
import { adapters, Events, openSession, postModern, type Sent } from "../testing/http-wire.js";
import { call, legacy, modern, notification } from "../testing/messages.js";

const rejections: unknown[] = [];
process.on("unhandledRejection", (reason) => rejections.push(reason));

type Session = Awaited<ReturnType<typeof openSession>>;
const resumable = ["2025-03-26", "2025-06-18", "2025-11-25"];
const progressThenWait = (id: number) =>
  legacy(id, "tools/call", call("progress, then wait", {}, { progressToken: `p${id}` }));
const status = async (answer: Promise<Response>) => {
  const { status, body } = await answer;
  await body?.cancel();
  return status;
};

/** Comes back for a stream after one of its events. */
const resume = (session: Session, lastEventId: string, more: Sent = {}) =>
  session.listen({ ...more, headers: { "Last-Event-ID": lastEventId } });

/** Posts a call and cuts the connection as soon as its progress has come. */
async function cut(session: Session, message: object): Promise<string> {
  const controller = new AbortController();
  const events = new Events(await session.send({ body: message, signal: controller.signal }));
  assert.is((await events.next()).method, "notifications/progress");
  controller.abort();
  await events.rest().catch(() => {});
  await settled();
  return events.ids.at(-1)!;
}

for (const version of resumable) {
  both(
    `${version}: a POST whose connection is lost goes on, and its client gets the response on a GET`,
    async (wire, { gate, log, waiting }) => {
      const session = await openSession(wire, version);
      const last = await cut(session, progressThenWait(1));
      await waiting;
      assert.equal(log, [], "nothing is aborted");
      const events = new Events(await resume(session, last));
      gate.open();
      const messages = await events.rest();
      assert.equal(
        messages.map(({ id, result }) => [id, result.content[0].text]),
        [[1, "waited"]],
      );
    },
  );

  both(`${version}: what a stream missed is replayed exactly, also when it is over already`, async (wire) => {
    const session = await openSession(wire, version);
    const all = new Events(
      await session.post(legacy(7, "tools/call", call("progress", { count: 4 }, { progressToken: "p" }))),
    );
    const messages = await all.rest();
    assert.is(messages.length, 5);
    // What comes first in 2025-11-25 has an id, but no message.
    const ids = all.ids.slice(-5);
    for (const [at, id] of ids.slice(0, 4).entries()) {
      const again = new Events(await resume(session, id));
      assert.equal(await again.rest(), messages.slice(at + 1), id);
      assert.equal(again.ids, ids.slice(at + 1), "under the ids that they had");
    }
    const nothing = await resume(session, ids.at(-1)!);
    assert.equal([nothing.status, await nothing.text()], [204, ""]);
  });
}

both("ids are unique in their session and name their stream", async (wire, { server }) => {
  const session = await openSession(wire);
  const listening = new Events(await session.listen());
  server.changed("tools");
  await listening.next();
  const posts = await Promise.all(
    [1, 2, 3].map(async (id) => {
      const events = new Events(
        await session.post(legacy(id, "tools/call", call("progress", {}, { progressToken: id }))),
      );
      await events.rest();
      return events.ids;
    }),
  );
  const streams = [...posts, listening.ids];
  assert.is(new Set(streams.flat()).size, streams.flat().length);
  for (const ids of streams) assert.is(new Set(ids.map((id) => id.split(".")[0])).size, 1);
  assert.is(new Set(streams.map((ids) => ids[0]!.split(".")[0])).size, 4);
});

both("what went out on another stream is never replayed", async (wire, { server, gate }) => {
  const session = await openSession(wire);
  const last = await cut(session, progressThenWait(1));
  const listening = new Events(await session.listen());
  server.changed("tools");
  assert.is((await listening.next()).method, "notifications/tools/list_changed");
  await new Events(
    await session.post(legacy(2, "tools/call", call("progress", {}, { progressToken: "other" }))),
  ).rest();
  gate.open();
  await settled();
  assert.equal(
    (await new Events(await resume(session, last)).rest()).map(({ id }) => id),
    [1],
  );
});

both("a GET stream that was lost: what it missed comes first, then what waited", async (wire, { server }) => {
  const session = await openSession(wire);
  const controller = new AbortController();
  const first = new Events(await session.listen({ signal: controller.signal }));
  server.changed("tools");
  await first.next();
  const seen = first.ids.at(-1)!;
  server.changed("resources");
  await first.next();
  controller.abort();
  await first.rest().catch(() => {});
  await settled();
  server.changed("tools");
  await settled();
  const again = new Events(await resume(session, seen));
  assert.equal(
    [(await again.next()).method, (await again.next()).method],
    ["notifications/resources/list_changed", "notifications/tools/list_changed"],
  );
  assert.is(again.ids[0]!.split(".")[0], seen.split(".")[0], "the stream is the same");
  // It carries the session's messages again.
  server.changed("tools");
  assert.is((await again.next()).method, "notifications/tools/list_changed");
  assert.is(
    new Set([...first.ids, ...again.ids]).size,
    first.ids.length + again.ids.length - 1,
    "no id twice but that of what is replayed",
  );
});

both("a GET stream that breaks before its first message can be resumed (2025-11-25)", async (wire, { server }) => {
  const session = await openSession(wire);
  const events = new Events(await session.listen());
  assert.equal(await events.event(), { data: "" });
  await events.cancel();
  await settled();
  const again = new Events(await resume(session, events.ids[0]!));
  server.changed("tools");
  assert.is((await again.next()).method, "notifications/tools/list_changed");
});

both("whoever resumes takes the stream over from a connection that seems to be open still", async (wire, { gate }) => {
  const session = await openSession(wire);
  const first = new Events(await session.post(progressThenWait(1)));
  await first.next();
  const second = new Events(await resume(session, first.ids.at(-1)!));
  assert.equal(await first.rest(), []);
  gate.open();
  assert.equal(
    (await second.rest()).map(({ id }) => id),
    [1],
  );
});

both("ids of no stream are 400, and say what to do", async (wire, { server }) => {
  const [session, other] = [await openSession(wire), await openSession(wire)];
  const foreign = new Events(await other.post(legacy(1, "tools/call", call("progress", {}, { progressToken: "p" }))));
  await foreign.rest();
  for (const id of [
    foreign.ids[0]!,
    "p1.99",
    "g9.1",
    "nope",
    "p1",
    "p1.-1",
    "__proto__.1",
    `p1.${"9".repeat(400)}`,
    "constructor",
  ]) {
    const answer = await resume(session, id);
    assert.is(answer.status, 400, id);
    const { error, ...rest } = (await answer.json()) as { error: { message: string } };
    assert.match(error.message, "Last-Event-ID");
    assert.equal(rest, { jsonrpc: "2.0" });
  }
  assert.is(await status(resume(session, "p1.1", { principal: "bob" })), 404);
  server.changed("tools");
  assert.is(
    (await new Events(await session.listen()).next()).method,
    "notifications/tools/list_changed",
    "the session goes on",
  );
});

both(
  "events that are too many, too large or too old are gone, and so is what follows an event before them",
  async (wire, { clock }) => {
    const session = await openSession(wire);
    const events = new Events(
      await session.post(legacy(1, "tools/call", call("progress", { count: 6 }, { progressToken: "p" }))),
    );
    await events.rest();
    assert.is(events.ids.length, 8);
    assert.is(await status(resume(session, events.ids[1]!)), 400);
    assert.is((await new Events(await resume(session, events.ids[4]!)).rest()).length, 3);
    await clock.advance(60_001);
    assert.is(await status(resume(session, events.ids[4]!)), 400);
    assert.is(await status(resume(session, events.ids[7]!)), 204, "nothing was missed");
  },
  { streamLog: { maxEvents: 4, maxAgeMs: 60_000 } },
);

both("a GET stream that was quiet for a day resumes", async (wire, { server, clock }) => {
  const session = await openSession(wire);
  const controller = new AbortController();
  const events = new Events(await session.listen({ signal: controller.signal }));
  server.changed("tools");
  await events.next();
  await clock.advance(24 * 60 * 60_000);
  controller.abort();
  await events.rest().catch(() => {});
  await settled();
  const again = new Events(await resume(session, events.ids.at(-1)!));
  server.changed("resources");
  assert.is((await again.next()).method, "notifications/resources/list_changed");
});

both("a question outlives its connection", async (wire, { server }) => {
  server.tool("ask", {}, async (_args, ctx) => {
    ctx.progress(1);
    const { action } = await ctx.elicit("name", {
      message: "Name?",
      schema: { type: "object", properties: { name: { type: "string" } } },
    });
    return action;
  });
  const opening = legacy(1, "initialize", {
    protocolVersion: "2025-11-25",
    capabilities: { elicitation: {} },
    clientInfo: { name: "t", version: "1" },
  });
  const opened = await wire.send({ body: opening });
  await opened.text();
  const headers = { "Mcp-Session-Id": opened.headers.get("mcp-session-id")! };
  await wire.send({ body: notification("notifications/initialized"), headers });
  const events = new Events(
    await wire.send({ body: legacy(2, "tools/call", call("ask", {}, { progressToken: "p" })), headers }),
  );
  await events.next();
  const last = events.ids.at(-1)!;
  await events.cancel();
  await settled();
  const listening = { method: "GET", headers: { ...headers, Accept: "text/event-stream", "Last-Event-ID": last } };
  const again = new Events(await wire.send(listening));
  const question = await again.next();
  assert.is(question.method, "elicitation/create");
  await again.cancel();
  await settled();
  assert.is(
    (await wire.send({ body: { jsonrpc: "2.0", id: question.id, result: { action: "decline" } }, headers })).status,
    202,
  );
  await settled();
  const last2 = new Events(
    await wire.send({ ...listening, headers: { ...listening.headers, "Last-Event-ID": again.ids.at(-1)! } }),
  );
  assert.equal(
    (await last2.rest()).map(({ result }) => result.content[0].text),
    ["decline"],
  );
});

both("a batch's answers are replayed in one piece", async (wire, { gate }) => {
  const session = await openSession(wire, "2025-03-26");
  const controller = new AbortController();
  const batch = [progressThenWait(1), legacy(2, "ping")];
  const events = new Events(await session.send({ body: batch, signal: controller.signal }));
  await events.next();
  controller.abort();
  await events.rest().catch(() => {});
  gate.open();
  await settled();
  const [answers] = await new Events(await resume(session, events.ids.at(-1)!)).rest();
  assert.equal(
    answers.map(({ id }: { id: number }) => id),
    [1, 2],
  );
});

both("the end of a session ends its streams, and nothing is kept of them", async (wire) => {
  const session = await openSession(wire);
  const last = await cut(session, progressThenWait(1));
  const resumed = new Events(await resume(session, last));
  assert.is(await status(session.send({ method: "DELETE" })), 204);
  assert.equal(await resumed.rest(), []);
  assert.is(await status(resume(session, last)), 404);
});

both(
  "resumability can be turned off: no ids, and Last-Event-ID opens a stream like any other",
  async (wire, { server }) => {
    const session = await openSession(wire);
    const events = new Events(
      await session.post(legacy(1, "tools/call", call("progress", {}, { progressToken: "p" }))),
    );
    await events.rest();
    assert.equal([events.ids, events.retry, events.raw.length], [[], undefined, 3]);
    const listening = new Events(await resume(session, "p1.1"));
    server.changed("tools");
    await listening.next();
    assert.equal(
      [listening.ids, listening.raw],
      [[], ['event: message\ndata: {"jsonrpc":"2.0","method":"notifications/tools/list_changed"}']],
    );
  },
  { resumable: false },
);

both("2024-11-05 has no ids; 2026-07-28 has none either, and no GET", async (wire, { server }) => {
  const session = await openSession(wire, "2024-11-05");
  const events = new Events(await session.post(legacy(1, "tools/call", call("progress", {}, { progressToken: "p" }))));
  await events.rest();
  const listening = new Events(await resume(session, "p1.1"));
  server.changed("tools");
  await listening.next();
  const now = new Events(
    await postModern(wire, modern(1, "tools/call", call("progress", {}, { progressToken: "p" })), {
      headers: { "Last-Event-ID": "p1.1" },
    }),
  );
  assert.is((await now.rest()).length, 3);
  for (const { ids, retry } of [events, listening, now]) assert.equal([ids, retry], [[], undefined]);
  const headers = { Accept: "text/event-stream", "MCP-Protocol-Version": "2026-07-28", "Last-Event-ID": "p1.1" };
  assert.is(await status(wire.send({ method: "GET", headers })), 405);
});

/** A log whose answers come when a test lets them. */
class SlowLog implements StreamLog {
  readonly appended: string[] = [];
  reading: (() => void)[] = [];
  readonly #missed = new Map<string, { number: number; data: string }[]>();
  append(_session: string, stream: string, event: { number: number; data: string }): Promise<void> {
    this.appended.push(`${stream}.${event.number}`);
    this.#missed.set(stream, [...(this.#missed.get(stream) ?? []), event]);
    return Promise.reject(new Error("the disk is full"));
  }
  read(_session: string, stream: string, after: number): Promise<Missed> {
    const events = (this.#missed.get(stream) ?? []).filter(({ number }) => number > after);
    return new Promise((resolve) => this.reading.push(() => resolve({ events, ended: false })));
  }
  delete(): void {}
}

for (const [adapter, open] of Object.entries(adapters)) {
  test(`what comes while a slow log is read is neither lost nor told twice; its failures are told to onError (${adapter})`, async () => {
    const { server, gate, errors } = testServer();
    const log = new SlowLog();
    const wire = await open(server, { streamLog: log });
    server.tool("steps", {}, async (_args, ctx) => {
      ctx.progress(1);
      await gate.opened;
      ctx.progress(2);
      return "done";
    });
    const session = await openSession(wire);
    const events = new Events(await session.post(legacy(1, "tools/call", call("steps", {}, { progressToken: "p" }))));
    await events.event();
    await events.next();
    await events.cancel();
    await settled();
    const resumed = resume(session, events.ids[0]!);
    while (log.reading.length === 0) await settled();
    gate.open();
    await settled();
    log.reading[0]!();
    assert.equal(
      (await new Events(await resumed).rest()).map(({ params, id }) => params?.progress ?? id),
      [1, 2, 1],
    );
    assert.match(errors.join(), "stream log: Error: the disk is full");
    await wire.stop();
  });
}

test("a plain answer makes no stream and writes nothing down", async () => {
  const { server } = testServer();
  const log = new SlowLog();
  const wire = await adapters.fetch!(server, { streamLog: log });
  const session = await openSession(wire);
  for (let id = 0; id < 10; id++)
    assert.is((await session.post(legacy(id, "ping"))).headers.get("content-type"), "application/json");
  assert.equal(log.appended, []);
  await wire.stop();
});

test("no rejection was left unhandled", () => assert.equal(rejections, []));

test.run();
