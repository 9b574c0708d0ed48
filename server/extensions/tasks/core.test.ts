import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { Refusal } from "../../../protocol/errors.js";
import { relatedTaskKey } from "../../../protocol/meta.js";
import { legacyVersions } from "../../../protocol/revisions/index.js";
import type { Server } from "../../index.js";
import {
  Client,
  connected,
  deferred,
  FakeExchange,
  initializeParams,
  newPeer,
  post,
  turn,
  type Any,
} from "../../wire.test.kit.js";
import { accept, form, setUp } from "./testing/task-client.js";

const version = "2025-11-25";
const ajv = new Ajv2020({ strict: false, validateFormats: false });
ajv.addSchema(JSON.parse(readFileSync(`protocol/schema/${version}.json`, "utf8")) as object, "core");

function judge(name: string, value: unknown): void {
  const validate = ajv.getSchema(`core#/$defs/${name}`)!;
  assert.ok(validate(value), `${name}: ${ajv.errorsText(validate.errors)} in ${JSON.stringify(value)}`);
}

const related = (message: Any) => message._meta?.[relatedTaskKey]?.taskId as string | undefined;

/** Calls a tool as a task; brings back the task's id. */
async function start(client: Client, name: string, ttl?: number, meta?: object): Promise<string> {
  const { result } = await client.ask("tools/call", {
    name,
    task: ttl === undefined ? {} : { ttl },
    ...(meta ? { _meta: meta } : {}),
  });
  judge("CreateTaskResult", result);
  assert.equal(Object.keys(result), ["task"]);
  assert.is(result.task.status, "working");
  return result.task.taskId as string;
}

async function until(client: Client, taskId: string, status: string): Promise<Any> {
  for (let poll = 0; poll < 100; poll++) {
    const { result } = await client.ask("tasks/get", { taskId });
    judge("GetTaskResult", result);
    assert.is(related(result), undefined);
    if (result.status === status) return result;
    await turn();
  }
  throw new Error(`the task never was ${status}`);
}

/** Signs a client of a principal in. */
async function signedIn(server: Server, principal: string): Promise<Client> {
  const client = new Client(server, { principal });
  await client.open(version);
  return client;
}

for (const other of legacyVersions) {
  test(`${other}: ${other === version ? "offers tasks, and says of each tool" : "has no tasks, and ignores that a call asks for one"}`, async () => {
    const { server } = setUp();
    server.tool("plain", {}, () => "done");
    server.tool("optional", { task: "slow" }, () => "done");
    server.tool("required", { task: { when: "always", required: true } }, () => "done");
    const client = new Client(server, { principal: "ada" });
    const { capabilities } = (await client.open(other)).result;
    assert.is(capabilities.extensions, undefined);
    const executions = (await client.ask("tools/list")).result.tools.map(({ execution }: Any) => execution as unknown);
    if (other === version) {
      assert.equal(capabilities.tasks, { list: {}, cancel: {}, requests: { tools: { call: {} } } });
      assert.equal(executions, [undefined, { taskSupport: "optional" }, { taskSupport: "required" }]);
      return;
    }
    assert.is(capabilities.tasks, undefined);
    assert.equal(executions, [undefined, undefined, undefined]);
    assert.equal((await client.ask("tools/call", { name: "plain", task: {} })).result, {
      content: [{ type: "text", text: "done" }],
    });
    assert.equal((await client.ask("tools/call", { name: "optional", task: {} })).result, {
      content: [{ type: "text", text: "done" }],
    });
    assert.is((await client.ask("tools/call", { name: "required" })).error.code, -32600);
    for (const method of ["get", "result", "list", "cancel"])
      assert.is((await client.ask(`tasks/${method}`, { taskId: "x" })).error.code, -32601);
  });
}

test("the handshake offers a list only to who is known, and refuses it to others", async () => {
  const { server } = setUp();
  server.tool("t", { task: "always" }, () => "done");
  const anonymous = new Client(server);
  assert.equal((await anonymous.open(version)).result.capabilities.tasks, {
    cancel: {},
    requests: { tools: { call: {} } },
  });
  assert.is((await anonymous.ask("tasks/list")).error.code, -32601);
  const open = setUp({ tasks: { listAnonymous: true } });
  open.server.tool("t", { task: "always" }, () => "done");
  const client = await connected(open.server, version);
  const taskId = await start(client, "t");
  assert.equal(
    (await client.ask("tasks/list")).result.tasks.map((task: Any) => task.taskId as string),
    [taskId],
  );
});

