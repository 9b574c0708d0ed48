import { test } from "uvu";
import * as assert from "uvu/assert";
import { audio, createServer, embeddedResource, image, resourceLink, text } from "../index.js";
import { connected, legacy, modernVersion, type Any } from "../wire.test.kit.js";

const versions = [...legacy, modernVersion];
const make = (options: Any = {}) => createServer({ name: "s", version: "1" }, options);
const call = async (server: Any, version: string, name = "t", args?: unknown) =>
  (await connected(server, version)).askIn(version, "tools/call", {
    name,
    ...(args === undefined ? {} : { arguments: args }),
  });

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
    [
      "image()",
      image(new Uint8Array([1, 2, 3]), "image/png"),
      [{ type: "image", data: "AQID", mimeType: "image/png" }],
    ],
    ["audio()", audio("AQID", "audio/wav"), [{ type: "audio", data: "AQID", mimeType: "audio/wav" }]],
    ["resourceLink()", resourceLink("x://y", "y"), [{ type: "resource_link", uri: "x://y", name: "y" }]],
    [
      "embedded text",
      embeddedResource("x://y", "t", "text/plain"),
      [{ type: "resource", resource: { uri: "x://y", mimeType: "text/plain", text: "t" } }],
    ],
    [
      "embedded bytes",
      embeddedResource("x://y", new Uint8Array([255])),
      [{ type: "resource", resource: { uri: "x://y", blob: "/w==" } }],
    ],
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
  assert.equal((await call(server, "2025-11-25")).result, {
    content: [text("no")],
    isError: true,
    _meta: { a: 1 },
    structuredContent: { b: 2 },
  });
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
  const bytes = { type: "image", data: new Uint8Array(1), mimeType: "image/png" };
  for (const value of [
    cycle,
    1n,
    () => 1,
    Symbol("s"),
    new Uint8Array(1),
    new ArrayBuffer(1),
    bytes,
    [text("x"), bytes],
    { content: [bytes] },
  ]) {
    const server = make({ onError: () => {} });
    server.tool("t", {}, () => value as Any);
    const { error } = await call(server, "2025-11-25");
    assert.is(error.code, -32603);
    assert.match(error.message, '"t"');
  }
});

const output = {
  type: "object",
  properties: { n: { type: "number" } },
  required: ["n"],
  additionalProperties: false,
} as const;

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
  const rows: Any[] = [
    { n: "x" },
    {},
    { n: 1, m: 2 },
    undefined,
    "x",
    { content: [text("x")] },
    { content: [], structuredContent: { n: "x" } },
  ];
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

test.run();
