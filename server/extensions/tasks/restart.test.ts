import { test } from "uvu";
import * as assert from "uvu/assert";
import { MemoryTaskStore, type StoredTask, type TaskStore } from "../../../protocol/task-store.js";
import { deferred, turn } from "../../wire.test.kit.js";
import { accept, form, setUp, textOf } from "./testing/task-client.js";

/** A store whose writes go through only when they are let, or fail. */
class SlowStore extends MemoryTaskStore {
  gate: Promise<void> = Promise.resolve();
  failing = false;
  override async put(task: StoredTask): Promise<void> {
    await this.gate;
    if (this.failing) throw new Error("the disk is full");
    super.put(task);
  }
}

/** A server as the next process makes it, over what the one before left. */
async function restarted(store: TaskStore, tool: "fail" | "rerun" | "gone" = "rerun") {
  const setup = setUp({ tasks: { store } });
  const seen: unknown[] = [];
  if (tool !== "gone") {
    setup.server.tool(
      "work",
      { task: { when: "always", restart: tool }, input: { type: "object" } },
      async (args, ctx) => {
        const once = await ctx.once("made", () => `made by run ${seen.length}`);
        seen.push({ args, once, principal: ctx.auth?.principal ?? null });
        const who = await ctx.elicit("who", { message: "?", schema: form });
        return `${who.content?.name}: ${once}`;
      },
    );
  } else setup.server.tool("other", { task: "always" }, () => 1);
  await setup.server.start();
  return { ...setup, seen };
}

test("a task is answered for only when it is kept", async () => {
  const store = new SlowStore();
  const { server, client } = setUp({ tasks: { store } });
  const open = deferred();
  store.gate = open.promise;
  let ran = false;
  server.tool("work", { task: "always" }, () => {
    ran = true;
  });
  const answer = client.call("work");
  await turn();
  assert.is(client.received.length, 0);
  assert.is(ran, false);
  open.resolve();
  assert.is((await answer).result.resultType, "task");
});

test("an end that cannot be kept is tried again until it can", async () => {
  const store = new SlowStore();
  const { server, client, clock } = setUp({ tasks: { store }, onError: () => {} });
  const open = deferred();
  server.tool("work", { task: "always" }, async () => {
    await open.promise;
    return "worked";
  });
  const taskId = await client.task("work");
  store.failing = true;
  open.resolve();
  await turn();
  assert.is((await client.get(taskId)).status, "working");
  await clock.advance(1000);
  store.failing = false;
  await clock.advance(2000);
  assert.is((await client.get(taskId)).status, "completed");
});

test("an update is acknowledged and a result is shown only when it is kept", async () => {
  const store = new SlowStore();
  const { client } = await restarted(store);
  const taskId = await client.task("work");
  await client.until(taskId, "input_required");
  const open = deferred();
  store.gate = open.promise;
  let acknowledged = false;
  void client.update(taskId, { who: accept("Ada") }).then(() => (acknowledged = true));
  await turn();
  assert.is(acknowledged, false);
  assert.is((await client.get(taskId)).status, "input_required");
  open.resolve();
  await client.until(taskId, "completed");
  assert.is(acknowledged, true);
});

test("a task that is cancelled while its result is being kept ends as it ended", async () => {
  const store = new SlowStore();
  const { server, client } = setUp({ tasks: { store } });
  const open = deferred();
  const work = deferred<string>();
  server.tool("work", { task: "always" }, () => work.promise);
  const taskId = await client.task("work");
  store.gate = open.promise;
  work.resolve("done");
  await turn();
  const cancelled = client.request("tasks/cancel", { taskId });
  await turn();
  open.resolve();
  assert.is((await cancelled).result.resultType, "complete");
  assert.is(textOf((await client.get(taskId)).result), "done");
});

test("a client that cancels while its task is being kept gets no task, and none is left", async () => {
  const store = new SlowStore();
  const { server, client } = setUp({ tasks: { store } });
  const open = deferred();
  store.gate = open.promise;
  server.tool("work", { task: "detach" }, async (_, ctx) => ctx.detach());
  void client.askModern(
    "tools/call",
    { name: "work" },
    { "io.modelcontextprotocol/clientCapabilities": { extensions: { "io.modelcontextprotocol/tasks": {} } } },
    "call",
  );
  await turn();
  client.cancel("call");
  open.resolve();
  await turn();
  assert.equal(client.received, []);
  assert.is(store.count(undefined), 0);
});

test("a slow call that ends while its task is being kept answers by itself, and no task is left", async () => {
  const store = new SlowStore();
  const { server, client, clock } = setUp({ tasks: { store } });
  const open = deferred();
  const work = deferred<string>();
  store.gate = open.promise;
  server.tool("work", { task: "slow" }, () => work.promise);
  const answer = client.call("work");
  await turn();
  await clock.advance(5_000);
  work.resolve("just in time");
  assert.is(textOf((await answer).result), "just in time");
  open.resolve();
  await turn();
  assert.is(store.count(undefined), 0);
});

