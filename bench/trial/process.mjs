// @ts-check
// node trial/process.mjs CASE BLOCKS MS FIRST SECOND: one process of a trial; prints the pairs as JSON.
import { prepareCase } from "./cases.mjs";

const WARM_UP_MS = 3000;
const [name = "", blocks, ms, ...folders] = process.argv.slice(2);

const runs = [];
for (const folder of folders) runs.push(await prepareCase(name, folder));
const [first, second] = /** @type {[(calls: number) => Promise<void>, (calls: number) => Promise<void>]} */ (runs);

/** Microseconds of CPU a call. @param {(calls: number) => Promise<void>} run @param {number} calls */
async function block(run, calls) {
  // A block pays for its own young garbage alone; a whole collection would throw optimised code away as well.
  /** @type {(how: object) => void} */ (globalThis.gc)({ type: "minor" });
  const before = process.cpuUsage();
  await run(calls);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / calls;
}

// In turn, so that what they share is made fast for both.
let calls = 64;
for (const until = performance.now() + WARM_UP_MS; performance.now() < until;) {
  const started = performance.now();
  await first(calls);
  await second(calls);
  const took = (performance.now() - started) / 2;
  calls = Math.max(64, Math.round((calls * Number(ms)) / took / 64) * 64);
}

const pairs = [];
for (let at = 0; at < Number(blocks); at++) {
  const early = await block(at % 2 === 0 ? first : second, calls);
  const late = await block(at % 2 === 0 ? second : first, calls);
  pairs.push(at % 2 === 0 ? { first: early, second: late } : { first: late, second: early });
}
console.log(JSON.stringify(pairs));
process.exit();
