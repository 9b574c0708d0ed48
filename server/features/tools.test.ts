import { test } from "uvu";
import * as assert from "uvu/assert";
import { Refusal } from "../../protocol/errors.js";
import { audio, createServer, embeddedResource, image, resourceLink, resourceNotFound, text, type StandardSchema } from "../index.js";
import { Client, connected, deferred, FakeClock, legacy, modernHeaders, modernMeta, modernVersion, post, turn, type Any } from "../wire.test.kit.js";

const versions = [...legacy, modernVersion];
const make = (options: Any = {}) => createServer({ name: "s", version: "1" }, options);
const call = async (server: Any, version: string, name = "t", args?: unknown) =>
  (await connected(server, version)).askIn(version, "tools/call", { name, ...(args === undefined ? {} : { arguments: args }) });

test("what a handler may return, and what becomes of it", async () => {
  const block = { type: "text", text: "b" } as const;
  const rows: [string, Any, Any][] = [
    ["a string", "hi", [{ type: "text", text: "hi" }]],
    ["an empty string", "", [{ type: "text", text: "" }]],
    ["nothing", undefined, []],
    ["null", null, [{ type: "text", text: "null" }]],
    ["a number", 5, [{ type: "text", text: "5" }]],
    ["false", false, [{ type: "text", text: "false" }]],
    ["an object", { a: [1] }, [{ type: "text", text: '{"a":[1]}' }]],
    ["an array", [1, "x"], [{ type: "text", text: '[1,"x"]' }]],
    ["an empty array", [], [{ type: "text", text: "[]" }]],
    ["a block", block, [block]],
    ["blocks", [block, block], [block, block]],
    ["blocks and other things", [block, 1], [{ type: "text", text: JSON.stringify([block, 1]) }]],
    ["text()", text("x"), [{ type: "text", text: "x" }]],
    ["image()", image(new Uint8Array([1, 2, 3]), "image/png"), [{ type: "image", data: "AQID", mimeType: "image/png" }]],
    ["audio()", audio("AQID", "audio/wav"), [{ type: "audio", data: "AQID", mimeType: "audio/wav" }]],
    ["resourceLink()", resourceLink("x://y", "y"), [{ type: "resource_link", uri: "x://y", name: "y" }]],
    ["embedded text", embeddedResource("x://y", "t", "text/plain"), [{ type: "resource", resource: { uri: "x://y", mimeType: "text/plain", text: "t" } }]],
    ["embedded bytes", embeddedResource("x://y", new Uint8Array([255])), [{ type: "resource", resource: { uri: "x://y", blob: "/w==" } }]],
    ["a whole result", { content: [block] }, [block]],
    ["a date", new Date(0), [{ type: "text", text: '"1970-01-01T00:00:00.000Z"' }]],
  ];
  for (const [what, value, content] of rows) {
    for (const handler of [() => value, async () => value]) {
      const server = make();
      server.tool("t", {}, handler);
      const { result } = await call(server, "2025-11-25");
      assert.equal(result, { content }, what);
    }
  }
});

test("a whole result keeps isError, _meta and structured content", async () => {
  const server = make();
  server.tool("t", {}, () => ({ content: [text("no")], isError: true, _meta: { a: 1 }, structuredContent: { b: 2 } }));
  assert.equal((await call(server, "2025-11-25")).result, { content: [text("no")], isError: true, _meta: { a: 1 }, structuredContent: { b: 2 } });
  assert.equal((await call(server, "2025-03-26")).result, { content: [text("no")], isError: true, _meta: { a: 1 } });
  const modern = (await call(server, modernVersion)).result;
  assert.is(modern.resultType, "complete");
  assert.is(modern._meta.a, 1);
  assert.is(modern._meta["io.modelcontextprotocol/serverInfo"].name, "s");
  assert.not("ttlMs" in modern);
});

