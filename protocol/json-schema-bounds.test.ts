// Hostile schemas and values: each must end quickly, by a refusal or an error that says which bound was exceeded.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { compile, SchemaCompileError, type CompileOptions } from "./json-schema.js";

/** Far above what is measured (milliseconds), far below what a missing bound costs (minutes). */
const SOON_MS = 1_000;

/** Of the processor, as other processes must not fail a test. */
const spentMs = (since: NodeJS.CpuUsage) => process.cpuUsage(since).user / 1_000;

function soon<T>(work: () => T): T {
  const start = process.cpuUsage();
  const result = work();
  const spent = spentMs(start);
  assert.ok(spent < SOON_MS, `took ${Math.round(spent)} ms`);
  return result;
}

/** The code of a refusal, or the keyword of the first error, or "valid". */
function outcome(schema: unknown, value: unknown, options?: CompileOptions): string {
  return soon(() => {
    try {
      return compile(schema, options)(value)[0]?.keyword ?? "valid";
    } catch (error) {
      if (error instanceof SchemaCompileError) return error.code;
      throw error;
    }
  });
}

function nested(depth: number, wrap: (inner: unknown) => unknown, core: unknown): unknown {
  let value = core;
  for (let i = 0; i < depth; i++) value = wrap(value);
  return value;
}

/** Definitions d0 to dN, each made of references to the next. */
function chain(length: number, wrap: (ref: object) => object, last: unknown): Record<string, unknown> {
  const definitions: Record<string, unknown> = { [`d${length}`]: last };
  for (let i = 0; i < length; i++) definitions[`d${i}`] = wrap({ $ref: `#/$defs/d${i + 1}` });
  return definitions;
}

test("the depth and the number of subschemas", () => {
  assert.is(
    outcome(
      nested(100_000, (items) => ({ items }), {}),
      [],
    ),
    "schema-too-deep",
  );
  assert.is(
    outcome(
      nested(60, (items) => ({ items }), {}),
      [],
    ),
    "valid",
  );
  assert.is(
    outcome(
      nested(10, (items) => ({ items }), {}),
      [],
      { maxSchemaDepth: 5 },
    ),
    "schema-too-deep",
  );
  const allOf = Array.from({ length: 20_000 }, () => ({}));
  assert.is(outcome({ allOf }, 1), "schema-too-large");
  assert.is(outcome({ allOf: allOf.slice(0, 10) }, 1, { maxSubschemas: 10 }), "schema-too-large");
  assert.is(outcome({ const: nested(100_000, (a) => [a], 0) }, 1), "schema-too-deep");
  const schemas = { "https://example.org/deep": nested(100_000, (not) => ({ not }), {}) };
  assert.is(outcome({ $ref: "https://example.org/deep" }, 1, { schemas }), "schema-too-deep");
});

test("the depth of the value", () => {
  const deep = nested(100_000, (n) => ({ n }), {});
  const arrays = nested(100_000, (n) => [n], 0);
  assert.is(outcome({ properties: { n: { $ref: "#" } } }, deep), "maxInstanceDepth");
  assert.is(outcome({ additionalProperties: { $ref: "#" } }, deep), "maxInstanceDepth");
  assert.is(outcome({ unevaluatedProperties: { $ref: "#" } }, deep), "maxInstanceDepth");
  assert.is(outcome({ items: { $ref: "#" } }, arrays), "maxInstanceDepth");
  assert.is(outcome({ not: { items: { $ref: "#" } } }, arrays), "maxInstanceDepth");
  assert.is(outcome({ contains: { $ref: "#" } }, arrays), "maxInstanceDepth");
  assert.is(outcome({ uniqueItems: true }, [arrays, deep]), "maxInstanceDepth");
  assert.is(outcome({ enum: [[0]] }, arrays), "maxInstanceDepth");
  assert.is(outcome({ type: "object" }, deep), "valid");
  assert.is(
    outcome(
      { items: { $ref: "#" } },
      nested(100, (n) => [n], 0),
    ),
    "valid",
  );
  assert.is(
    outcome(
      { items: { $ref: "#" } },
      nested(9, (n) => [n], 0),
      { maxInstanceDepth: 8 },
    ),
    "maxInstanceDepth",
  );
});

test("a limit reached inside of `not` or `anyOf` is no plain failure", () => {
  const value = nested(9, (n) => [n], 0);
  const deep = { items: { $ref: "#/$defs/deep" } };
  const $defs = { deep };
  assert.is(outcome({ not: { $ref: "#/$defs/deep" }, $defs }, value, { maxInstanceDepth: 5 }), "maxInstanceDepth");
  assert.is(
    outcome({ anyOf: [{ $ref: "#/$defs/deep" }, {}], $defs }, value, { maxInstanceDepth: 5 }),
    "maxInstanceDepth",
  );
});

