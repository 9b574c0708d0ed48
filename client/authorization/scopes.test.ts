import { test } from "uvu";
import * as assert from "uvu/assert";
import { scopesFor, scopesIn } from "./scopes.js";

const none = { challenged: undefined, wanted: [], supported: undefined, before: undefined };

test("the challenge decides, then what the server lists, and else nothing is asked for", () => {
  assert.equal(scopesFor({ ...none, challenged: ["b"], supported: ["a"] }), ["b"]);
  assert.equal(scopesFor({ ...none, challenged: [], supported: ["a"] }), []);
  assert.equal(scopesFor({ ...none, supported: ["a", "b"] }), ["a", "b"]);
  assert.equal(scopesFor(none), []);
});

test("what was asked for before stays, and is not widened by what the server lists", () => {
  assert.equal(scopesFor({ ...none, challenged: ["b", "a"], supported: ["c"], before: ["a"] }), ["a", "b"]);
  assert.equal(scopesFor({ ...none, supported: ["c"], before: ["a"] }), ["a"]);
  assert.equal(scopesFor({ ...none, supported: ["c"], before: [] }), []);
});

test("what the caller wants is asked for besides", () => {
  assert.equal(scopesFor({ ...none, wanted: ["w"], challenged: ["a"] }), ["w", "a"]);
  assert.equal(scopesFor({ ...none, wanted: ["w"], supported: ["a"] }), ["w", "a"]);
  assert.equal(scopesFor({ ...none, wanted: ["w"], supported: ["a"], before: ["b"] }), ["b", "w"]);
});

test("what is no scope is left out", () => {
  assert.equal(scopesFor({ ...none, challenged: ["a", 'b"', "c\\", "d\n"] }), ["a"]);
  assert.equal(scopesIn(["a", 1, null, "", "b c", "é", "d"]), ["a", "d"]);
  assert.is(scopesIn("a b"), undefined);
});

test.run();
