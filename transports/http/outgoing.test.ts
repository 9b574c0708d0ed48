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

test.run();
