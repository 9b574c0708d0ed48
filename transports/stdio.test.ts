import { PassThrough, Writable } from "node:stream";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { createServer, type Context } from "../server/index.js";
import { FakeClock, settled } from "./testing/fake-clock.js";
import { Gate } from "./testing/gate.js";
import { call, initialize, initialized, legacy, modern, notification } from "./testing/messages.js";
import { openStdio } from "./testing/stdio-wire.js";
import { serveStdio } from "./stdio.js";

const open = { type: "object" } as const;

/** A server with a tool that ends when its gate opens or its signal aborts, and one that answers at once. */
function setUp(limits = {}) {
  const clock = new FakeClock();
  const gate = new Gate();
  const log: string[] = [];
  const server = createServer(
    { name: "s", version: "1" },
    { clock, limits, onError: (error, where) => log.push(`${where}: ${String(error)}`) },
  );
  server.tool("echo", { input: open }, (args) => args);
  server.tool("wait", { input: open }, (_args, ctx) => waitFor(gate, ctx, log));
  return { clock, gate, log, server };
}

async function waitFor(gate: Gate, ctx: Context, log: string[]): Promise<string> {
  ctx.signal.addEventListener("abort", () => log.push(`aborted ${ctx.requestId}`));
  await Promise.race([gate.opened, new Promise((resolve) => ctx.signal.addEventListener("abort", resolve))]);
  return "waited";
}

test("one message a line, both eras on one pipe", async () => {
  const { server } = setUp();
  const wire = openStdio(server);
  wire.send(
    modern(1, "tools/call", call("echo")),
    initialize("2025-06-18"),
    initialized,
    modern(2, "server/discover"),
    legacy(3, "tools/call", call("echo")),
  );
  const messages = await wire.rest();
  const byId = new Map(messages.map((message) => [message.id, message]));
  assert.equal([...byId.keys()].sort(), [1, 2, 3, "init"]);
  assert.is(byId.get(1).result.resultType, "complete");
  assert.is(byId.get(3).result.resultType, undefined);
  assert.is(byId.get("init").result.protocolVersion, "2025-06-18");
  assert.ok(byId.get(2).result.supportedVersions.includes("2026-07-28"));
});

test("whoever serves a pipe says who is at its other end", async () => {
  const server = createServer({ name: "s", version: "1" });
  server.tool("who", { scopes: ["files"] }, (_, { auth }) => String(auth?.subject));
  for (const [auth, said] of [
    [{ principal: "p", subject: "alice", scopes: ["files"] }, "alice"],
    [undefined, undefined],
  ] as const) {
    const [input, output] = [new PassThrough(), new PassThrough()];
    const served = serveStdio(server, { input, output, ...(auth ? { auth } : {}) });
    input.end(`${JSON.stringify(modern(1, "tools/call", call("who")))}\n`);
    await served;
    const { result, error } = JSON.parse(String(output.read()));
    assert.equal(
      [result?.content[0].text, error?.data.requiredScopes],
      [said, said === undefined ? ["files"] : undefined],
    );
  }
});

test("a newline inside a value stays inside its line", async () => {
  const { server } = setUp();
  const wire = openStdio(server);
  const text = "a\nb\r\nc\u2028d\ud800";
  wire.send(modern(1, "tools/call", call("echo", { text })));
  const message = await wire.next();
  assert.equal(JSON.parse(message.result.content[0].text), { text });
  assert.equal(await wire.rest(), []);
});

test("what is no message is answered without an id, and the next line is served", async () => {
  const { server } = setUp({ maxMessageBytes: 200, maxDepth: 10 });
  const wire = openStdio(server);
  const ping = (id: number) => `${JSON.stringify(legacy(id, "ping"))}\n`;
  const cases: [string | Buffer, number][] = [
    ['{"jsonrpc":"2.0","id":1,"method":\n', -32700],
    [Buffer.concat([Buffer.from('{"a":"'), Buffer.of(0xff), Buffer.from('"}\n')]), -32700],
    [`{"jsonrpc":"2.0","id":1,"method":"${"x".repeat(300)}"}\n`, -32600],
    ["3\n", -32600],
    ["null\n", -32600],
    ["[]\n", -32600],
    ['{"jsonrpc":"1.0"}\n', -32600],
    [`${"[".repeat(50)}${"]".repeat(50)}\n`, -32600],
  ];
  let id = 100;
  for (const [bytes, code] of cases) {
    wire.input.write(bytes);
    const refused = await wire.next();
    assert.is(refused.error.code, code, String(bytes));
    assert.not("id" in refused);
    wire.input.write(ping(++id));
    assert.equal(await wire.next(), { jsonrpc: "2.0", id, result: {} });
  }
  assert.equal(await wire.rest(), []);
});

