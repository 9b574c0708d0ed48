import { test } from "uvu";
import * as assert from "uvu/assert";
import { createFixture } from "../fixture/server.js";
import type { Json, Revision } from "../trace.js";
import { memorySubject } from "../wires/memory.js";
import { playIn } from "./part.js";
import { playClient } from "./play-client.js";
import { ServerPlayer } from "./play-server.js";
import { readRecording } from "./recording.js";
import type { Entry, Recording } from "./recording.js";

const client = (message: object): Omit<Entry, "at"> => ({ by: "client", message: { jsonrpc: "2.0", ...message } });
const server = (message: object): Omit<Entry, "at"> => ({ by: "server", message: { jsonrpc: "2.0", ...message } });
const recording = (...entries: Omit<Entry, "at">[]): Recording =>
  readRecording(
    JSON.stringify({
      recording: 1,
      started: "",
      wire: "stdio",
      entries: entries.map((entry, at) => ({ at, ...entry })),
    }),
  );

const opening = (revision: Revision, capabilities: object = {}) => [
  client({
    id: 0,
    method: "initialize",
    params: { protocolVersion: revision, capabilities, clientInfo: { name: "h", version: "1" } },
  }),
  server({ id: 0, result: { protocolVersion: revision } }),
  client({ method: "notifications/initialized" }),
];
const call = (id: unknown, token: string) =>
  client({ id, method: "tools/call", params: { name: "slow", arguments: {}, _meta: { progressToken: token } } });
const progress = (token: string, done: number) =>
  server({ method: "notifications/progress", params: { progressToken: token, progress: done } });
const result = (id: unknown, text: string) => server({ id, result: { content: [{ type: "text", text }] } });

/** A server that answers as it is told; what it does not know it answers with nothing in it. */
function told(answers: (message: { id?: Json; method?: string }, say: (message: object) => void) => void) {
  return memorySubject(() => ({
    connect: (receive) => ({
      send: (text) => answers(JSON.parse(text) as { id?: Json }, (message) => receive({ jsonrpc: "2.0", ...message })),
      close: () => undefined,
    }),
  }));
}

test("messages of two calls may come in another order; missing and extra ones are told", async () => {
  const file = recording(
    ...opening("2025-11-25"),
    call(1, "a"),
    call(2, "b"),
    progress("a", 1),
    result(1, "x"),
    progress("b", 1),
    result(2, "y"),
  );
  const subject = await told(({ id, method }, say) => {
    if (method === "initialize") say({ id, result: { protocolVersion: "2025-11-25" } });
    else if (method === "ping") say({ id, result: {} });
    else if (id === 2) {
      say({ method: "notifications/progress", params: { progressToken: "b", progress: 1 } });
      say({ id: 2, result: { content: [{ type: "text", text: "y" }] } });
      say({ id: 1, result: { content: [{ type: "text", text: "z" }] } });
      say({ method: "notifications/progress", params: { progressToken: "c", progress: 1 } });
    }
  });
  const { differences, compared } = await playClient(file, subject, { timeoutMs: 2_000 });
  assert.is(compared, 4);
  assert.is(differences.length, 3, differences.join("\n"));
  assert.match(differences[0] ?? "", /^#5 notifications\/progress: did not come/);
  assert.is(differences[1], '#6 the answer to 1: result.content[0].text: recorded "x", now "z"');
  assert.match(differences[2] ?? "", /^notifications\/progress: is not in the recording/);
});

test("the server's question is answered under the id that it has now", async () => {
  const capabilities = { roots: {} };
  const file = recording(
    ...opening("2025-11-25", capabilities),
    client({ id: 1, method: "tools/call", params: { name: "ask" } }),
    server({ id: "old", method: "roots/list" }),
    client({ id: "old", result: { roots: [{ uri: "file:///a" }] } }),
    result(1, "file:///a"),
  );
  const answers: unknown[] = [];
  const subject = await told((message, say) => {
    const { id, method } = message;
    if (method === "initialize") say({ id, result: { protocolVersion: "2025-11-25" } });
    else if (method === "ping") say({ id, result: {} });
    else if (method === "tools/call") say({ id: "new", method: "roots/list" });
    else if (method === undefined) {
      answers.push(message);
      say({ id: 1, result: { content: [{ type: "text", text: "file:///a" }] } });
    }
  });
  assert.equal((await playClient(file, subject, { timeoutMs: 2_000 })).differences, []);
  assert.equal(answers, [{ jsonrpc: "2.0", id: "new", result: { roots: [{ uri: "file:///a" }] } }]);
});

test("a recording goes from one era into the other and back, on a server of both", async () => {
  const subject = await memorySubject(() => createFixture({}));
  const list = { tools: [] };
  const legacy = recording(
    ...opening("2024-11-05"),
    client({ id: 1, method: "prompts/get", params: { name: "none" } }),
    server({ id: 1, error: {} }),
  );
  const crossed = await playClient(legacy, subject, { revision: "2026-07-28" });
  assert.is(crossed.compared, 1);
  assert.ok(
    crossed.differences.every((line) => line.startsWith("#4 the answer to 1: error.")),
    crossed.differences.join("\n"),
  );
  const _meta = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
  };
  const modern = recording(
    client({ id: 1, method: "server/discover", params: { _meta } }),
    server({ id: 1, result: {} }),
    client({ id: 2, method: "tools/list", params: { cursor: "forged", _meta } }),
    server({ id: 2, result: { resultType: "complete", ttlMs: 1, ...list } }),
  );
  const back = await playClient(modern, subject, { revision: "2025-03-26" });
  assert.equal(back.leftOut, ["#0 server/discover: 2025-03-26 has no such method"]);
  assert.is(back.compared, 1);
  assert.ok(
    back.differences.some((line) => line.includes("#3 the answer to 2: error")),
    back.differences.join("\n"),
  );
  await subject.close();
});

