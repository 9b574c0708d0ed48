import { test } from "uvu";
import * as assert from "uvu/assert";
import { systemClock } from "./clock.js";

test("a wait runs once, and not when it is taken back", async () => {
  let ran = 0;
  systemClock.after(1, () => ran++)();
  await new Promise<void>((resolve) => void systemClock.after(2, resolve, true));
  assert.is(ran, 0);
});

test("waits longer than timers know, and for ever, do not end at once", async () => {
  const early: unknown[] = [];
  const stops = [2 ** 31, 2 ** 40, Infinity].map((ms) => systemClock.after(ms, () => early.push(ms)));
  await new Promise<void>((resolve) => void systemClock.after(10, resolve, true));
  for (const stop of stops) stop();
  assert.equal(early, []);
});

test.run();