test("where a task cannot be kept, the call is refused, and a slow one goes on", async () => {
  const store = new SlowStore();
  const { server, client, clock } = setUp({ tasks: { store } });
  const work = deferred<string>();
  server.tool("always", { task: "always" }, () => "done");
  server.tool("slow", { task: "slow" }, () => work.promise);
  store.failing = true;
  assert.match((await client.call("always")).error.message, /disk is full/);
  const answer = client.call("slow");
  await turn();
  await clock.advance(5_000);
  work.resolve("done");
  assert.is(textOf((await answer).result), "done");
});

test("a result that cannot be kept fails the task", async () => {
  const { server, client } = setUp();
  server.tool("big", { task: "always" }, () => ({ content: [], _meta: { big: 1n } }) as never);
  const task = await client.until(await client.task("big"), "failed");
  assert.is(task.error.code, -32603);
});

test("a task that was at work when its server ended fails, with what happened", async () => {
  const store = new MemoryTaskStore();
  const first = await restarted(store, "fail");
  const taskId = await first.client.task("work");
  await first.client.until(taskId, "input_required");
  const { client, seen } = await restarted(store, "fail");
  const task = await client.get(taskId);
  assert.is(task.status, "failed");
  assert.equal(task.error, { code: -32603, message: "The server ended while it worked on the task" });
  assert.equal(seen, []);
});

test("a task that may run again does, with its arguments, once values and answers, under its principal", async () => {
  const store = new MemoryTaskStore();
  const first = await restarted(store);
  const taskId = await first.client.task("work", { x: 1 });
  await first.client.until(taskId, "input_required");
  const { client, seen } = await restarted(store);
  const asking = await client.until(taskId, "input_required");
  assert.equal(Object.keys(asking.inputRequests), ["who"], "the same question keeps its key");
  assert.equal(seen, [{ args: { x: 1 }, once: "made by run 0", principal: null }]);
  await client.update(taskId, { who: accept("Ada") });
  assert.is(textOf((await client.until(taskId, "completed")).result), "Ada: made by run 0");
});

test("an answer that comes before the handler asks again is taken", async () => {
  const store = new MemoryTaskStore();
  const first = await restarted(store);
  const taskId = await first.client.task("work");
  await first.client.until(taskId, "input_required");
  const { server, client } = setUp({ tasks: { store } });
  const work = deferred();
  server.tool("work", { task: { when: "always", restart: "rerun" } }, async (_, ctx) => {
    await work.promise;
    return (await ctx.elicit("who", { message: "?", schema: form })).content?.name;
  });
  await client.update(taskId, { who: accept("Bo") });
  work.resolve();
  assert.is(textOf((await client.until(taskId, "completed")).result), "Bo");
});

for (const now of ["fail", "gone"] as const) {
  test(`a task that may run again fails where its tool ${now === "gone" ? "is gone" : "may no longer"}`, async () => {
    const store = new MemoryTaskStore();
    const first = await restarted(store);
    const taskId = await first.client.task("work");
    const { client } = await restarted(store, now);
    assert.is((await client.get(taskId)).status, "failed");
  });
}

test("what has expired meanwhile is forgotten, and a task that runs again expires when it would have", async () => {
  const store = new MemoryTaskStore();
  const first = await restarted(store);
  const taskId = await first.client.task("work");
  const old = (await store.get(taskId))!;
  store.put({ ...old, taskId: "old", createdAt: -10_000_000 });
  const { client, clock } = await restarted(store);
  assert.is(store.get("old"), undefined);
  await clock.advance(3_600_000);
  assert.is(store.get(taskId), undefined);
  assert.is((await client.request("tasks/get", { taskId })).error.code, -32602);
});

test("a server that closes stops its handlers and leaves its tasks to the next start", async () => {
  const store = new MemoryTaskStore();
  const { server, client, clock } = setUp({ tasks: { store } });
  const ended = deferred();
  server.tool("work", { task: { when: "always", restart: "rerun" } }, async (_, ctx) => {
    await new Promise<void>((resolve) => ctx.signal.addEventListener("abort", () => resolve()));
    ended.resolve();
    throw new Error("stopped");
  });
  const taskId = await client.task("work");
  await server.close();
  await ended.promise;
  await turn();
  assert.is(store.get(taskId)?.status, "working");
  assert.is(clock.waiting, 0);
  await server.start();
  assert.is((await client.get(taskId)).status, "working", "it runs again");
  await server.close();
});

test("tasks are swept lazily, when others are made", async () => {
  const { server, client, clock } = setUp({ tasks: { ttlMs: 10 } });
  server.tool("work", { task: "always" }, () => "done");
  const taskId = await client.task("work");
  await client.until(taskId, "completed");
  await clock.advance(59_000);
  assert.ok(await server.tasks.store.get(taskId));
  await clock.advance(1_000);
  await client.task("work");
  assert.is(await server.tasks.store.get(taskId), undefined);
});

test.run();
