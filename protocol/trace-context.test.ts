import { test } from "uvu";
import * as assert from "uvu/assert";
import { malformedTraceKeys, readTraceContext } from "./trace-context.js";

const traceparent = "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01";
const read = (_meta: unknown) => readTraceContext({ _meta });

test("hands on what follows the W3C formats", () => {
  const all = {
    traceparent,
    tracestate: "rojo=00f067aa0ba902b7, congo=t61rcWkgMzE",
    baggage: "userId=alice;p=1, serverNode=DF%2028",
  };
  assert.equal(read(all), all);
  assert.equal(read({ baggage: "a=1" }), { baggage: "a=1" });
});

for (const [name, meta] of [
  ["nothing", undefined],
  ["no object", 7],
  ["an array", [traceparent]],
  ["no text", { traceparent: 7, baggage: {} }],
  ["too short", { traceparent: "00-1-2-3" }],
  ["capitals", { traceparent: traceparent.toUpperCase() }],
  ["a trace of zeros", { traceparent: "00-00000000000000000000000000000000-00f067aa0ba902b7-01" }],
  ["a version that cannot be", { traceparent: traceparent.replace("00-", "ff-") }],
  ["more than version 00 has", { traceparent: `${traceparent}-more` }],
  ["a state without a parent", { tracestate: "a=1" }],
  ["line breaks in baggage", { baggage: "a=1\r\nX-Evil: 1" }],
  ["baggage without a value", { baggage: "a" }],
] as const) {
  test(`leaves out ${name}`, () => assert.equal(read(meta), {}));
}

test("leaves out a malformed or overlong state, and keeps its parent", () => {
  assert.equal(read({ traceparent, tracestate: "A=1" }), { traceparent });
  assert.equal(read({ traceparent, tracestate: Array.from({ length: 33 }, (_, i) => `k${i}=1`).join(",") }), {
    traceparent,
  });
});

test("malformed values are named by their keys", () => {
  const traceparent = "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01";
  assert.equal(malformedTraceKeys(undefined), []);
  assert.equal(malformedTraceKeys({ other: 1 }), []);
  assert.equal(malformedTraceKeys({ traceparent, tracestate: "a=b", baggage: "a=b" }), []);
  assert.equal(malformedTraceKeys({ traceparent: "x", tracestate: "a=b", baggage: 5 }), [
    "traceparent",
    "tracestate",
    "baggage",
  ]);
  assert.equal(malformedTraceKeys({ traceparent, tracestate: "=", baggage: "a=b" }), ["tracestate"]);
});

test.run();
