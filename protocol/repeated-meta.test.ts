import { test } from "uvu";
import * as assert from "uvu/assert";
import { parseMessage } from "./jsonrpc.js";
import { readRequestMeta } from "./meta.js";
import { RepeatedMeta } from "./repeated-meta.js";
import { modernRevision } from "./revisions/index.js";

const meta = `{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{"roots":{}}}`;
const end = `,"_meta":${meta}}}`;
const call = (id: number) => `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":"echo"${end}`;

/** One that has met the ending often enough to know it. */
function knowing(text = call(1), maxDepth = 16): RepeatedMeta {
  const repeated = new RepeatedMeta(maxDepth);
  for (let i = 0; i < 64; i++) repeated.parse(text);
  return repeated;
}

const metaOf = (message: unknown) => (message as { params: { _meta: object } }).params._meta;

/** What a reader makes of a text, a refusal included. */
function outcome(parse: () => unknown): unknown {
  try {
    return parse();
  } catch (error) {
    return (error as Error).message;
  }
}

test("requests with the same ending share one frozen _meta, which is read once", () => {
  const repeated = knowing();
  const [one, two] = [repeated.parse(call(2)), repeated.parse(call(3))] as { params: Record<string, unknown> }[];
  assert.equal(one, parseMessage(call(2), 16));
  assert.is(metaOf(one), metaOf(two));
  assert.ok(Object.isFrozen(metaOf(one)));
  assert.ok(Object.isFrozen(Object.values(metaOf(one))[1]));
  const revision = modernRevision("2026-07-28")!;
  assert.is(readRequestMeta(one!.params, revision), readRequestMeta(two!.params, revision));
});

test("a frozen _meta that is malformed is refused each time", () => {
  const wrong = call(1).replace('{"roots":{}}', "7");
  const repeated = knowing(wrong);
  for (let i = 0; i < 2; i++) {
    const { params } = repeated.parse(wrong) as { params: Record<string, unknown> };
    assert.ok(Object.isFrozen(params._meta));
    assert.throws(
      () => readRequestMeta(params, modernRevision("2026-07-28")!),
      /clientCapabilities" must be an object/,
    );
  }
});

test("an ending that belongs elsewhere, or to nothing, is read as it stands", () => {
  const repeated = knowing();
  const before = [
    `{"params":{"a":1},"x":{"b":1`,
    `{"params":{"_meta":0},"1":{"b":1`,
    `{"x":{},"params":{"b":1},"params":{"c":2`,
    `{"params":{"_meta":{"a":1},"b":2`,
    `{"params":{"_meta":null,"arguments":{}`,
    `{"params":{"arguments":{"b":1`,
    `{"params":[{"b":1`,
    `{"params":{`,
    `{"params":{"b":1,`,
    `{"params":{"b":"`,
    `{"params":{"b":"\\"`,
    `{"params":{"b":1}}`,
    `{"params":{"__proto__":{"a":1},"b":1`,
    `{"params":{"\\u005f_proto__":{"a":1},"b":1`,
    `{"params":{"b":${"[".repeat(20)}${"]".repeat(20)}`,
    `{"params":{"b":01`,
    `[{"params":{"b":1`,
    "",
  ];
  for (const start of before) {
    for (const text of [start + end, `${start}${end} `, `${start}${end}}`, start]) {
      assert.equal(
        outcome(() => repeated.parse(text)),
        outcome(() => parseMessage(text, 16)),
        text,
      );
    }
  }
});

test("texts put together from pieces of messages are read as by parseMessage", () => {
  const pieces = [
    ...`{}[],:"\\ `,
    "1",
    '"a"',
    '"params"',
    '"_meta"',
    '"params":{',
    meta,
    end,
    '"b":1',
    "null",
    ',"x":{',
  ];
  const repeated = knowing();
  let state = 12345;
  const next = (below: number) => (state = (state * 1103515245 + 12345) % 2 ** 31) % below;
  let parsed = 0;
  for (let i = 0; i < 20_000; i++) {
    const middle = Array.from({ length: next(6) }, () => pieces[next(pieces.length)]!).join("");
    const text = `{"jsonrpc":"2.0",${middle}${next(3) === 0 ? "" : '"params":{"a":1'}${end}`;
    const expected = outcome(() => parseMessage(text, 16));
    if (typeof expected !== "string") parsed++;
    assert.equal(
      outcome(() => repeated.parse(text)),
      expected,
      text,
    );
  }
  assert.ok(parsed > 100, `${parsed} of them were JSON`);
});

test("what changes with each request, what is long and what has escapes is not kept", () => {
  for (const member of ['"progressToken":1', `"a/b":"${"x".repeat(1100)}"`, '"a/b":"\\u005f"', '"__proto__":{}']) {
    const text = call(1).replace('"_meta":{', `"_meta":{${member},`);
    const repeated = knowing(text);
    assert.not(metaOf(repeated.parse(text)) === metaOf(repeated.parse(text)), member);
    assert.equal(repeated.parse(text), parseMessage(text, 16));
  }
});

test("of many clients' endings the newest few are kept", () => {
  const repeated = new RepeatedMeta(16);
  const of = (client: number) => call(1).replace('"roots":{}', `"c${client}":{}`);
  for (let client = 0; client < 10; client++) for (let i = 0; i < 64; i++) repeated.parse(of(client));
  const shared = (client: number) => metaOf(repeated.parse(of(client))) === metaOf(repeated.parse(of(client)));
  assert.is(shared(9), true);
  assert.is(shared(0), false);
});

test.run();
