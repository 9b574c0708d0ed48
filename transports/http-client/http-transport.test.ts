import { test } from "uvu";
import * as assert from "uvu/assert";
import { httpTransport } from "../../client/index.js";
import { failureOf } from "../../client/testing/scripted.js";
import { settled } from "../../protocol/fake-clock.js";
import {
  type Answer,
  content,
  event,
  events,
  json,
  legacy,
  modern,
  open,
  scripted,
  unlistened,
} from "./testing/scripted-http.js";

test("a modern call: its headers, and both kinds of answer", async () => {
  for (const answer of [json, (body: object) => events(`: hello\n\n${event(body)}`)]) {
    const { connected, gets } = scripted(
      modern(({ body }) => answer({ id: body.id, result: { resultType: "complete", content } })),
      {},
      { headers: { Authorization: "Bearer a" } },
    );
    const client = await connected;
    assert.equal((await client.callTool("naïve")).content, content);
    const { headers, body } = gets.at(-1)!;
    assert.equal(
      ["accept", "content-type", "mcp-protocol-version", "mcp-method", "mcp-name", "authorization"].map((name) =>
        headers.get(name),
      ),
      [
        "application/json, text/event-stream",
        "application/json",
        "2026-07-28",
        "tools/call",
        "=?base64?bmHDr3Zl?=",
        "Bearer a",
      ],
    );
    assert.is(body.params._meta["io.modelcontextprotocol/protocolVersion"], "2026-07-28");
    assert.is(headers.get("mcp-session-id"), null);
    await client.close();
    assert.not(gets.some(({ method }) => method !== "POST"));
  }
});

test("a tool with malformed annotations is left out, others are mirrored", async () => {
  const schema = (name: unknown, type = "string") => ({
    type: "object",
    properties: { a: { type, "x-mcp-header": name } },
  });
  const tools = [
    { name: "good", inputSchema: schema("A") },
    { name: "number", inputSchema: schema("A", "number") },
    { name: "spaced", inputSchema: schema("A B") },
  ];
  const errors: string[] = [];
  const { connected, gets } = scripted(
    modern(({ body }) => json({ id: body.id, result: body.method === "tools/list" ? { tools } : { content } })),
    { onError: (error) => errors.push(String(error)) },
  );
  const client = await connected;
  assert.equal(
    (await client.listTools()).map(({ name }) => name),
    ["good"],
  );
  assert.is(errors.length, 2);
  await client.callTool("good", { a: " padded" });
  assert.is(gets.at(-1)!.headers.get("mcp-param-a"), "=?base64?IHBhZGRlZA==?=");
  for (const args of [{}, { a: null }]) {
    await client.callTool("good", args);
    assert.is(gets.at(-1)!.headers.get("mcp-param-a"), null);
  }
});

test("taking a modern call back closes its stream, and says nothing", async () => {
  let closings = 0;
  const { connected, clock, gets } = scripted(modern(() => open(": waiting\n\n", () => closings++)));
  const client = await connected;
  const failed = failureOf(client.callTool("slow", {}, { timeoutMs: 50 }));
  await clock.advance(50);
  assert.is((await failed).code, "request_timeout");
  await settled();
  assert.is(closings, 1);
  assert.not(gets.some(({ body }) => body.method === "notifications/cancelled"));
});

test("a header that cannot be sent is told by its name alone", async () => {
  for (const headers of [{ Authorization: "Bearer SECRET\nx" }, async () => ({ Authorization: "SECRET\u{1f511}" })]) {
    const { connected, gets } = scripted(() => json({}), {}, { headers });
    const error: unknown = await connected.catch((failed: unknown) => failed);
    assert.match(String(error), /headers: "Authorization" /);
    assert.not.ok(String(error).includes("SECRET"));
    assert.equal(gets, []);
  }
});

