import { test } from "uvu";
import * as assert from "uvu/assert";
import { loggingLevels } from "../protocol/logging-level.js";
import { createServer, type Context } from "./index.js";
import { Client, connected, deferred, FakeClock, legacy, modernVersion, turn, type Any } from "./wire.test.kit.js";

const versions = [...legacy, modernVersion];
const LEVEL = "io.modelcontextprotocol/logLevel";

/** A server whose one tool does what the test says. */
function serving(run: (ctx: Context<Any>) => unknown, options: Any = {}) {
  const server = createServer({ name: "s", version: "1" }, { onError: () => {}, ...options });
  server.tool("t", {}, async (_args, ctx) => {
    await run(ctx);
    return "done";
  });
  return server;
}
const logs = (client: Client) => client.notifications("notifications/message").map(({ params }) => params);
const all = (ctx: Context) => loggingLevels.forEach((level) => ctx.log(level, level));

test("legacy: every level of a session, info before one is set", async () => {
  for (const version of legacy) {
    const client = await connected(serving(all), version);
    await client.ask("tools/call", { name: "t" });
    assert.equal(
      logs(client).map(({ level }) => level),
      loggingLevels.slice(1),
    );
    for (const [i, level] of loggingLevels.entries()) {
      assert.equal((await client.ask("logging/setLevel", { level })).result, {});
      client.received.length = 0;
      await client.ask("tools/call", { name: "t" });
      assert.equal(
        logs(client).map(({ data }) => data),
        loggingLevels.slice(i),
      );
    }
    for (const level of ["warn", "INFO", "", 3, null, undefined, "constructor"]) {
      const { error } = await client.ask("logging/setLevel", { level });
      assert.is(error.code, -32602);
      assert.match(error.message, "emergency");
    }
  }
});

test("one session's level is its own, and the default is an option", async () => {
  const server = serving(all, { logLevel: "alert" });
  const [one, other] = [await connected(server, "2025-11-25"), await connected(server, "2025-11-25")];
  await one.ask("logging/setLevel", { level: "debug" });
  for (const client of [one, other]) await client.ask("tools/call", { name: "t" });
  assert.is(logs(one).length, 8);
  assert.equal(
    logs(other).map(({ level }) => level),
    ["alert", "emergency"],
  );
});

test("modern: no level, no log; a level holds for its request alone; an unknown one is -32602", async () => {
  const client = new Client(serving(all));
  await client.askModern("tools/call", { name: "t" });
  assert.equal(logs(client), []);
  for (const [i, level] of loggingLevels.entries()) {
    client.received.length = 0;
    await client.askModern("tools/call", { name: "t" }, { [LEVEL]: level });
    assert.equal(
      logs(client).map(({ data }) => data),
      loggingLevels.slice(i),
    );
  }
  client.received.length = 0;
  await client.askModern("tools/call", { name: "t" });
  assert.equal(logs(client), []);
  for (const level of ["warn", 3, null, {}])
    assert.is((await client.askModern("tools/call", { name: "t" }, { [LEVEL]: level })).error.code, -32602);
});

test("a legacy session's level says nothing to a modern request on the same pipe", async () => {
  const client = await connected(serving(all), "2025-11-25");
  await client.ask("logging/setLevel", { level: "debug" });
  await client.askModern("tools/call", { name: "t" });
  assert.equal(logs(client), []);
});

test("the shorthands, a logger's name, and any JSON value as data", async () => {
  const client = await connected(
    serving((ctx) => {
      ctx.debug(1);
      ctx.info("i");
      ctx.notice({ a: 1 }, "n");
      ctx.warning([1]);
      ctx.error(null);
      ctx.log("critical", undefined);
      ctx.log("nonsense" as Any, 1);
    }),
    "2025-11-25",
  );
  await client.ask("logging/setLevel", { level: "debug" });
  await client.ask("tools/call", { name: "t" });
  assert.equal(logs(client), [
    { level: "debug", data: 1 },
    { level: "info", data: "i" },
    { level: "notice", logger: "n", data: { a: 1 } },
    { level: "warning", data: [1] },
    { level: "error", data: null },
    { level: "critical", data: null },
  ]);
});

