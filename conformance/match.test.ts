import { createPrivateKey, sign } from "node:crypto";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { equal, match, resolve } from "./match.js";
import type { Bindings } from "./match.js";
import { keyPair } from "./signed.js";
import type { Json } from "./trace.js";

const fits = (pattern: Json, value: Json | undefined, bindings: Bindings = new Map()) =>
  match(pattern, value, "", bindings) === undefined;

test("objects are matched by their members, others are allowed", () => {
  assert.ok(fits({ a: 1 }, { a: 1, b: 2 }));
  assert.not(fits({ a: 1, b: 2 }, { a: 1 }));
  assert.not(fits({}, []));
  assert.not(fits({}, null));
  assert.ok(fits({ a: { b: [{ c: 1 }] } }, { a: { b: [{ c: 1, d: 2 }] } }));
});

test("a verifier is held against its challenge, a token against its claims and its key", () => {
  // The pair that RFC 7636 gives as its example.
  const challenge: Bindings = new Map([["c", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"]]);
  assert.ok(fits({ $s256: "c" }, "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", challenge));
  assert.not(fits({ $s256: "c" }, "another", challenge));
  assert.not(fits({ $s256: "c" }, undefined, challenge));

  const { privateKey, publicKey } = keyPair();
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${part({ alg: "ES256" })}.${part({ iss: "a" })}`;
  const key = { key: createPrivateKey(privateKey), dsaEncoding: "ieee-p1363" } as const;
  const token = `${signed}.${sign("sha256", Buffer.from(signed), key).toString("base64url")}`;
  const keys: Bindings = new Map([["key", publicKey]]);
  const jwt = { header: { alg: "ES256" }, key: { $ref: "key" } };
  assert.ok(fits({ $jwt: { ...jwt, claims: { iss: "a" } } }, token, keys));
  assert.not(fits({ $jwt: { ...jwt, claims: { iss: "b" } } }, token, keys));
  assert.not(fits({ $jwt: jwt }, `${signed}.${"A".repeat(86)}`, keys));
  assert.ok(fits({ $jwt: { claims: { iss: "a" } } }, `${signed}.x`));
  for (const none of ["a.b", "a.b.c", undefined]) assert.not(fits({ $jwt: {} }, none), String(none));
});

test("arrays are matched one by one, and by their number", () => {
  assert.ok(fits([1, { a: 1 }], [1, { a: 1, b: 1 }]));
  assert.not(fits([1], [1, 2]));
  assert.not(fits([1, 2], [2, 1]));
  assert.not(fits([], {}));
});

test("scalars are matched by type and value", () => {
  assert.ok(fits(null, null));
  assert.not(fits(null, undefined));
  assert.not(fits(1, "1"));
  assert.not(fits(false, null));
});

test("members of a prototype are no members", () => {
  assert.not(fits({ constructor: { $any: true } }, {}));
  assert.ok(fits({ toString: { $absent: true } }, {}));
  assert.ok(fits({ ["__proto__"]: { $absent: true } }, {}));
});

test("a difference is told with its path and both sides", () => {
  assert.equal(
    match({ result: { content: [{ text: "a" }] } }, { result: { content: [{ text: "b" }] } }, "", new Map()),
    {
      path: "result.content[0].text",
      expected: '"a"',
      received: '"b"',
    },
  );
  assert.is(match(1, undefined, "", new Map())?.received, "nothing");
});

const cases: readonly (readonly [Json, readonly (Json | undefined)[], readonly (Json | undefined)[]])[] = [
  [{ $member: ["$schema", "a"] }, [{ $schema: "a", b: 1 }], [{ $schema: "b" }, {}, null]],
  [{ $member: ["toString", { $absent: true }] }, [{}], [{ toString: 1 }]],
  [
    { $distinct: "name" },
    [[], [{ name: "a" }, { name: "b" }], [{ name: 1 }, { name: "1" }]],
    [[{ name: "a" }, { name: "a", b: 1 }], [{}, {}], {}, undefined],
  ],
  [{ $any: true }, [null, 0, "", {}], [undefined]],
  [{ $absent: true }, [undefined], [null, 0]],
  [{ $type: "integer" }, [0, -3], [1.5, "1", undefined]],
  [{ $type: "number" }, [0, 1.5], ["1"]],
  [{ $type: "object" }, [{}], [[], null]],
  [{ $type: "array" }, [[]], [{}]],
  [{ $type: "null" }, [null], [undefined, 0]],
  [{ $type: "boolean" }, [true, false], [0]],
  [{ $match: "^a+$" }, ["aa"], ["ab", 1, undefined]],
  [{ $exact: { a: 1 } }, [{ a: 1 }], [{ a: 1, b: 2 }, {}]],
  [{ $exact: { $ref: "#/$defs/a" } }, [{ $ref: "#/$defs/a" }], [{}]],
  [{ $not: { a: 1 } }, [{ a: 2 }, 5], [{ a: 1, b: 1 }]],
  [{ $anyOf: [1, { a: 1 }, { $absent: true }] }, [1, { a: 1 }, undefined], [2, null]],
  [{ $contains: [{ a: 1 }, { b: 2 }] }, [[{ b: 2 }, { a: 1 }]], [[{ a: 1 }], {}, "a"]],
  [{ $contains: "b" }, ["abc"], ["ac", ["b"]]],
  [{ $each: { a: { $type: "number" } } }, [[], [{ a: 1 }, { a: 2 }]], [[{ a: 1 }, {}], {}]],
  [{ $keys: { $match: "^[ab]$" } }, [{}, { a: 1, b: 2 }], [{ a: 1, c: 2 }, [], "a", null]],
  [{ $length: 2 }, ["ab", [1, 2]], ["a", [1], {}]],
  [{ $length: { $min: 1 } }, ["a", [1]], ["", []]],
  [{ $json: { a: 1 } }, ['{"a":1,"b":2}'], ['{"a":2}', "{", 5]],
  [{ $min: 1, $max: 3 }, [1, 3], [0, 4, "2", undefined]],
  [{ $above: 1 }, [1.1], [1, 0]],
];
for (const [pattern, good, bad] of cases) {
  test(`${JSON.stringify(pattern)} accepts and refuses`, () => {
    for (const value of good) assert.ok(fits(pattern, value), `accepts ${JSON.stringify(value)}`);
    for (const value of bad) assert.not(fits(pattern, value), `refuses ${JSON.stringify(value)}`);
  });
}

test("bound values are reused", () => {
  const bindings: Bindings = new Map();
  assert.ok(fits({ a: { $bind: "x", $type: "number" } }, { a: 5 }, bindings));
  assert.is(bindings.get("x"), 5);
  assert.ok(fits({ $ref: "x" }, 5, bindings));
  assert.not(fits({ $ref: "x" }, 6, bindings));
  assert.ok(fits({ $above: { $ref: "x" } }, 6, bindings));
  assert.equal(resolve({ p: [{ $ref: "x" }] }, bindings), { p: [5] });
  assert.not(fits({ $bind: "y" }, undefined, bindings));
});

test("a branch that does not fit binds nothing", () => {
  const bindings: Bindings = new Map();
  assert.ok(fits({ $anyOf: [{ a: { $bind: "x" }, b: 1 }, { a: { $bind: "z" } }] }, { a: 1, b: 2 }, bindings));
  assert.equal([...bindings], [["z", 1]]);
});

test("a pattern that is wrong is an error of the trace, not a mismatch", () => {
  assert.throws(() => fits({ $unheardOf: 1 }, 1), /no matcher is called \$unheardOf/);
  assert.throws(() => fits({ $ref: "nothing" }, 1), /nothing is bound to "nothing"/);
  assert.throws(() => fits({ $min: "a" }, 1), /a number to compare with/);
  assert.throws(() => fits({ $toString: 1 }, 1), /no matcher/);
});

test("resolve keeps members that are named as a prototype's", () => {
  const sent = resolve(JSON.parse('{"__proto__": {"a": 1}}') as Json, new Map());
  assert.is(JSON.stringify(sent), '{"__proto__":{"a":1}}');
});

test("what a step sends may be made of parts", () => {
  const bindings: Bindings = new Map([["x", "abc"]]);
  assert.equal(resolve({ state: { $concat: [{ $ref: "x" }, "-", 1] } }, bindings), { state: "abc-1" });
  assert.throws(() => resolve({ $concat: [{ $ref: "y" }] }, bindings), /nothing is bound/);
});

test("equal does not mind the order of members", () => {
  assert.ok(equal({ a: 1, b: [{ c: null }] }, { b: [{ c: null }], a: 1 }));
  assert.not(equal({ a: 1 }, { a: 1, b: undefined as unknown as Json }));
  assert.not(equal([1], { 0: 1 } as Json));
});

test("challenges and lists of words are read", () => {
  const field = 'Basic realm="x", Bearer scope="a b", error=none';
  assert.is(match({ $challenge: { error: "none", realm: { $absent: true } } }, field, "", new Map()), undefined);
  assert.is(match({ $challenge: { scope: { $words: ["a", "b"] } } }, field, "", new Map()), undefined);
  assert.is(
    match({ $challenge: { scope: { $words: { $contains: ["c"] } } } }, field, "h", new Map())?.path,
    "words of h Bearer.scope",
  );
  for (const other of [undefined, "Basic", 'Digest x="Bearer a"'])
    assert.is(match({ $challenge: {} }, other, "", new Map())?.expected, "a challenge of the scheme Bearer");
  assert.ok(match({ $words: [] }, ["a"], "", new Map()));
});

test.run();