test("a last line without a newline is served, a truncated one refused", async () => {
  const { server } = setUp();
  const whole = openStdio(server);
  whole.input.write(JSON.stringify(legacy(1, "ping")));
  assert.equal(await whole.rest(), [{ jsonrpc: "2.0", id: 1, result: {} }]);
  const truncated = openStdio(server);
  truncated.input.write('{"jsonrpc":"2.0","id":1,"meth');
  const [refused, ...more] = await truncated.rest();
  assert.is(refused.error.code, -32700);
  assert.equal(more, []);
});

test("a batch of 2025-03-26 is answered in one line, elsewhere it is refused", async () => {
  const { server } = setUp();
  const old = openStdio(server);
  old.send(initialize("2025-03-26"), initialized);
  await old.next();
  old.send(
    [legacy(1, "ping"), notification("notifications/x"), legacy(2, "nope"), legacy(3, "ping")],
    [notification("notifications/y")],
  );
  const answers = await old.next();
  assert.equal(
    answers.map(({ id }: { id: number }) => id),
    [1, 2, 3],
  );
  assert.equal(await old.rest(), []);

  const recent = openStdio(server);
  recent.send(initialize("2025-06-18"), initialized);
  await recent.next();
  recent.send([legacy(1, "ping")]);
  const refused = await recent.next();
  assert.equal([refused.error.code, "id" in refused], [-32600, false]);
  assert.equal(await recent.rest(), []);
});

test("the end of the input ends subscriptions: cancelled, then the result", async () => {
  const { server } = setUp();
  const wire = openStdio(server);
  wire.send(modern("sub", "subscriptions/listen", { notifications: { toolsListChanged: true } }));
  assert.is((await wire.next()).method, "notifications/subscriptions/acknowledged");
  const [cancelled, result, ...more] = await wire.rest();
  assert.equal([cancelled.method, cancelled.params.requestId], ["notifications/cancelled", "sub"]);
  assert.equal([result.id, result.result._meta["io.modelcontextprotocol/subscriptionId"]], ["sub", "sub"]);
  assert.equal(more, []);
});

test("calls in flight may end within the grace, then their signal aborts", async () => {
  const { server, clock, gate, log } = setUp();
  const quick = openStdio(server, { graceMs: 500 });
  quick.send(modern(1, "tools/call", call("wait")));
  await settled();
  quick.input.end();
  await clock.advance(499);
  assert.equal(log, []);
  gate.open();
  const [answer, ...more] = await quick.rest();
  assert.equal([answer.id, answer.result.content[0].text], [1, "waited"]);
  assert.equal(more, []);
  assert.equal(log, []);

  const { server: other, clock: time, log: told } = setUp();
  const slow = openStdio(other, { graceMs: 500 });
  slow.send(modern(2, "tools/call", call("wait")));
  await settled();
  slow.input.end();
  await time.advance(500);
  assert.equal(told, ["aborted 2"]);
  assert.equal(await slow.rest(), [], "nothing is sent for an aborted call");
  assert.is(time.pending, 0);
});

test("a request with the input's last bytes is still answered", async () => {
  const { server } = setUp();
  const wire = openStdio(server);
  wire.input.end(`${JSON.stringify(legacy(1, "ping"))}\n${JSON.stringify(modern(2, "tools/call", call("echo")))}\n`);
  assert.equal((await wire.rest()).map(({ id }) => id).sort(), [1, 2]);
});

/** A reader that takes one piece, and further ones when it is told to. */
class SlowReader extends Writable {
  readonly taken: string[] = [];
  #goOn: (() => void) | undefined;

  constructor() {
    super({ highWaterMark: 1024, decodeStrings: false });
  }