test("a task is asked for, polled, waited for and answered as the call itself would have been", async () => {
  const { server, clock } = setUp();
  const work = deferred<string>();
  server.tool("t", { task: "slow" }, () => work.promise);
  const client = await connected(server, version);
  const taskId = await start(client, "t", 60_000);
  const task = await until(client, taskId, "working");
  assert.is(task.ttl, 60_000);
  const result = client.ask("tasks/result", { taskId });
  await turn();
  await clock.advance(10);
  work.resolve("42");
  const answer = (await result).result;
  assert.equal(answer, { content: [{ type: "text", text: "42" }], _meta: { [relatedTaskKey]: { taskId } } });
  assert.equal((await client.ask("tasks/result", { taskId })).result, answer);
  assert.is((await until(client, taskId, "completed")).lastUpdatedAt, "1970-01-01T00:00:01.010Z");
  const told = client.notifications("notifications/tasks/status");
  assert.equal(
    told.map(({ params }) => params.status as string),
    ["completed"],
  );
  for (const message of told) {
    judge("TaskStatusNotification", message);
    assert.is(related(message.params), undefined);
  }
});

test("calls that do not fit a tool's support are refused with -32601", async () => {
  const { server } = setUp();
  server.tool("plain", {}, () => "done");
  server.tool("required", { task: { when: "detach", required: true } }, () => "done");
  server.tool("optional", { task: "always" }, () => "done");
  const client = await connected(server, version);
  assert.is((await client.ask("tools/call", { name: "plain", task: {} })).error.code, -32601);
  assert.is((await client.ask("tools/call", { name: "required" })).error.code, -32601);
  await start(client, "required");
  // A call that asks for no task gets none, however its tool would have it.
  assert.equal((await client.ask("tools/call", { name: "optional" })).result, {
    content: [{ type: "text", text: "done" }],
  });
  for (const task of [7, { ttl: "long" }, { ttl: -1 }, { ttl: 1.5 }]) {
    assert.is((await client.ask("tools/call", { name: "optional", task })).error.code, -32602);
  }
});

test("a server that offers no tasks ignores that a call asks for one", async () => {
  const { server } = setUp();
  server.tool("plain", {}, () => "done");
  const client = await connected(server, version);
  assert.equal((await client.ask("tools/call", { name: "plain", task: {} })).result, {
    content: [{ type: "text", text: "done" }],
  });
});

test("failures: a tool's own and a JSON-RPC error both fail the task, and tasks/result tells which", async () => {
  const { server } = setUp();
  server.tool("tool", { task: "always" }, () => {
    throw new Error("no luck");
  });
  server.tool("rpc", { task: "always" }, () => {
    throw new Refusal("custom", -32077, "not like this", { data: { why: 7 } });
  });
  const client = await connected(server, version);
  const tool = await start(client, "tool");
  await until(client, tool, "failed");
  const { result } = await client.ask("tasks/result", { taskId: tool });
  assert.is(result.isError, true);
  assert.is(related(result), tool);
  const rpc = await start(client, "rpc");
  assert.ok((await until(client, rpc, "failed")).statusMessage);
  assert.equal((await client.ask("tasks/result", { taskId: rpc })).error, {
    code: -32077,
    message: "not like this",
    data: { why: 7 },
  });
});

test("cancelling: the task is cancelled before the answer, stays so, and cannot be cancelled twice", async () => {
  const { server } = setUp();
  const work = deferred<string>();
  let signal: AbortSignal | undefined;
  server.tool("t", { task: "always" }, (_, ctx) => {
    signal = ctx.signal;
    return work.promise;
  });
  const client = await connected(server, version);
  const taskId = await start(client, "t");
  const waiting = client.ask("tasks/result", { taskId });
  const { result } = await client.ask("tasks/cancel", { taskId });
  judge("CancelTaskResult", result);
  assert.is(result.status, "cancelled");
  assert.is(signal?.aborted, true);
  work.resolve("too late");
  await turn();
  await until(client, taskId, "cancelled");
  assert.is((await waiting).error.code, -32603);
  assert.is((await client.ask("tasks/cancel", { taskId })).error.code, -32602);
});