test("what JSON cannot say is left out of the log, and the call goes on", async () => {
  const told: unknown[] = [];
  const client = await connected(
    serving((ctx) => ctx.error(1n), { onError: (error: unknown) => told.push(error) }),
    "2025-11-25",
  );
  assert.is((await client.ask("tools/call", { name: "t" })).result.content[0].text, "done");
  assert.equal(logs(client), []);
  assert.is(told.length, 1);
});

test("what JSON has no word for is logged as null", async () => {
  const client = await connected(
    serving((ctx) => [() => 1, Symbol("s"), undefined].forEach((data) => ctx.info(data))),
    "2025-11-25",
  );
  await client.ask("tools/call", { name: "t" });
  assert.equal(
    logs(client).map(({ data }) => data),
    [null, null, null],
  );
});

test("log messages are bounded a second; the client is told once that some are left out", async () => {
  const clock = new FakeClock();
  const flood = async (ctx: Context) => {
    for (let i = 0; i < 10; i++) ctx.info(i, "l");
    await clock.advance(1000);
    ctx.info("later");
  };
  const options = { clock, limits: { maxLogMessagesPerSecond: 3 } };
  for (const version of versions) {
    const client = await connected(serving(flood, options), version);
    await (version === modernVersion
      ? client.askModern("tools/call", { name: "t" }, { [LEVEL]: "info" })
      : client.ask("tools/call", { name: "t" }));
    assert.equal(
      logs(client).map(({ data, level, logger }) => [level, logger, data]),
      [
        ["info", "l", 0],
        ["info", "l", 1],
        ["info", "l", 2],
        ["info", "l", "Log messages come faster than 3 a second; some are left out"],
        ["info", undefined, "later"],
      ],
    );
  }
});

test("a flood that goes on is told of once, and again after a quiet time", async () => {
  const clock = new FakeClock();
  const options = { clock, limits: { maxLogMessagesPerSecond: 10 } };
  const flood = async (ctx: Context) => {
    for (const quietMs of [0, 2000]) {
      await clock.advance(quietMs);
      for (let i = 0; i < 100; i++) {
        ctx.info(i);
        await clock.advance(20);
      }
    }
  };
  const client = await connected(serving(flood, options), "2025-11-25");
  await client.ask("tools/call", { name: "t" });
  const told = logs(client).filter(({ data }) => typeof data === "string");
  assert.is(told.length, 2);
});

test("progress is bounded a second: the latest is told in time, and before the answer", async () => {
  const clock = new FakeClock();
  const run = async (ctx: Context) => {
    for (let i = 1; i <= 10; i++) ctx.progress(i, 20, `${i}`);
    await clock.advance(500);
    for (let i = 11; i <= 20; i++) ctx.progress(i, 20, `${i}`);
  };
  for (const version of versions) {
    const client = await connected(serving(run, { clock, limits: { maxProgressPerSecond: 2 } }), version);
    const params = { name: "t", _meta: { progressToken: "p" } };
    await (version === modernVersion
      ? client.askModern("tools/call", { name: "t" }, { progressToken: "p" })
      : client.ask("tools/call", params));
    assert.equal(
      client.notifications("notifications/progress").map((one) => one.params.progress),
      [1, 2, 10, 20],
    );
    assert.is(clock.waiting, 0);
  }
});

test("without the capability nothing is logged", async () => {
  for (const version of versions) {
    const client = await connected(serving(all, { logging: false }), version);
    await (version === modernVersion
      ? client.askModern("tools/call", { name: "t" }, { [LEVEL]: "debug" })
      : client.ask("tools/call", { name: "t" }));
    assert.equal(logs(client), []);
  }
});

const progress = (client: Client) => client.notifications("notifications/progress").map(({ params }) => params);

