import { test } from "uvu";
import * as assert from "uvu/assert";
import { Peer } from "../protocol/peer.js";
import { Allowance, Allowances } from "./allowance.js";

function handClock() {
  let now = 1_000_000;
  return { now: () => now, after: () => () => {}, turn: (ms: number) => void (now += ms) };
}

test("a second's worth may be taken at once, and comes back with time", () => {
  const clock = handClock();
  const allowance = new Allowance(4, clock);
  assert.is(allowance.untouched, true);
  assert.equal(
    [1, 2, 3, 4, 5].map(() => allowance.take()),
    [true, true, true, true, false],
  );
  assert.is(allowance.waitMs, 250);
  clock.turn(249);
  assert.is(allowance.take(), false);
  clock.turn(1);
  assert.is(allowance.waitMs, 0);
  assert.equal([allowance.take(), allowance.take()], [true, false]);
  clock.turn(60_000);
  assert.equal(
    [1, 2, 3, 4, 5].map(() => allowance.take()),
    [true, true, true, true, false],
    "no more than a second's",
  );
});

test("a clock that is set back takes nothing away", () => {
  const clock = handClock();
  const allowance = new Allowance(2, clock);
  assert.is(allowance.take(), true);
  clock.turn(-5_000);
  assert.equal([allowance.take(), allowance.take()], [true, false]);
  clock.turn(500);
  assert.is(allowance.take(), true);
});

test("clients are told apart by principal, and by peer without one", () => {
  const clock = handClock();
  const all = new Allowances(1, clock);
  const peer = () => new Peer({ push: () => {} }, { clock, maxInFlight: 1 });
  const [a, b] = [peer(), peer()];
  assert.equal([all.of(a).take(), all.of(a).take(), all.of(b).take()], [true, false, true]);
  assert.equal([all.of(a, "p").take(), all.of(b, "p").take(), all.of(b, "q").take()], [true, false, true]);
});

test("principals that have been quiet are forgotten, others are not", () => {
  const clock = handClock();
  const all = new Allowances(1, clock);
  const peer = new Peer({ push: () => {} }, { clock, maxInFlight: 1 });
  for (let i = 0; i < 1000; i++) all.of(peer, `quiet-${i}`).take();
  const before = all.of(peer, "quiet-0");
  clock.turn(10_000);
  const busy = all.of(peer, "busy");
  busy.take();
  for (let i = 0; i < 1000; i++) all.of(peer, `later-${i}`).take();
  assert.is(all.of(peer, "busy"), busy);
  assert.is.not(all.of(peer, "quiet-0"), before);
});

test.run();
