import { test } from "uvu";
import * as assert from "uvu/assert";
import { compile, SchemaCompileError, type CompileOptions } from "./json-schema.js";

const messages = (schema: unknown, value: unknown, options?: CompileOptions) =>
  compile(schema, options)(value).map(({ message }) => message);

function refusal(schema: unknown, options?: CompileOptions): SchemaCompileError {
  try {
    compile(schema, options);
  } catch (error) {
    if (error instanceof SchemaCompileError) return error;
    throw error;
  }
  throw new Error("the schema was not refused");
}

const tool = {
  type: "object",
  properties: {
    a: { type: "number" },
    b: { type: "string", minLength: 2 },
    unit: { enum: ["celsius", "fahrenheit"] },
    near: { type: "object", properties: { x: { type: "integer" } }, required: ["x"] },
  },
  required: ["a", "b"],
  additionalProperties: false,
};

test("a valid value has no errors", () => {
  assert.equal(compile(tool)({ a: 1, b: "bb", unit: "celsius", near: { x: 1 } }), []);
  assert.equal(compile(true)(undefined), []);
  assert.equal(compile({})(null), []);
});

test("an error has a path, a keyword and phrases", () => {
  assert.equal(compile(tool)({ a: "x", b: "bb" }), [
    {
      path: "/a",
      keyword: "type",
      expected: "a number",
      received: 'a string "x"',
      message: '"/a" must be a number, got a string "x"',
    },
  ]);
});

test("messages name the member", () => {
  assert.equal(messages(tool, { a: 1, c: 2, unit: "kelvin", near: { x: 1.5 } }), [
    '"/unit" must be one of "celsius", "fahrenheit", got a string "kelvin"',
    '"/near/x" must be an integer, got a number 1.5',
    'missing required member "b"',
    'unknown member "c", known: "a", "b", "unit", "near"',
  ]);
  assert.equal(messages(tool, { a: 1, b: "b", near: {} }), [
    '"/b" must have at least 2 characters, got 1 character',
    'missing required member "x" in "/near"',
  ]);
  assert.equal(messages(tool, 5), ["the value must be an object, got a number 5"]);
  assert.equal(messages(tool, [1]), ["the value must be an object, got an array of 1 item"]);
  assert.equal(messages({ items: { maximum: 3 } }, [1, 9]), ['"/1" must be at most 3, got a number 9']);
  assert.equal(messages({ pattern: "^\\d+$" }, "x"), ['the value must match the pattern ^\\d+$, got a string "x"']);
  assert.equal(messages({ const: { a: 1 } }, 2), ['the value must be {"a":1}, got a number 2']);
  assert.equal(messages({ properties: { a: false } }, { a: 1 }), ['"/a" is not allowed']);
  assert.equal(messages({ propertyNames: { maxLength: 1 } }, { ab: 1 }), [
    'the name of member "/ab" must have at most 1 character, got 2 characters',
  ]);
  assert.equal(messages({ dependentRequired: { a: ["b"] } }, { a: 1 }), [
    'missing required member "b", as there is a member "a"',
  ]);
  assert.equal(messages({ properties: { a: {} }, unevaluatedProperties: false }, { a: 1, b: 1 }), [
    'unknown member "b"',
  ]);
  assert.equal(messages({ format: "date" }, "2026-02-30", { formats: "assert" }), [
    'the value must be a date such as 2026-07-28, got a string "2026-02-30"',
  ]);
});

test("paths are JSON Pointers", () => {
  assert.is(compile({ properties: { "a/b~c": { type: "null" } } })({ "a/b~c": 1 })[0]?.path, "/a~1b~0c");
  assert.is(compile({ additionalProperties: { items: { type: "null" } } })({ x: [null, 1] })[0]?.path, "/x/1");
});

test("long values and names are shortened, and errors are counted out", () => {
  const [error] = compile({ type: "number" })("x".repeat(10_000));
  assert.ok(error && error.message.length < 200);
  const name = "n".repeat(10_000);
  assert.ok((compile({ additionalProperties: false })({ [name]: 1 })[0]?.message.length ?? 1e9) < 300);
  const many = Array.from({ length: 100_000 }, () => "x");
  assert.is(compile({ items: { type: "number" } })(many).length, 10);
  assert.is(compile({ items: { type: "number" } }, { maxErrors: 3 })(many).length, 3);
  assert.is(
    messages({ enum: Array.from({ length: 20 }, (_, i) => i) }, 99)[0],
    "the value must be one of 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, … (20 in all), got a number 99",
  );
});