  override _write(chunk: Buffer | string, _encoding: string, done: () => void): void {
    this.taken.push(String(chunk));
    this.#goOn = done;
  }

  /** Takes whatever comes from now on. */
  read(): void {
    this._write = (chunk, _encoding, done) => {
      setImmediate(() => {
        this.taken.push(String(chunk));
        done();
      });
    };
    this.#goOn?.();
  }

  get messages() {
    return this.taken
      .join("")
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  }
}

test("a client that does not read stops being read, and loses no response", async () => {
  const { server, clock } = setUp();
  const input = new PassThrough();
  const output = new SlowReader();
  const served = serveStdio(server, { input, output, maxQueued: 20_000, graceMs: 500 });
  const text = "x".repeat(1000);
  let sent = 0;
  while (!input.isPaused() && sent < 1000) {
    input.write(`${JSON.stringify(modern(++sent, "tools/call", call("echo", { text })))}\n`);
    await settled();
  }
  assert.ok(sent < 40, `${sent} requests were read`);
  for (let more = 0; more < 10; more++) input.write(`${JSON.stringify(legacy(++sent, "ping"))}\n`);
  const before = output.messages.length;
  await settled();
  assert.is(output.messages.length, before);
  output.read();
  await settled();
  assert.not(input.isPaused());
  input.end();
  await settled();
  await clock.advance(500);
  await served;
  assert.equal(
    output.messages.map(({ id }) => id).sort((a, b) => a - b),
    Array.from({ length: sent }, (_, i) => i + 1),
  );
});

test("what waits for a slow reader when the input ends still reaches it", async () => {
  const { server, clock } = setUp();
  const input = new PassThrough();
  const output = new SlowReader();
  let takenAtTheEnd: number | undefined;
  const served = serveStdio(server, { input, output, graceMs: 500 }).then(
    () => (takenAtTheEnd = output.messages.length),
  );
  for (let id = 1; id <= 20; id++) {
    input.write(`${JSON.stringify(modern(id, "tools/call", call("echo", { text: "x".repeat(500) })))}\n`);
    await settled();
  }
  input.end();
  await settled();
  assert.is(takenAtTheEnd, undefined, "the reader gets its time");
  output.read();
  await settled();
  await served;
  assert.is(takenAtTheEnd, 20);
  assert.is(clock.pending, 0);
});

test("a reader that never reads again does not hold the server", async () => {
  const { server, clock } = setUp();
  const input = new PassThrough();
  const output = new SlowReader();
  const served = serveStdio(server, { input, output, graceMs: 500 });
  for (let id = 1; id <= 20; id++) {
    input.write(`${JSON.stringify(modern(id, "tools/call", call("echo", { text: "x".repeat(500) })))}\n`);
    await settled();
  }
  input.end();
  await settled();
  await clock.advance(500);
  await served;
});

test("a reader that does not read hears of the last progress only, and memory stays bounded", async () => {
  const clock = new FakeClock();
  const server = createServer({ name: "s", version: "1" }, { clock });
  server.tool("count", { input: open }, async (_args, ctx) => {
    for (let done = 1; done <= 1000; done++) {
      ctx.progress(done);
      ctx.info("x".repeat(100));
      if (done % 10 === 0) await settled();
    }
    return "counted";
  });
  const input = new PassThrough();
  const output = new SlowReader();
  const served = serveStdio(server, { input, output, maxQueued: 5000, graceMs: 1 });
  const meta = { progressToken: "p", "io.modelcontextprotocol/logLevel": "info" };
  input.write(`${JSON.stringify(modern(1, "tools/call", call("count", {}, meta)))}\n`);
  while (!output.taken.length) await settled();
  for (let turn = 0; turn < 150; turn++) await settled();
  output.read();
  await settled();
  const messages = output.messages;
  assert.ok(JSON.stringify(messages).length < 20_000, "most of it was left out");
  assert.is(messages.at(-1).id, 1);
  const progress = messages
    .filter(({ method }) => method === "notifications/progress")
    .map(({ params }) => params.progress);
  assert.is(progress.at(-1), 1000);
  input.end();
  await served;
});