test("what is no answer fails the call by name", async () => {
  const error = { code: -32603, message: "broken" };
  for (const [answer, code, status] of [
    [() => new Response("<html>", { headers: { "Content-Type": "text/html" } }), "malformed_answer", undefined],
    [() => json({ id: "other", result: {} }), "malformed_answer", undefined],
    [() => new Response("{", { headers: { "Content-Type": "application/json" } }), "malformed_answer", undefined],
    [() => events(": nothing\n\n"), "connection_lost", undefined],
    [() => new Response("oops", { status: 500 }), "http_error", 500],
    [() => json({ error }, { status: 400 }), "answer_error", 400],
    [() => new Response(null, { status: 401, headers: { "WWW-Authenticate": "Bearer" } }), "unauthorized", 401],
    [() => new TypeError("fetch failed", { cause: new Error("ECONNREFUSED") }), "connection_failed", undefined],
    [() => json({ id: 2, result: { content: ["x".repeat(2000)] } }), "message_too_large", undefined],
    [() => events(`data: ${"x".repeat(2000)}`), "message_too_large", undefined],
  ] as [() => Answer, string, number | undefined][]) {
    const { connected } = scripted(modern(answer), {}, { maxMessageBytes: 1000 });
    const failure = await failureOf((await connected).callTool("t"));
    assert.is(failure.code, code);
    assert.is(failure.status, status);
  }
});

test("an answer that is gone wrong among events is told of, and the rest goes on", async () => {
  const errors: unknown[] = [];
  const { connected } = scripted(
    modern(({ body }) => events(`data: {\n\nevent: other\ndata: {}\n\n${event({ id: body.id, result: { content } })}`)),
    { onError: (error) => errors.push(error) },
  );
  assert.equal((await (await connected).callTool("t")).content, content);
  assert.is(errors.length, 1);
});

test("a session: its id and version with everything, its stream, its end", async () => {
  for (const [version, named] of [
    ["2025-03-26", null],
    ["2025-11-25", "2025-11-25"],
  ] as const) {
    const { connected, gets } = scripted(
      legacy(
        unlistened(({ body }) => json({ id: body?.id, result: { content } })),
        version,
      ),
    );
    const client = await connected;
    await client.callTool("t");
    await client.close();
    const seen = gets.map(({ method, body, headers }) => [
      body?.method ?? method,
      headers.get("mcp-session-id"),
      headers.get("mcp-protocol-version"),
    ]);
    assert.equal(seen, [
      ["server/discover", null, "2026-07-28"],
      ["initialize", null, null],
      ["notifications/initialized", "session-1", named],
      ["GET", "session-1", named],
      ["tools/call", "session-1", named],
      ["DELETE", "session-1", named],
    ]);
  }
});

test("taking a legacy call back is said, and not by closing", async () => {
  const { connected, clock, gets } = scripted(
    legacy(unlistened(({ body }) => (body.method === "tools/call" ? undefined : new Response(null, { status: 202 })))),
  );
  const client = await connected;
  const failed = failureOf(client.callTool("slow", {}, { timeoutMs: 50 }));
  await clock.advance(50);
  assert.is((await failed).code, "request_timeout");
  await settled();
  const cancelled = gets.find(({ body }) => body?.method === "notifications/cancelled");
  const call = gets.find(({ body }) => body?.method === "tools/call");
  assert.is(cancelled?.body.params.requestId, call?.body.id);
});

test("a stream that breaks is taken up where it ended, after the time that the server says", async () => {
  let answered = false;
  const { connected, clock, gets } = scripted(
    legacy(
      unlistened(({ method, headers, body }) => {
        if (method === "POST")
          return events(`id: e1\nretry: 200\ndata:\n\n${event({ method: "notifications/vendor" }, "e2")}`);
        assert.is(headers.get("last-event-id"), answered ? "e3" : "e2");
        const id = gets.find(({ body }) => body?.method === "tools/call")!.body.id;
        assert.is(body, undefined);
        if (answered) return events(event({ id, result: { content } }, "e4"));
        answered = true;
        return events("id: e3\ndata:\n\n");
      }),
    ),
  );
  const client = await connected;
  const called = client.callTool("t");
  await clock.advance(199);
  assert.not(gets.some(({ headers }) => headers.has("last-event-id")));
  await clock.advance(1);
  await clock.advance(200);
  assert.equal((await called).content, content);
});

