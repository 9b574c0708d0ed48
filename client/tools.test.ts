import { test } from "uvu";
import * as assert from "uvu/assert";
import { FakeClock, settled } from "../protocol/fake-clock.js";
import { createServer } from "../server/index.js";
import { connect, type TaskView } from "./index.js";
import { failureOf, legacyScript, modernScript, type Wire } from "./testing/scripted.js";

const outputSchema = { type: "object", properties: { sum: { type: "number" } }, required: ["sum"] };
const content = [{ type: "text", text: "x" }];

/** A modern server with one tool, whose calls have these results in turn. */
function withTool(tool: object, ...results: object[]) {
  return modernScript(({ method, id }, script) => {
    if (method === "tools/list") {
      const tools = [{ name: "t", inputSchema: { type: "object" }, ...tool }];
      script.say({ id, result: { resultType: "complete", tools, ttlMs: 0, cacheScope: "public" } });
    } else if (method === "tools/call")
      script.say({ id, result: { resultType: "complete", content, ...results.shift() } });
  });
}

test("a structured result is held against the schema of a listed tool", async () => {
  const results = [{ structuredContent: { sum: 1 } }, { structuredContent: { sum: "1" } }, {}, { isError: true }];
  const client = await connect(withTool({ outputSchema }, { structuredContent: {} }, ...results));
  await client.callTool("t");
  await client.listTools();
  await client.callTool("t");
  const broken = await failureOf(client.callTool("t"));
  assert.is(broken.code, "invalid_structured_content");
  assert.match(broken.message, /sum/);
  assert.is((await failureOf(client.callTool("t"))).code, "invalid_structured_content");
  assert.is((await client.callTool("t")).isError, true);
  const trusting = await connect(withTool({ outputSchema }, {}), { validate: false });
  await trusting.listTools();
  await trusting.callTool("t");
});

test("a schema that cannot be compiled is told of once", async () => {
  const errors: unknown[] = [];
  const script = withTool({ outputSchema: { type: 7 } }, { structuredContent: {} }, { structuredContent: {} });
  const client = await connect(script, { onError: (error) => errors.push(error) });
  await client.listTools();
  await client.callTool("t");
  await client.callTool("t");
  assert.is(errors.length, 1);
});

test("a result whose schema leads nowhere is no good one", async () => {
  const outputSchema = { type: "object", properties: { a: { $ref: "https://schemas.example.org/a.json" } } };
  const client = await connect(withTool({ outputSchema }, { structuredContent: { a: 1 } }));
  await client.listTools();
  const failed = await failureOf(client.callTool("t"));
  assert.is(failed.code, "invalid_structured_content");
  assert.match(failed.message, "leads nowhere");
});

test("a result without content is malformed", async () => {
  const client = await connect(withTool({}, { content: "x" }));
  assert.is((await failureOf(client.callTool("t"))).code, "malformed_answer");
});

test("annotations mean nothing on a pipe", async () => {
  const inputSchema = { type: "object", properties: { a: { type: "number", "x-mcp-header": "a b" } } };
  const client = await connect(withTool({ inputSchema }));
  assert.is((await client.listTools()).length, 1);
});

/** A server of the tasks extension: what `tasks/get` says in turn. */
function withTask(...states: object[]) {
  const task = { taskId: "t-1", createdAt: "", lastUpdatedAt: "", ttlMs: null, pollIntervalMs: 500 };
  const capabilities = { tools: {}, extensions: { "io.modelcontextprotocol/tasks": {} } };
  return modernScript(({ method, id }, script) => {
    if (method === "tools/call") script.say({ id, result: { resultType: "task", ...task, status: "working" } });
    else if (method === "tasks/get") script.say({ id, result: { resultType: "complete", ...task, ...states.shift() } });
    else if (method?.startsWith("tasks/")) script.say({ id, result: { resultType: "complete" } });
  }, capabilities);
}
const methods = (script: { sent: Wire[] }) => script.sent.map(({ method }) => method).slice(1);

test("a call that becomes a task is polled, asked and awaited", async () => {
  const clock = new FakeClock();
  const inputRequests = { a: { method: "roots/list" } };
  const script = withTask(
    { status: "input_required", inputRequests },
    // The server has not caught up yet: what was answered is not answered again.
    { status: "input_required", inputRequests },
    { status: "completed", result: { content } },
  );
  const seen: string[] = [];
  const client = await connect(script, { clock, roots: [] });
  const called = client.callTool("t", {}, { onTask: ({ status }: TaskView) => seen.push(status) });
  await clock.advance(499);
  assert.equal(methods(script), ["tools/call"]);
  await clock.advance(1001);
  assert.equal((await called).content, content);
  assert.equal(methods(script), ["tools/call", "tasks/get", "tasks/update", "tasks/get", "tasks/get"]);
  assert.equal(script.last("tasks/update").params.inputResponses, { a: { roots: [] } });
  assert.equal(seen, ["working", "input_required", "input_required", "completed"]);
});

test("a task that fails or is cancelled fails its call", async () => {
  for (const [state, code, rpcCode] of [
    [{ status: "failed", error: { code: -32000, message: "broken" } }, "answer_error", -32000],
    [{ status: "cancelled" }, "task_cancelled", undefined],
    [{ status: "completed" }, "malformed_answer", undefined],
  ] as const) {
    const clock = new FakeClock();
    const client = await connect(withTask(state), { clock });
    const failed = failureOf(client.callTool("t"));
    await clock.advance(500);
    const failure = await failed;
    assert.equal([failure.code, failure.rpcCode], [code, rpcCode]);
  }
});

