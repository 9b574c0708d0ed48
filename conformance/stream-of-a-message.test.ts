import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Judge } from "./judge.js";
import { replay } from "./replay.js";
import type { Json, JsonObject, Step } from "./trace.js";
import type { Arrival, HttpExchange, HttpReply, Subject } from "./wires/wire.js";

const lenient: Judge = { unjudged: [], server: () => [] };
const OK: HttpReply = { status: 200, headers: { "content-type": "text/event-stream" }, body: "" };

/** A subject over HTTP whose script says in which of the replies so far a message comes. */
function scripted(script: (message: JsonObject, say: (message: Json, reply: number) => void) => void) {
  const abandoned: number[] = [];
  const exchanges: HttpExchange[] = [];
  const subject: Subject = {
    wire: "http",
    async connect(receive: (arrival: Arrival) => void) {
      return {
        send({ text }) {
          const index = exchanges.length;
          const abandon = () => void abandoned.push(index);
          const ended = Promise.resolve();
          exchanges.push({ replied: Promise.resolve(OK), reply: OK, events: [], ended, abandon });
          const say = (message: Json, reply: number) => {
            const exchange = exchanges[reply];
            const whole = { jsonrpc: "2.0", ...(message as JsonObject) };
            if (exchange) receive({ kind: "message", message: whole, exchange });
          };
          script(JSON.parse(String(text)) as JsonObject, say);
          return exchanges[index];
        },
        close: async () => undefined,
      };
    },
    close: async () => undefined,
  };
  return { subject, abandoned };
}

/** The second request is answered in the reply to the first; so is a question asked of the client. */
const astray = () =>
  scripted((message, say) => {
    if (message["id"] === 2) say({ id: 2, result: {} }, 0);
    if (message["id"] === 3) say({ id: 1, method: "ask" }, 2);
  });

async function play(steps: readonly Step[], { subject } = astray()) {
  const trace = { title: "t", revisions: "*", handshake: false, steps } as const;
  const outcome = await replay(trace, "2025-11-25", subject, lenient, { timeoutMs: 50, quietMs: 5 });
  return outcome.status === "failed" ? [outcome.reason, outcome.expected] : [];
}

const first: Step = { send: { id: 1, method: "x" } };
const second: Step = { send: { id: 2, method: "x" } };

test("a message on another stream than its step names is refused", async () => {
  assert.equal(await play([first, second, { expect: { id: 2 }, on: 1 }]), []);
  assert.equal(await play([first, second, { expect: { id: 2 } }]), []);
  const told = ["the message came on another stream", "the reply to 2"];
  assert.equal(await play([first, second, { expect: { id: 2 }, on: 2 }]), told);
  assert.equal(await play([first, second, { expectAll: [{ id: 2 }], on: [2] }]), told);
  assert.equal(await play([first, second, { expectAll: [{ id: 2 }], on: [1] }]), []);
});

test("null names a stream that replies to no request", async () => {
  const expected = "a stream that replies to no request";
  assert.equal(await play([first, second, { expect: { id: 2 }, on: null }]), [
    "the message came on another stream",
    expected,
  ]);
  const notified = scripted((message, say) => {
    if (message["id"] === 2) say({ id: 2, result: {} }, 0);
  });
  assert.equal(await play([{ send: { method: "n" } }, second, { expect: { id: 2 }, on: null }], notified), []);
});

test("an answer to the server's request does not take the place of a request with the same id", async () => {
  const steps: Step[] = [
    first,
    second,
    { expect: { id: 2 } },
    { send: { id: 3, method: "x" } },
    { expect: { id: 1, method: "ask" }, on: 3 },
    { send: { id: 3, result: {} } },
    { send: { id: 3, method: "x" } },
  ];
  assert.equal(await play(steps), []);
  const answering: Step[] = [
    { send: { id: 3, method: "x" } },
    { send: { id: 3, result: {} } },
    second,
    { drop: 3 },
    { expect: { id: 2 }, on: 3 },
  ];
  const wire = astray();
  assert.equal(await play(answering, wire), []);
  assert.equal(wire.abandoned, [0]);
});

test("a connection that breaks is that of one request", async () => {
  const wire = astray();
  assert.equal(await play([first, second, { drop: 2 }], wire), []);
  assert.equal(wire.abandoned, [1]);
});

test.run();
