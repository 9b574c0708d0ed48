import type { ServerResponse } from "node:http";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { jsonAlone } from "./message.js";
import { Outgoing, OutgoingReply } from "./outgoing.js";

const endOfTurn = () => new Promise((resolve) => setImmediate(resolve));

/** Answers over responses that only note what was written. */
function answers() {
  const outgoing = new Outgoing();
  const written: string[] = [];
  const answer = (body: string, refuses = false) => {
    const response = {
      headersSent: false,
      writeHead() {
        if (refuses) throw new TypeError("a header that cannot be sent");
        this.headersSent = true;
      },
      end: (text: string) => written.push(text),
      destroy: () => written.push(`destroyed ${body}`),
    };
    new OutgoingReply(response as unknown as ServerResponse, outgoing).send(200, jsonAlone, body);
  };
  return { outgoing, written, answer };
}

test("the answers of one turn go out at its end, in their order", async () => {
  const { written, answer } = answers();
  answer("a");
  answer("b");
  assert.equal(written, []);
  await endOfTurn();
  assert.equal(written, ["a", "b"]);
});

test("no more than 32 wait", () => {
  const { written, answer } = answers();
  for (let at = 1; at <= 33; at++) answer(String(at));
  assert.is(written.length, 32);
});

test("where one came alone, the next do not wait, until it is looked again", async () => {
  const { written, answer } = answers();
  answer("alone");
  await endOfTurn();
  for (let at = 1; at <= 17; at++) answer(String(at));
  assert.is(written.length, 1 + 16);
  await endOfTurn();
  assert.is(written.at(-1), "17");
});

test("an answer that node:http refuses holds up no other", async () => {
  const { written, answer } = answers();
  answer("a");
  answer("bad", true);
  answer("c");
  await endOfTurn();
  assert.equal(written, ["a", "destroyed bad", "c"]);
});

test("what waits can be written before the turn ends", async () => {
  const { outgoing, written, answer } = answers();
  answer("a");
  outgoing.flush();
  assert.equal(written, ["a"]);
  await endOfTurn();
  assert.equal(written, ["a"]);
});

/** A stream over a response that only notes what was done to it. */
function streams() {
  const done: string[] = [];
  const response = {
    headersSent: false,
    writableNeedDrain: false,
    on: () => {},
    writeHead: () => done.push("head"),
    flushHeaders: () => done.push("flush"),
    write: (text: string) => done.push(text.slice(0, 10)) > 0,
    end: (text?: string) => done.push(`end ${text ?? ""}`),
  };
  const reply = new OutgoingReply(response as unknown as ServerResponse, new Outgoing());
  return { done, stream: reply.open(200, jsonAlone, { drained: () => {} }) };
}

test("a stream's head, its first events and its end are one piece", async () => {
  const { done, stream } = streams();
  stream.write("a");
  stream.write("b");
  stream.close();
  assert.equal(done, []);
  await endOfTurn();
  assert.equal(done, ["head", "end ab"]);
});

test("a stream goes on after its first turn", async () => {
  const { done, stream } = streams();
  stream.write("a");
  await endOfTurn();
  stream.write("b");
  stream.close();
  assert.equal(done, ["head", "a", "b", "end "]);
});

test("the head of a stream goes out although nothing is said", async () => {
  const { done } = streams();
  await endOfTurn();
  assert.equal(done, ["head", "flush"]);
});

test("a stream that says much at once does not wait", () => {
  const { done, stream } = streams();
  stream.write("x".repeat(20_000));
  assert.equal(done, ["head", "xxxxxxxxxx"]);
});

test.run();