test("progress only grows, goes to whoever gave a token, and says what the revision can say", async () => {
  const run = (ctx: Context) => {
    for (const done of [0, 0, 1, 0.5, 1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, -1, 2])
      ctx.progress(done, 2, `at ${done}`);
    ctx.progress(3, Number.NaN);
  };
  for (const version of versions) {
    for (const progressToken of ["p", 0, "", -7]) {
      const client = await connected(serving(run), version);
      const meta = { progressToken };
      await (version === modernVersion
        ? client.askModern("tools/call", { name: "t" }, meta)
        : client.ask("tools/call", { name: "t", _meta: meta }));
      const told = progress(client);
      assert.equal(
        told.map(({ progress }) => progress),
        [0, 1, 1.5, 2, 3],
      );
      assert.ok(told.every((params) => params.progressToken === progressToken));
      assert.equal(
        told.map(({ total }) => total),
        [2, 2, 2, 2, undefined],
      );
      assert.is(told[0].message, version === "2024-11-05" ? undefined : "at 0");
    }
    const client = await connected(serving(run), version);
    await client.askIn(version, "tools/call", { name: "t" });
    assert.equal(progress(client), []);
  }
});

test("progress grows through everything that one request runs", async () => {
  const server = createServer({ name: "s", version: "1" });
  server.resource("x://y", {}, (_variables, ctx) => {
    for (const done of [1, 3]) ctx.progress(done);
    return "r";
  });
  server.tool("t", {}, async (_args, ctx) => {
    ctx.progress(2);
    await ctx.readResource("x://y");
    await ctx.readResource("x://y");
    ctx.progress(4);
    return "x";
  });
  const client = await connected(server, "2025-11-25");
  await client.ask("tools/call", { name: "t", _meta: { progressToken: 1 } });
  assert.equal(
    progress(client).map((params) => params.progress),
    [2, 3, 4],
  );
});

test("nothing of a request goes out after its response", async () => {
  for (const version of versions) {
    let held!: Context<Any>;
    const client = await connected(
      serving((ctx) => void (held = ctx)),
      version,
    );
    const meta = { progressToken: 1, [LEVEL]: "debug" };
    await (version === modernVersion
      ? client.askModern("tools/call", { name: "t" }, meta)
      : client.ask("tools/call", { name: "t", _meta: meta }));
    const count = client.received.length;
    held.progress(5);
    held.error("late");
    await turn();
    assert.is(client.received.length, count);
  }
});

test("everything that is sent comes before the response, in its order", async () => {
  const client = await connected(
    serving((ctx) => {
      ctx.info(1);
      ctx.progress(1);
      ctx.info(2);
    }),
    "2025-11-25",
  );
  client.received.length = 0;
  await client.ask("tools/call", { name: "t", _meta: { progressToken: 1 } });
  assert.equal(
    client.received.map(({ method, id }) => method ?? typeof id),
    ["notifications/message", "notifications/progress", "notifications/message", "number"],
  );
});

test("what a handler knows of its caller", async () => {
  for (const version of versions) {
    let seen: Any;
    const server = serving((ctx) => {
      seen = {
        id: ctx.requestId,
        version: ctx.client.version,
        info: ctx.client.info,
        sampling: ctx.client.supports("sampling"),
        tools: ctx.client.supports("sampling.tools"),
        auth: ctx.auth,
      };
    });
    const auth = { principal: "me", scopes: ["a"] };
    const client = new Client(server, auth);
    await client.open(version, { sampling: {} });
    const info = { name: "test", version: "1" };
    const meta = {
      "io.modelcontextprotocol/clientInfo": info,
      "io.modelcontextprotocol/clientCapabilities": { sampling: {} },
    };
    await (version === modernVersion
      ? client.askModern("tools/call", { name: "t" }, meta, "id")
      : client.ask("tools/call", { name: "t" }, "id"));
    assert.equal(seen, { id: "id", version, info, sampling: true, tools: false, auth });
  }
  let info: unknown = 1;
  await new Client(serving((ctx) => void (info = ctx.client.info))).askModern("tools/call", { name: "t" });
  assert.is(info, undefined);
});

test("a modern request's capabilities are its own, not those of the request before", async () => {
  const seen: boolean[] = [];
  const client = await connected(
    serving((ctx) => void seen.push(ctx.client.supports("roots"))),
    "2025-11-25",
    { roots: {} },
  );
  await client.askModern("tools/call", { name: "t" });
  await client.ask("tools/call", { name: "t" });
  await client.askModern("tools/call", { name: "t" }, { "io.modelcontextprotocol/clientCapabilities": { roots: {} } });
  await client.askModern("tools/call", { name: "t" });
  assert.equal(seen, [false, true, true, false]);
});

