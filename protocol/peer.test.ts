import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Clock } from "./clock.js";
import { Refusal } from "./errors.js";
import { Exchange } from "./exchange.js";
import type { Message } from "./jsonrpc.js";
import { Peer } from "./peer.js";
import { questionsTo } from "./questions.js";
import type { Session } from "./session.js";

class Sink extends Exchange {
  readonly sent: Message[] = [];
  protected deliver(message: Message): void {
    this.sent.push(message);
  }
}
function make(maxInFlight = 10) {
  const pushed: any[] = [];
  const timers = new Set<() => void>();
  const clock: Clock = {
    now: () => 0,
    after: (_ms, run) => {
      timers.add(run);
      return () => timers.delete(run);
    },
  };
  return { peer: new Peer({ push: (message) => pushed.push(message) }, { clock, maxInFlight }), pushed, timers };
}
const note: Message = { jsonrpc: "2.0", method: "m" };
const rejection = async (promise: Promise<unknown>): Promise<Refusal> =>
  promise.then(
    () => assert.unreachable(),
    (error: unknown) => error,
  ) as Promise<Refusal>;

test("an id is in flight until it is settled", () => {
  const { peer } = make(2);
  peer.open(1, new Sink());
  assert.throws(
    () => peer.open(1, new Sink()),
    (error: Refusal) => error.rpcCode === -32600,
  );
  peer.open("1", new Sink());
  assert.throws(
    () => peer.open(2, new Sink()),
    (error: Refusal) => error.http?.status === 429 && error.http.headers?.["Retry-After"] === "1",
  );
  assert.is(peer.inFlight, 2);
  peer.settle(1);
  peer.settle("never");
  peer.open(1, new Sink());
});

test("cancelling reaches what is in flight and may be cancelled, once", () => {
  const { peer } = make();
  const [exchange, fixed] = [new Sink(), new Sink()];
  fixed.cancellable = false;
  let aborted = 0;
  exchange.onAbort(() => (aborted += 1));
  peer.open(1, exchange);
  peer.open(2, fixed);
  for (const id of ["1", 3, null, undefined, {}, [1]]) peer.cancel(id, "x");
  peer.cancel(2, "x");
  assert.is(exchange.aborted || fixed.aborted, false);
  peer.cancel(1, { no: "text" });
  peer.cancel(1, "again");
  assert.is(aborted, 1);
  assert.is((exchange.signal.reason as Error).message, "Cancelled");
  exchange.send(note);
  assert.equal(exchange.sent, []);
});

test("a question is answered by its id, with a result or an error", async () => {
  const { peer, pushed, timers } = make();
  const asked = [
    questionsTo(peer).ask("ping", undefined, 10),
    questionsTo(peer).ask("roots/list", { a: 1 }, 10),
    questionsTo(peer).ask("x", {}, 10),
  ];
  assert.equal(pushed, [
    { jsonrpc: "2.0", id: 1, method: "ping" },
    { jsonrpc: "2.0", id: 2, method: "roots/list", params: { a: 1 } },
    { jsonrpc: "2.0", id: 3, method: "x", params: {} },
  ]);
  peer.answer({ jsonrpc: "2.0", id: 99, result: {} });
  peer.answer({ jsonrpc: "2.0", id: "1", result: {} });
  peer.answer({ jsonrpc: "2.0", id: 2, result: { roots: [] } });
  peer.answer({ jsonrpc: "2.0", id: 1, error: { code: -1, message: "no", data: 5 } });
  peer.answer({ jsonrpc: "2.0", id: 3, result: "malformed" } as any);
  assert.equal(await asked[1], { roots: [] });
  const refused = await rejection(asked[0]!);
  assert.equal([refused.rpcCode, refused.message, refused.data], [-1, "no", 5]);
  assert.is((await rejection(asked[2]!)).rpcCode, -32603);
  assert.is(timers.size, 0);
});

test("a question that is not answered in time is cancelled and rejected; its late answer is dropped", async () => {
  const { peer, pushed, timers } = make();
  const asked = questionsTo(peer).ask("ping", undefined, 10);
  for (const run of timers) run();
  assert.is((await rejection(asked)).code, "request_timeout");
  assert.is(pushed[1].method, "notifications/cancelled");
  assert.is(pushed[1].params.requestId, 1);
  peer.answer({ jsonrpc: "2.0", id: 1, result: {} });
});

test("closing ends everything once, and nothing starts after", async () => {
  const { peer, pushed, timers } = make();
  const exchange = new Sink();
  peer.open(1, exchange);
  const asked = questionsTo(peer).ask("ping", undefined, 10);
  const order: string[] = [];
  exchange.stand({ end: () => order.push(`end ${exchange.aborted}`), abort: () => order.push("aborted") });
  peer.onClose(() => order.push(`close ${exchange.aborted}`));
  const forget = peer.onClose(() => order.push("forgotten"));
  forget();
  peer.close();
  peer.close();
  assert.equal(order, ["end false", "aborted", "close true"]);
  assert.is((await rejection(asked)).code, "connection_closed");
  assert.is((await rejection(questionsTo(peer).ask("ping", undefined, 10))).code, "connection_closed");
  assert.throws(() => peer.open(2, new Sink()), /closed/);
  peer.push(note);
  assert.is(pushed.length, 1);
  assert.is(timers.size, 0);
  assert.is(peer.inFlight, 0);
});

test("an exchange sends until it is settled, and its signal tells of a time-out too", () => {
  const exchange = new Sink();
  exchange.send(note);
  exchange.expire(new Error("too long"));
  assert.is(exchange.signal.aborted, true);
  exchange.send(note);
  assert.is(exchange.sent.length, 2);
  exchange.settle();
  exchange.send(note);
  assert.is(exchange.sent.length, 2);
  const late = new Sink();
  late.abort("why");
  assert.is(late.signal.reason, "why");
  let run = 0;
  late.onAbort(() => (run += 1));
  assert.is(run, 1);
});

test("a question waits for the session to be open; one that is taken back before was never sent", async () => {
  const { peer, pushed, timers } = make();
  const session = { phase: "opening" } as Session;
  peer.session = session;
  const late = questionsTo(peer).ask("roots/list", undefined, 1000);
  const asked = questionsTo(peer).ask("roots/list", undefined, 1000);
  assert.equal(pushed, []);
  [...timers][0]!();
  assert.is((await rejection(late)).code, "request_timeout");
  assert.equal(pushed, []);
  session.phase = "ready";
  peer.ready();
  assert.equal(pushed, [{ jsonrpc: "2.0", id: 2, method: "roots/list" }]);
  peer.answer({ jsonrpc: "2.0", id: 2, result: { roots: [] } });
  assert.equal(await asked, { roots: [] });
});

test.run();
