import { test } from "uvu";
import * as assert from "uvu/assert";
import { eventReader } from "./event-stream.js";
import type { StreamEvent } from "./event-stream.js";

function read(...chunks: readonly (string | Uint8Array)[]): StreamEvent[] {
  const events: StreamEvent[] = [];
  const reader = eventReader((event) => events.push(event));
  for (const chunk of chunks) reader(typeof chunk === "string" ? new TextEncoder().encode(chunk) : chunk);
  return events;
}
const data = (...chunks: readonly (string | Uint8Array)[]) => read(...chunks).map((event) => event.data);

test("events end at a blank line, with any kind of line end", () => {
  assert.equal(data("data: a\n\ndata:b\r\n\r\ndata: c\r\r"), ["a", "b"]);
  assert.equal(data("data: a\n\ndata:b\r\n\r\ndata: c\r\r", "\n"), ["a", "b", "c"]);
});

test("lines of data are joined, other fields told, comments passed over", () => {
  assert.equal(read(": hello\nid: 7\nevent: endpoint\nretry: 5\ndata: a\ndata: b\n\n"), [
    { event: "endpoint", data: "a\nb", id: "7", retry: 5 },
  ]);
  assert.equal(data(":\n\n: keep-alive\n\n"), []);
});

test("pieces may be cut anywhere, within a character too", () => {
  const bytes = new TextEncoder().encode("data: 世界\r\n\r\n");
  assert.equal(data(...Array.from(bytes, (byte) => Uint8Array.of(byte))), ["世界"]);
});

test("an event that the end cuts short is lost", () => assert.equal(data("data: a\n\ndata: b\n"), ["a"]));

test.run();
