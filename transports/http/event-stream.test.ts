import { test } from "uvu";
import * as assert from "uvu/assert";
import { FakeClock } from "../testing/fake-clock.js";
import { EventStream, streamOptions } from "./event-stream.js";
import { KeepAlive } from "./keep-alive.js";

function open(takes = true) {
  const clock = new FakeClock();
  const reader = { takes, drain: () => {} };
  const written: string[] = [];
  let closed = 0;
  const reply = {
    send: () => {},
    open: (_status: number, _headers: Record<string, string>, feeder: { drained(): void }) => {
      reader.drain = () => {
        reader.takes = true;
        feeder.drained();
      };
      return { write: (text: string) => (written.push(text), reader.takes), close: () => void closed++ };
    },
    onDisconnect: () => {},
  };
  const stream = new EventStream(
    reply,
    {},
    streamOptions(100, new KeepAlive(clock, 1000), () => {}),
  );
  return { clock, reader, written, stream, closed: () => closed };
}

const message = (id: number) => ({ jsonrpc: "2.0", id, result: {} }) as const;

test("one event for each message, on one line", () => {
  const { stream, written } = open();
  stream.send({ jsonrpc: "2.0", method: "notifications/message", params: { data: "a\nb\r\nc\u2028" } });
  assert.is(written.length, 1);
  assert.match(written[0]!, /^event: message\ndata: [^\r\n]*\n\n$/);
});

test("a quiet stream gets comments, one that is behind gets none", async () => {
  const { clock, stream, written, reader } = open();
  await clock.advance(2000);
  assert.equal(written, [":\n\n", ":\n\n"]);
  reader.takes = false;
  stream.send(message(1));
  await clock.advance(10_000);
  assert.is(written.length, 3);
  reader.drain();
  await clock.advance(1000);
  assert.is(written.length, 4);
});

test("closing waits for what is queued; then no timer is left", async () => {
  const { clock, stream, written, reader, closed } = open(false);
  stream.send(message(1));
  stream.send(message(2));
  stream.close();
  stream.send(message(3));
  assert.equal([closed(), written.length], [0, 1]);
  reader.drain();
  assert.is(closed(), 1);
  assert.is(
    written
      .join("")
      .match(/"id":\d/g)!
      .join(),
    '"id":1,"id":2',
  );
  assert.is(clock.pending, 0);
  stream.close();
  reader.drain();
  assert.is(closed(), 1);
});

test("a stream whose client is gone takes nothing more", async () => {
  const { clock, stream, written } = open();
  stream.lost();
  stream.send(message(1));
  await clock.advance(10_000);
  assert.equal(written, []);
  assert.is(clock.pending, 0);
});

test.run();
