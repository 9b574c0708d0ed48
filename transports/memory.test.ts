import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Message, Response } from "../protocol/jsonrpc.js";
import { settled } from "./testing/fake-clock.js";
import { testServer } from "./testing/http-server.js";
import { call, initialize, initialized, legacy, modern, notification, type Wire } from "./testing/messages.js";
import { connectMemory } from "./memory.js";

const rejections: unknown[] = [];
process.on("unhandledRejection", (reason) => rejections.push(reason));

function open(set = testServer()) {
  const messages: Wire[] = [];
  const connection = connectMemory(set.server, (message: Message | readonly Response[]) => messages.push(message));
  return { ...set, ...connection, messages };
}

test("both eras on one connection", async () => {
  const { send, messages } = open();
  for (const message of [
    modern(1, "server/discover"),
    initialize("2024-11-05"),
    initialized,
    legacy(2, "ping"),
    modern(3, "tools/call", call("echo")),
  ])
    send(message);
  await settled();
  assert.equal(messages.map(({ id }) => id).sort(), [1, 2, 3, "init"]);
  assert.is(messages.find(({ id }) => id === 3).result.resultType, "complete");
});

test("text that is no message is answered without an id", async () => {
  const { sendText, messages } = open();
  sendText("{");
  sendText("[1]");
  sendText('{"__proto__":{"polluted":true}}');
  await settled();
  assert.equal(
    messages.map(({ error, id }) => [error.code, id]),
    [
      [-32700, undefined],
      [-32600, undefined],
      [-32600, undefined],
    ],
  );
  assert.is(({} as Wire).polluted, undefined);
});

test("what one side holds does not change under the other's hands", async () => {
  const { server, send, messages } = open();
  const shared = { list: [1] };
  server.tool("shared", {}, () => ({ content: [], structuredContent: shared }));
  send(modern(1, "tools/call", call("shared")));
  await settled();
  messages[0].result.structuredContent.list.push(2);
  assert.equal(shared, { list: [1] });
});

test("batches and their answers", async () => {
  const { send, messages } = open();
  for (const message of [
    initialize("2025-03-26"),
    initialized,
    [legacy(1, "ping"), legacy(2, "ping")],
    [notification("notifications/x")],
  ])
    send(message);
  await settled();
  assert.equal(
    messages.slice(1).map((batch) => batch.map(({ id }: { id: number }) => id)),
    [[1, 2]],
  );
});

test("what comes in one turn comes in order, and nothing of it after closing", async () => {
  const set = testServer();
  const seen: unknown[] = [];
  let closeAt: unknown;
  const connection = connectMemory(set.server, (message) => {
    const { id, params } = message as Wire;
    seen.push(id ?? params.progress);
    if (seen.at(-1) === closeAt) connection.close();
    if (id === 1) connection.send(modern(2, "tools/call", call("progress", { count: 1 }, { progressToken: "q" })));
  });
  connection.send(modern(1, "tools/call", call("echo")));
  await settled();
  assert.equal(seen, [1, 1, 2]);
  closeAt = "last";
  connection.send(modern("last", "tools/call", call("echo")));
  connection.send(modern("after", "tools/call", call("echo")));
  await settled();
  assert.equal(seen.slice(3), ["last"]);
});

test("closing aborts calls and ends subscriptions; the server goes on", async () => {
  const { send, close, messages, log, server, errors } = open();
  send(modern(1, "tools/call", call("wait")));
  send(modern(2, "subscriptions/listen", { notifications: { toolsListChanged: true } }));
  await settled();
  close();
  const before = messages.length;
  server.changed("tools");
  await settled();
  assert.ok(log.includes("aborted"));
  assert.is(messages.length, before);
  assert.equal(errors, []);
  const again = open({ ...testServer(), server });
  again.send(modern(1, "server/discover"));
  await settled();
  assert.is(again.messages.length, 1);
});

test("a client that throws where it takes a message harms neither the call nor the connection", async () => {
  const { server, errors } = testServer();
  const taken: Wire[] = [];
  const { send } = connectMemory(server, (message: Wire) => {
    taken.push(message);
    if (message.method === "notifications/progress" || message.id === 1) throw new Error("the client's own fault");
  });
  send(modern(1, "tools/call", call("progress", {}, { progressToken: "p" })));
  await settled();
  assert.is(taken.at(-1).result?.isError, undefined);
  assert.is(taken.at(-1).id, 1);
  send(modern(2, "server/discover"));
  await settled();
  assert.is(taken.at(-1).id, 2);
  assert.is(errors.length, 3);
});

test("no rejection was left unhandled", () => assert.equal(rejections, []));

test.run();
