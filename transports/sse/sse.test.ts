import { test } from "uvu";
import * as assert from "uvu/assert";
import { serveHttp } from "../http/node.js";
import { settled } from "../testing/fake-clock.js";
import { testServer } from "../testing/http-server.js";
import { call, initialize, initialized, legacy, modern, notification } from "../testing/messages.js";
import { SseClient, sseAdapters, type SseWire } from "../testing/sse-wire.js";
import type { SseOptions } from "./binding.js";

const rejections: unknown[] = [];
process.on("unhandledRejection", (reason) => rejections.push(reason));

type Set = ReturnType<typeof testServer>;
function both(
  name: string,
  body: (wire: SseWire, set: Set) => Promise<void>,
  options: SseOptions = {},
  limits = {},
): void {
  for (const [adapter, open] of Object.entries(sseAdapters)) {
    test(`${name} (${adapter})`, async () => {
      const set = testServer(limits);
      const wire = await open(set.server, options);
      try {
        await body(wire, set);
      } finally {
        set.gate.open();
        const stopped = wire.stop();
        await set.clock.advance(10_000);
        await stopped;
      }
    });
  }
}
const statusOf = async (answer: Promise<Response>) => {
  const { status, body } = await answer;
  await body?.cancel();
  return status;
};
async function opened(wire: SseWire, version = "2024-11-05", principal?: string): Promise<SseClient> {
  const client = await SseClient.open(wire, principal === undefined ? {} : { principal });
  await client.post(initialize(version));
  assert.is((await client.next()).result.protocolVersion, version);
  assert.is((await client.post(initialized)).status, 202);
  return client;
}

both(
  "the stream begins with the address to post to; POSTs are answered 202, and all else comes on the stream",
  async (wire) => {
    const client = await SseClient.open(wire);
    assert.equal(
      ["content-type", "cache-control", "x-accel-buffering"].map((name) => client.response.headers.get(name)),
      ["text/event-stream", "no-cache", "no"],
    );
    assert.match(client.address, /^\/sse\?sessionId=[\x21-\x7e]{32,}$/);
    const posted = await client.post(initialize("2024-11-05"));
    assert.equal([posted.status, await posted.text()], [202, ""]);
    assert.is((await client.next()).result.protocolVersion, "2024-11-05");
    assert.is((await client.post(initialized)).status, 202);
    await client.post(legacy(1, "tools/call", call("progress", {}, { progressToken: "p" })));
    assert.equal(
      [(await client.next()).params.progress, (await client.next()).params.progress, (await client.next()).id],
      [1, 2, 1],
    );
  },
);

for (const version of ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"]) {
  both(`initialize may agree on ${version}`, async (wire, { server }) => {
    server.tool("version", {}, (_args, ctx) => {
      ctx.closeStream();
      return ctx.client.version;
    });
    const client = await opened(wire, version);
    await client.post(legacy(1, "tools/call", call("version")));
    assert.is((await client.next()).result.content[0].text, version);
    await client.post([legacy(2, "ping"), legacy(3, "ping")]);
    const answer = await client.next();
    if (version === "2025-03-26")
      assert.equal(
        answer.map(({ id }: { id: number }) => id),
        [2, 3],
      );
    else assert.is(answer.error.code, -32600);
    server.changed("tools");
    assert.is((await client.next()).method, "notifications/tools/list_changed");
  });
}

both("2026-07-28 is not served here, and the refusal says so", async (wire) => {
  const client = await SseClient.open(wire);
  const answer = await client.post(modern(1, "server/discover"));
  const { id, error } = await answer.json();
  assert.equal(
    [answer.status, id, error.code, error.data],
    [400, 1, -32022, { supported: [], requested: "2026-07-28" }],
  );
  assert.match(error.message, "initialize");
  await client.post(initialize());
  assert.ok((await client.next()).result, "the client may still begin with initialize");
});

both("a question goes out on the stream, its answer comes by POST", async (wire, { server }) => {
  server.tool("ask", {}, async (_args, ctx) => (await ctx.roots()).map(({ uri }) => uri).join());
  const client = await SseClient.open(wire);
  await client.post(
    legacy(0, "initialize", {
      protocolVersion: "2024-11-05",
      capabilities: { roots: {} },
      clientInfo: { name: "t", version: "1" },
    }),
  );
  await client.next();
  await client.post(initialized);
  await client.post(legacy(1, "tools/call", call("ask")));
  const question = await client.next();
  assert.is(question.method, "roots/list");
  assert.is(
    (await client.post({ jsonrpc: "2.0", id: question.id, result: { roots: [{ uri: "file:///here" }] } })).status,
    202,
  );
  assert.is((await client.next()).result.content[0].text, "file:///here");
});

