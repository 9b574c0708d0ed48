import { once } from "node:events";
import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { call, modern } from "./testing/messages.js";
import { ProcessWire } from "./testing/process-wire.js";

/** Whether a process of that id runs; one that is dead and not yet reaped counts as gone. */
function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    return !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return process.platform !== "linux";
  }
}

/** Waits until the process is gone; one that stays is ended and fails the test. */
async function gone(pid: number): Promise<void> {
  for (let turns = 0; runs(pid); turns++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    if (turns < 300) continue;
    process.kill(pid);
    throw new Error(`process ${pid} was left behind`);
  }
}

async function ask(wire: ProcessWire, tool: string, args: object = {}): Promise<string> {
  wire.send(modern(tool, "tools/call", call(tool, args)));
  return (await wire.next()).result.content[0].text as string;
}

test("the end of the input ends the process, whatever timers, servers and promises are open", async () => {
  const wire = new ProcessWire();
  assert.is(await ask(wire, "linger"), "lingering");
  const { code, rest } = await wire.end();
  assert.equal([code, rest], [0, []]);
  assert.match(wire.stderr, "stopped");
});

test("a call that does not end is aborted after the grace", async () => {
  const wire = new ProcessWire();
  wire.send(modern(1, "tools/call", call("hang")), modern("sub", "subscriptions/listen", { notifications: {} }));
  assert.is((await wire.next()).method, "notifications/subscriptions/acknowledged");
  const { code, rest } = await wire.end();
  assert.is(code, 0);
  assert.equal(
    rest.map(({ id, method }) => method ?? id),
    ["notifications/cancelled", "sub"],
  );
  assert.match(wire.stderr, /signal aborted\n[^]*stopped/);
});

test("children end with the server, unless they were started detached", async () => {
  const wire = new ProcessWire();
  const attached = Number(await ask(wire, "start a child"));
  const detached = Number(await ask(wire, "start a child", { detached: true }));
  assert.ok(runs(attached) && runs(detached));
  assert.is((await wire.end()).code, 0);
  await gone(attached);
  assert.ok(runs(detached), "a detached child outlives its parent");
  process.kill(detached);
});

test("a child that was started before serving ends with the server as well", async () => {
  const wire = new ProcessWire("with an early child");
  const [, pid] = await wire.said(/child (\d+)/);
  assert.ok(runs(Number(pid)));
  assert.is((await wire.end()).code, 0);
  await gone(Number(pid));
});

test("children end with the server where standard output is not guarded", async () => {
  const wire = new ProcessWire("without a guard");
  const child = Number(await ask(wire, "start a child"));
  assert.is((await wire.end()).code, 0);
  await gone(child);
});

for (const [tool, expected] of [
  ["crash", 1],
  ["exit", 3],
] as const) {
  test(`children end with a process that ends by ${tool}`, async () => {
    const wire = new ProcessWire();
    const child = Number(await ask(wire, "start a child"));
    wire.send(modern(1, "tools/call", call(tool)));
    assert.is((await wire.exited).code, expected);
    await gone(child);
  });
}

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  test(`${signal} ends the server as the end of its input does`, async () => {
    const wire = new ProcessWire();
    wire.send(modern("sub", "subscriptions/listen", { notifications: {} }));
    await wire.next();
    const child = Number(await ask(wire, "start a child"));
    wire.child.kill(signal);
    assert.is((await wire.next()).method, "notifications/cancelled");
    assert.is((await wire.next()).id, "sub");
    assert.equal(await wire.exited, { code: 0, signal: null });
    await gone(child);
    assert.match(wire.stderr, "stopped");
  });
}

test("where lifespan cannot start, the process says so and exits with 1", async () => {
  const wire = new ProcessWire("cannot start");
  assert.equal(await wire.exited, { code: 1, signal: null });
  assert.match(wire.stderr, "no database here");
  assert.equal((await wire.end()).rest, []);
});

test("a reader that is gone ends the server", async () => {
  const wire = new ProcessWire();
  assert.is(await ask(wire, "linger"), "lingering");
  const child = Number(await ask(wire, "start a child"));
  wire.child.stdout.destroy();
  await once(wire.child.stdout, "close");
  wire.send(modern(2, "server/discover"), modern(3, "server/discover"));
  assert.is((await wire.exited).code, 0);
  await gone(child);
  assert.match(wire.stderr, "stopped");
  assert.not.match(wire.stderr, "EPIPE");
});

test("a client that does not read does not hold the process", async () => {
  const wire = new ProcessWire();
  // Nothing reads standard output from here on: the pipe fills, then the server's own queue.
  wire.send(...Array.from({ length: 100 }, (_, id) => modern(id, "tools/call", call("large"))));
  wire.child.stdin.end();
  await wire.said(/stopped/);
  assert.equal(await once(wire.child, "exit"), [0, null]);
});

test("a client that takes its time gets all of it", async () => {
  const wire = new ProcessWire();
  wire.send(...Array.from({ length: 300 }, (_, id) => modern(id, "tools/call", call("large"))));
  const ids = new Set<number>();
  while (ids.size < 300) {
    const { id, result } = await wire.next();
    assert.is(result.content[0].text.length, 100_000);
    ids.add(id);
  }
  assert.equal((await wire.end()).rest, []);
});

test("a long answer is whole when the input ends right behind the request", async () => {
  const wire = new ProcessWire();
  const requests = Array.from({ length: 200 }, (_, id) => modern(id, "tools/list"));
  wire.send(...requests);
  const { code, rest } = await wire.end();
  assert.is(code, 0);
  assert.is(rest.length, 200);
});

test.run();
