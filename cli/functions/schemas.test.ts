// Types as they are written, and the schemas that come of them: all in one module, since the compiler reads it once.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { compile } from "../../protocol/json-schema.js";
import { serverOf } from "./testing/module.js";

const declarations = `
import type { Tree } from "./tree.ts";
/** A person. */
interface Person {
  /** Who it is.
   *  @minLength 1 */
  name: string;
  born?: Date;
  friends?: Person[];
}
interface Point { x: number; /** up */ y: number }
type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
/** @minimum 0
 *  @maximum 100 */
type Percent = number;
enum Color { Red, Green }
enum Size { Small = "s", Large = "l" }
const enum Level { Low = 1, High = 10 }
interface Page<T> { items: T[]; next?: string }
interface Dictionary<T> { [word: string]: T }
const levels = ["low", "high"] as const;
interface Author { books?: Book[] }
interface Book { author?: Author; at?: Date }
type Linked<T> = { value: T; next?: Linked<T> };
type Shape = { kind: "circle"; r: number } | { kind: "square"; side: number };
`;
const point = { type: "object", properties: { x: { type: "number" }, y: { description: "up", type: "number" } } };
const whole = { ...point, required: ["x", "y"] };
const string = { type: "string" };
const number = { type: "number" };
const date = { type: "string", format: "date-time" };
const person = {
  description: "A person.",
  type: "object",
  properties: {
    name: { description: "Who it is.", type: "string", minLength: 1 },
    born: date,
    friends: { type: "array", items: { $ref: "#/$defs/Person" } },
  },
  required: ["name"],
};
const shape = {
  anyOf: [
    { type: "object", properties: { kind: { type: "string", const: "circle" }, r: number }, required: ["kind", "r"] },
    {
      type: "object",
      properties: { kind: { type: "string", const: "square" }, side: number },
      required: ["kind", "side"],
    },
  ],
};
const jsonDefs = {
  Json: {
    anyOf: [
      { type: "array", items: { $ref: "#/$defs/Json" } },
      { type: "object", additionalProperties: { $ref: "#/$defs/Json" } },
      { type: ["null", "string", "number", "boolean"] },
    ],
  },
};
const linkedDefs = {
  Linked_string: {
    type: "object",
    properties: { value: string, next: { $ref: "#/$defs/Linked_string" } },
    required: ["value"],
  },
};

