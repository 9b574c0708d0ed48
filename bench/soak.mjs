// @ts-check
// --soak MINUTES: one server under mixed load, and its live heap each minute. What it keeps shows as a line that climbs.
import { HttpClient, lastMessage } from "./http-client.mjs";
import { openStreams } from "./load/streams.mjs";
import { callEcho, echoed, post, request } from "./requests.mjs";
import { ServerProcess } from "./server-process.mjs";
import { verifyRefused, verifyText } from "./verify.mjs";

const MB = 1024 * 1024;
const MINUTE_MS = 60_000;
const CLIENTS = 8;
/** What may be left of a minute's growth, from the first full minute to the last. */
const MOST_GROWTH_MB = 2;

/** @param {import("./rows/row.mjs").Run} run @param {number} minutes */
export async function soak({ subjects, serverCore }, minutes) {
  let failed = 0;
  for (const subject of subjects.filter(({ files }) => files === "barewire")) {
    const serving = { era: "modern", gc: true };
    const server = await new ServerProcess(subject, "http", serving, serverCore).listening();
    const until = performance.now() + minutes * MINUTE_MS;
    const count = { calls: 0 };
    const clients = Array.from({ length: CLIENTS }, (_, at) => keepAsking(server.port, at, until, count));
    /** @type {number[]} */
    const heaps = [];
    const minute = Math.min(MINUTE_MS, (minutes * MINUTE_MS) / 4);
    const report = async () => {
      const { heapUsed, external, rss } = await server.ask("heap");
      heaps.push((heapUsed + external) / MB);
      const [live, resident] = [(heapUsed + external) / MB, rss / MB].map((each) => each.toFixed(1));
      console.log(`${subject.title}: ${count.calls} rounds, ${live} MB alive, ${resident} MB resident`);
    };
    const timer = setInterval(() => void report(), minute);
    await Promise.all(clients);
    clearInterval(timer);
    await report();
    const grown = (heaps.at(-1) ?? 0) - (heaps[0] ?? 0);
    const fits = grown <= MOST_GROWTH_MB;
    if (!fits) failed++;
    console.log(
      `${subject.title}: ${grown.toFixed(1)} MB more at the end than after the first report${fits ? "" : ": it GROWS"}`,
    );
    await server.stop();
  }
  console.log(`\n${failed === 0 ? 1 : 0} passed, ${failed} failed`);
  return failed;
}

/**
 * One client, which does one thing after the other: calls of both eras, right and wrong; sessions that end and sessions
 * that are left; streams that break off.
 *
 * @param {number} port
 * @param {number} at
 * @param {number} until
 * @param {{ calls: number }} count
 */
async function keepAsking(port, at, until, count) {
  let client = new HttpClient(port);
  for (let id = at * 1_000_000; performance.now() < until; id += 10) {
    count.calls++;
    const modern = (/** @type {string} */ body) => client.ask(post(port, body, { era: "modern" }));
    verifyText("modern", lastMessage(await modern(callEcho("modern", id))), echoed);
    const wrong = request("modern", id, "tools/call", { name: "add", arguments: { a: 1, b: "2" } });
    verifyRefused("modern", lastMessage(await modern(wrong)));
    await modern("{ not JSON");
    const steps = request("modern", id, "tools/call", { name: "report", arguments: { steps: 20 } }, id);
    verifyText("progress", lastMessage(await modern(steps)), "reported 20");

    const session = await client.open();
    const legacy = (/** @type {string} */ body) => client.ask(post(port, body, { era: "legacy", session }));
    verifyText("legacy", lastMessage(await legacy(callEcho("legacy", 2))), echoed);
    verifyText("long", lastMessage(await legacy(callEcho("legacy", 3, echoed.repeat(500)))), echoed.repeat(500));
    await client.end(session);

    for (const stream of await openStreams(port, 1, id)) stream.close();
    if (id % 1000 === 0) {
      client.close();
      client = new HttpClient(port);
    }
  }
  client.close();
}