test("a call during which the server asks is left out across the eras, with all that belongs to it", () => {
  const file = recording(
    ...opening("2025-11-25"),
    call(1, "a"),
    progress("a", 1),
    server({ id: 9, method: "elicitation/create", params: {} }),
    client({ id: 9, result: { action: "accept" } }),
    progress("a", 2),
    result(1, "x"),
    call(2, "b"),
    result(2, "y"),
  );
  const { parts, leftOut } = playIn(file, "2025-11-25", "2026-07-28");
  assert.equal(
    parts.map(({ entry }) => entry),
    [9, 10],
  );
  assert.ok(
    leftOut.some((line) => line.startsWith("#3 tools/call: the server asks the client")),
    leftOut.join("\n"),
  );
});

test("the server's side waits for answers, and speaks with the ids and tokens of now", () => {
  const file = recording(
    call(1, "a"),
    progress("a", 1),
    server({ id: 9, method: "elicitation/create", params: {} }),
    client({ id: 9, result: { action: "accept" } }),
    progress("a", 2),
    result(1, "x"),
  );
  const said: { id?: Json; method?: string; params?: { progressToken?: string } }[] = [];
  const player = new ServerPlayer(file, (message) => said.push(message as object));
  player.receive({
    jsonrpc: "2.0",
    id: "one",
    method: "tools/call",
    params: { name: "slow", arguments: {}, _meta: { progressToken: "t" } },
  });
  assert.equal(
    said.map(({ method, id }) => method ?? id),
    ["notifications/progress", "elicitation/create"],
  );
  assert.is(said[0]?.params?.progressToken, "t");
  player.receive({ jsonrpc: "2.0", id: 9, result: { action: "decline" } });
  assert.equal(
    said.slice(2).map(({ method, id }) => method ?? id),
    ["notifications/progress", "one"],
  );
  player.finish();
  assert.equal(player.differences, ['#3 the answer to 9: result.action: recorded "accept", now "decline"']);
});

test("what was no message is sent as it was, and answered as it was", async () => {
  const refusal = { error: { code: -32700, message: "no JSON" } };
  const file = recording(...opening("2025-11-25"), { by: "client", raw: "{oops" }, server(refusal));
  const heard: string[] = [];
  const subject = await memorySubject(() => ({
    connect: (receive) => ({
      send: (text) => {
        heard.push(text);
        const { id, method } = text === "{oops" ? {} : (JSON.parse(text) as { id?: Json; method?: string });
        if (text === "{oops") receive({ jsonrpc: "2.0", ...refusal });
        else if (id !== undefined)
          receive({ jsonrpc: "2.0", id, result: method === "ping" ? {} : { protocolVersion: "2025-11-25" } });
      },
      close: () => undefined,
    }),
  }));
  assert.equal((await playClient(file, subject, { timeoutMs: 2_000 })).differences, []);
  assert.ok(heard.includes("{oops"));
  const said: Json[] = [];
  const player = new ServerPlayer(file, (message) => said.push(message));
  player.receiveText("{oops");
  player.receiveText("{other");
  assert.equal(said, [{ jsonrpc: "2.0", ...refusal }]);
  assert.equal(player.differences, ["what came is no JSON: {other"]);
});

test("what the client left out is told at the end", () => {
  const player = new ServerPlayer(recording(call(1, "a"), result(1, "x")), () => undefined);
  player.finish();
  assert.equal(player.differences, ["#0 tools/call: did not come"]);
});

test.run();
