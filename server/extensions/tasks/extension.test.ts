import { test } from "uvu";
import * as assert from "uvu/assert";
import { invalidParams } from "../../../protocol/errors.js";
import { createHandler } from "../../../transports/http/fetch.js";
import {
  deferred,
  FakeExchange,
  modernHeaders,
  modernMeta,
  newPeer,
  post,
  turn,
  type Any,
} from "../../wire.test.kit.js";
import { tasksExtensionId } from "./identifier.js";
import { declared, emptyAck, judge, setUp, TaskClient, textOf as text, undeclared } from "./testing/task-client.js";

test("the extension is advertised once a tool may become a task, and only by server/discover", async () => {
  const { server, client } = setUp();
  server.tool("plain", {}, () => "done");
  assert.is((await client.request("server/discover")).result.capabilities.extensions, undefined);
  server.tool("slow", { task: "always" }, () => "done");
  const { capabilities } = (await client.request("server/discover")).result;
  assert.equal(capabilities.extensions, { [tasksExtensionId]: {} });
  assert.is(capabilities.tasks, undefined);
});

test("a tool that always becomes a task is a flat task at once, then completed with its result", async () => {
  const { server, client } = setUp();
  const work = deferred<string>();
  server.tool("slow_compute", { task: "always" }, () => work.promise);
  const { result } = await client.call("slow_compute");
  judge("CreateTaskResult", result);
  assert.equal(Object.keys(result).sort(), [
    "_meta",
    "createdAt",
    "lastUpdatedAt",
    "pollIntervalMs",
    "resultType",
    "status",
    "taskId",
    "ttlMs",
  ]);
  assert.is(result.status, "working");
  assert.is(result.createdAt, "1970-01-01T00:00:01.000Z");
  assert.is(result.ttlMs, 3_600_000);
  assert.ok(result.taskId.length >= 22);
  assert.is((await client.get(result.taskId)).status, "working");
  work.resolve("42");
  const done = await client.until(result.taskId, "completed");
  assert.is(text(done.result), "42");
  assert.is(done.result.resultType, "complete");
  for (const member of ["error", "inputRequests", "requestState"]) assert.is(done[member], undefined);
});

test("without the extension declared the same tool answers by itself; where it is required, it is refused", async () => {
  const { server, client } = setUp();
  server.tool("slow", { task: "always" }, async (_, ctx) => {
    await ctx.detach();
    return "done";
  });
  server.tool("failing_job", { task: { when: "always", required: true } }, () => "done");
  const { result } = await client.request("tools/call", { name: "slow" }, undeclared);
  assert.is(result.resultType, "complete");
  assert.is(text(result), "done");
  const { error } = await client.request("tools/call", { name: "failing_job" }, undeclared);
  assert.is(error.code, -32021);
  assert.equal(error.data, { requiredCapabilities: { extensions: { [tasksExtensionId]: {} } } });
});

test("a client that declares only the tasks of 2025-11-25 does not declare the extension", async () => {
  const { server, client } = setUp();
  server.tool("slow", { task: "always" }, () => "done");
  const old = { "io.modelcontextprotocol/clientCapabilities": { tasks: { requests: { tools: { call: {} } } } } };
  assert.is(
    (await client.request("tools/call", { name: "slow", task: { ttl: 1 } }, old)).result.resultType,
    "complete",
  );
});

test("the methods are refused without the declaration, and tasks/result and tasks/list do not exist", async () => {
  const { server, client } = setUp();
  server.tool("slow", { task: "always" }, () => "done");
  const taskId = await client.task("slow");
  for (const method of ["tasks/get", "tasks/update", "tasks/cancel"]) {
    const { error } = await client.request(method, { taskId, inputResponses: {} }, undeclared);
    assert.is(error.code, -32021, method);
    assert.equal(error.data, { requiredCapabilities: { extensions: { [tasksExtensionId]: {} } } });
  }
  for (const method of ["tasks/result", "tasks/list"])
    assert.is((await client.request(method, { taskId })).error.code, -32601, method);
});

test("where no tool may become a task, there are no tasks", async () => {
  const { server, client } = setUp();
  server.tool(
    "greet",
    { input: { type: "object", properties: { name: { type: "string" } } } },
    ({ name }) => `Hello, ${name}!`,
  );
  assert.is((await client.request("tasks/get", { taskId: "x" })).error.code, -32601);
  const { result } = await client.call("greet", { name: "Ada" }, { task: { ttl: 1000, pollInterval: 5 } });
  assert.is(text(result), "Hello, Ada!");
  assert.is(result.resultType, "complete");
  assert.is(result.taskId, undefined);
});