test("a signal cancels the task, not the request", async () => {
  const clock = new FakeClock();
  const script = withTask();
  const client = await connect(script, { clock });
  const abort = new AbortController();
  const failed = failureOf(client.callTool("t", {}, { signal: abort.signal }));
  await settled();
  abort.abort("enough");
  assert.is((await failed).code, "request_cancelled");
  await settled();
  assert.equal(methods(script), ["tools/call", "tasks/cancel"]);
  assert.is(clock.pending, 0);
});

for (const revision of ["2025-11-25", "2026-07-28"]) {
  test(`a task of our own server, with a question, ${revision}`, async () => {
    const server = createServer({ name: "s", version: "1" });
    server.tool("slow", { task: { when: "always", pollIntervalMs: 20 } }, async (_args, ctx) => {
      const places = await ctx.roots();
      return places.map(({ uri }) => uri).join();
    });
    const statuses: string[] = [];
    const client = await connect(server, { revision, roots: [{ uri: "file:///a" }] });
    await client.listTools();
    const onTask = ({ status }: TaskView) => statuses.push(status);
    const result = await client.callTool("slow", {}, { task: true, onTask });
    assert.equal(result.content, [{ type: "text", text: "file:///a" }]);
    assert.is(statuses[0], "working");
    await client.close();
    await server.close();
  });
}

test("a tool of 2025-11-25 is called as a task where it demands that, and never where it may not", async () => {
  const capabilities = { tools: {}, tasks: { requests: { tools: { call: {} } } } };
  for (const [taskSupport, asked, augmented] of [
    ["required", undefined, true],
    ["optional", undefined, false],
    ["optional", true, true],
    ["forbidden", true, false],
    // 2025-11-25/basic/utilities/tasks#tool-level-negotiation/2: silence forbids.
    [undefined, true, false],
  ] as const) {
    const script = legacyScript(
      ({ method, id }, script) => {
        const execution = taskSupport === undefined ? {} : { execution: { taskSupport } };
        const tools = [{ name: "t", inputSchema: { type: "object" }, ...execution }];
        if (method === "tools/list") script.say({ id, result: { tools } });
        if (method === "tools/call") script.say({ id, result: { content } });
      },
      "2025-11-25",
      capabilities,
    );
    const client = await connect(script);
    await client.listTools();
    await client.callTool("t", {}, asked === undefined ? {} : { task: { ttl: 5 } });
    assert.equal(script.last("tools/call").params.task, augmented ? (asked ? { ttl: 5 } : {}) : undefined);
  }
});

test("what came of answers to questions is never kept", async () => {
  const script = modernScript(({ id, params }, script) => {
    const hints = { resultType: "complete", ttlMs: 1000, cacheScope: "private" };
    const again = params.requestState !== undefined;
    script.say({
      id,
      result: again ? { ...hints, contents: [] } : { resultType: "input_required", requestState: "s" },
    });
  });
  const client = await connect(script, { cache: true });
  await client.readResource("a:b");
  await client.readResource("a:b");
  assert.is(script.sent.filter(({ method }) => method === "resources/read").length, 4);
});

test("an answer that was on its way when a change was told is not kept", async () => {
  const asked: Wire[] = [];
  const script = modernScript((message) => asked.push(message));
  const client = await connect(script, { cache: true });
  const hints = { resultType: "complete", ttlMs: 1000, cacheScope: "private" };
  for (const [ask, change, result] of [
    [() => client.listTools(), { method: "notifications/tools/list_changed" }, { tools: [] }],
    [
      () => client.readResource("a:b"),
      { method: "notifications/resources/updated", params: { uri: "a:b" } },
      { contents: [] },
    ],
  ] as const) {
    for (const [requests, changes] of [
      [1, true],
      [2, false],
      [2, false],
    ] as const) {
      const answer = ask();
      await settled();
      if (changes) script.say(change);
      const { id } = asked.at(-1);
      if (asked.length === requests) script.say({ id, result: { ...hints, ...result } });
      await answer;
      assert.is(asked.length, requests);
    }
    asked.length = 0;
  }
});

test("answers are kept as long as they say, where that is asked for", async () => {
  const clock = new FakeClock();
  const script = modernScript(
    ({ method, id }, script) => {
      const hints = { resultType: "complete", ttlMs: 100, cacheScope: "private" };
      if (method === "tools/list") script.say({ id, result: { ...hints, tools: [{ name: "t", inputSchema: {} }] } });
      if (method === "resources/read") script.say({ id, result: { ...hints, contents: [] } });
    },
    { tools: {}, resources: {} },
  );
  const client = await connect(script, { clock, cache: true });
  const count = (method: string) => script.sent.filter((message) => message.method === method).length;
  const [tool] = await client.listTools();
  tool!.name = "changed by its reader";
  assert.is((await client.listTools())[0]!.name, "t");
  await clock.advance(99);
  await client.listTools();
  assert.is(count("tools/list"), 1);
  await clock.advance(1);
  await client.listTools();
  assert.is(count("tools/list"), 2);
  script.say({ method: "notifications/tools/list_changed" });
  await client.listTools();
  assert.is(count("tools/list"), 3);
  await client.readResource("a:b");
  await client.readResource("a:c");
  script.say({ method: "notifications/resources/updated", params: { uri: "a:b" } });
  await client.readResource("a:b");
  await client.readResource("a:c");
  assert.is(count("resources/read"), 3);
  const forgetful = await connect(script, { clock });
  await forgetful.listTools();
  await forgetful.listTools();
  assert.is(count("tools/list"), 5);
});

test.run();
