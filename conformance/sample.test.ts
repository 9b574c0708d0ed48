import { test } from "uvu";
import * as assert from "uvu/assert";
import { sampleOf } from "./sample.js";
import type { Json } from "./trace.js";

const cases: readonly (readonly [string, Json, Json | undefined])[] = [
  [
    "required members alone",
    { type: "object", properties: { a: { type: "string" }, b: { type: "number" } }, required: ["a"] },
    { a: "a" },
  ],
  ["no members", { type: "object" }, {}],
  ["the first of an enumeration", { enum: ["x", "y"] }, "x"],
  ["a constant", { const: 7 }, 7],
  ["a default", { type: "string", pattern: "^z+$", default: "zz" }, "zz"],
  ["the least integer", { type: "integer", exclusiveMinimum: 4, multipleOf: 5 }, 5],
  ["a number below one", { type: "number", maximum: -2 }, -2],
  ["a long string", { type: "string", minLength: 3 }, "aaa"],
  ["a date", { type: "string", format: "date" }, "2026-01-02"],
  ["as many items as have to be", { type: "array", items: { type: "boolean" }, minItems: 2 }, [false, false]],
  ["items that differ", { type: "array", items: { type: "string" }, minItems: 2, uniqueItems: true }, ["a", "a1"]],
  [
    "items by their place",
    { type: "array", prefixItems: [{ type: "integer" }], items: { type: "null" }, minItems: 2 },
    [1, null],
  ],
  [
    "a definition",
    { $defs: { t: { type: "object", required: ["n"], properties: { n: { type: "integer" } } } }, $ref: "#/$defs/t" },
    { n: 1 },
  ],
  ["the first branch that works", { anyOf: [{ type: "string", pattern: "^[0-9]{9}$" }, { type: "null" }] }, null],
  [
    "all parts",
    { allOf: [{ type: "object", required: ["a"] }, { properties: { a: { type: "boolean" } } }] },
    { a: false },
  ],
  ["nothing behind a regular expression", { type: "string", pattern: "^[0-9]{9}$" }, undefined],
  [
    "nothing that holds itself",
    { $defs: { t: { type: "object", required: ["n"], properties: { n: { $ref: "#/$defs/t" } } } }, $ref: "#/$defs/t" },
    undefined,
  ],
  ["nothing for false", false, undefined],
];

for (const [name, schema, expected] of cases) test(`makes ${name}`, () => assert.equal(sampleOf(schema), expected));

test.run();
