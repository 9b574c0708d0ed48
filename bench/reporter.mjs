// @ts-check
// Loaded into each server before anything else: answers by IPC what the process has used. It stands still between the
// questions, and costs a call nothing.

const pause = () => new Promise((resolve) => setTimeout(resolve, 20));

async function liveHeap() {
  const collect = /** @type {(() => void) | undefined} */ (globalThis.gc);
  if (!collect) throw new Error("the heap is measured with --expose-gc");
  // What finalizers let go is collected in a later round.
  for (let round = 0; round < 5; round++) {
    collect();
    await pause();
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heapUsed, external, rss };
}

/** @type {Record<string, () => unknown>} */
const answers = {
  usage: () => process.cpuUsage(),
  heap: liveHeap,
  memory: () => process.memoryUsage(),
  // What lists of tools are told to change, by whoever serves them.
  change: () => process.emit(/** @type {any} */ ("bench:change")),
};

process.on("message", async (/** @type {{ ask: string; id: number }} */ { ask, id }) => {
  process.send?.({ id, answer: await answers[ask]?.() });
});

// Who measures is gone: so is the reason to be here.
process.on("disconnect", () => process.exit());
