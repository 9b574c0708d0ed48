import { test } from "uvu";
import * as assert from "uvu/assert";
import { encodeMessage } from "./encode.js";
import { prepared } from "./prepared.js";

function encode(message: any): { text: string | undefined; told: unknown[] } {
  const told: unknown[] = [];
  return { text: encodeMessage(message, (error) => told.push(error)), told };
}

test("a message is one line", () => {
  const { text } = encode({ jsonrpc: "2.0", method: "m", params: { text: "a\nb\r\u2028" } });
  assert.is(text!.split("\n").length, 1);
  assert.equal(JSON.parse(text!).params.text, "a\nb\r\u2028");
});

test("one text block is written as JSON.stringify would write it", () => {
  class Quoted {
    readonly type = "text";
    readonly text = "t";
    toJSON() {
      return { type: "text", text: "quoted" };
    }
  }
  class Shown {
    get type() {
      return "text";
    }
    get text() {
      return "not a member";
    }
  }
  const text = 'a "quote", a \\, a\nline, \ud800, é';
  const blocks: unknown[][] = [
    [{ type: "text", text }],
    [{ type: "text", text, _meta: { a: 1 } }],
    [{ type: "text", text, annotations: undefined }],
    [{ type: "text" }],
    [{ type: "text", text: 1 }],
    [
      { type: "text", text },
      { type: "text", text },
    ],
    [new Quoted()],
    [new Shown()],
    [null],
    [],
  ];
  for (const content of blocks) {
    const { text } = encode({ jsonrpc: "2.0", id: 1, result: { content } });
    assert.is(text, JSON.stringify({ jsonrpc: "2.0", id: 1, result: { content } }));
  }
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

const fail = (error: unknown) => {
  throw error;
};

test("member by member, JSON says the same as at once", () => {
  const values: Record<string, unknown>[] = [
    {},
    { a: 1, b: undefined, c: null, d: () => 1, e: Symbol("no"), f: new Date(0), "": "empty", 'q"\u2028': "ü" },
    { list: [undefined, 1], nested: { toJSON: () => "made" }, [Symbol("no")]: 1 },
    { toJSON: () => ({ whole: true }) },
  ];
  for (const value of values) {
    for (const id of [1, 'a"b']) {
      const response = { jsonrpc: "2.0" as const, id, result: value };
      assert.is(encodeMessage(response, fail), JSON.stringify(response));
    }
    const notification = { jsonrpc: "2.0" as const, method: "notifications/x", params: value };
    assert.is(encodeMessage(notification, fail), JSON.stringify(notification));
  }
  const bare = { jsonrpc: "2.0" as const, method: "notifications/y" };
  assert.is(encodeMessage(bare, fail), JSON.stringify(bare));
});

test("what is prepared is written once, and cannot be changed", () => {
  let written = 0;
  const value = prepared({ toJSON: () => ++written });
  for (let i = 0; i < 3; i++)
    assert.is(
      encodeMessage({ jsonrpc: "2.0", id: i, result: { value } }, fail),
      `{"jsonrpc":"2.0","id":${i},"result":{"value":1}}`,
    );
  assert.throws(() => Object.assign(value, { more: 1 }), TypeError);
});

test.run();
