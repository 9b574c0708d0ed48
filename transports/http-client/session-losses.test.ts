import { test } from "uvu";
import * as assert from "uvu/assert";
import { failureOf } from "../../client/testing/scripted.js";
import {
  type Got,
  broken,
  content,
  event,
  events,
  json,
  legacy,
  scripted,
  unlistened,
} from "./testing/scripted-http.js";

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

/** A server whose session has a stream of its own, which `listen` answers. */
const speaking = (listen: (got: Got) => Response | Error | undefined) =>
  legacy((got) => (got.method === "GET" ? listen(got) : json({ id: got.body?.id, result: {} })), "2025-11-25", "s", {
    tools: { listChanged: true },
  });
const changed = event({ method: "notifications/tools/list_changed" });

test("the session's own stream may break as often as it likes, as long as it comes again", async () => {
  let streams = 0;
  let told = 0;
  const errors: unknown[] = [];
  const { connected, clock } = scripted(
    speaking(() => {
      if (streams === 10) return undefined;
      // One stream in two ends by a fault, and one opening in five is refused for the moment.
      streams += 1;
      if (streams % 5 === 0) return new Response(null, { status: streams % 2 ? 503 : 429 });
      return streams % 2 ? events(changed) : broken(changed);
    }),
    { onError: (error) => errors.push(error) },
    { maxReconnects: 2, reconnectMs: 1 },
  );
  const client = await connected;
  const subscription = await client.listen({ toolsListChanged: true }, () => (told += 1));
  const ended = subscription.ended.then((how) => how);
  await clock.advance(1000);
  assert.is(streams, 10);
  assert.is(told, 8);
  assert.equal(errors, []);
  await client.close();
  assert.is(await ended, "lost");
});

test("where it does not come again, subscriptions are lost, and a new one tries again", async () => {
  for (const status of [405, 503]) {
    let there = true;
    const errors: string[] = [];
    const { connected, clock, gets } = scripted(
      speaking(() => (there ? events(changed) : new Response(null, { status }))),
      { onError: (error) => errors.push((error as Error).message) },
      { maxReconnects: 2, reconnectMs: 1000 },
    );
    const client = await connected;
    const subscription = await client.listen({ toolsListChanged: true }, () => {});
    there = false;
    await clock.advance(100_000);
    assert.is(await subscription.ended, "lost");
    assert.is(errors.length, 1);
    assert.match(errors[0]!, String(status));
    there = true;
    let told = 0;
    const before = gets.length;
    const again = await client.listen({ toolsListChanged: true }, () => (told += 1));
    await clock.advance(500);
    assert.is(gets.length, before + 1);
    assert.is(told, 1);
    await again.close();
    assert.is(await again.ended, "closed");
    await client.close();
  }
});

test("a server without such a stream is not asked again, and has lost nothing", async () => {
  for (const status of [404, 405]) {
    const errors: unknown[] = [];
    const { connected, clock, gets } = scripted(
      speaking(() => new Response(null, { status })),
      { onError: (error) => errors.push(error) },
    );
    const client = await connected;
    const subscription = await client.listen({ toolsListChanged: true }, () => {});
    await clock.advance(100_000);
    assert.is(gets.filter(({ method }) => method === "GET").length, 1);
    assert.is(gets.filter(({ body }) => body?.method === "initialize").length, 1);
    await subscription.close();
    assert.is(await subscription.ended, "closed");
    assert.equal(errors, []);
  }
});

test("a server that wants its streams to be asked for at once is not asked without pause", async () => {
  const { connected, clock, gets } = scripted(speaking(() => events("retry: 0\n\n")));
  const client = await connected;
  for (let ms = 0; ms < 1000; ms += 10) await clock.advance(10);
  assert.is(gets.filter(({ method }) => method === "GET").length, 11);
  await client.close();
});

test("404 to a stream that was there means that the session is over", async () => {
  let streams = 0;
  const { connected, clock, gets } = scripted(
    speaking(() => [events(changed), new Response(null, { status: 404 })][streams++]),
    {},
    { reconnectMs: 1 },
  );
  const client = await connected;
  const subscription = await client.listen({ toolsListChanged: true }, () => {});
  await clock.advance(10);
  assert.equal(
    gets.slice(-5).map(({ method, body }) => body?.method ?? method),
    ["GET", "GET", "initialize", "notifications/initialized", "GET"],
  );
  await subscription.close();
  assert.is(await subscription.ended, "closed");
});

test.run();
