import { test } from "uvu";
import * as assert from "uvu/assert";
import { settled } from "../protocol/fake-clock.js";
import { createServer } from "../server/index.js";
import { connect, type ConnectOptions } from "./index.js";
import { failureOf, legacyScript, modernScript, type Wire } from "./testing/scripted.js";

const form = { message: "?", requestedSchema: { type: "object", properties: { n: { type: "number" } } } };
const form2 = { ...form, mode: "form" };
const page = { mode: "url", message: "?", url: "https://example.com", elicitationId: "1" };
const talk = { messages: [], maxTokens: 1 };
const said = { role: "assistant" as const, content: { type: "text" as const, text: "!" }, model: "m" };

/** What a server of 2025-11-25 gets for a request of its own. */
async function askedLegacy(options: ConnectOptions, method: string, params?: object): Promise<Wire> {
  const script = legacyScript();
  await connect(script, { ...options, revision: "2025-11-25" });
  script.say({ id: "q", method, ...(params ? { params } : {}) });
  await settled();
  const answers = script.sent.filter(({ id }) => id === "q");
  assert.is(answers.length, 1);
  return answers[0];
}

const accept = (content: Record<string, number | string>) => () => ({ action: "accept" as const, content });

test("requests of a legacy server are answered by the handlers", async () => {
  assert.equal((await askedLegacy({}, "ping")).result, {});
  assert.equal((await askedLegacy({ roots: [{ uri: "file:///a" }] }, "roots/list")).result, {
    roots: [{ uri: "file:///a" }],
  });
  assert.equal((await askedLegacy({ sample: () => said }, "sampling/createMessage", talk)).result, said);
  for (const params of [form, form2]) {
    const { result } = await askedLegacy({ elicit: accept({ n: 1 }) }, "elicitation/create", params);
    assert.equal(result, { action: "accept", content: { n: 1 } });
  }
  const { result } = await askedLegacy({ elicit: { url: () => ({ action: "accept" }) } }, "elicitation/create", page);
  assert.equal(result, { action: "accept" });
});

const refused: [string, ConnectOptions, string, object | undefined, number][] = [
  ["roots without roots", {}, "roots/list", undefined, -32601],
  ["sampling without a model", {}, "sampling/createMessage", talk, -32601],
  ["a form without a user", {}, "elicitation/create", form, -32601],
  ["what nobody knows", { roots: [] }, "vendor/ask", {}, -32601],
  ["what clients send", { roots: [] }, "tools/call", { name: "t" }, -32601],
  ["a page where forms are declared", { elicit: accept({}) }, "elicitation/create", page, -32602],
  ["a form where pages are declared", { elicit: { url: accept({}) } }, "elicitation/create", form, -32602],
  ["a form without a message", { elicit: accept({}) }, "elicitation/create", { ...form, message: 1 }, -32602],
  ["a form without a schema", { elicit: accept({}) }, "elicitation/create", { message: "?" }, -32602],
  ["sampling without messages", { sample: () => said }, "sampling/createMessage", { maxTokens: 1 }, -32602],
  ["sampling without a limit", { sample: () => said }, "sampling/createMessage", { messages: [] }, -32602],
  ["tools not declared", { sample: () => said }, "sampling/createMessage", { ...talk, tools: [] }, -32602],
  ["an answer that breaks the form", { elicit: accept({ n: "x" }) }, "elicitation/create", form, -32603],
  ["a handler that throws", { roots: () => Promise.reject(new Error("disk")) }, "roots/list", undefined, -32603],
];
for (const [name, options, method, params, code] of refused) {
  test(`refused with ${code}: ${name}`, async () => {
    assert.is((await askedLegacy(options, method, params)).error.code, code);
  });
}

test("a question that the server takes back is not answered", async () => {
  const script = legacyScript();
  let signal: AbortSignal | undefined;
  await connect(script, {
    sample: async (_question, asked) => {
      signal = asked.signal;
      await new Promise((resolve) => asked.signal.addEventListener("abort", resolve));
      return said;
    },
  });
  script.say({ id: 7, method: "sampling/createMessage", params: talk });
  await settled();
  script.say({ method: "notifications/cancelled", params: { requestId: 7, reason: "no more" } });
  await settled();
  assert.is(signal?.aborted, true);
  assert.not(script.sent.some(({ id, method }) => id === 7 && method === undefined));
});

test("an id that is in flight is refused, and so is a flood", async () => {
  const script = legacyScript();
  await connect(script, { sample: () => new Promise(() => {}), limits: { maxQuestions: 2 } });
  for (const id of [7, 7, 8, 9]) script.say({ id, method: "sampling/createMessage", params: talk });
  await settled();
  const errors = script.sent.filter(({ error }) => error).map(({ id, error }) => [id, error.code]);
  assert.equal(errors, [
    [7, -32600],
    [9, -32603],
  ]);
});