both(
  "a client that goes away ends its session: its calls are aborted",
  async (wire, { waiting, aborted, log, clock }) => {
    const client = await opened(wire);
    await client.post(legacy(1, "tools/call", call("wait")));
    await waiting;
    await client.cancel();
    await aborted;
    assert.is(await statusOf(client.post(legacy(2, "ping"))), 404);
    await settled();
    assert.equal(log, ["called", "aborted", "done"]);
    assert.is(clock.pending, 0);
  },
);

both("a cancelled call is not answered", async (wire, { waiting, aborted }) => {
  const client = await opened(wire);
  await client.post(legacy(1, "tools/call", call("wait")));
  await waiting;
  await client.post(notification("notifications/cancelled", { requestId: 1 }));
  await aborted;
  await client.post(legacy(2, "ping"));
  assert.is((await client.next()).id, 2);
});

both("sessions are their clients' own", async (wire) => {
  const alice = await opened(wire, "2024-11-05", "alice");
  const other = await opened(wire);
  assert.is.not(alice.address, other.address);
  for (const principal of ["bob", ""]) assert.is(await statusOf(alice.post(legacy(1, "ping"), { principal })), 404);
  assert.is(await statusOf(alice.post(legacy(1, "ping"))), 202);
  assert.is((await alice.next()).id, 1);
  await other.post(legacy(2, "ping"));
  assert.is((await other.next()).id, 2);
});

both("addresses: none is 400, an unknown one 404", async (wire) => {
  const post = (path: string) => wire.send({ method: "POST", path, body: legacy(1, "ping") });
  const none = await post("/sse");
  assert.is(none.status, 400);
  assert.match((await none.json()).error.message, "endpoint event");
  for (const id of ["nope", "__proto__", "constructor", ""])
    assert.is(await statusOf(post(`/sse?sessionId=${id}`)), 404, id);
});

both("what cannot be read is refused by the POST itself, and the session goes on", async (wire) => {
  const client = await opened(wire);
  const refused: [unknown, Record<string, string>, number][] = [
    ["{", {}, 400],
    [new Uint8Array([0x22, 0xff, 0x22]), {}, 400],
    [legacy(1, "ping"), { "Content-Type": "text/plain" }, 415],
    ["x".repeat(5 * 1024 * 1024), {}, 413],
    ["[".repeat(500) + "]".repeat(500), {}, 400],
  ];
  for (const [body, headers, status] of refused)
    assert.is(await statusOf(client.post(body, { headers })), status, String(status));
  await client.post({ jsonrpc: "2.0", id: 5 });
  assert.equal([(await client.next()).error.code], [-32600]);
  await client.post(legacy(6, "ping"));
  assert.is((await client.next()).id, 6);
});

both("Origin, Host, methods and Accept are held as over Streamable HTTP", async (wire) => {
  for (const method of ["GET", "POST", "OPTIONS"]) {
    assert.is(
      await statusOf(
        wire.send({ method, headers: { Origin: "https://evil.example" }, ...(method === "POST" ? { body: {} } : {}) }),
      ),
      403,
    );
  }
  assert.is(await statusOf(wire.send({ headers: { Accept: "application/json" } })), 406);
  const put = await wire.send({ method: "PUT", body: "{}" });
  assert.equal([put.status, put.headers.get("allow")], [405, "GET, POST, OPTIONS"]);
  await put.text();
  const origin = { Origin: "http://localhost:5173" };
  const preflight = await wire.send({
    method: "OPTIONS",
    headers: { ...origin, "Access-Control-Request-Method": "POST" },
  });
  assert.equal(
    ["access-control-allow-origin", "access-control-allow-methods"].map((name) => preflight.headers.get(name)),
    [origin.Origin, "GET, POST, OPTIONS"],
  );
  const client = await SseClient.open(wire, { headers: origin });
  assert.is(client.response.headers.get("access-control-allow-origin"), origin.Origin);
  const posted = await client.post(initialize(), { headers: origin });
  assert.is(posted.headers.get("access-control-allow-origin"), origin.Origin);
});

both(
  "as many clients as allowed, no more; an idle stream is kept alive",
  async (wire, { clock }) => {
    const [first] = [await opened(wire), await opened(wire)];
    const refused = await wire.send({});
    assert.equal([refused.status, refused.headers.get("retry-after")], [503, "60"]);
    await refused.text();
    await clock.advance(1000);
    await first!.post(legacy(1, "ping"));
    await first!.next();
    assert.is(first!.comments, 1);
    await first!.cancel();
    for (let turns = 0; turns < 200; turns++) {
      await settled();
      const answer = await wire.send({});
      if (answer.status === 200) return answer.body!.cancel();
      await answer.text();
    }
    throw new Error("the place of one who left is never free");
  },
  { maxSessions: 2, keepAliveMs: 1000 },
);

