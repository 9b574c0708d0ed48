import { test } from "uvu";
import * as assert from "uvu/assert";
import { Refusal } from "./errors.js";
import { checked, errorResponse, isRequestId, kindOf, own, parseMessage, readableId, TooDeep } from "./jsonrpc.js";
import { errorObject } from "./jsonrpc.js";

const refusal = (run: () => unknown): Refusal => {
  try {
    run();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
};
const message = (more: Record<string, unknown>) => ({ jsonrpc: "2.0", ...more });

test("tells requests, notifications and responses apart", () => {
  assert.is(kindOf(message({ id: 1, method: "m" })), "request");
  assert.is(kindOf(message({ id: "a", method: "m", params: {} })), "request");
  assert.is(kindOf(message({ method: "m" })), "notification");
  assert.is(kindOf(message({ id: 1, result: {} })), "response");
  assert.is(kindOf(message({ id: 1, error: { code: 1, message: "m" } })), "response");
  assert.is(kindOf(message({ error: { code: 1, message: "m" } })), "response");
});

test("ids are strings or integers", () => {
  for (const id of ["a", "", "0", 0, 1, -1, -0, 2 ** 53 - 1, -(2 ** 53 - 1)]) {
    assert.ok(isRequestId(id), String(id));
    assert.is(kindOf(message({ id, method: "m" })), "request");
  }
  for (const id of [null, 1.5, {}, [], [1], true, false, undefined, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.not(isRequestId(id), String(id));
    const error = refusal(() => kindOf(message({ id, method: "m" })));
    assert.is(error.rpcCode, -32600);
    assert.match(error.message, '"id"');
  }
});

test("an integer that cannot be given back exactly is no id", () => {
  const big = JSON.parse("9007199254740993") as number;
  assert.is.not(String(big), "9007199254740993");
  assert.not(isRequestId(big));
  assert.is(refusal(() => kindOf(message({ id: big, method: "m" }))).rpcCode, -32600);
  assert.is(readableId(message({ id: big })), undefined);
});

test("what is no message is -32600 and says why", () => {
  const cases: [unknown, RegExp][] = [
    [null, /object/],
    [1, /object/],
    ["x", /object/],
    [true, /object/],
    [[], /batch/],
    [[{}], /batch/],
    [{}, /jsonrpc/],
    [{ jsonrpc: "1.0", id: 1, method: "m" }, /jsonrpc/],
    [{ jsonrpc: 2, id: 1, method: "m" }, /jsonrpc/],
    [{ id: 1, method: "m" }, /jsonrpc/],
    [message({}), /method/],
    [message({ id: 1 }), /method/],
    [message({ id: 1, method: 1 }), /method/],
    [message({ id: 1, method: null }), /method/],
    [message({ id: 1, method: "m", params: null }), /params/],
    [message({ id: 1, method: "m", params: "x" }), /params/],
    [message({ id: 1, method: "m", params: 1 }), /params/],
  ];
  for (const [value, why] of cases) {
    const error = refusal(() => kindOf(value));
    assert.is(error.rpcCode, -32600, JSON.stringify(value));
    assert.match(error.message, why);
    assert.is(error.http?.status, 400);
  }
});

test("params that are an array are -32602, malformed over HTTP too", () => {
  const error = refusal(() => kindOf(message({ id: 1, method: "m", params: [] })));
  assert.is(error.rpcCode, -32602);
  assert.is(error.http?.status, 400);
});

test("what every object inherits is not read, and the members of a message are none of it", () => {
  for (const name of ["jsonrpc", "id", "method", "params", "_meta", "progressToken", "name", "arguments"]) {
    assert.is(({} as Record<string, unknown>)[name], undefined, name);
  }
  assert.throws(() => kindOf(JSON.parse('{"__proto__":{"jsonrpc":"2.0","id":1,"method":"m"}}')));
  assert.is(own({}, "constructor"), undefined);
  assert.is(own({}, "__proto__"), undefined);
  assert.is(own(null, "x"), undefined);
  assert.is(own("text", "length"), undefined);
  assert.is(own([1], "0"), 1);
  assert.is(readableId({ id: 0 }), 0);
  assert.is(readableId({ id: null }), undefined);
  assert.is(readableId([]), undefined);
  assert.is(readableId(undefined), undefined);
});

test("text that is no JSON is -32700 with 400", () => {
  for (const text of [
    "",
    " ",
    "{",
    '{"a":1',
    "{'a':1}",
    "nul",
    "[1,]",
    '{"a":1}{"b":2}',
    '"\n"',
    "\u0000",
    "NaN",
    '{"a":\\u0031}',
  ]) {
    const error = refusal(() => parseMessage(text, 8));
    assert.is(error.rpcCode, -32700, text);
    assert.is(error.http?.status, 400);
  }
});

const nested = (levels: number, open = "[", close = "]") => open.repeat(levels) + close.repeat(levels);

test("nesting is bounded, in arrays and objects, and the id is kept", () => {
  assert.equal(parseMessage(nested(8), 8), JSON.parse(nested(8)));
  assert.is(refusal(() => parseMessage(nested(9), 8)).rpcCode, -32600);
  assert.is(refusal(() => parseMessage(nested(200_000), 128)).rpcCode, -32600);
  const deep = `{"jsonrpc":"2.0","id":7,"method":"m","params":${'{"a":'.repeat(300)}1${"}".repeat(300)}}`;
  const error = refusal(() => parseMessage(deep, 128));
  assert.instance(error, TooDeep);
  assert.is((error as TooDeep).id, 7);
  assert.is(refusal(() => checked({ a: { b: {} } }, 2)).rpcCode, -32600);
  assert.ok(parseMessage(`[${nested(7)},${nested(7)}]`, 8));
});

test("members named __proto__ are dropped wherever and however they are written", () => {
  for (const name of ["__proto__", "\\u005f_proto__", "__pr\\u006fto__"]) {
    const value = parseMessage(`{"a":{"${name}":{"polluted":1},"b":[{"${name}":1,"c":2}]}}`, 8) as any;
    assert.equal(Object.keys(value.a), ["b"]);
    assert.equal(Object.keys(value.a.b[0]), ["c"]);
    assert.is(value.a.polluted, undefined);
  }
  assert.is(({} as any).polluted, undefined);
  // As text it means nothing, and stays.
  assert.equal(parseMessage('{"a":"__proto__","constructor":1}', 8), { a: "__proto__", constructor: 1 });
});

test("errors carry an id only where one was read, data only where there is some", () => {
  const error = new Refusal("custom", 1, "why");
  assert.equal(errorResponse(undefined, error), { jsonrpc: "2.0", error: { code: 1, message: "why" } });
  assert.equal(errorResponse(0, error), { jsonrpc: "2.0", id: 0, error: { code: 1, message: "why" } });
  assert.equal(errorResponse("", error).id, "");
  assert.equal(errorObject(new Refusal("custom", 1, "why", { data: null })), { code: 1, message: "why", data: null });
});

test.run();
