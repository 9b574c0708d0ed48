import { test } from "uvu";
import * as assert from "uvu/assert";
import { elicitation, inputRequired, MemoryTaskStore } from "../../index.js";
import { deferred, turn } from "../../wire.test.kit.js";
import {
  accept,
  declared,
  emptyAck,
  form,
  judge,
  setUp,
  TaskClient,
  textOf as text,
  undeclared,
} from "./testing/task-client.js";

test("questions before detach go by the retry pattern, and the answers and once values go with the task", async () => {
  const { server, client } = setUp();
  let made = 0;
  server.tool("test_tool_with_task", { task: "detach" }, async (_, ctx) => {
    const plan = await ctx.once("plan", () => ++made);
    const who = await ctx.elicit("who", { message: "Your name?", schema: form });
    await ctx.detach();
    const again = await ctx.elicit("who", { message: "Your name?", schema: form });
    return `${who.content?.name} ${again.content?.name} ${plan} ${await ctx.once("plan", () => ++made)}`;
  });
  const first = (await client.call("test_tool_with_task")).result;
  assert.is(first.resultType, "input_required");
  assert.is(first.taskId, undefined);
  assert.equal(Object.keys(first.inputRequests), ["who"]);
  const { result } = await client.call(
    "test_tool_with_task",
    {},
    { inputResponses: { who: accept("Alice") }, requestState: first.requestState },
  );
  judge("CreateTaskResult", result);
  assert.is(result.requestState, undefined);
  assert.is(text((await client.until(result.taskId, "completed")).result), "Alice Alice 1 1");
});

test("a question that is still open when the handler detaches is asked first", async () => {
  const store = new MemoryTaskStore();
  const { server, client } = setUp({ tasks: { store } });
  let kept = 0;
  store.put = (task) => {
    kept += 1;
    MemoryTaskStore.prototype.put.call(store, task);
  };
  server.tool("early", { task: "detach" }, async (_, ctx) => {
    const early = ctx.elicit("early", { message: "?", schema: form });
    await ctx.detach();
    return `${(await early).content?.name}`;
  });
  const first = (await client.call("early")).result;
  assert.is(first.resultType, "input_required");
  assert.is(kept, 0);
  const { result } = await client.call(
    "early",
    {},
    { inputResponses: { early: accept("Bo") }, requestState: first.requestState },
  );
  assert.is(text((await client.until(result.taskId, "completed")).result), "Bo");
});

test("a task asks by tasks/get and is answered by tasks/update, in parts, with unknown keys ignored", async () => {
  const { server, client } = setUp();
  server.tool("multi_input", { task: "always" }, async (_, ctx) => {
    const [a, b] = await Promise.all([
      ctx.elicit("a", { message: "A?", schema: form }),
      ctx.elicit("b", { message: "B?", schema: form }),
    ]);
    return `${a.content?.name} and ${b.content?.name}`;
  });
  const taskId = await client.task("multi_input");
  const asking = await client.until(taskId, "input_required");
  assert.equal(Object.keys(asking.inputRequests), ["a", "b"]);
  assert.is(asking.inputRequests.a.method, "elicitation/create");
  emptyAck(await client.update(taskId, { a: accept("Ann"), nobody: accept("?"), __proto__: {}, constructor: {} }));
  const partly = await client.until(taskId, "input_required");
  assert.equal(Object.keys(partly.inputRequests), ["b"]);
  emptyAck(await client.update(taskId, { a: accept("other"), b: accept("Bob") }));
  const done = await client.until(taskId, "completed");
  assert.is(text(done.result), "Ann and Bob");
  emptyAck(await client.update(taskId, { a: accept("late") }));
  assert.is(text((await client.get(taskId)).result), "Ann and Bob");
});

test("a key never names two questions: changed and badly answered ones get keys of their own", async () => {
  const { server, client } = setUp();
  server.tool("confirm", { task: "always" }, async (_, ctx) => {
    const first = await ctx.elicit("who", { message: "First?", schema: form });
    const same = await ctx.elicit("who", { message: "First?", schema: form });
    const second = await ctx.elicit("who", { message: "Second?", schema: form });
    return [first, same, second].map(({ content }) => content?.name).join(" ");
  });
  const taskId = await client.task("confirm");
  assert.equal(Object.keys((await client.until(taskId, "input_required")).inputRequests), ["who"]);
  await client.update(taskId, { who: { action: "accept", content: { name: 7 } } });
  const again = await client.until(taskId, "input_required");
  assert.equal(Object.keys(again.inputRequests), ["who#2"]);
  await client.update(taskId, { who: accept("ignored"), "who#2": accept("Ada") });
  const changed = await client.until(taskId, "input_required");
  assert.equal(Object.keys(changed.inputRequests), ["who#3"]);
  assert.is(changed.inputRequests["who#3"].params.message, "Second?");
  await client.update(taskId, { "who#3": accept("Bo") });
  assert.is(text((await client.until(taskId, "completed")).result), "Ada Ada Bo");
});

