import { test } from "uvu";
import * as assert from "uvu/assert";
import { type InputOf, type StandardSchema, StandardSchemaError } from "./standard-schema.js";
import { isStandardSchema, jsonSchemaOf } from "./standard-schema.js";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <T extends true>(): T => true as T;

/** A schema as a library would make it: text in, its number out. */
const number: StandardSchema<string, number> = {
  "~standard": {
    version: 1,
    vendor: "by-hand",
    validate: (value) =>
      typeof value === "string" && value !== "" && !Number.isNaN(Number(value))
        ? { value: Number(value) }
        : { issues: [{ message: "expected the text of a number", path: ["n", { key: 0 }] }] },
    jsonSchema: {
      input: ({ target }) => ({ $comment: target, type: "string" }),
      output: ({ target }) => ({ $comment: target, type: "number" }),
    },
  },
};

test("knows a Standard Schema by its shape, plain or callable", () => {
  assert.ok(isStandardSchema(number));
  assert.ok(isStandardSchema(Object.assign(() => 1, number)));
  assert.ok(isStandardSchema(Object.create(number)));
  const others = [
    undefined,
    null,
    1,
    "x",
    {},
    [],
    { type: "object" },
    { "~standard": null },
    { "~standard": 1 },
    () => 1,
    { "~standard": { version: 2, vendor: "v", validate: () => ({ value: 1 }) } },
    { "~standard": { version: 1, vendor: "v" } },
  ];
  for (const other of others) assert.not(isStandardSchema(other), JSON.stringify(other));
});

test("asks the companion for 2020-12, in either direction", () => {
  assert.equal(jsonSchemaOf(number, "input"), { $comment: "draft-2020-12", type: "string" });
  assert.equal(jsonSchemaOf(number, "output"), { $comment: "draft-2020-12", type: "number" });
});

test("tells the author to pass the JSON Schema where the library has none", () => {
  const { jsonSchema: _, ...bare } = number["~standard"];
  const refused = (schema: unknown, words: RegExp, cause?: unknown) =>
    assert.throws(
      () => jsonSchemaOf(schema as StandardSchema, "input"),
      (error: unknown) =>
        error instanceof StandardSchemaError &&
        error.code === "STANDARD_SCHEMA_WITHOUT_JSON_SCHEMA" &&
        error.cause === cause &&
        words.test(error.message) &&
        /"by-hand".*Pass the JSON Schema of its input as well\.$/.test(error.message),
    );
  refused({ "~standard": bare }, /has no ~standard\.jsonSchema\.input/);
  refused({ "~standard": { ...bare, jsonSchema: {} } }, /has no ~standard\.jsonSchema\.input/);
  const cause = new Error("a Date cannot be represented");
  const input = () => {
    throw cause;
  };
  refused({ "~standard": { ...bare, jsonSchema: { input } } }, /: a Date cannot be represented\./, cause);
  refused({ "~standard": { ...bare, jsonSchema: { input: () => [] } } }, /gave no object/);
});

test("the type of a handler's arguments", () => {
  holds<Equal<InputOf<typeof number>, number>>();
  holds<Equal<InputOf<StandardSchema<{ a: string }>>, { a: string }>>();
  holds<Equal<InputOf<{ type: "object"; properties: { a: { type: "string" } }; required: ["a"] }>, { a: string }>>();
  holds<Equal<InputOf<Record<string, unknown>>, Record<string, unknown>>>();
  // A library's schema has members of its own, and its `types` may be optional or not.
  interface Foreign {
    parse(value: unknown): { b: number };
    "~standard": {
      version: 1;
      vendor: "f";
      validate(value: unknown): { value: { b: number } };
      types: { input: 1; output: { b: number } };
    };
  }
  holds<Equal<InputOf<Foreign>, { b: number }>>();
  type Schema = StandardSchema | Record<string, unknown>;
  const accepts = <const S extends Schema>(_schema: S, run: (args: InputOf<S>) => unknown) => run;
  accepts(number, (args) => args.toFixed());
  accepts({ type: "object", properties: { a: { type: "string" } }, required: ["a"] }, (args) => args.a.length);
  // @ts-expect-error: the member is not required
  accepts({ type: "object", properties: { a: { type: "string" } } }, (args) => args.a.length);
});

test.run();
