import { test } from "uvu";
import * as assert from "uvu/assert";
import { asContents, inTurn, items, members, promptArguments, record, toDate, variables } from "./index.js";

const at = "2026-07-28T09:00:00.000Z";
const date = new Date(at);

test("a conversion leaves alone what is of another kind than its own", () => {
  for (const convert of [toDate, members({ a: toDate }), record(toDate), items([toDate], toDate)])
    for (const value of [null, 1, true, undefined]) assert.is(convert(value), value);
  assert.equal(members({ a: toDate })(["a"]), ["a"]);
  assert.equal(items([], toDate)({ a: at }), { a: at });
});

test("members, records, items and unions are converted where they stand", () => {
  const value = { a: at, b: at };
  assert.equal(members({ a: toDate, c: toDate })(value), { a: date, b: at });
  assert.equal(value, { a: at, b: at });
  assert.equal(record(toDate)(value), { a: date, b: date });
  assert.equal(items([], toDate)([at, null]), [date, null]);
  assert.equal(items([undefined, toDate])([at, at, at]), [at, date, at]);
  const either = inTurn(toDate, items([], toDate), members({ a: toDate }));
  assert.equal([at, [at], { a: at }].map((one) => either(one)), [date, [date], { a: date }]);
});

test("a string that names no moment is refused", () => {
  for (const text of ["", "soon", "2026-13-01"])
    assert.throws(() => toDate(text, "/a"), `"/a" must be a date like "2026-07-28T09:00:00Z", got "${text}"`);
  const deep = members({ a: items([], record(inTurn(members({ b: toDate })))) });
  assert.throws(() => deep({ a: [{}, { c: { b: "soon" } }] }), /^"\/a\/1\/c\/b" must be a date/);
});

const schema = {
  type: "object",
  properties: {
    n: { type: "integer", maximum: 9 },
    s: { type: "string" },
    b: { type: "boolean" },
    either: { type: ["string", "number"] },
    none: { type: ["number", "null"] },
    list: { type: "array", items: { type: "number" } },
    tree: { $ref: "#/$defs/Tree" },
  },
  $defs: { Tree: { type: "object", properties: { of: { type: "array", items: { $ref: "#/$defs/Tree" } } } } },
};

for (const [name, text, value] of [
  ["n", "7", 7],
  ["n", "-1", -1],
  ["n", "7.5", undefined],
  ["n", "10", undefined],
  ["n", "0x7", undefined],
  ["n", "07", undefined],
  ["n", "", undefined],
  ["n", " 7", undefined],
  ["s", "7", "7"],
  ["s", "true", "true"],
  ["b", "true", true],
  ["b", "false", false],
  ["b", "1", undefined],
  ["either", "7", "7"],
  ["list", ["1", "2"], [1, 2]],
  ["list", ["1", "b"], undefined],
  ["tree", '{"of":[]}', undefined],
  ["other", "7", "7"],
] as const) {
  test(`a template's ${name}=${JSON.stringify(text)} is ${JSON.stringify(value)}`, () =>
    assert.equal(variables(schema)({ [name]: text }), value === undefined ? undefined : { [name]: value }));
}

test("a prompt's arguments may be JSON too, and what does not fit is told by name", () => {
  const read = promptArguments("p", schema);
  assert.equal(read({ tree: '{"of":[{}]}', list: "[1]", none: "null" }), { tree: { of: [{}] }, list: [1], none: null });
  for (const [given, why] of [
    [{ n: "10" }, /Invalid arguments for prompt "p": "\/n" must be at most 9/],
    [{ n: "x" }, /"\/n" must be an integer, got a string "x"/],
    [{ list: "[" }, /"\/list" must be an array/],
  ] as const) {
    assert.throws(
      () => read(given),
      (error: Error & { code?: string }) => why.test(error.message) && error.code === "invalid_params",
    );
  }
});

test("what fits the schema becomes Dates, and what is none does not fit", () => {
  const dated = { type: "object", properties: { at: { type: "string" } } };
  const dates = members({ at: toDate });
  assert.equal(variables(dated, dates)({ at }), { at: date });
  assert.is(variables(dated, dates)({ at: "soon" }), undefined);
  assert.equal(promptArguments("p", dated, dates)({ at }), { at: date });
  assert.throws(() => promptArguments("p", dated, dates)({ at: "soon" }), /"\/at" must be a date/);
});

test("texts, bytes and nothing are contents as they are, all else is JSON", () => {
  const bytes = new Uint8Array([1]);
  for (const value of ["a", bytes, undefined]) assert.is(asContents(value), value);
  assert.is(asContents({ a: 1 }), '{\n  "a": 1\n}');
  assert.is(asContents(null), "null");
});

test.run();
