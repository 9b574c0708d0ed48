import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Message } from "../protocol/jsonrpc.js";
import { Outbox } from "./outbox.js";

/** An outbox whose reader takes nothing until `reading` is set. */
function open(maxQueued = 1000) {
  const written: string[] = [];
  const reader = { reading: false };
  const outbox = new Outbox(
    { write: (text) => (written.push(...text.trimEnd().split("\n")), reader.reading) },
    { frame: (json) => `${json}\n`, maxQueued, onError: (error) => written.push(String(error)) },
  );
  const drain = () => {
    reader.reading = true;
    outbox.drained();
  };
  return { written, reader, outbox, drain };
}

const response = (id: number, text = ""): Message => ({ jsonrpc: "2.0", id, result: { text } });
const progress = (progressToken: string | number, done: number): Message => ({
  jsonrpc: "2.0",
  method: "notifications/progress",
  params: { progressToken, progress: done },
});
const updated = (uri: string, subscriptionId?: number): Message => ({
  jsonrpc: "2.0",
  method: "notifications/resources/updated",
  params: {
    ...(subscriptionId === undefined ? {} : { _meta: { "io.modelcontextprotocol/subscriptionId": subscriptionId } }),
    uri,
  },
});
const log = (data: string): Message => ({
  jsonrpc: "2.0",
  method: "notifications/message",
  params: { level: "info", data },
});
const parsed = (lines: string[]) => lines.map((line) => JSON.parse(line) as Record<string, never>);

test("to a reader that keeps up everything goes at once, in order", () => {
  const { written, reader, outbox } = open();
  reader.reading = true;
  const messages = [progress(1, 1), progress(1, 2), log("a"), updated("a:b"), updated("a:b"), response(1)];
  for (const message of messages) outbox.send(message);
  assert.equal(parsed(written), messages);
});

test("progress that is overtaken is dropped while the reader is behind, of its own token only", () => {
  const { written, outbox, drain } = open();
  outbox.send(response(0));
  for (let done = 1; done <= 5; done++) {
    outbox.send(progress(1, done));
    outbox.send(progress("1", done));
  }
  outbox.send(response(1));
  drain();
  assert.equal(parsed(written), [response(0), progress(1, 5), progress("1", 5), response(1)]);
});

test("a change that waits to be told is not told twice", () => {
  const { written, outbox, drain } = open();
  outbox.send(response(0));
  for (let i = 0; i < 1000; i++) {
    outbox.send(updated("a:b"));
    outbox.send(updated("a:b", 7));
    outbox.send(updated("a:c"));
    outbox.send({ jsonrpc: "2.0", method: "notifications/tools/list_changed" });
  }
  drain();
  assert.equal(parsed(written), [
    response(0),
    updated("a:b"),
    updated("a:b", 7),
    updated("a:c"),
    { jsonrpc: "2.0", method: "notifications/tools/list_changed" },
  ]);
});

test("log messages are left out beyond the bound, responses never", () => {
  const { written, outbox, drain } = open(200);
  outbox.send(response(0));
  assert.not(outbox.congested);
  for (let i = 1; i <= 20; i++) outbox.send(log(String(i)));
  assert.ok(outbox.congested);
  for (let i = 1; i <= 50; i++) outbox.send(response(i));
  drain();
  assert.not(outbox.congested);
  const messages = parsed(written);
  const logs = messages.filter((message) => "method" in message);
  assert.ok(logs.length > 0 && logs.length < 5, `${logs.length} log messages`);
  assert.equal(
    messages.filter((message) => "id" in message).map(({ id }) => id),
    Array.from({ length: 51 }, (_, i) => i),
  );
});

test("much progress of many tokens takes time in proportion", () => {
  const { outbox } = open();
  outbox.send(response(0));
  const tokens = 20_000;
  const started = process.hrtime.bigint();
  for (let round = 0; round < 2; round++)
    for (let token = 0; token < tokens; token++) outbox.send(progress(token, round));
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  assert.ok(seconds < 2, `${seconds} s`);
});

test("what is sent in one turn goes out in one piece where writing is put off", () => {
  const written: string[] = [];
  let flush: (() => void) | undefined;
  const outbox = new Outbox(
    { write: (text) => (written.push(text), true) },
    { frame: (json) => `${json};`, maxQueued: 100, onError: () => {}, defer: (run) => (flush = run) },
  );
  outbox.send(response(1));
  outbox.send(response(2));
  assert.equal(written, []);
  flush!();
  assert.equal(written.length, 1);
  assert.equal(written[0]!.split(";").length, 3);
});

test("a result that JSON cannot say becomes an error, a notification is told to onError", () => {
  const { written, reader, outbox } = open();
  reader.reading = true;
  outbox.send({ jsonrpc: "2.0", id: 1, result: { big: 1n } });
  outbox.send({ jsonrpc: "2.0", method: "notifications/message", params: { data: 1n } });
  const [told, answer] = [written[0], JSON.parse(written[1]!)];
  assert.match(told!, /BigInt/);
  assert.equal([answer.id, answer.error.code], [1, -32603]);
  assert.is(written.length, 3);
  assert.match(written[2]!, /BigInt/);
});

test.run();
