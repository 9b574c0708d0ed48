import { test } from "uvu";
import * as assert from "uvu/assert";
import { compile } from "../../protocol/json-schema.js";
import { inlined } from "./inlined.js";
import { repaired } from "./repaired.js";

const point = { type: "object", properties: { x: { type: "number" } }, required: ["x"] };

for (const [what, schema, expected] of [
  [
    "a definition",
    { type: "object", properties: { at: { $ref: "#/$defs/point" } }, $defs: { point } },
    { type: "object", properties: { at: point } },
  ],
  [
    "definitions of definitions, in lists",
    {
      type: "array",
      items: { $ref: "#/definitions/a" },
      definitions: { a: { anyOf: [{ $ref: "#/definitions/b" }] }, b: point },
    },
    { type: "array", items: { anyOf: [point] } },
  ],
  [
    "a description beside it, which counts",
    {
      properties: { at: { $ref: "#/$defs/d", description: "mine" } },
      $defs: { d: { type: "number", description: "its" } },
    },
    { properties: { at: { type: "number", description: "mine" } } },
  ],
  [
    "a bound beside it, which holds too",
    { properties: { at: { $ref: "#/$defs/d", maximum: 3 } }, $defs: { d: { type: "number", maximum: 9 } } },
    { properties: { at: { maximum: 3, allOf: [{ type: "number", maximum: 9 }] } } },
  ],
  [
    "another part of the schema, by an escaped pointer",
    { properties: { "a/b": { type: "number" }, c: { $ref: "#/properties/a~1b" } } },
    { properties: { "a/b": { type: "number" }, c: { type: "number" } } },
  ],
  [
    "nothing that only looks like one",
    { properties: { $ref: { type: "string" } }, const: { $ref: "#/$defs/x" } },
    { properties: { $ref: { type: "string" } }, const: { $ref: "#/$defs/x" } },
  ],
] as const) {
  test(`puts in ${what}`, () => {
    const before = JSON.stringify(schema);
    const after = inlined(schema as Record<string, unknown>);
    assert.equal(after, expected as never);
    assert.is(JSON.stringify(schema), before);
  });
}

test("what comes back to itself stays, and still means the same", () => {
  const tree = { type: "object", properties: { leaves: { type: "array", items: { $ref: "#/$defs/tree" } } } };
  const schema = { type: "object", properties: { root: { $ref: "#/$defs/tree" } }, $defs: { tree } };
  const after = inlined(schema as Record<string, unknown>);
  assert.is((after.properties as { root: { type: string } }).root.type, "object");
  const [first, second] = [compile(schema), compile(after)];
  for (const value of [{ root: { leaves: [{ leaves: [] }] } }, { root: { leaves: [{ leaves: [1] }] } }, { root: 1 }])
    assert.is(first(value).length, second(value).length);
});

for (const [what, schema] of [
  ["a document elsewhere", { properties: { a: { $ref: "https://example.com/a" } } }],
  ["an anchor", { properties: { a: { $ref: "#there" } }, $defs: { x: { $anchor: "there" } } }],
  ["an id below", { properties: { a: { $id: "https://example.com/a", $ref: "#/$defs/x" } }, $defs: { x: {} } }],
  ["what is not there", { properties: { a: { $ref: "#/$defs/nowhere" } } }],
] as const) {
  test(`leaves a schema that refers to ${what} as it is`, () => {
    assert.is(inlined(schema as Record<string, unknown>), schema as never);
  });
}

test("leaves a schema as it is that would grow without end", () => {
  const $defs: Record<string, unknown> = { d0: { type: "string" } };
  for (let n = 1; n < 30; n += 1)
    $defs[`d${n}`] = { properties: { a: { $ref: `#/$defs/d${n - 1}` }, b: { $ref: `#/$defs/d${n - 1}` } } };
  const schema = { $ref: "#/$defs/d29", $defs };
  assert.is(inlined(schema), schema as never);
});

const schema = {
  type: "object",
  $defs: { size: { type: "integer" } },
  properties: {
    n: { type: "number" },
    size: { $ref: "#/$defs/size" },
    yes: { type: "boolean" },
    none: { anyOf: [{ type: "number" }, { type: "null" }] },
    text: { type: "string" },
    either: { type: ["string", "number"] },
    any: {},
    list: { type: "array", items: { type: "number" } },
    point,
  },
  additionalProperties: { type: "boolean" },
};

for (const [given, value, members] of [
  [{ n: "10" }, { n: 10 }, ["/n"]],
  [{ size: "3" }, { size: 3 }, ["/size"]],
  [{ yes: "true" }, { yes: true }, ["/yes"]],
  [{ none: "null" }, { none: null }, ["/none"]],
  [{ list: "[1,2]" }, { list: [1, 2] }, ["/list"]],
  [{ list: ["1", 2] }, { list: [1, 2] }, ["/list/0"]],
  [{ point: '{"x":"1"}' }, { point: { x: 1 } }, ["/point", "/point/x"]],
  [{ more: "false" }, { more: false }, ["/more"]],
  [{ text: "10", either: "10", any: "10" }, { text: "10", either: "10", any: "10" }, []],
  [{ n: "ten", yes: "yes", point: "[1]" }, { n: "ten", yes: "yes", point: "[1]" }, []],
  [{ n: "12345678901234567890" }, { n: "12345678901234567890" }, []],
] as const) {
  test(`reads ${JSON.stringify(given)} as the schema asks`, () => {
    assert.equal(repaired(schema, given), { value, members });
  });
}

test("schemas that refer to themselves in place, or many times to one, end", () => {
  assert.equal(repaired({ $ref: "#" }, "1"), { value: "1", members: [] });
  const $defs: Record<string, unknown> = { d0: { type: "number" } };
  for (let n = 1; n < 60; n += 1)
    $defs[`d${n}`] = { allOf: [{ $ref: `#/$defs/d${n - 1}` }, { $ref: `#/$defs/d${n - 1}` }] };
  assert.equal(repaired({ $ref: "#/$defs/d59", $defs }, "1").value, 1);
});

test.run();
