import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Message } from "../protocol/jsonrpc.js";
import { FakeClock, settled } from "../protocol/fake-clock.js";
import type { Sending, Transport } from "../protocol/transport.js";
import { CallFailed, connect } from "./index.js";
import { failureOf, Scripted, type Wire } from "./testing/scripted.js";
import { within } from "./within.js";

const never = () => new Promise<never>(() => {});
const revision = "2025-11-25";

test("work is awaited until its time is over or its signal aborts, even if it heeds neither", async () => {
  const clock = new FakeClock();
  assert.is(await within({ clock, what: "w", ms: 10 }, () => Promise.resolve(1)), 1);
  let given!: AbortSignal;
  const late = failureOf(within({ clock, what: "w", ms: 10 }, (signal) => ((given = signal), never())));
  await clock.advance(9);
  assert.not(given.aborted);
  await clock.advance(1);
  assert.is((await late).code, "request_timeout");
  assert.ok(given.aborted);
  const abort = new AbortController();
  const cancelled = failureOf(within({ clock, what: "w", ms: 10, signal: abort.signal }, never));
  abort.abort("enough");
  assert.match((await cancelled).message, /enough/);
  const before = failureOf(within({ clock, what: "w", ms: 10, signal: abort.signal }, never));
  assert.is((await before).code, "request_cancelled");
  assert.is(clock.pending, 0);
});

/** A server that does not take what `stuck` names. */
class Stuck extends Scripted {
  stuck = "";
  signal: AbortSignal | undefined;

  override async send(message: Message, { signal }: Sending = {}): Promise<void> {
    await super.send(message);
    if ((message as Wire).method !== this.stuck) return;
    this.signal = signal;
    await never();
  }
}
/** Answers each handshake, and lists. */
const stuckAt = (method: string) => {
  const script = new Stuck((message: Wire) => {
    if (message.method === "initialize") {
      const capabilities = { tools: {} };
      const result = { protocolVersion: revision, capabilities, serverInfo: { name: "s", version: "1" } };
      script.say({ id: message.id, result });
    } else if (message.id !== undefined) script.say({ id: message.id, result: { tools: [] } });
  });
  script.stuck = method;
  return script;
};

test("a handshake whose last word is not taken ends in time", async () => {
  const clock = new FakeClock();
  const script = stuckAt("notifications/initialized");
  const failed = failureOf(connect(script, { clock, revision, timeoutMs: 50 }));
  await clock.advance(50);
  const failure = await failed;
  assert.is(failure.code, "request_timeout");
  assert.match(failure.message, /notifications\/initialized/);
  assert.ok(script.signal?.aborted);
  assert.is(script.closings, 1);
});

test("a transport of earlier revisions that does not open in time is closed", async () => {
  const clock = new FakeClock();
  let closed = 0;
  const older: Transport = {
    shared: true,
    open: never,
    send: never,
    close: () => Promise.resolve(void (closed += 1)),
  };
  const refused = new CallFailed("http_error", "no", { status: 404 });
  const transport: Transport = {
    shared: false,
    open: () => Promise.resolve(),
    send: () => Promise.reject(refused),
    older: () => older,
    close: () => Promise.resolve(),
  };
  const failed = failureOf(connect(transport, { clock, revision, timeoutMs: 50 }));
  await settled();
  assert.is(closed, 0);
  await clock.advance(50);
  assert.is((await failed).status, 404);
  assert.is(closed, 1);
});

test("who waits for a session that is opened anew keeps time and signal", async () => {
  const clock = new FakeClock();
  const script = stuckAt("");
  const client = await connect(script, { clock, revision, timeoutMs: 500 });
  script.stuck = "notifications/initialized";
  script.receiver.expired();
  const late = failureOf(client.listTools({ timeoutMs: 50 }));
  const abort = new AbortController();
  const cancelled = failureOf(client.listTools({ signal: abort.signal }));
  await clock.advance(50);
  assert.is((await late).code, "request_timeout");
  abort.abort();
  assert.is((await cancelled).code, "request_cancelled");
  assert.not(script.sent.some(({ method }) => method === "tools/list"));
  await client.close();
});

test.run();
