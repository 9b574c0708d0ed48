import { test } from "uvu";
import * as assert from "uvu/assert";
import { MemoryStreamLog, type StreamLogOptions } from "./stream-log.js";

function logAt(options: StreamLogOptions = {}) {
  let now = 0;
  const log = new MemoryStreamLog({ now: () => now, after: () => () => {} }, options);
  const add = (session: string, stream: string, number: number, data = "x", ended = false) =>
    log.append(session, stream, { number, data }, ended);
  const numbers = (session: string, stream: string, after: number) =>
    log.read(session, stream, after)?.events.map(({ number }) => number);
  return { log, add, numbers, pass: (ms: number) => (now += ms) };
}

test("what a stream has after an event, and no other stream's", () => {
  const { log, add, numbers } = logAt();
  add("s", "a", 1);
  add("s", "b", 1);
  add("s", "a", 2, "two");
  add("t", "a", 1);
  assert.equal(log.read("s", "a", 1), { events: [{ number: 2, data: "two" }], ended: false });
  assert.equal(
    [numbers("s", "a", 0), numbers("s", "b", 0), numbers("s", "a", 2), numbers("t", "a", 0)],
    [[1, 2], [1], [], [1]],
  );
  assert.equal(
    [numbers("s", "c", 0), numbers("u", "a", 0), numbers("s", "a", 3), numbers("s", "__proto__", 0)],
    [undefined, undefined, undefined, undefined],
  );
});

test("the end of a stream is told", () => {
  const { log, add } = logAt();
  add("s", "a", 1);
  assert.is(log.read("s", "a", 1)?.ended, false);
  add("s", "a", 2, "", true);
  assert.is(log.read("s", "a", 2)?.ended, true);
});

test("more events or characters than allowed: the oldest go, and a part is never given for all", () => {
  const { add, numbers, log } = logAt({ maxEvents: 3, maxChars: 100 });
  for (let number = 1; number <= 5; number++) add("s", "a", number);
  assert.equal([numbers("s", "a", 1), numbers("s", "a", 2), numbers("s", "a", 4)], [undefined, [3, 4, 5], [5]]);
  add("s", "a", 6, "y".repeat(99));
  assert.equal([numbers("s", "a", 4), numbers("s", "a", 5), log.chars], [[5, 6], [6], 100]);
  add("s", "a", 7, "z".repeat(101));
  assert.equal([numbers("s", "a", 6), numbers("s", "a", 7), log.chars], [undefined, [], 0]);
});

test("events that are too old go, also those of sessions that nobody asks for", () => {
  const { add, numbers, log, pass } = logAt({ maxAgeMs: 1000 });
  add("s", "a", 1);
  pass(600);
  add("s", "a", 2);
  add("t", "a", 1);
  pass(600);
  assert.equal([numbers("s", "a", 0), numbers("s", "a", 1)], [undefined, [2]]);
  pass(600);
  add("u", "a", 1);
  assert.is(log.chars, 1);
  assert.equal([numbers("s", "a", 2), numbers("t", "a", 1)], [[], []], "where nothing was missed, that is known");
});

test("the bound of all sessions: the one that was quiet longest loses first", () => {
  const { add, numbers, log } = logAt({ maxCharsInAll: 10 });
  add("s", "a", 1, "12345");
  add("t", "a", 1, "12345");
  add("s", "a", 2, "12");
  assert.equal([numbers("t", "a", 0), numbers("s", "a", 0), log.chars], [undefined, [1, 2], 7]);
});

test("streams that ended make room for new ones before those that are open", () => {
  const { add, numbers } = logAt({ maxStreams: 2 });
  add("s", "open", 1);
  add("s", "over", 1, "x", true);
  add("s", "new", 1);
  assert.equal([numbers("s", "open", 0), numbers("s", "over", 0), numbers("s", "new", 0)], [[1], undefined, [1]]);
  add("s", "newer", 1);
  assert.equal([numbers("s", "open", 0), numbers("s", "newer", 0)], [undefined, [1]]);
});

test("options that make no sense are refused by their name", () => {
  assert.throws(() => logAt({ maxEvents: 0 }), "streamLog.maxEvents");
  assert.throws(() => logAt({ maxAgeMs: Number.NaN }), "streamLog.maxAgeMs");
});

test("a session that is forgotten leaves nothing", () => {
  const { add, numbers, log } = logAt();
  add("s", "a", 1);
  log.delete("s");
  log.delete("never");
  assert.equal([numbers("s", "a", 0), log.chars], [undefined, 0]);
});

test.run();