test("an elicitation within a task goes out on the stream of tasks/result, tied to the task", async () => {
  const { server } = setUp();
  server.tool("ask", { task: "always" }, async (_, ctx) => {
    const { content } = await ctx.elicit("who", { message: "Your name?", schema: form });
    return `Hello, ${content?.name}!`;
  });
  const client = await connected(server, version, { elicitation: { form: {} } });
  const taskId = await start(client, "ask");
  await until(client, taskId, "input_required");
  assert.equal(
    client.received.filter(({ method }) => method === "elicitation/create"),
    [],
  );
  const cancelled = client.ask("tasks/result", { taskId }, "lost");
  await turn();
  client.cancel("lost");
  await turn();
  void cancelled;
  const result = client.ask("tasks/result", { taskId });
  await turn();
  const questions = client.received.filter(({ method }) => method === "elicitation/create");
  assert.is(questions.length, 2, "a question that was lost with its stream is asked on the next");
  for (const question of questions) {
    judge("ElicitRequest", question);
    assert.is(related(question.params), taskId);
  }
  await until(client, taskId, "input_required");
  client.connection.send({ jsonrpc: "2.0", id: questions[1].id, result: accept("Ada") });
  assert.is((await result).result.content[0].text, "Hello, Ada!");
  const statuses = client.notifications("notifications/tasks/status").map(({ params }) => params.status as string);
  assert.equal(statuses, ["input_required", "working", "completed"]);
});

test("over HTTP, whoever waits anew is asked anew; the first answer counts", async () => {
  const { server } = setUp();
  server.tool(
    "ask",
    { task: "always" },
    async (_, ctx) => (await ctx.elicit("who", { message: "?", schema: form })).content?.name,
  );
  const peer = newPeer(server);
  const headers = { "mcp-protocol-version": version };
  const initialize = {
    jsonrpc: "2.0",
    id: 0,
    method: "initialize",
    params: initializeParams(version, { elicitation: {} }),
  };
  await post(server, initialize, headers, { peer });
  await post(server, { jsonrpc: "2.0", method: "notifications/initialized" }, headers, { peer });
  const called = await post(
    server,
    { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "ask", task: {} } },
    headers,
    { peer },
  );
  const { taskId } = called.response.result.task;
  const wait = (id: number) => {
    const exchange = new FakeExchange(headers);
    return {
      exchange,
      response: server.receive(
        { jsonrpc: "2.0", id, method: "tasks/result", params: { taskId } },
        peer,
        exchange,
      ) as Promise<Any>,
    };
  };
  const [lost, next] = [wait(2), wait(3)];
  await turn();
  assert.is(lost.exchange.sent.length, 1);
  assert.is(next.exchange.sent.length, 1);
  peer.answer({ jsonrpc: "2.0", id: next.exchange.sent[0].id, result: accept("Ada") });
  assert.is((await next.response).result.content[0].text, "Ada");
  assert.is((await lost.response).result.content[0].text, "Ada");
  peer.close();
});

test("on a pipe, who waits twice is asked once", async () => {
  const { server } = setUp();
  server.tool(
    "ask",
    { task: "always" },
    async (_, ctx) => (await ctx.elicit("who", { message: "?", schema: form })).content?.name,
  );
  const client = await connected(server, version, { elicitation: {} });
  const taskId = await start(client, "ask");
  const results = [client.ask("tasks/result", { taskId }), client.ask("tasks/result", { taskId })];
  await turn();
  const questions = client.received.filter(({ method }) => method === "elicitation/create");
  assert.is(questions.length, 1);
  client.connection.send({ jsonrpc: "2.0", id: questions[0].id, result: accept("Ada") });
  for (const result of results) assert.is((await result).result.content[0].text, "Ada");
});

