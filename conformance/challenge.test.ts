import { test } from "uvu";
import * as assert from "uvu/assert";
import { readChallenges } from "./challenge.js";

const read = (field: string) => readChallenges(field).map(({ scheme, params }) => [scheme, params]);

test("challenges have parameters as tokens and as quoted strings", () => {
  assert.equal(read('Bearer realm=a, Error="invalid_token",scope = "a b"'), [
    ["bearer", { realm: "a", error: "invalid_token", scope: "a b" }],
  ]);
  assert.equal(read(String.raw`bearer error_description="a \"b\", c=d"`), [
    ["bearer", { error_description: 'a "b", c=d' }],
  ]);
});

test("several challenges stand in one field", () => {
  assert.equal(read('Basic realm="x", Bearer scope="a", DPoP algs="ES256 PS256"'), [
    ["basic", { realm: "x" }],
    ["bearer", { scope: "a" }],
    ["dpop", { algs: "ES256 PS256" }],
  ]);
  assert.equal(read("Negotiate YWJj==, Bearer"), [
    ["negotiate", {}],
    ["bearer", {}],
  ]);
  assert.equal(read('Bearer, Basic realm="x"'), [
    ["bearer", {}],
    ["basic", { realm: "x" }],
  ]);
});

test("what is no challenge is none", () => {
  for (const field of ["", " ", '"', "=a", '="a", Bearer']) assert.equal(read(field), [], field);
  assert.equal(read('Bearer scope="a'), [["bearer", {}]]);
});

test.run();
