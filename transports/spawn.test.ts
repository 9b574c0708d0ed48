import { test } from "uvu";
import * as assert from "uvu/assert";
import { fileURLToPath } from "node:url";
import { connect } from "../client/index.js";
import { failureOf } from "../client/testing/scripted.js";
import { systemClock, type Clock } from "../protocol/clock.js";
import { spawnServer, type SpawnOptions } from "./spawn.js";

const node = process.execPath;
const program = fileURLToPath(new URL("../client/testing/stdio-server.js", import.meta.url));
/** A server that does what `then` says once it has answered the handshake. */
const script = (then: string) => `
  const { createInterface } = require("node:readline");
  createInterface(process.stdin).on("line", (line) => {
    const { id, method, params } = JSON.parse(line);
    const result = { protocolVersion: params?.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: "s", version: "1" } };
    if (method === "initialize") console.log(JSON.stringify({ jsonrpc: "2.0", id, result }));
    else if (id !== undefined) { ${then} }
  });`;
const start = (then: string, options: SpawnOptions = {}) => spawnServer(node, ["-e", script(then)], options);
const legacy = { revision: "2025-11-25" };
const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test("closing ends the process by the end of its input", async () => {
  const server = spawnServer(node, [program]);
  const client = await connect(server);
  assert.ok(isAlive(server.pid!));
  await client.close();
  assert.not(isAlive(server.pid!));
});

for (const [how, stubborn] of [
  ["SIGTERM", "setInterval(() => {}, 1000);"],
  ["SIGKILL", 'setInterval(() => {}, 1000); process.on("SIGTERM", () => {});'],
] as const) {
  test(`one that stays gets ${how}`, async () => {
    const server = spawnServer(node, ["-e", stubborn + script("")], { graceMs: 50 });
    const client = await connect(server, legacy);
    await client.close();
    assert.not(isAlive(server.pid!));
  });
}

test("what cannot be started says so", async () => {
  const failure = await failureOf(connect(spawnServer("/no/such/program")));
  assert.is(failure.code, "connection_failed");
  assert.match(failure.message, /ENOENT/);
});

test("calls fail when the process ends, and tell how", async () => {
  const client = await connect(start("process.exit(3)", { maxRestarts: 0 }), legacy);
  const failure = await failureOf(client.callTool("t"));
  assert.is(failure.code, "connection_closed");
  assert.match(failure.message, /code 3/);
  assert.is((await failureOf(client.callTool("t"))).code, "connection_closed");
  await client.close();
});

test("a process that has ended is noticed although a child of its own holds its output", async () => {
  let hasEnded!: (run: () => void) => void;
  const ended = new Promise<() => void>((resolve) => (hasEnded = resolve));
  // Nothing but the wait for the last lines takes 100 ms; the test is told of it, and ends it.
  const clock: Clock = {
    now: () => systemClock.now(),
    after: (ms, run, hold) => {
      if (ms !== 100) return systemClock.after(ms, run, hold);
      hasEnded(run);
      return () => {};
    },
  };
  const child = 'require("node:child_process").spawn("sleep", ["60"], { stdio: ["ignore", "inherit", "inherit"] })';
  const answer = 'console.log(JSON.stringify({ jsonrpc: "2.0", id, result: { pid: globalThis.child.pid } }))';
  let said = "";
  const server = start(`if (method === "ping") { globalThis.child = ${child}; ${answer}; } else process.exit(3);`, {
    maxRestarts: 0,
    stderr: (text) => (said += text),
    clock,
  });
  const client = await connect(server, legacy);
  const { pid } = (await client.request("ping")) as { pid: number };
  try {
    const failed = failureOf(client.callTool("t"));
    (await ended)();
    assert.match((await failed).message, /code 3/);
    assert.ok(isAlive(pid));
    assert.is(said, "");
  } finally {
    process.kill(pid);
    await client.close();
  }
});

for (const revision of ["2025-11-25", "2026-07-28"]) {
  test(`a process that ends by itself is started anew, ${revision}`, async () => {
    const server = spawnServer(node, [program], { maxRestarts: 1 });
    const client = await connect(server, { revision, roots: [{ uri: "file:///a" }] });
    const { pid } = server;
    assert.match((await failureOf(client.callTool("exit"))).message, /code 3/);
    assert.equal((await client.callTool("ask")).content, [{ type: "text", text: "file:///a" }]);
    assert.is.not(server.pid, pid);
    let told: Error | undefined;
    client.onClose((error) => (told = error));
    await failureOf(client.callTool("exit"));
    assert.match(told?.message ?? "", /code 3/);
    await client.close();
  });
}

test("one that ends because it is asked to discover is started anew for the handshake", async () => {
  const client = await connect(spawnServer(node, ["-e", script('if (method === "server/discover") process.exit(1);')]));
  assert.is(client.revision, "2025-11-25");
  await client.close();
});

test("one that ends before anything is agreed on is broken", async () => {
  const server = spawnServer(node, ["-e", "process.exit(4)"], { maxRestarts: 5 });
  assert.match((await failureOf(connect(server))).message, /code 4/);
});

test("lines that are no messages are told of and passed over", async () => {
  const errors: string[] = [];
  const answer = 'console.log(JSON.stringify({ jsonrpc: "2.0", id, result: { content: [] } }))';
  const server = start(`console.log("starting..."); console.log("x".repeat(3000)); ${answer}`, {
    maxMessageBytes: 2000,
  });
  const client = await connect(server, { ...legacy, onError: (error) => errors.push(String(error)) });
  await client.callTool("t");
  assert.is(errors.length, 2);
  await client.close();
});

test("an answer that is nested too deeply fails its call, and a question leaves it alone", async () => {
  const errors: string[] = [];
  const deep = '"[".repeat(20) + "]".repeat(20)';
  const question = `'{"jsonrpc":"2.0","id":' + id + ',"method":"ping","params":{"a":' + ${deep} + "}}"`;
  const answer = `'{"jsonrpc":"2.0","id":' + id + ',"result":{"a":' + ${deep} + "}}"`;
  const shallow = 'JSON.stringify({ jsonrpc: "2.0", id, result: { content: [] } })';
  const then = `console.log(params.name === "deep" ? ${answer} : ${question}); console.log(${shallow});`;
  const client = await connect(start(then, { maxDepth: 10 }), {
    ...legacy,
    onError: (error) => errors.push(String(error)),
  });
  const failure = await failureOf(client.callTool("deep"));
  assert.is(failure.code, "malformed_answer");
  assert.match(failure.message, /more than 10 levels deep/);
  assert.equal((await client.callTool("question")).content, []);
  assert.is(errors.length, 2);
  await client.close();
});

test("standard error and environment are the caller's to choose", async () => {
  let said = "";
  const noisy = `console.error(process.env.GREETING); console.log(JSON.stringify({ jsonrpc: "2.0", id, result: { content: [] } }))`;
  const server = start(noisy, { stderr: (text) => (said += text), env: { GREETING: "Grüße" } });
  const client = await connect(server, legacy);
  await client.callTool("t");
  await client.close();
  assert.is(said, "Grüße\n");
});

test.run();