/** The type, the member's schema, a value that fits and one that does not, and the definitions that are named. */
const cases: [type: string, schema: object, good: unknown, bad?: unknown, defs?: object][] = [
  ["string", string, "a", 1],
  ["number", number, 1.5, "1"],
  ["boolean", { type: "boolean" }, true, "true"],
  ["null", { type: "null" }, null, 0],
  ["unknown", {}, [1]],
  ["any", {}, {}],
  ["object", { type: "object" }, {}, 1],
  ["{}", { type: "object" }, {}, 1],
  ['"a"', { type: "string", const: "a" }, "a", "b"],
  ["true", { type: "boolean", const: true }, true, false],
  ['"b" | "a"', { type: "string", enum: ["a", "b"] }, "b", "c"],
  ["10 | 9 | 1", { type: "number", enum: [1, 9, 10] }, 10, 2],
  ['"a" | null', { anyOf: [{ type: "string", const: "a" }, { type: "null" }] }, null, "b"],
  ["string | number", { type: ["string", "number"] }, 1, true],
  ["string | null", { type: ["null", "string"] }, null, 1],
  ["boolean | null", { type: ["null", "boolean"] }, false, 0],
  ["string | undefined", string, "a", null],
  ["string[]", { type: "array", items: string }, ["a"], [1]],
  ["readonly string[]", { type: "array", items: string }, ["a"], [1]],
  ["ReadonlyArray<number>", { type: "array", items: number }, [1], ["1"]],
  ["number[][]", { type: "array", items: { type: "array", items: number } }, [[1]], [1]],
  ["(string | null)[]", { type: "array", items: { type: ["null", "string"] } }, [null], [1]],
  ["[string, number]", { type: "array", prefixItems: [string, number], minItems: 2, maxItems: 2 }, ["a", 1], ["a"]],
  ["[string, number?]", { type: "array", prefixItems: [string, number], minItems: 1, maxItems: 2 }, ["a"], []],
  [
    "[string, ...number[]]",
    { type: "array", prefixItems: [string], items: number, minItems: 1 },
    ["a", 1, 2],
    ["a", "b"],
  ],
  [
    "[x: number, y: number]",
    {
      type: "array",
      prefixItems: [
        { title: "x", ...number },
        { title: "y", ...number },
      ],
      minItems: 2,
      maxItems: 2,
    },
    [1, 2],
    [1],
  ],
  ["Record<string, number>", { type: "object", additionalProperties: number }, { a: 1 }, { a: "1" }],
  [
    'Record<"a" | "b", number>',
    { type: "object", properties: { a: number, b: number }, required: ["a", "b"] },
    { a: 1, b: 2 },
    { a: 1 },
  ],
  ["{ [name: string]: number }", { type: "object", additionalProperties: number }, {}, { a: "" }],
  [
    "Record<`x-${string}`, number>",
    { type: "object", patternProperties: { "^x-[\\s\\S]*$": number } },
    { "x-a": 1, b: "" },
    { "x-a": "" },
  ],
  ["Dictionary<Point>", { type: "object", additionalProperties: whole }, { a: { x: 1, y: 2 } }, { a: { x: 1 } }],
  ["Map<string, number> extends never ? string : number", number, 1, ""],
  ["Point", whole, { x: 1, y: 2, z: 3 }, { x: 1 }],
  ["Partial<Point>", point, {}, { x: "" }],
  ["Required<Partial<Point>>", whole, { x: 1, y: 2 }, {}],
  ["Readonly<Point>", whole, { x: 1, y: 2 }, {}],
  ['Pick<Point, "x">', { type: "object", properties: { x: number }, required: ["x"] }, { x: 1 }, {}],
  ['Omit<Point, "x">', { type: "object", properties: { y: point.properties.y }, required: ["y"] }, { y: 1 }, {}],
  ['Point["x"]', number, 1, "1"],
  ["keyof Point", { type: "string", enum: ["x", "y"] }, "x", "z"],
  ['Exclude<"a" | "b" | "c", "c">', { type: "string", enum: ["a", "b"] }, "a", "c"],
  ["NonNullable<string | null>", string, "a", null],
  [
    "{ a: { b: { c: string } } }",
    {
      type: "object",
      properties: {
        a: {
          type: "object",
          properties: { b: { type: "object", properties: { c: string }, required: ["c"] } },
          required: ["b"],
        },
      },
      required: ["a"],
    },
    { a: { b: { c: "" } } },
    { a: { b: {} } },
  ],
  [
    "Point & { z: number }",
    { type: "object", properties: { ...point.properties, z: number }, required: ["x", "y", "z"] },
    { x: 1, y: 2, z: 3 },
    { x: 1, y: 2 },
  ],
  ['string & { readonly brand: "id" }', string, "a", 1],
  ["`id-${number}`", { type: "string", pattern: "^id--?\\d+(?:\\.\\d+)?$" }, "id-7", "id-x"],
  ["`${string}.md`", { type: "string", pattern: "^[\\s\\S]*\\.md$" }, "a.md", "a.mdx"],
  ["Uppercase<string>", string, "A", 1],
  ["(typeof levels)[number]", { type: "string", enum: ["high", "low"] }, "low", "mid"],
  ["string | string[]", { anyOf: [{ type: "array", items: string }, string] }, ["a"], [1]],
  [
    "object & { a: 1 }",
    { type: "object", properties: { a: { type: "number", const: 1 } }, required: ["a"] },
    { a: 1 },
    {},
  ],
  ["Date & { readonly brand: 1 }", date, "2026-07-28T09:00:00Z", 1],
  [
    '{ readonly [K in "a" | "b"]?: K }',
    { type: "object", properties: { a: { type: "string", const: "a" }, b: { type: "string", const: "b" } } },
    { a: "a" },
    { a: "b" },
  ],
  [
    "{ a: number; [more: string]: number }",
    { type: "object", properties: { a: number }, required: ["a"], additionalProperties: number },
    { a: 1, b: 2 },
    { a: 1, b: "" },
  ],
  [
    "Record<number, string>",
    { type: "object", patternProperties: { "^[0-9]+$": string }, additionalProperties: false },
    { 1: "a" },
    { 1: 1 },
  ],
  ["[]", { type: "array", minItems: 0, maxItems: 0 }, [], [1]],
  [
    "Author",
    { $ref: "#/$defs/Author" },
    { books: [{ author: {} }] },
    { books: [1] },
    {
      Author: { type: "object", properties: { books: { type: "array", items: { $ref: "#/$defs/Book" } } } },
      Book: { type: "object", properties: { author: { $ref: "#/$defs/Author" }, at: date } },
    },
  ],
  ["Percent", { type: "number", minimum: 0, maximum: 100 }, 50, 101],
  ["Color", { type: "number", enum: [0, 1] }, 1, 2],
  ["Color.Green", { type: "number", const: 1 }, 1, 0],
  ["Size", { type: "string", enum: ["s", "l"] }, "l", "m"],
  ["Level", { type: "number", enum: [1, 10] }, 10, 2],
  ["Shape", shape, { kind: "circle", r: 1 }, { kind: "circle", side: 1 }],
  ["Date", date, "2026-07-28T09:00:00Z", 1],
  ["Date | null", { anyOf: [date, { type: "null" }] }, null, 1],
  ["Date[]", { type: "array", items: date }, ["2026-07-28T09:00:00Z"], [1]],
  [
    "Page<Point>",
    { type: "object", properties: { items: { type: "array", items: whole }, next: string }, required: ["items"] },
    { items: [] },
    {},
  ],
  [
    "Person",
    { $ref: "#/$defs/Person", description: "A person." },
    { name: "a", friends: [{ name: "b" }] },
    { name: "a", friends: [{}] },
    { Person: person },
  ],
  [
    "Linked<string>",
    { $ref: "#/$defs/Linked_string" },
    { value: "a", next: { value: "b" } },
    { value: "a", next: {} },
    linkedDefs,
  ],
  ["Json", { $ref: "#/$defs/Json" }, { a: [1, null] }, undefined, jsonDefs],
  [
    "Tree",
    { $ref: "#/$defs/Tree" },
    { leaves: [{}] },
    { leaves: [1] },
    { Tree: { type: "object", properties: { leaves: { type: "array", items: { $ref: "#/$defs/Tree" } } } } },
  ],
];

