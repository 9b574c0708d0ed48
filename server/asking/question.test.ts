import { test } from "uvu";
import * as assert from "uvu/assert";
import { legacyRevision, modernVersions, modernRevision } from "../../protocol/revisions/index.js";
import { expressQuestion } from "./express-question.js";
import { elicitation } from "./elicitation.js";
import { roots } from "./roots.js";
import { sampling } from "./sampling.js";
import { faultOf, missingFor, type Question } from "./question.js";

type Any = any;
const form = (properties: object, required?: string[]): Question =>
  elicitation({
    message: "?",
    requestedSchema: { type: "object", properties, ...(required ? { required } : {}) },
  } as Any);
const modern = modernRevision(modernVersions[0]!)!;
const of = (version: string) => legacyRevision(version)!;

const titled = [{ const: "r", title: "Red" }];
const kinds = {
  text: { type: "string", title: "T", description: "d", minLength: 1, maxLength: 9, format: "email", default: "a@b.c" },
  day: { type: "string", format: "date" },
  time: { type: "string", format: "date-time" },
  page: { type: "string", format: "uri" },
  number: { type: "number", minimum: 0, maximum: 10, default: 0.5 },
  integer: { type: "integer" },
  yes: { type: "boolean", default: true },
  one: { type: "string", enum: ["a", "b"] },
  oneTitled: { type: "string", oneOf: titled },
  legacy: { type: "string", enum: ["a"], enumNames: ["A"] },
  many: { type: "array", items: { type: "string", enum: ["a", "b"] }, minItems: 1, maxItems: 2 },
  manyTitled: { type: "array", items: { anyOf: titled } },
};

test("every kind of field is taken, and what no form can show is refused by name", () => {
  form(kinds);
  for (const [bad, why] of [
    [{ nested: { type: "object", properties: {} } }, /nested/],
    [{ list: { type: "array", items: { type: "string" } } }, /list/],
    [{ any: {} }, /any/],
    [{ secret: { type: "string", format: "password" } }, /secret.*password/],
  ] as const) {
    assert.throws(() => form(bad), why);
  }
  assert.throws(() => elicitation({ message: "?", requestedSchema: { type: "string" } } as Any), /object/);
  assert.throws(() => elicitation({ requestedSchema: { type: "object", properties: {} } } as Any), /message/);
  assert.throws(() => elicitation({ mode: "url", message: "?", url: "nowhere" }), /nowhere/);
  for (const url of ["http://example.com/", "http://localhost.example.com/", "javascript:alert(1)", "file:///a"])
    assert.throws(() => elicitation({ mode: "url", message: "?", url }), /https:/, url);
  for (const url of ["https://example.com/", "http://localhost:1/", "http://127.0.0.1/", "http://[::1]:8/"])
    assert.ok(elicitation({ mode: "url", message: "?", url }), url);
});

test("answers are held against the form", () => {
  const question = form({ name: kinds.one, mail: { type: "string", format: "email" }, many: kinds.many }, ["name"]);
  const accept = (content?: unknown) =>
    faultOf(question, { action: "accept", ...(content === undefined ? {} : { content }) });
  assert.is(accept({ name: "a" }), undefined);
  assert.is(accept({ name: "a", mail: "a@example.com", many: ["a", "b"] }), undefined);
  for (const [content, why] of [
    [undefined, /name/],
    [{}, /name/],
    [{ name: "c" }, /name/],
    [{ name: "a", mail: "nothing" }, /mail/],
    [{ name: "a", many: ["a", "b", "a"] }, /many/],
    ["a", /object/],
  ] as const) {
    assert.match(accept(content)!, why);
  }
  assert.is(faultOf(question, { action: "decline" }), undefined);
  assert.is(faultOf(question, { action: "cancel", content: {} }), undefined);
  for (const bad of [null, 5, {}, { action: "maybe" }, { action: 1 }, []])
    assert.ok(faultOf(question, bad), JSON.stringify(bad));
});

test("answers of the model and of roots have their shape", () => {
  const ask = sampling({ messages: [], maxTokens: 1 });
  const good = { role: "assistant", model: "m", content: { type: "text", text: "t" } };
  assert.is(faultOf(ask, good), undefined);
  assert.is(faultOf(ask, { ...good, content: [good.content], stopReason: "endTurn" }), undefined);
  for (const bad of [
    {},
    { ...good, model: 1 },
    { ...good, role: "system" },
    { ...good, content: "t" },
    { ...good, content: [1] },
  ])
    assert.ok(faultOf(ask, bad));
  assert.is(faultOf(roots, { roots: [{ uri: "file:///a", name: "a" }] }), undefined);
  for (const bad of [{}, { roots: {} }, { roots: [{}] }, { roots: [{ uri: 1 }] }]) assert.ok(faultOf(roots, bad));
});

test("what no revision's model could take is refused before it is sent", () => {
  const message = { role: "user", content: { type: "text", text: "t" } };
  const good = {
    messages: [message],
    maxTokens: 1,
    temperature: 0.5,
    stopSequences: ["x"],
    systemPrompt: "s",
    includeContext: "none",
  };
  sampling(good as Any);
  for (const [bad, why] of [
    [{ messages: "x" }, /messages/],
    [{ messages: [{ ...message, role: "system" }] }, /role/],
    [{ messages: [{ ...message, content: { type: "resource_link", uri: "a:b", name: "n" } }] }, /types/],
    [{ maxTokens: -5 }, /maxTokens/],
    [{ temperature: "hot" }, /temperature/],
    [{ stopSequences: 5 }, /stopSequences/],
    [{ systemPrompt: 5 }, /systemPrompt/],
    [{ includeContext: "all" }, /includeContext/],
  ] as const) {
    assert.throws(() => sampling({ ...good, ...bad } as Any), why);
  }
  assert.match(faultOf(roots, { roots: [{ uri: "http://example.com" }] })!, /file/);
});