test("a question that is answered with an error, or that the client cannot be asked, is the handler's to deal with", async () => {
  const { server } = setUp();
  server.tool("ask", { task: "always" }, async (_, ctx) => {
    const why = await ctx.elicit("who", { message: "?", schema: form }).catch((error: Error) => error.message);
    return `${why as string}`;
  });
  server.tool(
    "sample",
    { task: "always" },
    async (_, ctx) => void (await ctx.sample("s", { messages: [], maxTokens: 1 })),
  );
  const client = await connected(server, version, { elicitation: {} });
  const taskId = await start(client, "ask");
  const result = client.ask("tasks/result", { taskId });
  await until(client, taskId, "input_required");
  await turn();
  const question = client.received.find(({ method }) => method === "elicitation/create");
  client.connection.send({ jsonrpc: "2.0", id: question.id, error: { code: -1, message: "not today" } });
  assert.is((await result).result.content[0].text, "not today");
  const refused = await start(client, "sample");
  await until(client, refused, "failed");
  assert.is((await client.ask("tasks/result", { taskId: refused })).error.code, -32600);
});

test("progress and log messages go on for the life of the task, tied to it", async () => {
  const { server } = setUp();
  const work = deferred();
  server.tool("chatty", { task: "always" }, async (_, ctx) => {
    await work.promise;
    ctx.progress(1, 2, "half");
    ctx.info("hello");
  });
  const client = await connected(server, version);
  const taskId = await start(client, "chatty", undefined, { progressToken: "p" });
  work.resolve();
  await until(client, taskId, "completed");
  for (const method of ["notifications/progress", "notifications/message"]) {
    const [message] = client.notifications(method);
    judge(method === "notifications/progress" ? "ProgressNotification" : "LoggingMessageNotification", message);
    assert.is(related(message.params), taskId);
  }
});

test("tasks are listed by page to their principal alone, and found by nobody else", async () => {
  const { server, clock } = setUp({ pageSize: 2 });
  server.tool("t", { task: "always" }, () => "done");
  const ada = await signedIn(server, "ada");
  const bob = await signedIn(server, "bob");
  const ids = [await start(ada, "t"), await start(ada, "t", 100), await start(ada, "t")];
  await start(bob, "t");
  const first = (await ada.ask("tasks/list")).result;
  judge("ListTasksResult", first);
  const second = (await ada.ask("tasks/list", { cursor: first.nextCursor })).result;
  assert.equal(
    [...first.tasks, ...second.tasks].map((task: Any) => task.taskId as string),
    ids,
  );
  assert.is(second.nextCursor, undefined);
  assert.is((await ada.ask("tasks/list", { cursor: "forged" })).error.code, -32602);
  for (const method of ["tasks/get", "tasks/result", "tasks/cancel"])
    assert.is((await bob.ask(method, { taskId: ids[0] })).error.code, -32602);
  await clock.advance(100);
  assert.is((await ada.ask("tasks/get", { taskId: ids[1] })).error.code, -32602);
  const left = [(await ada.ask("tasks/list")).result.tasks].flat().map((task: Any) => task.taskId as string);
  assert.equal(left, [ids[0], ids[2]]);
});

test("a client gets no more time than the server allows", async () => {
  const { server } = setUp({ tasks: { maxTtlMs: 1_000 } });
  server.tool("t", { task: "always" }, () => "done");
  const client = await connected(server, version);
  assert.is((await until(client, await start(client, "t", 10_000), "completed")).ttl, 1_000);
});

test("a task outlives its session: another session of the principal finds it, other revisions do not", async () => {
  const { server } = setUp();
  const work = deferred<string>();
  server.tool("t", { task: "always" }, () => work.promise);
  const client = await signedIn(server, "ada");
  const taskId = await start(client, "t");
  client.connection.close();
  const next = await signedIn(server, "ada");
  work.resolve("done");
  await until(next, taskId, "completed");
  const modern = new (await import("./testing/task-client.js")).TaskClient(server, { principal: "ada" });
  assert.is((await modern.request("tasks/get", { taskId })).error.code, -32602);
});

test("over HTTP without sessions the tasks work all the same", async () => {
  const { server } = setUp();
  server.tool("t", { task: "always" }, () => "done");
  const headers = { "mcp-protocol-version": version };
  const send = (method: string, params: object) =>
    post(server, { jsonrpc: "2.0", id: 1, method, params }, headers, { stateless: true, peer: newPeer(server) });
  const { taskId } = (await send("tools/call", { name: "t", task: {} })).response.result.task;
  const { response } = await send("tasks/result", { taskId });
  assert.is(response.result.content[0].text, "done");
});

test.run();