test("of alternatives, the closest is told", () => {
  const shapes = {
    oneOf: [
      { type: "object", properties: { kind: { const: "circle" }, r: { type: "number" } }, required: ["kind", "r"] },
      { type: "object", properties: { kind: { const: "square" }, a: { type: "number" } }, required: ["kind", "a"] },
      { type: "string" },
    ],
  };
  assert.equal(messages(shapes, { kind: "square", a: "1" }), ['"/a" must be a number, got a string "1"']);
  assert.equal(messages(shapes, { kind: "circle" }), ['missing required member "r"']);
  assert.equal(messages({ anyOf: [{ type: "string" }, { type: "null" }] }, 5), [
    "the value must be a string or null, got a number 5",
  ]);
  assert.equal(messages({ properties: { a: { anyOf: [{ const: "x" }, { const: "y" }] } } }, { a: "z" }), [
    '"/a" must be "x" or "y", got a string "z"',
  ]);
  assert.equal(messages({ anyOf: [{ required: ["a"] }, { required: ["b"] }] }, {}), [
    'missing required member "a" or member "b"',
  ]);
  assert.equal(messages({ oneOf: [{ type: "number" }, {}, { minimum: 3 }] }, 5), [
    "the value must match exactly one of 3 alternatives, got a number 5 that matches alternatives 1 and 2 and 3",
  ]);
});

test("only own members are there", () => {
  for (const name of ["toString", "constructor", "__proto__", "hasOwnProperty"]) {
    assert.equal(messages({ required: [name] }, {}), [`missing required member "${name}"`]);
    const typed = compile(
      JSON.parse(`{ "properties": { "${name}": { "type": "number" } }, "additionalProperties": false }`),
    );
    assert.equal(typed({}), []);
    assert.equal(typed(JSON.parse(`{ "${name}": 1 }`)), []);
    assert.is(typed(JSON.parse(`{ "${name}": "x" }`))[0]?.path, `/${name}`);
    assert.is(compile({ dependentRequired: JSON.parse(`{ "${name}": ["a"] }`) })({}).length, 0);
    const unknown = compile({ additionalProperties: false })(JSON.parse(`{ "${name}": 1 }`));
    assert.is(unknown[0]?.path, `/${name}`);
  }
  const inherited = Object.create({ a: 1 });
  assert.equal(messages({ required: ["a"], additionalProperties: false }, inherited), ['missing required member "a"']);
  assert.is(refusal({ $ref: "#/toString" }).code, "unresolved-reference");
  assert.is(refusal({ $ref: "#/$defs/__proto__", $defs: {} }).code, "unresolved-reference");
  // A keyword that only the prototype has is none.
  assert.equal(compile(Object.create({ type: "string" }))(5), []);
  assert.equal(compile({ if: true })(5), []);
});

test("a member that is undefined is absent, as JSON has no such value", () => {
  assert.equal(messages(tool, { a: 1, b: undefined, c: undefined }), ['missing required member "b"']);
  assert.equal(compile({ maxProperties: 0, unevaluatedProperties: false, propertyNames: false })({ a: undefined }), []);
  assert.equal(compile({ const: {} })({ a: undefined }), []);
});

test("numbers are compared as they are written", () => {
  assert.equal(compile({ multipleOf: 0.1 })(0.3), []);
  assert.equal(compile({ multipleOf: 0.01 })(19.99), []);
  assert.is(compile({ multipleOf: 0.01 })(19.999).length, 1);
  assert.equal(compile({ multipleOf: 1e-300 })(1e300), []);
  assert.is(compile({ type: "number" })(Number.NaN).length, 1);
  assert.equal(compile({ type: "integer" })(1.0), []);
});

test("a malformed schema is refused, with its place", () => {
  const malformed: [unknown, string, RegExp][] = [
    [{ type: "strin" }, "", /"type" must be one of "string", .* got "strin"/],
    [{ type: [] }, "", /"type"/],
    [{ type: ["string", "string"] }, "", /"type"/],
    [{ properties: { a: { required: "a" } } }, "/properties/a", /"required" must be an array of different strings/],
    [{ required: ["a", "a"] }, "", /"required"/],
    [{ properties: [] }, "", /"properties" must be an object of schemas, got an array of 0 items/],
    [{ properties: { a: 5 } }, "/properties/a", /a schema must be an object or a boolean, got a number 5/],
    [{ $defs: { x: { minimum: "3" } } }, "/$defs/x", /"minimum" must be a number, got a string "3"/],
    [{ minLength: -1 }, "", /"minLength" must be an integer, 0 or more/],
    [{ maxItems: 1.5 }, "", /"maxItems"/],
    [{ multipleOf: 0 }, "", /"multipleOf" must be a number above 0/],
    [{ uniqueItems: "yes" }, "", /"uniqueItems"/],
    [{ enum: "a" }, "", /"enum" must be an array/],
    [{ anyOf: [] }, "", /"anyOf" must be an array of at least one schema/],
    [{ items: [{}] }, "", /"items" must be a schema .*prefixItems/],
    [{ not: null }, "/not", /got null/],
    [{ then: 5 }, "/then", /a schema must be/],
    [{ dependentRequired: { a: "b" } }, "", /"dependentRequired"/],
    [{ minContains: "1" }, "", /"minContains"/],
    [{ format: 1 }, "", /"format"/],
    [{ title: 1 }, "", /"title"/],
    [{ $ref: 1 }, "", /"\$ref"/],
    [{ $id: 1 }, "", /"\$id"/],
    [{ $id: "#a" }, "", /"\$id"/],
    [{ $schema: 1 }, "", /"\$schema"/],
    [{ $anchor: "1a" }, "", /"\$anchor"/],
    [{ $defs: [] }, "", /"\$defs"/],
    [{ allOf: [{}, { items: { type: 1 } }] }, "/allOf/1/items", /"type"/],
    ["string", "", /a schema must be/],
    [[], "", /a schema must be/],
    [null, "", /a schema must be/],
    [undefined, "", /a schema must be/],
  ];
  for (const [schema, location, message] of malformed) {
    const error = refusal(schema);
    assert.is(error.code, "malformed-schema", JSON.stringify(schema));
    assert.is(error.location, location, JSON.stringify(schema));
    assert.match(error.message, message);
  }
  assert.is(refusal({ pattern: "(" }).code, "malformed-pattern");
  assert.is(refusal({ patternProperties: { "(": {} } }).code, "malformed-pattern");
});