for (const [how, vanish] of [
  [
    "breaks the pipe",
    (output: PassThrough) =>
      output.destroy(Object.assign(new Error("write EPIPE"), { code: "EPIPE", syscall: "write" })),
  ],
  ["closes its end", (output: PassThrough) => output.destroy()],
] as const) {
  test(`a reader that ${how} ends the serving: calls are aborted, the server is closed`, async () => {
    const { server, log } = setUp();
    let stopped = false;
    server.onClose(() => (stopped = true));
    const input = new PassThrough();
    const output = new PassThrough();
    const served = serveStdio(server, { input, output });
    input.write(`${JSON.stringify(modern(1, "tools/call", call("wait")))}\n`);
    await settled();
    vanish(output);
    await served;
    assert.equal(log, ["aborted 1"]);
    assert.ok(stopped);
  });
}

test("an input that breaks ends the serving as its end does", async () => {
  const { server } = setUp();
  const wire = openStdio(server);
  wire.send(modern("sub", "subscriptions/listen", { notifications: {} }));
  await wire.next();
  wire.input.destroy(new Error("read EIO"));
  assert.is((await wire.next()).method, "notifications/cancelled");
  assert.is((await wire.next()).id, "sub");
  await wire.served;
});

test("serving leaves no listener on the streams behind", async () => {
  const { server } = setUp();
  const wire = openStdio(server);
  const before = wire.output.listenerCount("drain");
  wire.input.end();
  await wire.served;
  const left = (stream: PassThrough) =>
    ["data", "end", "close", "drain"].map(
      (event) => stream.listeners(event).filter((f) => !f.name.startsWith("on")).length,
    );
  assert.is(wire.output.listenerCount("drain"), Math.max(0, before - 1));
  assert.equal(left(wire.input), [0, 0, 0, 0]);
});

test("where lifespan cannot start, serving rejects without exit", async () => {
  const server = createServer(
    { name: "s", version: "1" },
    { lifespan: () => Promise.reject(new Error("no database")) },
  );
  const wire = openStdio(server);
  let reason: unknown;
  await wire.served.catch((error: unknown) => (reason = error));
  assert.match(String(reason), "no database");
});

test("a client that leaves pings unanswered is gone, though its pipe is open", async () => {
  const clock = new FakeClock();
  const server = createServer(
    { name: "s", version: "1" },
    { clock, onError: () => {}, ping: { everyMs: 100, timeoutMs: 10, failures: 1 } },
  );
  const [input, output] = [new PassThrough(), new PassThrough()];
  let written = "";
  output.on("data", (chunk) => (written += String(chunk)));
  const served = serveStdio(server, { input, output });
  input.write(`${JSON.stringify(initialize("2025-06-18"))}\n{"jsonrpc":"2.0","method":"notifications/initialized"}\n`);
  await settled();
  await clock.advance(100);
  await clock.advance(10);
  await served;
  assert.match(written, /"method":"ping"/);
});

test("a server that never comes up answers what needs nothing of it, and goes with its client", async () => {
  const server = createServer({ name: "s", version: "1" }, { lifespan: () => new Promise<never>(() => {}) });
  const [input, output] = [new PassThrough(), new PassThrough()];
  const served = serveStdio(server, { input, output, graceMs: 10 });
  input.end('{"jsonrpc":"2.0","id":1,"method":"ping"}\n');
  await served;
  assert.equal(JSON.parse(String(output.read())), { jsonrpc: "2.0", id: 1, result: {} });
});

test("a client that goes while the server starts does not keep it", async () => {
  for (const gone of ["input", "output"] as const) {
    const gate = new Gate();
    const server = createServer(
      { name: "s", version: "1" },
      { lifespan: () => gate.opened.then(() => ({ state: undefined })) },
    );
    const wire = openStdio(server);
    wire[gone].destroy();
    await settled();
    gate.open();
    await wire.served;
  }
});

test("lifespan's stop runs after the calls have ended", async () => {
  const order: string[] = [];
  const server = createServer(
    { name: "s", version: "1" },
    { lifespan: () => ({ state: undefined, stop: () => void order.push("stopped") }) },
  );
  server.tool("slow", {}, async () => {
    await settled();
    order.push("called");
    return "";
  });
  const wire = openStdio(server);
  wire.send(modern(1, "tools/call", call("slow")));
  assert.is((await wire.rest()).length, 1);
  assert.equal(order, ["called", "stopped"]);
});

test.run();