test("a tool's failure completes the task, a JSON-RPC error fails it", async () => {
  const { server, client } = setUp();
  server.tool("failing_job", { task: { when: "always", required: true } }, () => {
    throw new Error("no luck");
  });
  server.tool("protocol_error_job", { task: "always" }, () => {
    throw invalidParams("not like this");
  });
  const failing = await client.until(await client.task("failing_job"), "completed");
  assert.is(failing.result.isError, true);
  assert.is(failing.error, undefined);
  const broken = await client.until(await client.task("protocol_error_job"), "failed");
  assert.is(broken.error.code, -32602);
  assert.type(broken.error.message, "string");
  assert.is(broken.result, undefined);
  assert.is(broken.statusMessage, broken.error.message);
});

test("a slow tool becomes a task when its time is over, a quick one does not", async () => {
  const { server, client, clock } = setUp();
  const work = deferred<string>();
  server.tool("slow", { task: "slow" }, () => work.promise);
  server.tool("quick", { task: "slow" }, () => "done");
  const { result } = await client.call("quick");
  assert.is(result.resultType, "complete");
  assert.is(clock.waiting, 0, "no timer is left");
  const answer = client.call("slow");
  await turn();
  await clock.advance(4_999);
  assert.is(client.received.length, 1);
  await clock.advance(1);
  const { taskId, resultType } = (await answer).result;
  assert.is(resultType, "task");
  work.resolve("late");
  assert.is(text((await client.until(taskId, "completed")).result), "late");
  assert.is(clock.waiting, 0, "the timer of its expiry is gone");
});

test("cancelling stops the handler, keeps the task cancelled, and is acknowledged whenever it comes", async () => {
  const { server, client } = setUp();
  const reason = deferred<unknown>();
  const work = deferred<string>();
  server.tool("slow", { task: "always" }, async (_, ctx) => {
    ctx.signal.addEventListener("abort", () => reason.resolve(ctx.signal.reason));
    return work.promise;
  });
  const taskId = await client.task("slow");
  emptyAck(await client.request("tasks/cancel", { taskId }));
  assert.is((await client.get(taskId)).status, "cancelled");
  assert.is(((await reason.promise) as Error).message, "Cancelled by the client");
  work.resolve("too late");
  await turn();
  assert.is((await client.get(taskId)).status, "cancelled");
  emptyAck(await client.request("tasks/cancel", { taskId }));
});

test("unknown, expired and foreign tasks look the same, and bind to the principal", async () => {
  const { server, clock } = setUp();
  server.tool("slow", { task: { when: "always", ttlMs: 500 } }, () => new Promise(() => {}));
  const [ada, bob] = ["ada", "bob"].map((principal) => new TaskClient(server, { principal }));
  const taskId = await ada!.task("slow");
  assert.is((await ada!.get(taskId)).status, "working");
  for (const [client, id] of [
    [bob!, taskId],
    [ada!, "nothing"],
    [new TaskClient(server), taskId],
  ] as const) {
    for (const method of ["tasks/get", "tasks/update", "tasks/cancel"]) {
      const { error } = await client.request(method, { taskId: id, inputResponses: {} });
      assert.is(error.code, -32602);
      assert.is(error.message, `No task "${id}", or it has expired`);
    }
  }
  await clock.advance(500);
  assert.is((await ada!.request("tasks/get", { taskId })).error.code, -32602);
  assert.is(await server.tasks.store.get(taskId), undefined);
  assert.is((await ada!.request("tasks/get", { taskId: 7 })).error.message, '"taskId" must be a string');
});

test("a principal has at most so many tasks", async () => {
  const { server, client } = setUp({ limits: { maxTasks: 2 } });
  server.tool("slow", { task: "always" }, () => "done");
  await client.task("slow");
  await client.task("slow");
  assert.match((await client.call("slow")).error.message, /More than 2 tasks/);
  await new TaskClient(server, { principal: "other" }).task("slow");
});

test("nothing of a task goes out on the request's stream after it was created, nor on others", async () => {
  const { server, client } = setUp();
  const work = deferred();
  server.tool("chatty", { task: "detach" }, async (_, ctx) => {
    ctx.info("before");
    ctx.progress(1, 3, "begun");
    await ctx.detach();
    ctx.info("after");
    ctx.progress(2, 3, "half");
    await work.promise;
    return "done";
  });
  const meta = { ...declared, progressToken: "p", "io.modelcontextprotocol/logLevel": "debug" };
  const { result } = await client.request("tools/call", { name: "chatty" }, meta);
  assert.equal(
    client.notifications().map(({ method }) => method),
    ["notifications/message", "notifications/progress"],
  );
  await turn();
  assert.is((await client.get(result.taskId)).statusMessage, "half");
  work.resolve();
  await client.until(result.taskId, "completed");
  assert.is(client.notifications().length, 2);
});

