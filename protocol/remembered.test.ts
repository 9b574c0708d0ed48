import { test } from "uvu";
import * as assert from "uvu/assert";
import { remembered } from "./remembered.js";

test("an answer is kept, a few at most, and none to a long text", () => {
  const asked: string[] = [];
  const read = remembered((text) => {
    asked.push(text);
    return text.length;
  }, 2);
  assert.equal([read("a"), read("a"), read("bb"), read("a")], [1, 1, 2, 1]);
  assert.equal(asked, ["a", "bb"]);
  read("ccc");
  assert.is(read("a"), 1);
  assert.equal(asked, ["a", "bb", "ccc", "a"]);
  const long = "x".repeat(10_000);
  assert.equal([read(long), read(long)], [10_000, 10_000]);
  assert.is(asked.filter((text) => text === long).length, 2);
});

test.run();