test("dialects: 2020-12, draft-07, no other", () => {
  assert.is(refusal({ $schema: "http://json-schema.org/draft-04/schema#" }).code, "unknown-dialect");
  const { message } = refusal({ $schema: "https://json-schema.org/draft/2019-09/schema" });
  assert.match(
    message,
    /unknown dialect "https:\/\/json-schema.org\/draft\/2019-09\/schema": known are 2020-12 and draft-07/,
  );
  const $schema = "http://json-schema.org/draft-07/schema#";
  const pair = { items: [{ type: "string" }, { type: "number" }], additionalItems: false };
  assert.is(compile({ $schema, ...pair })(["a", 1, 2]).length, 1);
  assert.is(compile(pair, { defaultDialect: "draft-07" })(["a", "b"]).length, 1);
  assert.is(refusal(pair).code, "malformed-schema");
  const $vocabulary = { "https://example.org/vocab/other": true };
  const schemas = { "https://example.org/meta": { $vocabulary } };
  assert.match(refusal({ $schema: "https://example.org/meta" }, { schemas }).message, /unknown vocabulary/);
});

test("references lead to what is given, and nowhere else", () => {
  const schemas = {
    "https://example.org/point": { properties: { x: { $ref: "number" } } },
    "https://example.org/number": { type: "number" },
  };
  assert.equal(messages({ $ref: "https://example.org/point" }, { x: "1" }, { schemas }), [
    '"/x" must be a number, got a string "1"',
  ]);
  const unresolved = refusal({ properties: { a: { $ref: "https://example.org/point" } } });
  assert.is(unresolved.code, "unresolved-reference");
  assert.is(unresolved.location, "/properties/a");
  assert.is(refusal({ $ref: "file:///etc/hostname" }).code, "unresolved-reference");
  assert.is(refusal({ $ref: "#/$defs/none" }).code, "unresolved-reference");
  assert.is(refusal({ $ref: "#none" }).code, "unresolved-reference");
  assert.is(refusal({ $ref: "http://[" }).code, "unresolved-reference");
  assert.is(refusal({ $ref: "#%E0%A4%A" }).code, "unresolved-reference");
  assert.is(refusal({ $defs: { unused: { $ref: "#/none" } } }).code, "unresolved-reference");
  assert.is(refusal({ $ref: "#/enum/0", enum: [5] }).code, "malformed-schema");
});

test("a recursive schema follows the value", () => {
  const tree = compile({
    type: "object",
    properties: { children: { type: "array", items: { $ref: "#" } }, name: { type: "string" } },
    required: ["name"],
  });
  assert.equal(tree({ name: "a", children: [{ name: "b", children: [] }] }), []);
  assert.is(tree({ name: "a", children: [{ name: "b", children: [{}] }] })[0]?.path, "/children/0/children/0");
});

test("the same object at two places of a schema, and one that holds itself", () => {
  const shared = { type: "string" };
  assert.is(compile({ properties: { a: shared, b: shared } })({ a: 1, b: 2 }).length, 2);
  const self: { properties: Record<string, unknown> } = { properties: {} };
  self.properties["self"] = self;
  assert.is(refusal(self).code, "schema-too-deep");
});

test("options are checked", () => {
  assert.throws(() => compile({}, { maxErrors: 0 }), /maxErrors must be a whole number, 1 or more/);
  assert.throws(() => compile({}, { maxSteps: Number.NaN }), /maxSteps/);
  assert.throws(() => compile({}, { formats: "yes" as "assert" }), /formats must be one of "annotate", "assert"/);
  assert.throws(() => compile({}, { defaultDialect: "draft-04" as "draft-07" }), /defaultDialect/);
  assert.throws(() => compile({}, { schemas: 5 as never }), /schemas/);
});

test.run();
