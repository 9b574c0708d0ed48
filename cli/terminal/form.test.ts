import { test } from "uvu";
import * as assert from "uvu/assert";
import type { ElicitRequestFormParams } from "../../protocol/types/index.js";
import { askForm } from "./form.js";
import { askModel, askPage, handlersOf } from "./questions.js";
import { Screen } from "./screen.js";
import type { Terminal } from "./terminal.js";

/** Somebody who writes these lines, and then ends the input. */
function writing(...lines: string[]) {
  const seen: string[] = [];
  const terminal: Terminal = {
    say: (text) => void seen.push(text),
    line(prompt) {
      seen.push(prompt);
      return Promise.resolve(lines.shift());
    },
  };
  return { terminal, seen, left: lines };
}

const form = (properties: Record<string, unknown>, required: string[] = []) =>
  ({
    message: "Tell me",
    requestedSchema: { type: "object", properties, required },
  }) as unknown as ElicitRequestFormParams;

for (const [what, schema, lines, value] of [
  ["text", { type: "string" }, ["Ada"], "Ada"],
  ["empty text, where it is needed", { type: "string" }, [""], ""],
  ["a number", { type: "number" }, ["many", "1.5"], 1.5],
  ["an integer", { type: "integer", minimum: 2 }, ["1", "2.5", "", "3"], 3],
  ["yes", { type: "boolean" }, ["perhaps", "Y"], true],
  ["no", { type: "boolean" }, ["no"], false],
  ["a default", { type: "number", default: 7 }, [""], 7],
  ["a format", { type: "string", format: "email" }, ["nobody", "a@example.com"], "a@example.com"],
  ["one of a few", { type: "string", enum: ["red", "green"] }, ["blue", "green"], "green"],
  ["one of a few by its number", { type: "string", enum: ["red", "green"] }, ["3", "2"], "green"],
  ["one of a few by its name", { type: "string", enum: ["r"], enumNames: ["Red"] }, ["Red"], "r"],
  ["one of a few with titles", { type: "string", oneOf: [{ const: "r", title: "Red" }] }, ["Red"], "r"],
  ["several", { type: "array", items: { type: "string", enum: ["a", "b", "c"] } }, ["a, 3"], ["a", "c"]],
  [
    "several with titles",
    { type: "array", items: { anyOf: [{ const: "a", title: "A" }] }, minItems: 1 },
    ["x", "1"],
    ["a"],
  ],
] as const) {
  test(`a field takes ${what}, and asks until it fits`, async () => {
    const { terminal, left } = writing("", ...lines);
    const answer = await askForm(form({ field: schema }, ["field"]), terminal);
    assert.equal(answer, { action: "accept", content: { field: value } });
    assert.is(left.length, 0);
  });
}

test("what need not be given is left out by Enter", async () => {
  assert.equal(await askForm(form({ a: { type: "number" } }), writing("y", "").terminal), {
    action: "accept",
    content: {},
  });
});

for (const [line, action] of [
  ["n", "decline"],
  ["c", "cancel"],
] as const) {
  test(`a form is answered by ${action}`, async () => {
    assert.equal(await askForm(form({ a: { type: "string" } }), writing(line).terminal), { action });
  });
}

test("the end of the input cancels, at whichever field", async () => {
  for (const lines of [[], ["y"], ["y", "Ada"]])
    assert.equal(await askForm(form({ a: { type: "string" }, b: { type: "string" } }), writing(...lines).terminal), {
      action: "cancel",
    });
});

test("a page is shown with its address and host, and not opened", async () => {
  const question = { mode: "url", message: "Pay", url: "https://pay.example.com/x", elicitationId: "1" } as const;
  const { terminal, seen } = writing("y");
  assert.equal(await askPage(question, terminal), { action: "accept" });
  for (const part of ["https://pay.example.com/x", "pay.example.com."]) assert.ok(seen.join("\n").includes(part));
  assert.equal(await askPage(question, writing("n").terminal), { action: "decline" });
  assert.equal(await askPage(question, writing("").terminal), { action: "cancel" });
});

test("whoever answers as a model may refuse", async () => {
  const question = { messages: [{ role: "user", content: { type: "text", text: "Hi" } }], maxTokens: 5 } as const;
  const { content } = await askModel(question as never, writing("Hello").terminal);
  assert.equal(content, { type: "text", text: "Hello" });
  try {
    await askModel(question as never, writing("").terminal);
  } catch (error) {
    return assert.match((error as Error).message, /refused/);
  }
  assert.unreachable();
});

test("what would steer the terminal is not shown", async () => {
  const { terminal, seen } = writing("y", "x");
  const steering = { title: "\u001b]0;owned\u0007Name", type: "string", description: "\u001b[2J" };
  await askForm({ ...form({ a: steering }, ["a"]), message: "\u001b[31mred" }, terminal);
  assert.not.ok(seen.join("").includes("\u001b"));
});

test("questions are asked one after the other", async () => {
  const order: string[] = [];
  const waiting: ((line: string) => void)[] = [];
  const terminal: Terminal = {
    say: (text) => void order.push(text.trim()),
    line: () => new Promise((resolve) => waiting.push(resolve)),
  };
  const { elicit } = handlersOf(terminal, [], new Screen({ write: () => {} }, {}));
  const { form: ask } = elicit as {
    form: (question: ElicitRequestFormParams, asked: { signal: AbortSignal }) => Promise<unknown>;
  };
  const { signal } = new AbortController();
  const answers = [
    ask({ ...form({}), message: "first" }, { signal }),
    ask({ ...form({}), message: "second" }, { signal }),
  ];
  const said = async (text: string) => {
    while (!order.includes(text)) await Promise.resolve();
  };
  await said("first");
  assert.not.ok(order.includes("second"));
  waiting[0]!("n");
  await said("second");
  waiting[1]!("y");
  assert.equal(await Promise.all(answers), [{ action: "decline" }, { action: "accept", content: {} }]);
});

test("without a terminal nobody is declared, and folders only where they are named", () => {
  const screen = new Screen({ write: () => {} }, {});
  assert.equal(handlersOf(undefined, [], screen), {});
  assert.equal(handlersOf(undefined, ["/tmp/a b"], screen), { roots: [{ uri: "file:///tmp/a%20b", name: "a b" }] });
});

test.run();