test("references that lead back to themselves", () => {
  assert.is(outcome({ $ref: "#" }, 1), "reference-loop");
  assert.is(outcome({ allOf: [{ $ref: "#" }] }, 1), "reference-loop");
  assert.is(
    outcome({ $ref: "#/$defs/a", $defs: { a: { $ref: "#/$defs/b" }, b: { $ref: "#/$defs/a" } } }, 1),
    "reference-loop",
  );
  assert.is(outcome({ anyOf: [{ type: "string" }, { not: { $ref: "#" } }] }, 1), "reference-loop");
  assert.is(outcome({ $dynamicRef: "#a", $dynamicAnchor: "a" }, 1), "maxInstanceDepth");
  assert.is(
    outcome({ $ref: "#/$defs/d0", $defs: chain(5_000, (ref) => ref, { type: "string" }) }, 1),
    "maxInstanceDepth",
  );
});

test("alternatives that multiply", () => {
  const twice = (keyword: string) => (ref: object) => ({ [keyword]: [ref, ref] });
  for (const keyword of ["anyOf", "oneOf", "allOf"]) {
    const last = keyword === "allOf" ? {} : { type: "string" };
    assert.is(outcome({ $ref: "#/$defs/d0", $defs: chain(40, twice(keyword), last) }, 1), "maxSteps", keyword);
    const tracked = { $ref: "#/$defs/d0", $defs: chain(40, twice(keyword), {}), unevaluatedProperties: false };
    assert.is(outcome(tracked, {}), "maxSteps", keyword);
  }
  const conditions = chain(40, (ref) => ({ if: ref, then: ref, else: ref }), {});
  assert.is(outcome({ $ref: "#/$defs/d0", $defs: conditions }, 1), "maxSteps");
  const children = chain(20, (ref) => ({ allOf: Array.from({ length: 4 }, () => ({ items: ref })) }), {});
  assert.is(
    outcome(
      { $ref: "#/$defs/d0", $defs: children },
      nested(20, (n) => [n], 0),
    ),
    "maxSteps",
  );
});

test("keywords whose lists are long, applied often", () => {
  const names = Array.from({ length: 5_000 }, (_, i) => `n${i}`);
  const value = Object.fromEntries(names.map((name) => [name, 1]));
  const often = (schema: object) => ({ $defs: { it: schema }, oneOf: names.map(() => ({ $ref: "#/$defs/it" })) });
  const empty = Object.fromEntries(names.map((name) => [name, []]));
  for (const schema of [
    { required: [...names, "none"] },
    { dependentRequired: empty, type: "string" },
    { properties: Object.fromEntries(names.map((name) => [name, true])), minProperties: 1e6 },
    { additionalProperties: false, properties: Object.fromEntries(names.slice(1).map((name) => [name, true])) },
    { propertyNames: { maxLength: 9 }, minProperties: 1e6 },
    { minProperties: 1e6 },
    { const: { ...value, none: 1 } },
  ]) {
    const found = outcome(often(schema), value, { maxSubschemas: 1e6 });
    assert.ok(found !== "valid", JSON.stringify(schema).slice(0, 60));
  }
  const long = "\u{1F600}".repeat(100_000);
  assert.is(outcome({ oneOf: names.map(() => ({ minLength: 100_001 })) }, long), "maxSteps");
});

test("values that are large, but plain, pass", () => {
  const rows = Array.from({ length: 50_000 }, (_, id) => ({ id, name: "row" }));
  const properties = { id: { type: "integer" }, name: { type: "string" } };
  const schema = { type: "array", uniqueItems: true, items: { type: "object", properties, required: ["id"] } };
  assert.is(outcome(schema, rows), "valid");
  assert.is(
    outcome(
      { items: { type: "number" } },
      Array.from({ length: 500_000 }, () => 1),
    ),
    "valid",
  );
  assert.is(outcome({ items: { type: "number" } }, [1, 2, 3], { maxSteps: 2 }), "maxSteps");
});

test("a value nested as deep as allowed does not overflow the stack", () => {
  const wrapped = nested(10, (inner) => ({ allOf: [inner] }), { items: { $ref: "#" } });
  const found = outcome(
    wrapped,
    nested(120, (n) => [n], 0),
  );
  assert.ok(["valid", "maxInstanceDepth"].includes(found), found);
  assert.is(
    outcome(
      { items: { allOf: [{ anyOf: [{ $ref: "#" }] }] } },
      nested(128, (n) => [n], 0),
    ),
    "valid",
  );
});

test.run();
