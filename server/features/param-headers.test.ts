import { test } from "uvu";
import * as assert from "uvu/assert";
import { createServer } from "../index.js";
import { Client, modernHeaders, modernMeta, post, type Any } from "../wire.test.kit.js";

const make = () => createServer({ name: "s", version: "1" });

test("HTTP: parameters mirrored into headers are held against the arguments", async () => {
  const server = make();
  const properties = {
    region: { type: "string", "x-mcp-header": "Region" },
    deep: { type: "object", properties: { n: { type: "integer", "x-mcp-header": "N" } } },
    flag: { type: "boolean", "x-mcp-header": "Flag" },
  };
  server.tool("t", { input: { type: "object", properties } as Any }, () => "ok");
  const send = (args: Any, headers: Record<string, string>) =>
    post(
      server,
      { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "t", arguments: args, _meta: modernMeta() } },
      { ...modernHeaders("tools/call", "t"), ...headers },
    );
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
    within({ a: header("") }),
    within({ a: header("a b") }),
    within({ a: header("a\r\nb") }),
    within({ a: header("a:b") }),
    within({ a: header("\u00e4") }),
    within({ a: header(1) }),
    within({ a: header(null) }),
    within({ a: header("x"), b: header("X") }),
    within({ a: header("x", "number") }),
    within({ a: header("x", "object") }),
    within({ a: header("x", "array") }),
    within({ a: header("x", "null") }),
    within({ a: { "x-mcp-header": "x" } }),
    within({ a: { type: "array", items: header("x") } }),
    within({ a: { anyOf: [header("x")] } }),
    within({ a: { not: header("x") } }),
    within({}, { $defs: { a: header("x") } }),
    within({}, { patternProperties: { a: header("x") } }),
    within({}, { additionalProperties: header("x") }),
    within({}, { if: within({ a: header("x") }) }),
    within({}, { allOf: [within({ a: header("x") })] }),
    { ...within({}), "x-mcp-header": "x" },
    within({ a: { type: "array", prefixItems: [header("x")] } }),
  ];
  for (const input of bad) {
    assert.throws(
      () => make().tool("t", { input }, () => "x"),
      (error: unknown) => error instanceof TypeError && /"t".*x-mcp-header/.test(error.message),
      JSON.stringify(input),
    );
  }
  const good: Any[] = [
    within({ a: header("x"), b: header("y", "integer"), c: header("z", "boolean") }),
    within({ "x-mcp-header": { type: "number" } }),
    within({ a: { type: "object", properties: { b: header("!#$%&'*+-.^_`|~09azAZ") } } }),
    within({
      a: { const: { "x-mcp-header": 1 } },
      b: { enum: [{ "x-mcp-header": "" }] },
      c: { default: { "x-mcp-header": 5 } },
    }),
  ];
  for (const input of good) make().tool("t", { input }, () => "x");
});

test.run();
