import { test } from "uvu";
import * as assert from "uvu/assert";
import { Comparison, renew, tell } from "./compare.js";
import type { Matched } from "./compare.js";

const compare = (recorded: object, received: object, volatile: string[] = []) =>
  new Comparison(new Map(), { volatile }).compare(recorded as never, received as never);

test("tells each member that differs, is missing or is new", () => {
  const differences = compare({ a: { b: [1, { c: "x" }] }, gone: 1 }, { a: { b: [1, { c: "y" }, 2] }, fresh: null });
  assert.equal(differences, [
    { path: "a.b[1].c", recorded: "x", received: "y" },
    { path: "a.b[2]", recorded: undefined, received: 2 },
    { path: "gone", recorded: 1, received: undefined },
    { path: "fresh", recorded: undefined, received: null },
  ]);
  assert.is(tell({ path: "gone", recorded: 1, received: undefined }), "gone: recorded 1, now nothing");
});

test("the order of members does not count, that of items does", () => {
  assert.equal(compare({ a: 1, b: 2 }, { b: 2, a: 1 }), []);
  assert.is(compare({ a: [1, 2] }, { a: [2, 1] }).length, 2);
});

test("volatile members are matched, which asks that they are there and of one type", () => {
  assert.equal(compare({ requestState: "a", ttl: 1 }, { requestState: "b", ttl: 2 }, ["ttl"]), []);
  assert.is(compare({ requestState: "a" }, {}).length, 1);
  assert.is(compare({ requestState: "a" }, { requestState: 1 }).length, 1);
  assert.is(compare({ text: "a" }, { text: "b" }).length, 1);
});

test("two times and two UUIDs are alike; a time and a word are not", () => {
  assert.equal(compare({ at: "2025-01-01T00:00:00Z" }, { at: "2026-02-02T11:11:11.5+01:00" }), []);
  const [a, b] = ["00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"];
  assert.equal(compare({ x: a }, { x: b }), []);
  assert.is(compare({ at: "2025-01-01T00:00:00Z" }, { at: "today" }).length, 1);
});

test("what was taken out of the recording fits all", () => {
  assert.equal(compare({ pin: "[redacted]" }, { pin: 1234 }), []);
});

test("what stood for something then is sent as what stands for it now", () => {
  const matched: Matched = new Map();
  new Comparison(matched).compare({ result: { nextCursor: "page-2" } }, { result: { nextCursor: "zz" } });
  assert.equal(renew({ params: { cursor: "page-2", name: "page" } }, matched), {
    params: { cursor: "zz", name: "page" },
  });
});

test.run();