test("a cancelled notification for the request after its answer leaves the task alone", async () => {
  const { server, client } = setUp();
  const work = deferred<string>();
  server.tool("slow", { task: "always" }, async (_, ctx) => {
    const done = await work.promise;
    return ctx.signal.aborted ? "aborted" : done;
  });
  const { result } = await client.askModern("tools/call", { name: "slow" }, declared, "call-1");
  client.cancel("call-1");
  await turn();
  work.resolve("done");
  assert.is(text((await client.until(result.taskId, "completed")).result), "done");
});

test("only a tool that says so can detach", async () => {
  const { server, client } = setUp();
  server.tool("plain", {}, async (_, ctx) => ctx.detach());
  const { result } = await client.call("plain");
  assert.is(result.isError, true);
  assert.match(text(result), /task: "detach"/);
  assert.throws(() => server.tool("bad", { task: "sometimes" as never }, () => 1), /Tool "bad": task must be/);
  assert.throws(() => server.tool("bad", { task: { when: "always", ttlMs: 0 } }, () => 1), /task.ttlMs must be/);
});

test("over HTTP, Mcp-Name mirrors the task's id, and a missing declaration is a 400", async () => {
  const { server, client } = setUp();
  server.tool("slow", { task: "always" }, () => "done");
  const taskId = await client.task("slow");
  const message = (method: string, meta = declared) => ({
    jsonrpc: "2.0",
    id: 1,
    method,
    params: { taskId, inputResponses: {}, _meta: modernMeta(meta) },
  });
  for (const method of ["tasks/get", "tasks/update", "tasks/cancel"]) {
    assert.is((await post(server, message(method), modernHeaders(method, taskId))).status, 200);
    for (const name of [undefined, "other"]) {
      const { response, status } = await post(server, message(method), modernHeaders(method, name));
      assert.is(response.error.code, -32020);
      assert.is(status, 400);
    }
    const { response, status } = await post(
      server,
      message(method, undeclared as never),
      modernHeaders(method, taskId),
    );
    assert.is(response.error.code, -32021);
    assert.is(status, 400);
  }
  const wrong = { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "slow", _meta: modernMeta(declared) } };
  assert.is((await post(server, wrong, modernHeaders("tasks/get", "slow"))).response.error.code, -32020);
});

test("a client that is gone as soon as its task is kept neither loses the answer nor stops the task", async () => {
  const { server, client } = setUp();
  const exchange = new FakeExchange(modernHeaders("tools/call", "slow"));
  const work = deferred<string>();
  server.tool("slow", { task: "always" }, async (_, ctx) => {
    exchange.abort(new Error("gone"));
    return `${await work.promise}${ctx.signal.aborted ? " aborted" : ""}`;
  });
  const message = {
    jsonrpc: "2.0",
    id: 1,
    method: "tools/call",
    params: { name: "slow", _meta: modernMeta(declared) },
  };
  const { result } = (await server.receive(message, newPeer(server), exchange)) as Any;
  exchange.abort(new Error("gone again"));
  work.resolve("done");
  assert.is(text((await client.until(result.taskId, "completed")).result), "done");
});

test("over HTTP a client that disconnects after the task was created does not stop it", async () => {
  const { server } = setUp();
  const work = deferred<string>();
  server.tool(
    "slow",
    { task: "always" },
    async (_, ctx) => `${await work.promise}${ctx.signal.aborted ? " aborted" : ""}`,
  );
  const handler = createHandler(server);
  const gone = new AbortController();
  const send = async (
    method: string,
    params: Record<string, unknown>,
    name: string,
    signal?: AbortSignal,
  ): Promise<Any> => {
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params: { ...params, _meta: modernMeta(declared) } });
    const headers = {
      ...modernHeaders(method, name),
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
    };
    const response = await handler(
      new Request("http://localhost/mcp", { method: "POST", headers, body, ...(signal ? { signal } : {}) }),
    );
    return (await response.json()) as Any;
  };
  const { taskId } = (await send("tools/call", { name: "slow" }, "slow", gone.signal)).result;
  gone.abort();
  work.resolve("done");
  let task: Any;
  do task = (await send("tasks/get", { taskId }, taskId)).result;
  while (task.status === "working");
  assert.is(text(task.result), "done");
  await handler.close();
});

test.run();