test("it is not taken up for ever, nor without an event to go on from", async () => {
  const lost = scripted(
    legacy(unlistened(({ method }) => (method === "POST" ? events("id: e1\ndata:\n\n") : events("")))),
    {},
    {
      maxReconnects: 3,
      reconnectMs: 10,
    },
  );
  const failed = failureOf((await lost.connected).callTool("t", {}, { timeoutMs: 100_000 }));
  await lost.clock.advance(100_000);
  assert.is((await failed).code, "connection_lost");
  assert.is(lost.gets.filter(({ headers }) => headers.has("last-event-id")).length, 4);
  for (const status of [400, 404, 405]) {
    const refused = scripted(
      legacy(
        unlistened(({ method }) => (method === "POST" ? events("id: e1\ndata:\n\n") : new Response(null, { status }))),
      ),
    );
    const failed = failureOf((await refused.connected).callTool("t"));
    await refused.clock.advance(1000);
    assert.is((await failed).code, "connection_lost");
  }
  const { connected } = scripted(legacy(unlistened(() => events(": nothing\n\n"))));
  assert.is((await failureOf((await connected).callTool("t"))).code, "connection_lost");
  // Nor in revisions that have no resumption, whatever ids there are.
  for (const server of [
    legacy(
      unlistened(() => events("id: e1\ndata:\n\n")),
      "2024-11-05",
    ),
    modern(() => events("id: e1\ndata:\n\n")),
  ]) {
    const without = scripted(server);
    assert.is((await failureOf((await without.connected).callTool("t"))).code, "connection_lost");
    assert.not(without.gets.some(({ headers }) => headers.has("last-event-id")));
  }
});

test("the session's own stream is opened again, with what it had last", async () => {
  const heard: string[] = [];
  let streams = 0;
  const { connected, clock, gets } = scripted(
    legacy(({ method }) => {
      if (method !== "GET") return new Response(null, { status: 200 });
      streams += 1;
      return streams === 3
        ? undefined
        : events(`retry: 100\n\n${event({ method: `notifications/vendor${streams}` }, `s${streams}`)}`);
    }),
    { onNotification: ({ method }) => heard.push(method) },
  );
  const client = await connected;
  await clock.advance(250);
  assert.equal(heard, ["notifications/vendor1", "notifications/vendor2"]);
  const listens = gets.filter(({ method }) => method === "GET");
  assert.equal(
    listens.map(({ headers }) => headers.get("last-event-id")),
    [null, "s1", "s2"],
  );
  await client.close();
  assert.is(listens[2]!.signal.aborted, true);
  assert.is(clock.pending, 0);
});

test("no handshake where the server wants authorization or cannot be reached", async () => {
  for (const [answer, code] of [
    [() => new Response(null, { status: 401 }), "unauthorized"],
    [() => new TypeError("fetch failed"), "connection_failed"],
    [() => new Response(null, { status: 503 }), "http_error"],
  ] as [() => Answer, string][]) {
    const { connected, gets } = scripted(answer);
    assert.is((await failureOf(connected)).code, code);
    assert.is(gets.length, 1);
  }
});

test("a server of HTTP+SSE elsewhere is not followed there", async () => {
  const { connected, gets } = scripted(({ method }) =>
    method === "GET" ? open("event: endpoint\ndata: http://elsewhere/post\n\n") : new Response(null, { status: 404 }),
  );
  assert.is((await failureOf(connected)).status, 404);
  assert.equal(
    gets.map(({ method, body }) => body?.method ?? method),
    ["server/discover", "initialize", "GET"],
  );
});

test("an address that is none is refused", () => {
  assert.throws(() => httpTransport("ftp://host"), /http/);
  assert.throws(() => httpTransport("host"), TypeError);
});

test.run();
