import { test } from "uvu";
import * as assert from "uvu/assert";
import { FakeClock, settled } from "../protocol/fake-clock.js";
import { createServer } from "../server/index.js";
import { connect, type ConnectOptions } from "./index.js";
import { connect as recording } from "./test-client.js";
import { failureOf, legacyScript, type Wire } from "./testing/scripted.js";

const RELATED = "io.modelcontextprotocol/related-task";
const talk = { messages: [], maxTokens: 1 };
const said = { role: "assistant" as const, content: { type: "text" as const, text: "!" }, model: "m" };

/** A client of 2025-11-25 whose server asks whatever the test wants. */
async function asking(options: ConnectOptions = {}, revision = "2025-11-25") {
  const clock = new FakeClock();
  const script = legacyScript(() => {}, revision);
  const client = await connect(script, { sample: () => said, ownTasks: true, clock, ...options, revision });
  let last = 0;
  const ask = async (method: string, params: object = {}): Promise<Wire> => {
    const id = `q-${++last}`;
    script.say({ id, method, params });
    await settled();
    return script.sent.find((message) => message.id === id);
  };
  const make = async (task: object = {}): Promise<Wire> =>
    (await ask("sampling/createMessage", { ...talk, task })).result.task;
  return { clock, script, client, ask, make };
}

/** A handler that answers when it is told to, and knows what it was asked. */
function slow() {
  const asked: Wire[] = [];
  let answer = (_: typeof said) => {};
  return {
    asked,
    answer: () => answer(said),
    sample: (_: unknown, about: Wire) => {
      asked.push(about);
      return new Promise<typeof said>((resolve) => (answer = resolve));
    },
  };
}

test("what can be asked as a task is declared, and nothing without the option or a handler", async () => {
  const declared = async (options: ConnectOptions, revision?: string) =>
    (await asking(options, revision)).script.last("initialize").params.capabilities.tasks;
  const sampling = { sampling: { createMessage: {} } };
  assert.equal(await declared({}), { list: {}, cancel: {}, requests: sampling });
  const elicit = () => ({ action: "decline" as const });
  assert.equal((await declared({ elicit })).requests, { ...sampling, elicitation: { create: {} } });
  assert.is(await declared({ ownTasks: false }), undefined);
  assert.is(await declared({ sample: undefined as never, roots: [] }), undefined);
  assert.is(await declared({}, "2025-06-18"), undefined);
});

test("a question becomes a task that is working, and its result names it", async () => {
  const { sample, answer } = slow();
  const { clock, ask, make } = await asking({ sample });
  const task = await make({ ttl: 5_000 });
  const createdAt = new Date(clock.now()).toISOString();
  assert.match(task.taskId, /^[\w-]{32}$/);
  const { taskId } = task;
  const ttl = { ttl: 5_000, pollInterval: 1_000 };
  assert.equal(task, { taskId, status: "working", createdAt, lastUpdatedAt: createdAt, ...ttl });
  await clock.advance(10);
  answer();
  const { result } = await ask("tasks/result", { taskId });
  assert.equal(result, { ...said, _meta: { [RELATED]: { taskId } } });
  const lastUpdatedAt = new Date(clock.now()).toISOString();
  assert.equal((await ask("tasks/get", { taskId })).result, {
    ...{ taskId, status: "completed", createdAt, lastUpdatedAt },
    ...ttl,
  });
});

test("tasks/result waits for the end, and is let go when it is taken back", async () => {
  const { sample, answer } = slow();
  const { ask, make, script } = await asking({ sample });
  const { taskId } = await make();
  assert.is(await ask("tasks/result", { taskId }), undefined);
  assert.is(await ask("tasks/result", { taskId }), undefined);
  script.say({ method: "notifications/cancelled", params: { requestId: "q-2" } });
  answer();
  await settled();
  const answered = script.sent.filter(({ id }) => id === "q-2" || id === "q-3").map(({ id }) => id as string);
  assert.equal(answered, ["q-3"]);
});

test("a task that fails gives the error that the question would have got", async () => {
  const fail = () => Promise.reject(new Error("no model"));
  const { ask, make } = await asking({ sample: fail });
  const { error } = await ask("sampling/createMessage", talk);
  const { taskId } = await make();
  assert.equal((await ask("tasks/result", { taskId })).error, error);
  const { status, statusMessage } = (await ask("tasks/get", { taskId })).result;
  assert.equal([status, statusMessage], ["failed", error.message]);
  assert.is(error.code, -32603);
  const malformed = (await ask("sampling/createMessage", { task: {} })).result.task;
  assert.is((await ask("tasks/result", malformed)).error.code, -32602);
});