test("a question that the client cannot be asked fails the task", async () => {
  const { server, client } = setUp();
  server.tool("roots", { task: "always" }, async (_, ctx) => `${(await ctx.roots()).length}`);
  const task = await client.until(await client.task("roots"), "failed");
  assert.is(task.error.code, -32021);
  assert.equal(task.error.data, { requiredCapabilities: { roots: {} } });
});

test("a task that waits for an answer can be cancelled", async () => {
  const { server, client } = setUp();
  let thrown: unknown;
  server.tool("ask", { task: "always" }, async (_, ctx) => {
    await ctx.elicit("who", { message: "?", schema: form }).catch((error: unknown) => (thrown = error));
  });
  const taskId = await client.task("ask");
  await client.until(taskId, "input_required");
  await client.request("tasks/cancel", { taskId });
  const task = await client.get(taskId);
  assert.is(task.status, "cancelled");
  assert.is(task.inputRequests, undefined);
  await turn();
  assert.match(String(thrown), /over/);
});

test("the bare pattern asks within a task", async () => {
  const { server, client } = setUp();
  server.tool("bare", { task: "always" }, (_, ctx) => {
    const step = (ctx.requestState as number | undefined) ?? 0;
    if (step === 2) return `done with ${JSON.stringify(ctx.inputResponses)}`;
    return inputRequired({
      inputRequests: { who: elicitation({ message: "?", requestedSchema: form as never }) },
      requestState: step + 1,
    });
  });
  const taskId = await client.task("bare");
  await client.until(taskId, "input_required");
  await client.update(taskId, { who: accept("one") });
  assert.equal(Object.keys((await client.until(taskId, "input_required")).inputRequests), ["who#2"]);
  await client.update(taskId, { "who#2": accept("two") });
  assert.is(
    text((await client.until(taskId, "completed")).result),
    `done with ${JSON.stringify({ who: accept("two") })}`,
  );
});

test("subscriptions tell of the tasks that are the client's own, each state as tasks/get has it", async () => {
  const { server, client } = setUp();
  const work = deferred<string>();
  server.tool("ask", { task: "always" }, async (_, ctx) => {
    ctx.progress(1, 2, "hidden");
    const { content } = await ctx.elicit("who", { message: "?", schema: form });
    return `${content?.name} ${await work.promise}`;
  });
  const taskId = await client.task("ask");
  const foreign = await new TaskClient(server, { principal: "other" }).task("ask");
  void client.askModern(
    "subscriptions/listen",
    { notifications: { taskIds: [taskId, foreign, "nothing"] } },
    { ...declared, progressToken: "p" },
    "listen",
  );
  await client.until(taskId, "input_required");
  const [acknowledged] = client.notifications("notifications/subscriptions/acknowledged");
  assert.equal(acknowledged.params.notifications, { taskIds: [taskId] });
  await client.update(taskId, { who: accept("Ada") });
  work.resolve("done");
  await client.until(taskId, "completed");
  await turn();
  const told = client.notifications("notifications/tasks");
  for (const message of told) {
    judge("TaskStatusNotification", message);
    assert.is(message.params.taskId, taskId);
    assert.is(message.params._meta["io.modelcontextprotocol/subscriptionId"], "listen");
  }
  const statuses = told.map(({ params }) => params.status as string);
  assert.equal(
    [...new Set(statuses.filter((status, i) => statuses[i - 1] !== status))],
    ["input_required", "working", "completed"],
  );
  assert.is(told.at(-1).params.result.content[0].text, "Ada done");
  assert.equal(client.notifications("notifications/progress"), []);
});

test("a subscription to tasks needs the declaration", async () => {
  const { server, client } = setUp();
  server.tool("slow", { task: "always" }, () => "done");
  const { error } = await client.request("subscriptions/listen", { notifications: { taskIds: ["x"] } }, undeclared);
  assert.is(error.code, -32021);
  const malformed = await client.request("subscriptions/listen", { notifications: { taskIds: [7] } });
  assert.is(malformed.error.message, '"notifications.taskIds" must be an array of strings');
});

test.run();
