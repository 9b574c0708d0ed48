import { test } from "uvu";
import * as assert from "uvu/assert";
import { readArguments } from "./arguments.js";
import { UsageError } from "./usage.js";

const schema = {
  type: "object",
  $defs: { size: { enum: ["small", 2] } },
  properties: {
    n: { type: "number" },
    whole: { type: "integer" },
    yes: { type: "boolean" },
    text: { type: "string" },
    maybe: { type: ["string", "null"] },
    either: { type: ["string", "number"] },
    list: { type: "array", items: { type: "number" } },
    words: { type: "array", items: { type: "string" }, minItems: 2 },
    point: { type: "object", properties: { x: { type: "number" }, y: { type: "number" } }, required: ["x"] },
    size: { $ref: "#/$defs/size" },
    "dotted.name": { type: "number" },
    any: {},
  },
  additionalProperties: false,
};
const read = (...pairs: string[]) => readArguments(pairs, schema, "usage");

for (const [pairs, expected] of [
  [["n=4.5"], { n: 4.5 }],
  [["n=-1e3"], { n: -1000 }],
  [["whole=3"], { whole: 3 }],
  [["yes=true"], { yes: true }],
  [["text=10"], { text: "10" }],
  [["text=true"], { text: "true" }],
  [["text="], { text: "" }],
  [["text=a=b"], { text: "a=b" }],
  [['text="quoted"'], { text: '"quoted"' }],
  [["maybe=null"], { maybe: null }],
  [["maybe=nothing"], { maybe: "nothing" }],
  [["either=10"], { either: 10 }],
  [['either="10"'], { either: "10" }],
  [["list=[1,2]"], { list: [1, 2] }],
  [["list=1"], { list: [1] }],
  [["list=1", "list=2"], { list: [1, 2] }],
  [["words=1", "words=b"], { words: ["1", "b"] }],
  [['point={"x":1}'], { point: { x: 1 } }],
  [["point.y=2", "point.x=1"], { point: { y: 2, x: 1 } }],
  [["size=2"], { size: 2 }],
  [["size=small"], { size: "small" }],
  [["dotted.name=1"], { "dotted.name": 1 }],
  [["any=[true]"], { any: [true] }],
  [["any=word"], { any: "word" }],
  [["any=12345678901234567890"], { any: "12345678901234567890" }],
] as const) {
  test(`reads ${pairs.join(" ")}`, () => {
    assert.equal(read(...pairs), expected);
  });
}

for (const [pairs, why] of [
  [["n=many"], 'the argument "n" has to be a number, got a string "many"'],
  [["whole=1.5"], 'the argument "whole" has to be an integer'],
  [["list=a"], 'the argument "list" has to hold a number, got a string "a"'],
  [["n=1", "n=2"], 'the argument "n" is given more than once, and is no list'],
  [["size=huge"], 'the argument "size" has to be one of "small", 2, got a string "huge"'],
  [["other=1"], 'the argument "other" is unknown; there are n, whole,'],
  [["point.y=1"], 'the argument "point.x" is missing: point.x=…'],
  [["point.x=a"], 'the argument "point.x" has to be a number'],
  [["point=1", "point.x=1"], 'the argument "point" has to be an object'],
  [["any=1", "any.x=1"], 'the argument "any.x" goes into "any", which is given as a whole'],
  [["words=1"], `"/words" must have at least 2 items`],
  [["n"], 'the argument "n": NAME=VALUE is expected'],
  [["=1"], 'the argument "=1": NAME=VALUE is expected'],
] as const) {
  test(`refuses ${pairs.join(" ")} by name`, () => {
    try {
      read(...pairs);
    } catch (error) {
      assert.instance(error, UsageError);
      assert.ok((error as Error).message.includes(why), (error as Error).message);
      return;
    }
    assert.unreachable();
  });
}

test("what is required and not given is named", () => {
  const needs = { type: "object", properties: { a: { type: "number" } }, required: ["a"] };
  assert.throws(() => readArguments([], needs, ""), 'the argument "a" is missing: a=…');
});

test("without a schema, or with one that cannot be used, what is JSON is taken as that", () => {
  for (const none of [undefined, { $ref: "#/$defs/nowhere" }])
    assert.equal(readArguments(["a=1", "b=x", "c=1", "c=2"], none, ""), { a: 1, b: "x", c: [1, 2] });
});

test("a name of the language's own is a name like any other", () => {
  const args = readArguments(["__proto__=1"], { type: "object" }, "");
  assert.equal(Object.keys(args), ["__proto__"]);
  assert.is(Object.getPrototypeOf(args), Object.prototype);
});

test.run();
