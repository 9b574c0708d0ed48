import { test } from "uvu";
import * as assert from "uvu/assert";
import { Refusal } from "../../protocol/errors.js";
import { createServer, resourceNotFound, type StandardSchema } from "../index.js";
import {
  connected,
  deferred,
  FakeClock,
  legacy,
  modernHeaders,
  modernMeta,
  modernVersion,
  post,
  turn,
  type Any,
} from "../wire.test.kit.js";

const versions = [...legacy, modernVersion];
const make = (options: Any = {}) => createServer({ name: "s", version: "1" }, options);
const call = async (server: Any, version: string, name = "t", args?: unknown) =>
  (await connected(server, version)).askIn(version, "tools/call", {
    name,
    ...(args === undefined ? {} : { arguments: args }),
  });

test("a handler's own thenable counts as a promise, time-out included", async () => {
  const clock = new FakeClock();
  const server = make({ clock });
  const never = { then() {} };
  server.tool("t", { timeoutMs: 50 }, () => never as Any);
  const client = await connected(server, "2025-11-25");
  const answer = client.ask("tools/call", { name: "t" });
  await turn();
  await clock.advance(50);
  assert.is((await answer).result.isError, true);
});

test("a thrown error becomes isError with its message, or masked and told to onError", async () => {
  for (const handler of [
    () => {
      throw new Error("secret");
    },
    async () => {
      throw new Error("secret");
    },
  ]) {
    for (const version of versions) {
      const told: [unknown, string][] = [];
      const plain = make();
      plain.tool("t", {}, handler);
      const { result } = await call(plain, version);
      assert.is(result.isError, true);
      assert.equal(result.content, [{ type: "text", text: "secret" }]);
      const masked = make({ maskErrors: true, onError: (error: unknown, where: string) => told.push([error, where]) });
      masked.tool("t", {}, handler);
      const hidden = (await call(masked, version)).result;
      assert.is(hidden.isError, true);
      assert.not.match(hidden.content[0].text, "secret");
      assert.is((told[0]![0] as Error).message, "secret");
      assert.match(told[0]![1], "t");
    }
  }
});

test("a resource that a tool looks for in vain is the tool's own error", async () => {
  const server = make();
  server.resource("x://y", {}, () => "here");
  server.tool(
    "t",
    { input: { type: "object", properties: { uri: { type: "string" } } } },
    async ({ uri }, ctx) => (await ctx.readResource(uri!))[0] as Any,
  );
  server.tool("u", {}, () => {
    throw resourceNotFound("x://z");
  });
  for (const version of versions) {
    const client = await connected(server, version);
    assert.match(
      (await client.askIn(version, "tools/call", { name: "t", arguments: { uri: "x://y" } })).result.content[0].text,
      "here",
    );
    for (const params of [{ name: "t", arguments: { uri: "x://z" } }, { name: "u" }]) {
      const { result } = await client.askIn(version, "tools/call", params);
      assert.is(result?.isError, true, version);
      assert.match(result.content[0].text, "x://z");
    }
  }
});

test("arguments: -32602 up to 2025-06-18, isError after, naming the member", async () => {
  const server = make();
  let ran = 0;
  server.tool(
    "t",
    { input: { type: "object", properties: { a: { type: "number" } }, required: ["a"] } },
    () => void (ran += 1),
  );
  for (const version of versions) {
    for (const args of [{ a: "x" }, {}, undefined]) {
      const { result, error } = await call(server, version, "t", args);
      if (version <= "2025-06-18") {
        assert.is(error.code, -32602, version);
        assert.match(error.message, "a");
      } else {
        assert.is(result.isError, true, version);
        assert.match(result.content[0].text, /"\/?a"/);
      }
    }
    // What does not even have the form of a call is malformed in each.
    for (const args of [null, [], "x", 1])
      assert.is((await call(server, version, "t", args)).error?.code, -32602, `${version} ${JSON.stringify(args)}`);
  }
  assert.is(ran, 0);
});

test("a tool without input takes none, and is told so", async () => {
  const server = make();
  server.tool("t", {}, (args) => JSON.stringify(args));
  assert.is((await call(server, "2025-11-25")).result.content[0].text, "{}");
  assert.is((await call(server, "2025-11-25", "t", { x: 1 })).result.isError, true);
  const client = await connected(server, "2025-11-25");
  assert.equal((await client.ask("tools/list")).result.tools[0].inputSchema, {
    type: "object",
    additionalProperties: false,
  });
});