test("what a client must have declared", () => {
  const page = elicitation({ mode: "url", message: "?", url: "https://example.com" });
  const fill = form({});
  const need = (question: Question, clientCapabilities: object, revision = modern) =>
    missingFor(question, { revision, clientCapabilities } as Any);
  assert.is(need(fill, { elicitation: {} }), undefined);
  assert.is(need(fill, { elicitation: { form: {} } }), undefined);
  assert.equal(need(fill, { elicitation: { url: {} } }), { elicitation: { form: {} } });
  assert.equal(need(fill, {}), { elicitation: { form: {} } });
  assert.is(need(page, { elicitation: { url: {} } }), undefined);
  assert.equal(need(page, { elicitation: {} }), { elicitation: { url: {} } });
  const tools = sampling({ messages: [], maxTokens: 1, tools: [] });
  assert.equal(need(sampling({ messages: [], maxTokens: 1 }), {}), { sampling: {} });
  assert.equal(need(tools, { sampling: {} }), { sampling: { tools: {} } });
  assert.is(need(tools, { sampling: { tools: {} } }), undefined);
  assert.equal(need(sampling({ messages: [], maxTokens: 1, includeContext: "thisServer" }), { sampling: {} }), {
    sampling: { context: {} },
  });
  assert.is(
    need(sampling({ messages: [], maxTokens: 1, includeContext: "thisServer" }), { sampling: {} }, of("2025-06-18")),
    undefined,
  );
  assert.is(need(sampling({ messages: [], maxTokens: 1, includeContext: "none" }), { sampling: {} }), undefined);
  assert.equal(need(roots, {}), { roots: {} });
});

test("tool use in sampling is balanced, and results stand alone", () => {
  const use = (id: string) => ({ type: "tool_use", id, name: "t", input: {} });
  const result = (toolUseId: string) => ({ type: "tool_result", toolUseId, content: [] });
  const ask = (...messages: object[]) => sampling({ messages, maxTokens: 1 } as Any);
  const [user, assistant] = ["user", "assistant"];
  ask({ role: assistant, content: [use("1"), use("2")] }, { role: user, content: [result("2"), result("1")] });
  for (const bad of [
    [{ role: assistant, content: use("1") }],
    [
      { role: assistant, content: use("1") },
      { role: user, content: { type: "text", text: "t" } },
    ],
    [
      { role: assistant, content: [use("1"), use("2")] },
      { role: user, content: result("1") },
    ],
    [
      { role: assistant, content: use("1") },
      { role: user, content: [result("1"), { type: "text", text: "t" }] },
    ],
    [{ role: user, content: result("1") }],
    [
      { role: assistant, content: use("1") },
      { role: assistant, content: result("1") },
    ],
  ]) {
    assert.throws(() => ask(...bad), /sampling/);
  }
});

const need2 = (question: Question, clientCapabilities: Any) =>
  missingFor(question, { revision: of("2025-06-18"), clientCapabilities });

test("a question is written in the client's vocabulary", () => {
  const { params: all } = expressQuestion(
    modern,
    elicitation({ mode: "form", message: "?", requestedSchema: { type: "object", properties: kinds as Any } }),
  );
  assert.equal(all, { mode: "form", message: "?", requestedSchema: { type: "object", properties: kinds } });
  const { params: old } = expressQuestion(
    of("2025-06-18"),
    elicitation({
      mode: "form",
      message: "?",
      requestedSchema: { type: "object", properties: { c: kinds.oneTitled as Any } },
    }),
  );
  assert.equal(old, {
    message: "?",
    requestedSchema: { type: "object", properties: { c: { type: "string", enum: ["r"], enumNames: ["Red"] } } },
  });
  const defaults = { a: { type: "string", default: "x" }, b: { type: "boolean", default: true } };
  const { params: plain } = expressQuestion(of("2025-06-18"), form(defaults));
  assert.equal((plain as Any).requestedSchema.properties, {
    a: { type: "string" },
    b: { type: "boolean", default: true },
  });
  assert.is(need2(form({}), { elicitation: { url: {} } }), undefined);
  assert.throws(() => expressQuestion(of("2025-06-18"), form({ many: kinds.many })), /many/);
  assert.throws(() => expressQuestion(of("2025-03-26"), form({})), /elicitation\/create/);
  const page = elicitation({ mode: "url", message: "?", url: "https://example.com", elicitationId: "e" });
  assert.is((expressQuestion(of("2025-11-25"), page).params as Any).elicitationId, "e");
  assert.throws(() => expressQuestion(of("2025-06-18"), page), /page/);
  assert.is((expressQuestion(modern, page).params as Any).elicitationId, undefined);
  const blocks = [
    { type: "text", text: "a", _meta: {} },
    { type: "audio", data: "AAAA", mimeType: "audio/wav" },
  ];
  const many = sampling({
    messages: [{ role: "user", content: blocks }],
    maxTokens: 1,
    toolChoice: { mode: "none" },
  } as Any);
  assert.equal(expressQuestion(of("2024-11-05"), many).params, {
    messages: [
      { role: "user", content: { type: "text", text: "a" } },
      { role: "user", content: { type: "text", text: "[audio, audio/wav, 3 bytes]" } },
    ],
    maxTokens: 1,
  });
  assert.equal(expressQuestion(modern, many).params, {
    messages: [{ role: "user", content: blocks }],
    maxTokens: 1,
    toolChoice: { mode: "none" },
  });
});

test.run();