/** Doc tags on a member, its type, and the schema. */
const tagged: [tags: string, type: string, schema: object][] = [
  ["What it is.", "string", { description: "What it is.", type: "string" }],
  ["@minimum 0", "number", { type: "number", minimum: 0 }],
  ["@exclusiveMaximum 1", "number", { type: "number", exclusiveMaximum: 1 }],
  ["@multipleOf 5", "number", { type: "number", multipleOf: 5 }],
  ["@type integer", "number", { type: "integer" }],
  ["@TJS-type integer", "number", { type: "integer" }],
  ["@minLength 1", "string", { type: "string", minLength: 1 }],
  ["@pattern ^[a-z]+$", "string", { type: "string", pattern: "^[a-z]+$" }],
  ["@format email", "string", { type: "string", format: "email" }],
  ["@minItems 1", "string[]", { type: "array", items: string, minItems: 1 }],
  ["@uniqueItems true", "string[]", { type: "array", items: string, uniqueItems: true }],
  ["@default 3", "number", { type: "number", default: 3 }],
  [
    '@default {"a": [1]}',
    "{ a: number[] }",
    { type: "object", properties: { a: { type: "array", items: number } }, required: ["a"], default: { a: [1] } },
  ],
  ["@examples [1, 2]", "number", { type: "number", examples: [1, 2] }],
  ["@title A name", "string", { title: "A name", type: "string" }],
  ["@deprecated true", "string", { type: "string", deprecated: true }],
  ["@contentEncoding base64", "string", { type: "string", contentEncoding: "base64" }],
  [
    "See {@link Percent} and {@link https://x.example the page}.",
    "string",
    { description: "See Percent and the page.", type: "string" },
  ],
  ["More of it.", "Percent", { description: "More of it.", type: "number", minimum: 0, maximum: 100 }],
];

const source = [
  declarations,
  ...cases.map(([type], at) => `export function case${at}({ v }: { v: ${type} }): void {}`),
  ...tagged.map(([tags, type], at) => `export function tagged${at}({ v }: { /** ${tags} */ v: ${type} }): void {}`),
].join("\n");
const server = await serverOf({
  "server.ts": source,
  "tree.ts": "export interface Tree { leaves?: Tree[] }\n",
});
const inputOf = (name: string) =>
  server.tools.get(name)!.tool.inputSchema as unknown as {
    properties: { v: object };
    required?: string[];
    $defs?: object;
  };

for (const [at, [type, schema, good, bad, defs]] of cases.entries()) {
  test(`${type} becomes ${JSON.stringify(schema)}`, () => {
    const input = inputOf(`case${at}`);
    assert.equal(input.properties.v, schema);
    assert.equal(input.$defs, defs);
    assert.equal(input.required, type.includes("undefined") ? undefined : ["v"]);
    const check = compile(input);
    assert.equal(check({ v: good }), []);
    if (bad !== undefined) assert.ok(check({ v: bad }).length > 0, JSON.stringify(bad));
  });
}

for (const [at, [tags, type, schema]] of tagged.entries())
  test(`/** ${tags} */ on ${type} becomes ${JSON.stringify(schema)}`, () =>
    assert.equal(inputOf(`tagged${at}`).properties.v, schema));

test.run();