both(
  "who opens the most streams loses the oldest when there is room no more, and keeps nobody out",
  async (wire) => {
    const open = (principal: string) => SseClient.open(wire, { principal });
    const first = await open("alice");
    for (const principal of ["alice", "alice", "bob"]) await open(principal);
    assert.is(await first.next(), undefined);
    await open("carol");
    // By now each has one.
    for (const principal of ["dave", "alice"]) assert.is((await wire.send({ principal })).status, 503);
  },
  { maxSessions: 3 },
);

both(
  "the address is of another path where that is an option",
  async (wire) => {
    const client = await SseClient.open(wire);
    assert.match(client.address, /^\/messages\?key=1&sessionId=/);
    await client.post(initialize());
    assert.ok((await client.next()).result);
  },
  { messagesPath: "/messages?key=1" },
);

both("a path that looks like a host is none in the address", async (wire) => {
  const client = await SseClient.open(wire, { path: "//evil.example/sse?x=1" });
  assert.match(client.address, /^\/evil\.example\/sse\?sessionId=/);
});

both(
  "closing: calls in flight get their grace, then streams end; 503 after",
  async (wire, { waiting, gate, clock }) => {
    const [busy, idle, stuck] = [await opened(wire), await opened(wire), await opened(wire)];
    await busy.post(legacy(1, "tools/call", call("wait")));
    await waiting;
    void stuck;
    const closed = wire.close();
    await clock.advance(500);
    gate.open();
    assert.is((await busy.next()).result.content[0].text, "waited");
    await closed;
    assert.equal([await busy.next(), await idle.next()], [undefined, undefined]);
    assert.equal([await statusOf(wire.send({})), clock.pending], [503, 0]);
  },
);

both("closing: a call that does not end is aborted", async (wire, { waiting, aborted, clock }) => {
  const client = await opened(wire);
  await client.post(legacy(1, "tools/call", call("wait")));
  await waiting;
  const closed = wire.close();
  await clock.advance(1000);
  await Promise.all([closed, aborted]);
  assert.is(await client.next(), undefined);
});

test("a reader that does not read: what it asks next is refused, what it was to be told is bounded", async () => {
  const { server } = testServer();
  server.tool("large", {}, () => "x".repeat(200_000));
  const wire = await sseAdapters.fetch!(server, { maxQueued: 100_000 });
  const client = await opened(wire);
  const statuses: number[] = [];
  for (let id = 0; id < 10; id++) {
    statuses.push(await statusOf(client.post(legacy(id, "tools/call", call("large")))));
    await settled();
  }
  // What carries the stream takes a piece or two before it tells of a reader that is slow.
  const taken = statuses.lastIndexOf(202) + 1;
  assert.ok(taken <= 4, `${taken} taken`);
  assert.equal(statuses, [...Array(taken).fill(202), ...Array(10 - taken).fill(429)]);
  assert.is(
    await statusOf(client.post(notification("notifications/cancelled", { requestId: 0 }))),
    202,
    "what asks for nothing is taken",
  );
  for (let id = 0; id < taken; id++) assert.is((await client.next()).id, id);
  await client.post(legacy(11, "ping"));
  assert.is((await client.next()).id, 11);
  await wire.stop();
});

test("serveHttp hosts it beside the MCP endpoint, when asked to", async () => {
  for (const [sse, path, messages] of [
    [true, "/sse", "/messages"],
    [{ path: "/old", messagesPath: "/old/post" }, "/old", "/old/post"],
  ] as const) {
    const { server } = testServer();
    const running = await serveHttp(server, { port: 0, sse });
    assert.is(running.sseUrl, running.url.replace(/\/mcp$/, path));
    const send: SseWire["send"] = ({ method = "GET", path: at, body }) =>
      fetch(new URL(at ?? path, running.url), {
        method,
        headers: { Accept: "text/event-stream", "Content-Type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    const client = await SseClient.open({ send } as SseWire);
    assert.ok(client.address.startsWith(`${messages}?`));
    await client.post(initialize());
    assert.ok((await client.next()).result);
    assert.is(await statusOf(fetch(new URL("/other", running.url))), 404);
    await running.close();
    assert.is(await client.next(), undefined);
  }
  const { server } = testServer();
  const without = await serveHttp(server, { port: 0 });
  assert.equal([without.sseUrl, await statusOf(fetch(new URL("/sse", without.url)))], [undefined, 404]);
  await without.close();
});

test("no rejection was left unhandled", () => assert.equal(rejections, []));

test.run();
