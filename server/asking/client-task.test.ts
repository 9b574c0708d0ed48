import { test } from "uvu";
import * as assert from "uvu/assert";
import { createServer } from "../index.js";
import { Client, FakeClock, turn, type Any } from "../wire.test.kit.js";

const requests = { elicitation: { create: {} }, sampling: { createMessage: {} } };
const declared = { elicitation: { url: {}, form: {} }, sampling: {}, tasks: { cancel: {}, requests } };
const schema = { type: "object", properties: { name: { type: "string" } } } as const;
const task = (status: string, more: object = {}) => ({ taskId: "t1", status, ttl: null, pollInterval: 300, ...more });

async function setUp(capabilities: Any = declared, version = "2025-11-25") {
  const clock = new FakeClock();
  const server = createServer({ name: "s", version: "1" }, { clock, askTimeoutMs: 1_000, onError: () => {} });
  server.tool("ask", {}, async (_, ctx) => (await ctx.elicit("q", { message: "?", schema, task: { ttl: 9 } })).action);
  server.tool(
    "page",
    {},
    async (_, ctx) => (await ctx.elicit("q", { message: "?", url: "https://example.com/", task: {} })).action,
  );
  const client = new Client(server);
  await client.open(version, capabilities);
  const call = (name: string) => client.ask("tools/call", { name }, "call");
  /** The last request of the server. */
  const asked = async (method: string): Promise<Any> => {
    await turn();
    const message = client.received.at(-1);
    assert.is(message.method, method);
    return message;
  };
  const answer = (question: Any, result: unknown) =>
    client.connection.send({ jsonrpc: "2.0", id: question.id, result });
  return { clock, client, call, asked, answer };
}

test("a question is polled at the client's pace until it has ended, and its result awaited", async () => {
  const { clock, client, call, asked, answer } = await setUp();
  const response = call("ask");
  const question = await asked("elicitation/create");
  assert.equal(question.params.task, { ttl: 9 });
  answer(question, { task: task("working") });
  await turn();
  for (const pollInterval of [300, 400]) {
    const before = client.received.length;
    await clock.advance(pollInterval - 1);
    assert.is(client.received.length, before);
    await clock.advance(1);
    const poll = await asked("tasks/get");
    assert.equal(poll.params, { taskId: "t1" });
    answer(poll, task(pollInterval === 300 ? "working" : "completed", { pollInterval: 400 }));
    await turn();
  }
  const result = await asked("tasks/result");
  answer(result, { action: "decline", _meta: {} });
  assert.is((await response).result.content[0].text, "decline");
  assert.is(clock.waiting, 0);
});

test("input_required and an end are not polled any further", async () => {
  for (const status of ["input_required", "completed", "failed", "cancelled"]) {
    const { call, asked, answer } = await setUp();
    const response = call("page");
    answer(await asked("elicitation/create"), { task: task(status) });
    answer(await asked("tasks/result"), { action: "cancel" });
    assert.is((await response).result.content[0].text, "cancel");
  }
});

test("who answers at once need not make a task", async () => {
  const { call, asked, answer } = await setUp();
  const response = call("ask");
  answer(await asked("elicitation/create"), { action: "decline" });
  assert.is((await response).result.content[0].text, "decline");
});

test("who has no such tasks, or speaks another revision, is asked as always", async () => {
  for (const [capabilities, version] of [
    [{ elicitation: {} }, "2025-11-25"],
    [{ elicitation: {}, tasks: { requests: { sampling: { createMessage: {} } } } }, "2025-11-25"],
    [declared, "2025-06-18"],
  ] as const) {
    const { call, asked, answer } = await setUp(capabilities, version);
    const response = call("ask");
    const question = await asked("elicitation/create");
    assert.not.ok("task" in question.params);
    answer(question, { action: "decline" });
    assert.is((await response).result.content[0].text, "decline");
  }
});

test("a call that is cancelled, and a question that takes too long, end the client's task by tasks/cancel", async () => {
  for (const end of ["cancel", "timeout"]) {
    const { clock, client, call, asked, answer } = await setUp();
    const response = call("ask");
    answer(await asked("elicitation/create"), { task: task("working", { pollInterval: 60_000 }) });
    await turn();
    if (end === "cancel") client.cancel("call");
    else await clock.advance(1_000);
    await turn();
    const [cancelled, ...more] = client.received.filter(({ method }: Any) => /cancel/.test(method ?? ""));
    assert.equal([cancelled.method, cancelled.params, more], ["tasks/cancel", { taskId: "t1" }, []]);
    answer(cancelled, task("cancelled"));
    if (end === "timeout") assert.match((await response).result.content[0].text, "not answered within 1000 ms");
    await turn();
    assert.is(clock.waiting, 0);
  }
});

test("a client whose tasks cannot be cancelled is not asked to", async () => {
  const { clock, client, call, asked, answer } = await setUp({ ...declared, tasks: { requests } });
  const response = call("ask");
  answer(await asked("elicitation/create"), { task: task("working", { pollInterval: 60_000 }) });
  await turn();
  await clock.advance(1_000);
  assert.match((await response).result.content[0].text, "not answered within 1000 ms");
  assert.not.ok(client.received.some(({ method }: Any) => /cancel/.test(method ?? "")));
});

test("a task that is named too late is cancelled then, and by nothing else", async () => {
  const { clock, client, call, asked, answer } = await setUp();
  const response = call("ask");
  const question = await asked("elicitation/create");
  await clock.advance(1_000);
  assert.match((await response).result.content[0].text, "not answered within 1000 ms");
  assert.not.ok(client.received.some(({ method }: Any) => /cancel/.test(method ?? "")));
  answer(question, { task: task("working") });
  assert.equal((await asked("tasks/cancel")).params, { taskId: "t1" });
});

test("who names no time worth waiting for is polled at a bounded rate", async () => {
  const { clock, client, call, asked, answer } = await setUp();
  void call("ask");
  answer(await asked("elicitation/create"), { task: task("working", { pollInterval: 1e-6 }) });
  await turn();
  const before = client.received.length;
  await clock.advance(249);
  assert.is(client.received.length, before);
  await clock.advance(1);
  await asked("tasks/get");
});

test("what is no task fails the question", async () => {
  for (const [malformed, why] of [
    [{ status: "working" }, "without a taskId"],
    [{ taskId: "t1" }, "no status"],
  ] as const) {
    const { call, asked, answer } = await setUp();
    const response = call("ask");
    answer(await asked("elicitation/create"), { task: malformed });
    assert.match((await response).result.content[0].text, why);
  }
});

test.run();