test("a modern server's request is never answered", async () => {
  const errors: string[] = [];
  const script = modernScript();
  await connect(script, { roots: [], onError: (error) => errors.push(String(error)) });
  script.say({ id: 7, method: "roots/list" });
  await settled();
  assert.not(script.sent.some(({ id, method }) => id === 7 && method === undefined));
  assert.match(errors[0]!, /must not/);
});

/** A modern server that asks for input by `first`, and what it gets next. */
function asking(first: object) {
  const script = modernScript(({ method, id, params }, script) => {
    const { inputResponses, requestState } = params;
    const again = inputResponses !== undefined || requestState !== undefined;
    const done = { resultType: "complete", content: [] };
    if (method === "tools/call" || method === "resources/read")
      script.say({ id, result: again ? done : { resultType: "input_required", ...first } });
  });
  return script;
}

test("input is gathered and sent with the state as it came, under a new id", async () => {
  const script = asking({
    inputRequests: { a: { method: "roots/list" }, __b: { method: "sampling/createMessage", params: talk } },
    requestState: "opaque \u0000",
  });
  const client = await connect(script, { roots: [], sample: () => said });
  await client.callTool("t", { x: 1 }, { meta: { "example.com/a": 1 } });
  const [first, second] = script.sent.filter(({ method }) => method === "tools/call");
  assert.not.equal(first.id, second.id);
  assert.equal(second.params.inputResponses, { a: { roots: [] }, __b: said });
  assert.is(second.params.requestState, "opaque \u0000");
  assert.equal(second.params.arguments, { x: 1 });
  assert.equal(second.params._meta, first.params._meta);
});

test("a state alone is sent back at once, questions alone without a state", async () => {
  const busy = asking({ requestState: "s" });
  await (await connect(busy)).callTool("t");
  assert.equal(Object.keys(busy.last("tools/call").params).sort(), ["_meta", "name", "requestState"]);
  const asks = asking({ inputRequests: { a: { method: "roots/list" } } });
  await (await connect(asks, { roots: [] })).callTool("t");
  assert.not(Object.hasOwn(asks.last("tools/call").params, "requestState"));
});

test("rounds end, and what is malformed or undeclared fails the call", async () => {
  const always = modernScript(({ method, id }, script) => {
    if (method === "tools/call") script.say({ id, result: { resultType: "input_required", requestState: "s" } });
  });
  const bounded = await connect(always, { limits: { maxRounds: 3 } });
  assert.is((await failureOf(bounded.callTool("t"))).code, "limit_exceeded");
  assert.is(always.sent.filter(({ method }) => method === "tools/call").length, 4);

  for (const [first, code] of [
    [{}, "malformed_answer"],
    [{ requestState: 1 }, "malformed_answer"],
    [{ inputRequests: [] }, "malformed_answer"],
    [{ inputRequests: { a: { method: "roots/list" } } }, "undeclared_capability"],
    [{ inputRequests: { a: { method: "vendor/ask" } } }, "undeclared_capability"],
    [{ inputRequests: { a: null } }, "undeclared_capability"],
    [{ inputRequests: { a: { method: "sampling/createMessage" } } }, "handler_failed"],
  ] as const) {
    const client = await connect(asking(first), { sample: () => said });
    assert.is((await failureOf(client.callTool("t"))).code, code, JSON.stringify(first));
  }
});

test("input for what may not ask, and results of an unknown type, are malformed", async () => {
  for (const resultType of ["input_required", "later", "task"]) {
    const script = modernScript(({ id }, script) =>
      script.say({ id, result: { resultType, requestState: "s", tools: [] } }),
    );
    const client = await connect(script, { tasks: false });
    assert.is((await failureOf(client.listTools())).code, "malformed_answer");
  }
  const silent = modernScript(({ id }, script) => script.say({ id, result: { tools: [] } }));
  assert.equal(await (await connect(silent)).listTools(), []);
});

for (const revision of ["2025-06-18", "2026-07-28"]) {
  test(`our own server asks, and a signal aborts its questions, ${revision}`, async () => {
    const server = createServer({ name: "s", version: "1" });
    const schema = { type: "object", properties: { name: { type: "string" } }, required: ["name"] } as const;
    server.tool("greet", {}, async (_args, ctx) => {
      const who = await ctx.elicit("who", { message: "?", schema });
      return who.action === "accept" ? `Hello ${who.content.name}` : who.action;
    });
    const answered = await connect(server, { revision, elicit: accept({ name: "Ada" }) });
    assert.equal((await answered.callTool("greet")).content, [{ type: "text", text: "Hello Ada" }]);
    const abort = new AbortController();
    const waiting = await connect(server, {
      revision,
      elicit: (_question, { signal }) => {
        queueMicrotask(() => abort.abort());
        return new Promise((resolve) => signal.addEventListener("abort", () => resolve({ action: "cancel" })));
      },
    });
    assert.is((await failureOf(waiting.callTool("greet", {}, { signal: abort.signal }))).code, "request_cancelled");
  });
}

test.run();
