import { test } from "uvu";
import * as assert from "uvu/assert";
import { SseReader } from "./sse.js";

const read = (...pieces: string[]) => {
  const reader = new SseReader(1000);
  const events = pieces.flatMap((piece) => reader.push(piece));
  return { reader, data: events.map(({ event, data }) => `${event}:${data}`) };
};
const stream =
  ": hello\n\nid: 1\nevent: a\ndata: one\n\nid: 2\nretry: 50\ndata:two\ndata: lines\n\nid: 3\ndata\n\n: end\n\n";
const expected = ["a:one", "message:two\nlines", "message:undefined"];

test("events, with each kind of line end, however the stream is cut", () => {
  for (const end of ["\n", "\r\n", "\r"]) {
    const text = `\ufeff${stream.replaceAll("\n", end)}`;
    for (let at = 0; at <= text.length; at++) {
      const { reader, data } = read(text.slice(0, at), text.slice(at), "\n");
      assert.equal(data, expected, `${JSON.stringify(end)} at ${at}`);
      assert.equal([reader.lastId, reader.retryMs], ["3", 50]);
    }
    assert.equal(read(...text, "\n").data, expected);
  }
});

test("an id counts when its event is complete, and fields that are none do not", () => {
  const { reader, data } = read("id: 1\n\nid: 2\ndata: x\n", "retry: soon\nid: a\0b\nunknown: 1\n");
  assert.equal(data, []);
  assert.equal([reader.lastId, reader.retryMs], ["1", undefined]);
  reader.push("\n");
  assert.is(reader.lastId, "2");
});

test("an event that never ends is refused", () => {
  for (const piece of ["x".repeat(100), "data: x\n".repeat(20)]) {
    const reader = new SseReader(1000);
    assert.throws(() => {
      for (let i = 0; i < 50; i++) reader.push(piece);
    }, RangeError);
  }
});

test.run();