test("a cancelled task stops its handler and stays cancelled", async () => {
  const { asked, sample, answer } = slow();
  const { ask, make } = await asking({ sample });
  const { taskId } = await make();
  assert.is(asked[0].signal.aborted, false);
  assert.is((await ask("tasks/cancel", { taskId })).result.status, "cancelled");
  assert.is(asked[0].signal.aborted, true);
  answer();
  await settled();
  assert.is((await ask("tasks/get", { taskId })).result.status, "cancelled");
  assert.is((await ask("tasks/result", { taskId })).error.code, -32603);
  assert.is((await ask("tasks/cancel", { taskId })).error.code, -32602);
});

test("taking the question back does not end its task", async () => {
  const { asked, sample } = slow();
  const { ask, make, script } = await asking({ sample });
  const { taskId } = await make();
  script.say({ method: "notifications/cancelled", params: { requestId: "q-1" } });
  assert.is((await ask("tasks/get", { taskId })).result.status, "working");
  assert.is(asked[0].signal.aborted, false);
});

test("a task is kept for its ttl, within bounds, and no longer", async () => {
  const bounds = { ttlMs: 3_000, maxTtlMs: 9_000, pollIntervalMs: 500 };
  const { asked, sample } = slow();
  const { clock, script, ask, make } = await asking({ sample, ownTasks: bounds });
  for (const [task, ttl] of [
    [{}, 3_000],
    [{ ttl: 0 }, 500],
    [{ ttl: 4_000 }, 4_000],
    [{ ttl: 1e12 }, 9_000],
  ] as const)
    assert.is((await make(task)).ttl, ttl);
  const { taskId } = await make({ ttl: 1_000 });
  assert.is(await ask("tasks/result", { taskId }), undefined);
  await clock.advance(999);
  assert.is((await ask("tasks/get", { taskId })).result.status, "working");
  await clock.advance(1);
  assert.is(script.sent.find(({ id }) => id === "q-6").error.code, -32602);
  assert.is((await ask("tasks/get", { taskId })).error.code, -32602);
  assert.is(asked.at(-1).signal.aborted, true);
  assert.is((await asking({ ownTasks: { ttlMs: Infinity, maxTtlMs: Infinity } }).then(({ make }) => make())).ttl, null);
});

test("malformed tasks, ids and cursors are refused by name", async () => {
  const { ask, make } = await asking();
  await make();
  for (const [method, params, member] of [
    ["sampling/createMessage", { ...talk, task: true }, /"task"/],
    ["sampling/createMessage", { ...talk, task: { ttl: "1" } }, /"task\.ttl"/],
    ["sampling/createMessage", { ...talk, task: { ttl: -1 } }, /"task\.ttl"/],
    ["tasks/get", { taskId: 7 }, /"taskId"/],
    ["tasks/result", {}, /"taskId"/],
    ["tasks/cancel", { taskId: "?" }, /"taskId"/],
    ["tasks/list", { cursor: "?" }, /"cursor"/],
    ["tasks/list", { cursor: 1 }, /"cursor"/],
    ["tasks/list", { cursor: btoa("tasks:2") }, /"cursor"/],
  ] as const) {
    const { error } = await ask(method, params);
    assert.is(error.code, -32602);
    assert.match(error.message, member);
  }
});

test("a list comes in pages, whose cursors outlive the tasks before them", async () => {
  const { clock, ask, make } = await asking({ ownTasks: { pageSize: 2 } });
  const ids: string[] = [(await make({ ttl: 1_000 })).taskId];
  for (let n = 1; n < 4; n++) ids.push((await make()).taskId);
  const list = async (cursor?: string) => (await ask("tasks/list", cursor === undefined ? {} : { cursor })).result;
  const shown = ({ tasks }: Wire): string[] => tasks.map(({ taskId }: Wire) => taskId as string);
  const first = await list();
  assert.equal(shown(first), ids.slice(0, 2));
  await clock.advance(1_000);
  const second = await list(first.nextCursor);
  assert.equal(shown(second), ids.slice(2));
  assert.is(second.nextCursor, undefined);
  assert.equal(shown(await list()), ids.slice(1, 3));
});

test("limits hold what is kept and what is at work", async () => {
  const kept = await asking({ ownTasks: { maxTasks: 1 } });
  await kept.make();
  assert.match((await kept.ask("sampling/createMessage", { ...talk, task: {} })).error.message, /More than 1 tasks/);
  const { sample, answer } = slow();
  const { ask, make } = await asking({ sample, ownTasks: { maxWorking: 1 } });
  await make();
  assert.is((await ask("sampling/createMessage", { ...talk, task: {} })).error.code, -32603);
  answer();
  await settled();
  await make();
  for (const name of ["ttlMs", "maxTtlMs", "pollIntervalMs", "maxTasks", "maxWorking", "pageSize"]) {
    const failed = await connect(legacyScript(), { ownTasks: { [name]: 0 } }).catch((error: unknown) => error);
    assert.match((failed as TypeError).message, `ownTasks.${name}`);
  }
});

