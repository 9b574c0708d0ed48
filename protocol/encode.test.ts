import { test } from "uvu";
import * as assert from "uvu/assert";
import { encodeMessage } from "./encode.js";

function encode(message: any): { text: string | undefined; told: unknown[] } {
  const told: unknown[] = [];
  return { text: encodeMessage(message, (error) => told.push(error)), told };
}

test("a message is one line", () => {
  const { text } = encode({ jsonrpc: "2.0", method: "m", params: { text: "a\nb\r\u2028" } });
  assert.is(text!.split("\n").length, 1);
  assert.equal(JSON.parse(text!).params.text, "a\nb\r\u2028");
});

test("a result that JSON cannot say becomes an error under the same id, in a batch too", () => {
  const cycle: any = {};
  cycle.self = cycle;
  for (const result of [{ n: 1n }, cycle]) {
    const { text, told } = encode({ jsonrpc: "2.0", id: "x", result });
    const { id, error } = JSON.parse(text!);
    assert.equal([id, error.code], ["x", -32603]);
    assert.is(told.length, 1);
    const batch = JSON.parse(
      encode([
        { jsonrpc: "2.0", id: 1, result: {} },
        { jsonrpc: "2.0", id: 2, result },
      ]).text!,
    );
    assert.equal(
      batch.map((answer: any) => [answer.id, answer.error?.code]),
      [
        [1, undefined],
        [2, -32603],
      ],
    );
  }
});

test("an error whose data JSON cannot say is still an error under its id", () => {
  const { text, told } = encode({ jsonrpc: "2.0", id: 5, error: { code: 7, message: "no", data: 1n } });
  assert.equal(JSON.parse(text!), { jsonrpc: "2.0", id: 5, error: { code: 7, message: "no" } });
  assert.is(told.length, 1);
});

test("a notification that JSON cannot say is left out", () => {
  const { text, told } = encode({ jsonrpc: "2.0", method: "m", params: { data: 1n } });
  assert.is(text, undefined);
  assert.is(told.length, 1);
});

test.run();