test("a name that is missing, no string, or unknown is -32602", async () => {
  for (const version of versions) {
    const client = await connected(
      (() => {
        const server = make();
        server.tool("t", {}, () => "x");
        return server;
      })(),
      version,
    );
    for (const name of [undefined, null, 1, {}, ["t"], "T", "t ", "", "constructor"]) {
      const { error } = await client.askIn(version, "tools/call", { name });
      assert.is(error.code, -32602, JSON.stringify(name));
    }
  }
});

/** Standard Schema by hand: text in, number out; answers at once or later. */
const standard = (later: boolean): StandardSchema<{ n: string }, { n: number }> => ({
  "~standard": {
    version: 1,
    vendor: "by-hand",
    validate(value) {
      const n = Number((value as Any).n);
      const result = Number.isNaN(n) ? { issues: [{ message: "is no number", path: ["n"] }] } : { value: { n } };
      return later ? Promise.resolve(result) : result;
    },
    jsonSchema: {
      input: () => ({ type: "object", properties: { n: { type: "string" } } }),
      output: () => ({ type: "object", properties: { n: { type: "number" } } }),
    },
  },
});

test("a Standard Schema checks, changes and types the arguments, at once or later", async () => {
  for (const later of [false, true]) {
    const server = make();
    server.tool("t", { input: standard(later) }, ({ n }) => n + 1);
    assert.is((await call(server, "2025-11-25", "t", { n: "41" })).result.content[0].text, "42");
    const bad = (await call(server, "2025-11-25", "t", { n: "x" })).result;
    assert.is(bad.isError, true);
    assert.match(bad.content[0].text, '"/n": is no number');
    assert.is((await call(server, "2025-06-18", "t", { n: "x" })).error.code, -32602);
    const client = await connected(server, "2025-11-25");
    assert.equal((await client.ask("tools/list")).result.tools[0].inputSchema, {
      type: "object",
      properties: { n: { type: "string" } },
    });
  }
});

test("a Standard Schema holds results, at once or later", async () => {
  for (const later of [false, true]) {
    const server = make({ onError: () => {} });
    server.tool("t", { output: standard(later) }, () => ({ n: 5 }));
    server.tool("u", { output: standard(later) }, () => ({ n: "five" }) as Any);
    assert.equal((await call(server, "2025-11-25")).result?.structuredContent, { n: 5 });
    assert.is((await call(server, "2025-11-25", "u")).error.code, -32603);
  }
});

test("a Standard Schema that throws or rejects fails the call, and nothing else", async () => {
  for (const validate of [
    () => {
      throw new Error("broken");
    },
    () => Promise.reject(new Error("broken")),
  ]) {
    const server = make({ onError: () => {} });
    const schema = standard(false);
    server.tool("t", { input: { "~standard": { ...schema["~standard"], validate } } as Any }, () => "x");
    const client = await connected(server, "2025-11-25");
    assert.is((await client.ask("tools/call", { name: "t", arguments: {} })).error.code, -32603);
    assert.equal((await client.ask("ping")).result, {});
  }
});

test("a time-out ends the call with an error, aborts the signal, and drops what comes later", async () => {
  const clock = new FakeClock();
  const server = make({ clock });
  const reasons: unknown[] = [];
  const gate = deferred();
  server.tool("t", { timeoutMs: 100 }, async (_args, ctx) => {
    ctx.signal.addEventListener("abort", () => reasons.push(ctx.signal.reason));
    await gate.promise;
    ctx.info("too late");
    return "late";
  });
  server.tool("quick", { timeoutMs: 100 }, async () => "quick");
  const client = await connected(server, "2025-11-25");
  assert.is((await client.ask("tools/call", { name: "quick" })).result.content[0].text, "quick");
  const answer = client.ask("tools/call", { name: "t" });
  await turn();
  await clock.advance(99);
  assert.is(reasons.length, 0);
  await clock.advance(1);
  const { result } = await answer;
  assert.is(result.isError, true);
  assert.match(result.content[0].text, /"t".*100 ms/);
  assert.match((reasons[0] as Error).message, "100 ms");
  const count = client.received.length;
  gate.resolve();
  await turn();
  assert.is(client.received.length, count);
  assert.is(clock.waiting, 0);
});