test("progress of a task bears its token and its id, grows, and ends with it", async () => {
  const { asked, sample, answer } = slow();
  const { ask, script } = await asking({ sample });
  const _meta = { progressToken: "p" };
  const { taskId } = (await ask("sampling/createMessage", { ...talk, _meta, task: {} })).result.task;
  for (const progress of [1, 1, 2]) asked[0].progress({ progress, message: "…" });
  answer();
  await settled();
  asked[0].progress({ progress: 3 });
  const told = script.sent.filter(({ method }) => method === "notifications/progress").map(({ params }) => params);
  const related = { _meta: { [RELATED]: { taskId } }, message: "…", progressToken: "p" };
  assert.equal(told, [
    { ...related, progress: 1 },
    { ...related, progress: 2 },
  ]);
});

test("progress of a question without a task bears its token alone, and is not sent unasked", async () => {
  const { asked, sample } = slow();
  const { ask, script } = await asking({ sample });
  await ask("sampling/createMessage", { ...talk, _meta: { progressToken: 7 } });
  await ask("sampling/createMessage", talk);
  for (const { progress } of asked) progress({ progress: 1 });
  const told = script.sent.filter(({ method }) => method === "notifications/progress").map(({ params }) => params);
  assert.equal(told, [{ progressToken: 7, progress: 1 }]);
});

test("metadata of a question go into its task's creation, and those of requests about tasks nowhere", async () => {
  const { ask } = await asking();
  const _meta = { [RELATED]: { taskId: "theirs" } };
  const { result } = await ask("sampling/createMessage", { ...talk, _meta, task: {} });
  assert.equal(result._meta, _meta);
  const { taskId } = result.task;
  assert.is((await ask("tasks/get", { taskId, _meta })).result._meta, undefined);
  assert.equal((await ask("tasks/result", { taskId, _meta })).result._meta, { [RELATED]: { taskId } });
});

test("what was not declared is served as ever", async () => {
  const { ask } = await asking({ ownTasks: false });
  assert.equal((await ask("sampling/createMessage", { ...talk, task: {} })).result, said);
  assert.is((await ask("tasks/list")).error.code, -32601);
  const refused = await ask("elicitation/create", { message: "?", task: {} });
  assert.is(refused.error.code, -32601);
  const roots = await asking({ roots: [] });
  assert.is((await roots.ask("elicitation/create", { message: "?", task: {} })).error.code, -32601);
  assert.equal((await roots.ask("roots/list", { task: {} })).result, { roots: [] });
});

test("the end of the connection stops what is at work", async () => {
  const { asked, sample } = slow();
  const { client, clock, make } = await asking({ sample });
  await make();
  await client.close();
  assert.is(asked[0].signal.aborted, true);
  assert.is(clock.pending, 0);
});

test("a server of our own asks by a task", async () => {
  const server = createServer({ name: "s", version: "1" });
  const schema = { type: "object", properties: {} } as const;
  server.tool("t", {}, async (_args, ctx) => (await ctx.elicit("ok", { message: "?", schema, task: {} })).action);
  const elicit = () => ({ action: "decline" as const });
  const client = await recording(server, { revision: "2025-11-25", ownTasks: { pollIntervalMs: 1 }, elicit });
  assert.equal((await client.callTool("t")).content, [{ type: "text", text: "decline" }]);
  const asked = client.messages.flatMap(({ from, message: { method } }) =>
    from === "server" && method ? [method] : [],
  );
  assert.equal([asked.at(0), asked.at(-1)], ["elicitation/create", "tasks/result"]);
  await client.close();
});

test("the server's tasks are listed where it lists them", async () => {
  const script = legacyScript(
    ({ method, id, params }, script) => {
      const page =
        params?.cursor === "c" ? { tasks: [{ taskId: "2" }] } : { tasks: [{ taskId: "1" }], nextCursor: "c" };
      if (method === "tasks/list") script.say({ id, result: page });
    },
    "2025-11-25",
    { tasks: { list: {} } },
  );
  const client = await connect(script);
  assert.equal(
    (await client.listTasks()).map(({ taskId }) => taskId),
    ["1", "2"],
  );
  const without = await connect(legacyScript());
  assert.is((await failureOf(without.listTasks())).code, "missing_server_capability");
});

test.run();
