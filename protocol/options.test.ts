import { test } from "uvu";
import * as assert from "uvu/assert";
import { listOrAny, milliseconds, oneOf, wholeNumber } from "./options.js";

test("takes what fits, and the default for what is left out", () => {
  assert.is(wholeNumber(undefined, 5, "n"), 5);
  assert.is(wholeNumber(1, 5, "n"), 1);
  assert.is(milliseconds(Infinity, 5, "ms"), Infinity);
  assert.is(milliseconds(0.5, 5, "ms"), 0.5);
  assert.is(oneOf("a", "b", ["a", "b"], "word"), "a");
  assert.is(listOrAny("*", "list"), "*");
  assert.equal(listOrAny(["a"], "list"), ["a"]);
  assert.is(listOrAny(undefined, "list"), undefined);
});

test("refuses the rest by name", () => {
  for (const bad of [0, -1, 1.5, NaN, Infinity, "3", null] as never[])
    assert.throws(() => wholeNumber(bad, 5, "pageSize"), /pageSize must be a whole number/);
  for (const bad of [-1, NaN, "3", null] as never[])
    assert.throws(() => milliseconds(bad, 5, "graceMs"), /graceMs must be milliseconds/);
  assert.throws(() => oneOf("c" as never, "b", ["a", "b"], "reply"), /reply must be one of "a", "b", got "c"/);
  for (const bad of ["https://app.example", [1], {}] as never[])
    assert.throws(() => listOrAny(bad, "allowedOrigins"), /allowedOrigins must be a list/);
});

test.run();