test("clientInfo that is malformed is -32602", async () => {
  const client = new Client(serving(() => {}));
  for (const info of [null, 1, {}, { name: "a" }, { name: "a", version: 1 }]) {
    assert.is(
      (await client.askModern("tools/call", { name: "t" }, { "io.modelcontextprotocol/clientInfo": info })).error.code,
      -32602,
    );
  }
});

test("cancelling aborts the signal with the reason, and no response comes", async () => {
  for (const version of versions) {
    const aborted = deferred<Any>();
    const server = createServer({ name: "s", version: "1" });
    server.tool("wait", {}, (_args, ctx) => {
      ctx.signal.addEventListener("abort", () => aborted.resolve(ctx.signal.reason));
      return new Promise(() => {});
    });
    server.tool("deaf", {}, async (_args, ctx) => {
      await turn();
      await turn();
      ctx.error("late");
      return "late";
    });
    const client = await connected(server, version);
    void client.askIn(version, "tools/call", { name: "wait" });
    const waiting = version === modernVersion ? 1 : 2;
    await turn();
    const before = client.received.length;
    client.cancel("unknown");
    client.cancel(String(waiting));
    client.cancel(undefined);
    await turn();
    client.cancel(waiting, "enough");
    assert.match((await aborted.promise).message, "enough");
    client.cancel(waiting);
    void client.askIn(version, "tools/call", { name: "deaf" });
    client.cancel(waiting + 1);
    for (let i = 0; i < 5; i++) await turn();
    assert.is(client.received.length, before, version);
    // Over is over: what is answered cannot be cancelled.
    const done = await client.askIn(version, "tools/list");
    client.cancel(done.id);
    assert.ok((await client.askIn(version, "tools/list")).result);
  }
});

test("a signal that is looked at late is aborted already", async () => {
  const seen = deferred<boolean>();
  const gate = deferred();
  const server = serving(async (ctx) => {
    await gate.promise;
    seen.resolve(ctx.signal.aborted);
  });
  const client = await connected(server, "2025-11-25");
  void client.ask("tools/call", { name: "t" }, "x");
  await turn();
  client.cancel("x");
  gate.resolve();
  assert.is(await seen.promise, true);
});

test("a client that goes aborts what it asked for, and nothing else", async () => {
  const server = createServer({ name: "s", version: "1" });
  const aborted: number[] = [];
  const gate = deferred();
  server.tool(
    "wait",
    { input: { type: "object", properties: { n: { type: "number" } }, required: ["n"] } },
    async ({ n }, ctx) => {
      ctx.signal.addEventListener("abort", () => aborted.push(n));
      await gate.promise;
      return "done";
    },
  );
  const [gone, stays] = [await connected(server, "2025-11-25"), await connected(server, "2025-11-25")];
  void gone.ask("tools/call", { name: "wait", arguments: { n: 1 } });
  const answer = stays.ask("tools/call", { name: "wait", arguments: { n: 2 } });
  await turn();
  const count = gone.received.length;
  gone.connection.close();
  gate.resolve();
  assert.is((await answer).result.content[0].text, "done");
  await turn();
  assert.equal(aborted, [1]);
  assert.is(gone.received.length, count);
});

test("readResource reads on behalf of the same caller, and tells what does not exist", async () => {
  const server = createServer({ name: "s", version: "1" });
  server.resource("x://y", {}, (_variables, ctx) => String(ctx.requestId));
  server.resource("u://{id}", {}, ({ id }) => new Uint8Array([Number(id)]));
  server.tool("t", {}, async (_args, ctx) => [await ctx.readResource("x://y"), await ctx.readResource("u://255")]);
  const { result } = await (await connected(server, "2025-11-25")).ask("tools/call", { name: "t" }, "me");
  assert.equal(JSON.parse(result.content[0].text), [
    [{ uri: "x://y", mimeType: "text/plain", text: "me" }],
    [{ uri: "u://255", mimeType: "application/octet-stream", blob: "/w==" }],
  ]);
});

test.run();
