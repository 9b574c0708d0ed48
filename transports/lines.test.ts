import { test } from "uvu";
import * as assert from "uvu/assert";
import { Lines, type Line } from "./lines.js";

/** What the lines of these chunks are. */
function cut(maxBytes: number, ...chunks: (string | Uint8Array)[]): Line[] {
  const found: Line[] = [];
  const lines = new Lines(maxBytes, (line) => found.push(line));
  for (const chunk of chunks) lines.push(Buffer.from(chunk as string));
  lines.end();
  return found;
}

test("several lines in a chunk, and one line in several chunks", () => {
  assert.equal(cut(100, "a\nb\n", "c", "d", "e\nf", "\n"), [
    { text: "a" },
    { text: "b" },
    { text: "cde" },
    { text: "f" },
  ]);
});

test("a character that is cut in two stays whole", () => {
  const bytes = Buffer.from("é\n€\n");
  const single = [...bytes].map((byte) => Uint8Array.of(byte));
  assert.equal(cut(100, ...single), [{ text: "é" }, { text: "€" }]);
});

test("blank lines are left out, CRLF leaves its carriage return to JSON's white space", () => {
  assert.equal(cut(100, "\n\r\n  \t\n{}\r\n\n"), [{ text: "{}\r" }]);
});

test("the last line needs no newline", () => {
  assert.equal(cut(100, "a\nb"), [{ text: "a" }, { text: "b" }]);
  assert.equal(cut(100, "a\n"), [{ text: "a" }]);
  assert.equal(cut(100), []);
});

test("a line of exactly the limit passes, a longer one is told once and skipped", () => {
  assert.equal(cut(4, "abcd\nefghi\njkl\n"), [{ text: "abcd" }, { fault: "too long" }, { text: "jkl" }]);
  assert.equal(cut(4, "abc", "def", "ghi", "j\nk\n"), [{ fault: "too long" }, { text: "k" }]);
  assert.equal(cut(4, "abcdefgh"), [{ fault: "too long" }]);
  assert.equal(cut(4, "abcde\n", "fghij\n"), [{ fault: "too long" }, { fault: "too long" }]);
});

test("a line that is too long is told before it ends", () => {
  const found: Line[] = [];
  const lines = new Lines(4, (line) => found.push(line));
  lines.push(Buffer.from("abcde"));
  assert.equal(found, [{ fault: "too long" }]);
});

test("bytes that are no UTF-8", () => {
  assert.equal(cut(100, Uint8Array.of(0x22, 0xff, 0x22, 0x0a), "ok\n"), [{ fault: "not UTF-8" }, { text: "ok" }]);
  // A surrogate in UTF-8, an overlong slash, a character that lacks its end.
  assert.equal(cut(100, Uint8Array.of(0xed, 0xa0, 0x80, 0x0a)), [{ fault: "not UTF-8" }]);
  assert.equal(cut(100, Uint8Array.of(0xc0, 0xaf, 0x0a)), [{ fault: "not UTF-8" }]);
  assert.equal(cut(100, Uint8Array.of(0xe2, 0x82)), [{ fault: "not UTF-8" }]);
});

test("text from an input with an encoding set is taken as well", () => {
  const found: Line[] = [];
  const lines = new Lines(100, (line) => found.push(line));
  lines.push("10\n2é\n");
  assert.equal(found, [{ text: "10" }, { text: "2é" }]);
});

test.run();
