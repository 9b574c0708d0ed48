import childProcess from "node:child_process";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { call, modern } from "./testing/messages.js";
import { guardStdout } from "./stdout-guard.js";
import { ProcessWire } from "./testing/process-wire.js";

/** Each way, and whether a frame of the author is on the stack when the output comes. */
const ways: Record<string, boolean> = {
  "console.log": true,
  "console.table": true,
  "process.stdout.write": true,
  "write with a callback": true,
  pipe: false,
  "much by pipe": false,
  pipeline: false,
  "a pipeline that fails": false,
  "process.stdout.end": true,
  spawn: true,
  "spawn with descriptors": true,
  "spawn with streams": true,
  "spawn with an object that has a descriptor": true,
  "spawn with standard error on standard output": true,
  fork: true,
  "exec, piped": false,
  spawnSync: true,
  execFileSync: true,
  execSync: true,
  "a worker": false,
};

const wire = new ProcessWire();
const located = () => wire.stderr.match(/^barewire: std.*stdio-process.*$/gm)?.length ?? 0;
let id = 0;

for (const [way, hasOrigin] of Object.entries(ways)) {
  test(`stray output by ${way} reaches standard error, with a note, and the call is answered`, async () => {
    const before = located();
    wire.send(modern(++id, "tools/call", call(way)));
    const answer = await Promise.race([wire.next(), silence(way)]);
    assert.is(answer.id, id);
    assert.is(answer.result.content?.[0].text, "done", JSON.stringify(answer));
    await Promise.race([wire.said(new RegExp(`stray: ${way.replace(/[.]/g, "\\.")}`)), silence(way)]);
    assert.match(wire.stderr, /^barewire: stdout carries the protocol/m);
    assert.is(located(), before + (hasOrigin ? 1 : 0));
  });
}

/** Fails a test whose message never comes, instead of waiting for ever. */
const silence = (what: string) =>
  new Promise<never>((_, reject) =>
    setTimeout(
      () => reject(new Error(`${what}: nothing came; standard error: ${wire.stderr.slice(-500)}`)),
      5000,
    ).unref(),
  );

test("a child does not eat the client's messages", async () => {
  wire.send(modern("eats", "tools/call", call("child input")), modern("after", "tools/call", call("console.log")));
  const answers = [await wire.next(), await wire.next()];
  const byId = new Map(answers.map((answer) => [answer.id, answer]));
  assert.is(byId.get("eats").result.content[0].text, "read 0 bytes");
  assert.ok(byId.get("after").result);
});

test("after all of it nothing but messages was on standard output, and the server ends well", async () => {
  const { code, rest } = await wire.end();
  assert.equal(rest, []);
  assert.is(code, 0);
});

test("releasing the guard gives everything back", () => {
  const prototype = childProcess.ChildProcess.prototype as unknown as { spawn: unknown };
  const { stdout } = process;
  const all = () => [
    stdout.write,
    stdout.end,
    stdout.destroy,
    prototype.spawn,
    childProcess.spawnSync,
    childProcess.execSync,
    childProcess.execFileSync,
  ];
  const before = all();
  const guard = guardStdout(() => {});
  const during = all();
  guard.release();
  assert.ok(during.every((value, at) => value !== before[at]));
  assert.ok(all().every((value, at) => value === before[at]));
});

test.run();