test("what JSON cannot say is -32603 and names the tool", async () => {
  const cycle: Any = {};
  cycle.self = cycle;
  for (const value of [cycle, 1n, () => 1, Symbol("s"), new Uint8Array(1), new ArrayBuffer(1)]) {
    const server = make({ onError: () => {} });
    server.tool("t", {}, () => value as Any);
    const { error } = await call(server, "2025-11-25");
    assert.is(error.code, -32603);
    assert.match(error.message, '"t"');
  }
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

const output = { type: "object", properties: { n: { type: "number" } }, required: ["n"], additionalProperties: false } as const;

test("structured results stand beside their serialized JSON, where the revision has them", async () => {
  const server = make();
  server.tool("t", { output }, () => ({ n: 1 }));
  for (const version of versions) {
    const { result } = await call(server, version);
    assert.equal(JSON.parse(result.content[0].text), { n: 1 });
    if (version < "2025-06-18") assert.not("structuredContent" in result);
    else assert.equal(result.structuredContent, { n: 1 });
  }
});

test("structured results of other kinds only leave for the modern era; the text copy is JSON in each", async () => {
  for (const value of ["text", 5, [1, 2], null, true] as Any[]) {
    const server = make();
    server.tool("t", { output: {} }, () => value);
    for (const version of versions) {
      const { result } = await call(server, version);
      assert.equal(JSON.parse(result.content[0].text), value, `${version} ${JSON.stringify(value)}`);
      if (version === modernVersion) assert.equal(result.structuredContent, value);
      else assert.not("structuredContent" in result);
    }
    const client = await connected(server, modernVersion);
    assert.equal((await client.askModern("tools/list")).result.tools[0].outputSchema, {});
    const old = await connected(server, "2025-11-25");
    assert.not("outputSchema" in (await old.ask("tools/list")).result.tools[0]);
  }
});

test("a structured result may come with content of its own", async () => {
  const server = make();
  server.tool("t", { output }, () => ({ content: [text("one")], structuredContent: { n: 1 } }));
  assert.equal((await call(server, "2025-11-25")).result, { content: [text("one")], structuredContent: { n: 1 } });
});

test("a result that breaks the output schema is -32603 and says where; one that failed need not keep it", async () => {
  const rows: Any[] = [{ n: "x" }, {}, { n: 1, m: 2 }, undefined, "x", { content: [text("x")] }, { content: [], structuredContent: { n: "x" } }];
  for (const value of rows) {
    const server = make({ onError: () => {} });
    server.tool("t", { output }, () => value);
    for (const version of versions) {
      const { error } = await call(server, version);
      assert.is(error.code, -32603, JSON.stringify(value));
      assert.match(error.message, '"t"');
    }
  }
  const server = make();
  server.tool("t", { output }, () => ({ content: [text("no")], isError: true }));
  assert.equal((await call(server, "2025-11-25")).result, { content: [text("no")], isError: true });
});

test("what is checked is what leaves: a Date is a string there, an undefined member is not there", async () => {
  const server = make();
  const schema = { type: "object", properties: { at: { type: "string" } }, additionalProperties: false };
  server.tool("t", { output: schema }, () => ({ at: new Date(0), gone: undefined }) as Any);
  assert.equal((await call(server, "2025-11-25")).result.structuredContent, { at: "1970-01-01T00:00:00.000Z" });
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
  server.tool("t", { input: { type: "object", properties: { uri: { type: "string" } } } }, async ({ uri }, ctx) => (await ctx.readResource(uri!))[0] as Any);
  server.tool("u", {}, () => {
    throw resourceNotFound("x://z");
  });
  for (const version of versions) {
    const client = await connected(server, version);
    assert.match((await client.askIn(version, "tools/call", { name: "t", arguments: { uri: "x://y" } })).result.content[0].text, "here");
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
  server.tool("t", { input: { type: "object", properties: { a: { type: "number" } }, required: ["a"] } }, () => void (ran += 1));
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
    for (const args of [null, [], "x", 1]) assert.is((await call(server, version, "t", args)).error?.code, -32602, `${version} ${JSON.stringify(args)}`);
  }
  assert.is(ran, 0);
});

test("a tool without input takes none, and is told so", async () => {
  const server = make();
  server.tool("t", {}, (args) => JSON.stringify(args));
  assert.is((await call(server, "2025-11-25")).result.content[0].text, "{}");
  assert.is((await call(server, "2025-11-25", "t", { x: 1 })).result.isError, true);
  const client = await connected(server, "2025-11-25");
  assert.equal((await client.ask("tools/list")).result.tools[0].inputSchema, { type: "object", additionalProperties: false });
});

test("a name that is missing, no string, or unknown is -32602", async () => {
  for (const version of versions) {
    const client = await connected((() => {
      const server = make();
      server.tool("t", {}, () => "x");
      return server;
    })(), version);
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
    jsonSchema: { input: () => ({ type: "object", properties: { n: { type: "string" } } }), output: () => ({ type: "object", properties: { n: { type: "number" } } }) },
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
    assert.equal((await client.ask("tools/list")).result.tools[0].inputSchema, { type: "object", properties: { n: { type: "string" } } });
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
  assert.equal(client.notifications().map(({ method }) => method), ["notifications/tools/list_changed"]);
});

test("a definition that is no good is refused when it is given, naming the tool", () => {
  const server = make();
  const bad: [Any, Any, Any][] = [
    ["", {}, () => 1], [1, {}, () => 1], ["t", {}, undefined], ["t", { input: { type: "string" } }, () => 1], ["t", { input: {} }, () => 1],
    ["t", { input: true }, () => 1], ["t", { input: { type: "object", properties: { a: { type: "nonsense" } } } }, () => 1],
    ["t", { input: { $schema: "https://nowhere.example/dialect", type: "object" } }, () => 1],
    ["t", { input: { type: "object", properties: { a: { $ref: "https://nowhere.example/a" } } } }, () => 1],
    ["t", { output: 5 }, () => 1], ["t", { output: { type: "nonsense" } }, () => 1],
    ["t", { timeoutMs: -1 }, () => 1], ["t", { timeoutMs: "5" }, () => 1], ["t", { timeoutMs: Number.NaN }, () => 1], ["t", { timeoutMs: 0 }, () => 1],
  ];
  for (const [name, definition, handler] of bad) {
    assert.throws(() => server.tool(name, definition, handler), (error: unknown) => error instanceof TypeError && /name|"t"/.test(error.message), JSON.stringify(definition));
  }
  assert.equal(server.capabilities(), { logging: {} });
});

test("the schema that an author gave is listed as it is", async () => {
  const server = make();
  const input = { type: "object", properties: { a: { $ref: "#/$defs/a" } }, $defs: { a: { type: "string" } }, additionalProperties: false };
  server.tool("t", { input: { ...input, $schema: "http://json-schema.org/draft-07/schema#" }, title: "T", description: "d" }, () => "x");
  for (const version of versions) {
    const { tools } = (await (await connected(server, version)).askIn(version, "tools/list")).result;
    assert.equal(tools[0].inputSchema, { ...input, $schema: "http://json-schema.org/draft-07/schema#" });
  }
});

test("HTTP: parameters mirrored into headers are held against the arguments", async () => {
  const server = make();
  const properties = {
    region: { type: "string", "x-mcp-header": "Region" },
    deep: { type: "object", properties: { n: { type: "integer", "x-mcp-header": "N" } } },
    flag: { type: "boolean", "x-mcp-header": "Flag" },
  };
  server.tool("t", { input: { type: "object", properties } as Any }, () => "ok");
  const send = (args: Any, headers: Record<string, string>) =>
    post(server, { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "t", arguments: args, _meta: modernMeta() } }, { ...modernHeaders("tools/call", "t"), ...headers });
  const rows: [Any, Record<string, string>, boolean][] = [
    [{}, {}, true],
    [{ region: "eu" }, { "mcp-param-region": "eu" }, true],
    [{ region: "eu" }, {}, false],
    [{ region: "eu" }, { "mcp-param-region": "us" }, false],
    [{ region: "eu" }, { "mcp-param-region": "EU" }, false],
    [{ region: "\u4e16" }, { "mcp-param-region": "=?base64?5LiW?=" }, true],
    [{ region: "\u4e16" }, { "mcp-param-region": "=?base64?%%%?=" }, false],
    [{ region: "\u4e16" }, { "mcp-param-region": "\u4e16" }, false],
    [{}, { "mcp-param-region": "eu" }, false],
    [{ deep: { n: 42 } }, { "mcp-param-n": "42" }, true],
    [{ deep: { n: 42 } }, { "mcp-param-n": "42.0" }, true],
    [{ deep: { n: 42 } }, { "mcp-param-n": "43" }, false],
    [{ deep: { n: 42 } }, {}, false],
    [{ flag: true }, { "mcp-param-flag": "true" }, true],
    [{ flag: true }, { "mcp-param-flag": "True" }, false],
    [{}, { "mcp-param-other": "anything" }, true],
  ];
  for (const [args, headers, good] of rows) {
    const { response, status } = await send(args, headers);
    const row = JSON.stringify([args, headers]);
    if (good) assert.ok(response.result, row);
    else assert.is(response.error?.code, -32020, row);
    assert.is(status, good ? 200 : 400, row);
  }
  // A null in the body expects no header.
  assert.is((await send({ region: null }, {})).response.result.isError, true);
  // On a pipe there are no headers to hold.
  assert.ok((await new Client(server).askModern("tools/call", { name: "t", arguments: { region: "eu" } })).result);
});

test("x-mcp-header that breaks a rule is refused when the tool is given", () => {
  const header = (name: unknown, type: unknown = "string") => ({ type, "x-mcp-header": name });
  const within = (properties: Any, more: Any = {}) => ({ type: "object", properties, ...more });
  const bad: Any[] = [
    within({ a: header("") }), within({ a: header("a b") }), within({ a: header("a\r\nb") }), within({ a: header("a:b") }), within({ a: header("\u00e4") }),
    within({ a: header(1) }), within({ a: header(null) }), within({ a: header("x"), b: header("X") }), within({ a: header("x", "number") }),
    within({ a: header("x", "object") }), within({ a: header("x", "array") }), within({ a: header("x", "null") }), within({ a: { "x-mcp-header": "x" } }),
    within({ a: { type: "array", items: header("x") } }), within({ a: { anyOf: [header("x")] } }), within({ a: { not: header("x") } }),
    within({}, { $defs: { a: header("x") } }), within({}, { patternProperties: { a: header("x") } }), within({}, { additionalProperties: header("x") }),
    within({}, { if: within({ a: header("x") }) }), within({}, { allOf: [within({ a: header("x") })] }), { ...within({}), "x-mcp-header": "x" },
    within({ a: { type: "array", prefixItems: [header("x")] } }),
  ];
  for (const input of bad) {
    assert.throws(() => make().tool("t", { input }, () => "x"), (error: unknown) => error instanceof TypeError && /"t".*x-mcp-header/.test(error.message), JSON.stringify(input));
  }
  const good: Any[] = [
    within({ a: header("x"), b: header("y", "integer"), c: header("z", "boolean") }),
    within({ "x-mcp-header": { type: "number" } }),
    within({ a: { type: "object", properties: { b: header("!#$%&'*+-.^_`|~09azAZ") } } }),
    within({ a: { const: { "x-mcp-header": 1 } }, b: { enum: [{ "x-mcp-header": "" }] }, c: { default: { "x-mcp-header": 5 } } }),
  ];
  for (const input of good) make().tool("t", { input }, () => "x");
});

test("a refusal thrown by a handler reaches HTTP with its own status", async () => {
  const server = make();
  server.tool("t", {}, () => {
    throw new Refusal("forbidden", -32000, "no", { http: { status: 403 } });
  });
  const { status, response } = await post(server, { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "t", _meta: modernMeta() } }, modernHeaders("tools/call", "t"));
  assert.is(status, 403);
  assert.is(response.error.code, -32000);
});

test.run();
