import { test } from "uvu";
import * as assert from "uvu/assert";
import { failureOf } from "../../client/testing/scripted.js";
import { type Got, content, event, events, json, legacy, scripted, unlistened } from "./testing/scripted-http.js";

test("a session that is over is opened anew, and the call made again", async () => {
  let session = 1;
  const sessions: (string | null)[] = [];
  const { connected, gets } = scripted((got) =>
    legacy(
      unlistened(({ body, headers }) => {
        const given = headers.get("mcp-session-id");
        sessions.push(given);
        if (given !== `session-${session}`) return new Response(null, { status: 404 });
        return json({ id: body.id, result: { content } });
      }),
      "2025-11-25",
      `session-${session}`,
    )(got),
  );
  const client = await connected;
  await client.callTool("t");
  session = 2;
  const both = await Promise.all([client.callTool("t"), client.callTool("t")]);
  assert.equal(
    both.map((result) => result.content),
    [content, content],
  );
  assert.equal(sessions, ["session-1", "session-1", "session-1", "session-2", "session-2"]);
  const initializes = gets.filter(({ body }) => body?.method === "initialize");
  assert.equal(
    initializes.map(({ headers }) => headers.get("mcp-session-id")),
    [null, null],
  );
});

test("one who learns late that the session is over opens none of its own", async () => {
  let session = 1;
  let release!: () => void;
  const released = new Promise<void>((resolve) => (release = resolve));
  const { connected, gets } = scripted((got) =>
    legacy(
      unlistened(async ({ body, headers }) => {
        const over = headers.get("mcp-session-id") !== `session-${session}`;
        if (over && body.params.name === "late") await released;
        return over ? new Response(null, { status: 404 }) : json({ id: body.id, result: { content } });
      }),
      "2025-11-25",
      `session-${session}`,
    )(got),
  );
  const client = await connected;
  session = 2;
  const late = client.callTool("late");
  await client.callTool("t");
  release();
  assert.equal((await late).content, content);
  assert.is(gets.filter(({ body }) => body?.method === "initialize").length, 2);
});

test("a server that is busy when it is to go on is asked again", async () => {
  for (const status of [429, 503]) {
    let refusals = 0;
    const { connected, clock, gets } = scripted(
      legacy(
        unlistened(({ method }) => {
          if (method === "POST") return events("id: e1\nretry: 100\ndata:\n\n");
          if (refusals++ === 0) return new Response(null, { status });
          const { id } = gets.find(({ body }) => body?.method === "tools/call")!.body;
          return events(event({ id, result: { content } }));
        }),
      ),
      {},
      { maxReconnects: 1 },
    );
    const called = (await connected).callTool("t");
    await clock.advance(300);
    assert.equal((await called).content, content);
    assert.is(refusals, 2);
  }
});

test("a session that is over when a stream is to go on is opened anew for the next call", async () => {
  let session = 1;
  const { connected, clock, gets } = scripted((got) =>
    legacy(
      unlistened(({ method, body, headers }) => {
        if (headers.get("mcp-session-id") !== `session-${session}`) return new Response(null, { status: 404 });
        if (body?.params.name !== "lost") return json({ id: body?.id, result: { content } });
        session = 2;
        return method === "POST" ? events("id: e1\ndata:\n\n") : undefined;
      }),
      "2025-11-25",
      `session-${session}`,
    )(got),
  );
  const client = await connected;
  const failed = failureOf(client.callTool("lost"));
  await clock.advance(1000);
  assert.is((await failed).code, "connection_lost");
  assert.equal((await client.callTool("t")).content, content);
  assert.is(gets.at(-1)!.headers.get("mcp-session-id"), "session-2");
});

test("where a session cannot be opened anew at once, the next call tries again", async () => {
  let session = 1;
  let down = false;
  const server = (got: Got) =>
    legacy(
      unlistened(({ body, headers }) => {
        const given = headers.get("mcp-session-id");
        if (given === null) return json({ error: { code: -32000, message: "no session" } }, { status: 400 });
        if (given !== `session-${session}`) return new Response(null, { status: 404 });
        return json({ id: body.id, result: { content } });
      }),
      "2025-11-25",
      `session-${session}`,
    )(got);
  const { connected, gets } = scripted((got) =>
    down && got.body?.method === "initialize" ? new Response(null, { status: 503 }) : server(got),
  );
  const client = await connected;
  session = 2;
  down = true;
  assert.is((await failureOf(client.callTool("t"))).status, 503);
  assert.is((await failureOf(client.callTool("t"))).status, 503);
  down = false;
  assert.equal((await client.callTool("t")).content, content);
  assert.is(gets.filter(({ body }) => body?.method === "initialize").length, 4);
});

test.run();
