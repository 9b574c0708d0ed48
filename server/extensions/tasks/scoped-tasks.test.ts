// A tool's scopes guard what its call came to as they guard the call.
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Auth } from "../../../protocol/auth.js";
import type { Server } from "../../index.js";
import { Client, turn, type Any } from "../../wire.test.kit.js";
import { declared, form, setUp, TaskClient } from "./testing/task-client.js";

const holding = (...scopes: string[]): Auth => ({ principal: "ada", scopes });

function scopedServer(): Server {
  const { server } = setUp();
  server.tool("adm", { scopes: ["admin"], task: "always" }, () => "SECRET");
  server.tool("asks", { scopes: ["admin"], task: "always" }, async (_, ctx) => {
    await ctx.elicit("who", { message: "Who?", schema: form });
    return "SECRET";
  });
  server.tool("open", { task: "always" }, () => "open");
  return server;
}

const needsAdmin = ({ error, result }: Any) => {
  assert.is(result, undefined);
  assert.equal(error.data, { requiredScopes: ["admin"] });
};

test("tasks/get, tasks/update and tasks/cancel need the scopes of the task's tool (the extension)", async () => {
  const server = scopedServer();
  const [admin, low] = [new TaskClient(server, holding("admin")), new TaskClient(server, holding("other"))];
  const taskId = await admin.task("asks");
  await admin.until(taskId, "input_required");
  for (const [method, more] of [
    ["tasks/get", {}],
    ["tasks/update", { inputResponses: {} }],
    ["tasks/cancel", {}],
  ] as const)
    needsAdmin(await low.request(method, { taskId, ...more }));
  assert.is((await admin.get(taskId)).status, "input_required");
  await low.until(await low.task("open"), "completed");
});

test("taskIds in a filter: what the caller may not use is not agreed to", async () => {
  const server = scopedServer();
  const [admin, low] = [new TaskClient(server, holding("admin")), new TaskClient(server, holding())];
  const ids = [await admin.task("adm"), await low.task("open")];
  for (const [client, agreed] of [
    [admin, ids],
    [low, ids.slice(1)],
  ] as const) {
    void client.request("subscriptions/listen", { notifications: { taskIds: ids } }, declared);
    const said = await acknowledged(client);
    assert.equal(said.params.notifications.taskIds, agreed);
  }
});

async function acknowledged(client: Client): Promise<Any> {
  for (let looks = 0; looks < 100; looks++) {
    const found = client.received.find(({ method }) => method === "notifications/subscriptions/acknowledged");
    if (found) return found;
    await turn();
  }
  throw new Error("nothing was acknowledged");
}

test("tasks/get, tasks/result and tasks/cancel need them, and tasks/list leaves the task out (2025-11-25)", async () => {
  const server = scopedServer();
  const [admin, low] = [new Client(server, holding("admin")), new Client(server, holding())];
  for (const client of [admin, low]) await client.open("2025-11-25");
  const start = async (client: Client, name: string) =>
    (await client.ask("tools/call", { name, task: {} })).result.task.taskId as string;
  const [secret, open] = [await start(admin, "adm"), await start(low, "open")];
  for (const method of ["tasks/get", "tasks/result", "tasks/cancel"])
    needsAdmin(await low.ask(method, { taskId: secret }));
  const listed = async (client: Client) =>
    (await client.ask("tasks/list")).result.tasks.map(({ taskId }: Any) => taskId as string);
  assert.equal(await listed(low), [open]);
  assert.equal(await listed(admin), [secret, open]);
  assert.match(JSON.stringify((await admin.ask("tasks/result", { taskId: secret })).result), /SECRET/);
  assert.match(JSON.stringify((await low.ask("tasks/result", { taskId: open })).result), /open/);
});

test.run();