test("enable, disable, remove and registering anew, each announced once", async () => {
  const server = make();
  const tool = server.tool("a", {}, () => "a");
  server.tool("b", {}, () => "b");
  const client = await connected(server, "2025-11-25");
  const names = async () => (await client.ask("tools/list")).result.tools.map(({ name }: Any) => name);
  const announced = () => client.notifications("notifications/tools/list_changed").length;
  assert.equal(await names(), ["a", "b"]);
  tool.disable();
  tool.disable();
  assert.equal(await names(), ["b"]);
  assert.is(announced(), 1);
  assert.is((await client.ask("tools/call", { name: "a" })).error.code, -32602);
  tool.enable();
  tool.enable();
  assert.equal(await names(), ["a", "b"]);
  assert.is(announced(), 2);
  tool.remove();
  tool.remove();
  tool.enable();
  assert.equal(await names(), ["b"]);
  assert.is(announced(), 3);
  server.tool("a", {}, () => "new");
  tool.disable();
  assert.equal(await names(), ["b", "a"]);
  assert.is(announced(), 4);
  assert.is((await client.ask("tools/call", { name: "a" })).result.content[0].text, "new");
  assert.throws(() => server.tool("a", {}, () => "x"), /"a" is registered already/);
});

test("changes of one turn are told once", async () => {
  const server = make();
  server.tool("a", {}, () => "a");
  const client = await connected(server, "2025-11-25");
  for (const name of ["b", "c", "d"]) server.tool(name, {}, () => name);
  server.prompt("p", {}, () => "p");
  await turn();
  assert.equal(
    client.notifications().map(({ method }) => method),
    ["notifications/tools/list_changed"],
  );
});

test("a definition that is no good is refused when it is given, naming the tool", () => {
  const server = make();
  const bad: [Any, Any, Any][] = [
    ["", {}, () => 1],
    [1, {}, () => 1],
    ["t", {}, undefined],
    ["t", { input: { type: "string" } }, () => 1],
    ["t", { input: {} }, () => 1],
    ["t", { input: true }, () => 1],
    ["t", { input: { type: "object", properties: { a: { type: "nonsense" } } } }, () => 1],
    ["t", { input: { $schema: "https://nowhere.example/dialect", type: "object" } }, () => 1],
    ["t", { input: { type: "object", properties: { a: { $ref: "https://nowhere.example/a" } } } }, () => 1],
    ["t", { output: 5 }, () => 1],
    ["t", { output: { type: "nonsense" } }, () => 1],
    ["t", { timeoutMs: -1 }, () => 1],
    ["t", { timeoutMs: "5" }, () => 1],
    ["t", { timeoutMs: Number.NaN }, () => 1],
    ["t", { timeoutMs: 0 }, () => 1],
  ];
  for (const [name, definition, handler] of bad) {
    assert.throws(
      () => server.tool(name, definition, handler),
      (error: unknown) => error instanceof TypeError && /name|"t"/.test(error.message),
      JSON.stringify(definition),
    );
  }
  assert.equal(server.capabilities(), { logging: {} });
});

test("the schema that an author gave is listed as it is", async () => {
  const server = make();
  const input = {
    type: "object",
    properties: { a: { $ref: "#/$defs/a" } },
    $defs: { a: { type: "string" } },
    additionalProperties: false,
  };
  server.tool(
    "t",
    { input: { ...input, $schema: "http://json-schema.org/draft-07/schema#" }, title: "T", description: "d" },
    () => "x",
  );
  for (const version of versions) {
    const { tools } = (await (await connected(server, version)).askIn(version, "tools/list")).result;
    assert.equal(tools[0].inputSchema, { ...input, $schema: "http://json-schema.org/draft-07/schema#" });
  }
});

test("a refusal thrown by a handler reaches HTTP with its own status", async () => {
  const server = make();
  server.tool("t", {}, () => {
    throw new Refusal("forbidden", -32000, "no", { http: { status: 403 } });
  });
  const { status, response } = await post(
    server,
    { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "t", _meta: modernMeta() } },
    modernHeaders("tools/call", "t"),
  );
  assert.is(status, 403);
  assert.is(response.error.code, -32000);
});

test("an integer that a header repeats is safe, in the revision that has such headers", async () => {
  const server = createServer({ name: "s", version: "1" });
  const count = { type: "integer", "x-mcp-header": "Count" } as const;
  server.tool("t", { input: { type: "object", properties: { count, other: { type: "integer" } } } }, () => "taken");
  const client = await connected(server, "2025-11-25");
  const call = async (args: Any) => {
    const asked = { name: "t", arguments: args };
    const [modern, legacy] = [await client.askModern("tools/call", asked), await client.ask("tools/call", asked)];
    return [modern.result.isError === true, legacy.result.isError === true];
  };
  assert.equal(await call({ count: Number.MAX_SAFE_INTEGER, other: 2 ** 60 }), [false, false]);
  assert.equal(await call({ count: Number.MAX_SAFE_INTEGER + 1 }), [true, false]);
  assert.equal(await call({ count: Number.MIN_SAFE_INTEGER - 1 }), [true, false]);
});

test.run();
