import { getEventListeners } from "node:events";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { linked } from "./linked.js";

test("a signal aborts with either of two, for the reason of that one", () => {
  for (const at of [0, 1]) {
    const sources = [new AbortController(), new AbortController()] as const;
    const { signal } = linked(sources[0].signal, sources[1].signal);
    assert.not(signal.aborted);
    sources[at]!.abort("enough");
    assert.equal([signal.aborted, signal.reason], [true, "enough"]);
  }
  assert.ok(linked(AbortSignal.abort("before")).signal.aborted);
});

test("many may follow one signal by one listener, and who lets go of it is left alone", () => {
  const source = new AbortController();
  const all = Array.from({ length: 50 }, () => linked(source.signal));
  assert.is(getEventListeners(source.signal, "abort").length, 1);
  all[7]!.forget();
  source.abort();
  assert.equal(
    all.flatMap(({ signal }, at) => (signal.aborted ? [] : [at])),
    [7],
  );
});

test.run();
