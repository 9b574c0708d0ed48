import { test } from "uvu";
import * as assert from "uvu/assert";
import { auditExamples, labelsIn, loadAccounts, readExamples } from "./examples.js";
import type { Example } from "./examples.js";
import { standsFor } from "./likeness.js";
import { loadTraces } from "./load.js";
import type { TraceFile } from "./load.js";
import { shapeOf } from "./shape.js";
import type { Json, JsonObject, Step } from "./trace.js";

const tools = process.env["SPEC_TOOLS"];
if (tools === undefined)
  console.log("skipped: the traces against the specification's examples (SPEC_TOOLS is not set)");
else {
  const examples = readExamples(tools);
  const files = loadTraces();
  const accounts = loadAccounts("conformance/examples.json");

  test("every example of the specification stands in a trace, or has an account why not", () => {
    assert.equal(auditExamples(examples, files, accounts), []);
    const [open, excused] = [true, undefined].map((one) =>
      accounts.filter((account) => account.open === one).reduce((sum, { ids }) => sum + ids.length, 0),
    );
    const shown = new Set(labelsIn(files).map(({ id }) => id)).size;
    console.log(`${examples.length} examples: ${shown} stand in traces, ${excused} are excused, ${open} are open`);
    assert.ok((excused ?? 0) <= examples.length / 20, `${excused} of ${examples.length} are excused`);
  });

  test("each example is told from most of the others: a step stands only for what it is like", () => {
    const some = files.filter((_, index) => index % 10 === 0);
    for (const example of examples) {
      const steps = some.flatMap((file) => file.trace.steps.map((_, at) => [file, at] as const));
      const like = steps.filter(([file, at]) => standsFor(example, file, at)).length;
      assert.ok(like <= steps.length / 5, `${example.id} is like ${like} of ${steps.length} steps`);
    }
  });
}

const id = "2025-11-25/server/tools#calling-tools/1";
const example = (message: JsonObject, more: Partial<Example> = {}): Example => ({
  id,
  revision: "2025-11-25",
  message: { jsonrpc: "2.0", ...message },
  ...more,
});
const trace = (...steps: readonly Step[]): TraceFile => ({
  page: "p",
  path: "p/one.json",
  trace: { title: "One", revisions: ["2025-11-25"], role: "server", steps },
});
const call: Json = { id: 1, method: "tools/call", params: { name: "a", arguments: { b: 1 } } };

test("a request stands for an example with its method and members, whatever their values", () => {
  const file = trace({ send: call });
  const like = example({ id: 7, method: "tools/call", params: { name: "x", arguments: { other: "y" } } });
  assert.ok(standsFor(like, file, 0));
  for (const params of [{ name: "x" }, { name: "x", arguments: {}, task: {} }, { name: { a: 1 }, arguments: {} }])
    assert.not.ok(standsFor(example({ id: 7, method: "tools/call", params }), file, 0), JSON.stringify(params));
  assert.not.ok(standsFor(example({ id: 7, method: "tools/list" }), file, 0));
  assert.not.ok(standsFor(example({ id: 7, result: {} }), file, 0));
});

test("a pattern stands for a result whose members it asks for, in answer to the same method", () => {
  const content = [{ type: "text", text: { $type: "string" } }];
  const file = trace({ send: call }, { expect: { id: 1, result: { content, isError: true } } });
  const text = { type: "text", text: "Hello" };
  const like = (result: JsonObject, answers?: readonly string[]) =>
    standsFor(example({ id: 1, result }, answers ? { answers } : {}), file, 1);
  assert.ok(like({ content: [text] }));
  assert.ok(like({ content: [text, text], isError: true }, ["tools/call"]));
  assert.not.ok(like({ content: [text] }, ["tools/list"]));
  assert.not.ok(like({ content: [text], isError: false }));
  assert.not.ok(like({ content: [{ type: "image", text: "Hello" }] }));
  assert.not.ok(like({ content: [text], structuredContent: {} }));
});

test("a type of the schema is looked for where it may stand", () => {
  const tool = { name: { $type: "string" }, inputSchema: { type: "object" } };
  const list: Json = { id: 1, method: "tools/list" };
  const file = trace({ send: list }, { expect: { id: 1, result: { tools: { $contains: [tool] } } } });
  const one = { name: "a", inputSchema: { type: "object" } };
  assert.ok(standsFor(example(one, { type: "Tool" }), file, 1));
  assert.not.ok(standsFor(example({ ...one, title: "A" }, { type: "Tool" }), file, 1));
  assert.not.ok(standsFor(example({ name: "a" }, { type: "Root" }), file, 1));
  assert.ok(standsFor(example({ tools: [one] }, { type: "ListToolsResult" }), file, 1));
  assert.not.ok(standsFor(example({ tools: [one] }, { type: "ListPromptsResult" }), file, 1));
});

test("a shape has the paths of members, and of matchers what they ask for", () => {
  const paths = (value: Json) => [...shapeOf(value)].sort();
  assert.equal(
    paths({ a: [{ b: 1 }, { c: null }], type: "text" }),
    ["a[]", "a[].b", "a[].c", "a[]{}", "type", "type=text", "{}"].sort(),
  );
  assert.equal(paths({ $type: "array" }), ["[]"]);
  assert.equal(paths({ a: { $absent: true } }), ["{}"]);
  assert.equal(paths({ a: { $anyOf: [{ b: 1, c: 1 }, { b: 2 }] } }), ["a.b", "a{}", "{}"]);
  assert.equal(paths({ code: { $anyOf: [1, 2] } }), ["code", "code=1", "code=2", "{}"]);
  assert.equal(paths({ properties: { x: { type: "string" } } }), paths({ properties: { y: { type: "string" } } }));
  assert.not.equal(paths({ properties: { x: { type: "string" } } }), paths({ properties: { x: { type: "number" } } }));
  assert.equal(paths({ arguments: { x: 1 } }), paths({ arguments: { y: { z: 2 } } }));
});

test("each kind of defect is found", () => {
  const known = example({ id: 1, method: "tools/call", params: { name: "a", arguments: {} } });
  const named = (...examples: readonly string[]) => [trace({ send: call, examples })];
  const reason = "A reason that says something.";
  const cases: readonly [RegExp, readonly string[]][] = [
    [/stands in no trace/, auditExamples([known], [], [])],
    [/no example of the specification/, auditExamples([known], named(id, `${id}0`), [])],
    [/has not its method and members/, auditExamples([example({ id: 1, method: "ping" })], named(id), [])],
    [/is not played in its revision/, auditExamples([{ ...known, revision: "2024-11-05" }], named(id), [])],
    [/stands in a trace, and has/, auditExamples([known], named(id), [{ ids: [id], reason }])],
    [/has two accounts/, auditExamples([known], [], [{ ids: [id, id], reason }])],
    [/gives no reason/, auditExamples([known], [], [{ ids: [id], reason: "" }])],
    [/has an account, but is no/, auditExamples([], [], [{ ids: [id], reason }])],
  ];
  for (const [what, findings] of cases)
    assert.ok(
      findings.some((one) => what.test(one)),
      `${String(what)}: ${findings.join()}`,
    );
  assert.equal(auditExamples([known], named(id), []), []);
  assert.equal(auditExamples([known], [], [{ ids: [id], reason, open: true }]), []);
});

test.run();
