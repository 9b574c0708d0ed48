// @ts-check
// Calls over HTTP under load.
import { HttpClient, lastMessage, openSessions } from "../http-client.mjs";
import { runHttp } from "../load/http.mjs";
import { openStreams } from "../load/streams.mjs";
import { callEcho, echoed, post, request } from "../requests.mjs";
import { interleave, summarise } from "../rounds.mjs";
import { ServerProcess } from "../server-process.mjs";
import { verifyText, verifyTools } from "../verify.mjs";
import { cpu, newest, perSecond, ratio } from "./row.mjs";

/** Different requests that take turns: more than are ever in flight, since ids in flight must differ. */
const RING = 1024;

/**
 * @typedef {object} Calls
 * @property {string} name
 * @property {string} group
 * @property {string} title
 * @property {import("./row.mjs").Era} [era] default: the newest of each subject
 * @property {number} connections
 * @property {"json" | "sse"} [reply]
 * @property {number} [tools]
 * @property {number} [sessions] legacy sessions that are open, and take turns
 * @property {number} [streams] streams of subscriptions/listen that are open
 * @property {(era: import("./row.mjs").Era, id: number) => string} [body] default: a call of echo
 * @property {(who: string, message: any) => void} [verify]
 * @property {boolean} [events] whether the calls are answered in events in any case
 * @property {number} [megabytes] that a call moves, each way
 */

/** @param {Calls} calls @returns {import("./row.mjs").Row} */
export function httpCalls(calls) {
  const { name, group, title, megabytes } = calls;
  const throughput = { figure: "megabytes", title: "MB/s", digits: 0 };
  const columns = [ratio, cpu, perSecond, ...(megabytes === undefined ? [] : [throughput])];
  return { name, group, title, columns, main: "ratio", run: (run) => measure(run, calls) };
}

/** @param {import("./row.mjs").Run} run @param {Calls} calls */
async function measure({ options, subjects, serverCore, generator }, calls) {
  const { era: wanted, connections, megabytes } = calls;
  const measured = subjects
    .filter(({ wires, eras }) => wires.includes("http") && (!wanted || eras.includes(wanted)))
    .filter(({ listens }) => listens || calls.streams === undefined);
  /** @type {Map<import("./row.mjs").Subject, Awaited<ReturnType<typeof prepare>>>} */
  const prepared = new Map();
  try {
    for (const subject of measured) prepared.set(subject, await prepare(subject, calls, serverCore, options.quick));
    // wrk takes its requests as text of a script: not for bodies of a megabyte.
    const by = megabytes === undefined ? generator : "own";
    const load = async (/** @type {import("./row.mjs").Subject} */ subject, /** @type {number} */ seconds) => {
      const { server, posts } = /** @type {Awaited<ReturnType<typeof prepare>>} */ (prepared.get(subject));
      const before = await server.used();
      const { calls, failed, seconds: took } = await runHttp(by, server.port, posts, { connections, seconds });
      const used = (await server.used()) - before;
      if (failed > 0) throw new Error(`${subject.title}: ${failed} of ${calls} calls failed`);
      return { cpu: used / calls, perSecond: calls / took, megabytes: (calls / took) * (megabytes ?? 0) };
    };
    for (const subject of measured) await load(subject, options.warmUpSeconds);
    const samples = await interleave(measured, options.rounds, (subject) => load(subject, options.seconds));
    return summarise(samples, { by: "cpu" });
  } finally {
    for (const { server, streams } of prepared.values()) {
      for (const stream of streams) stream.close();
      await server.stop();
    }
  }
}

/**
 * @param {import("./row.mjs").Subject} subject
 * @param {Calls} calls
 * @param {number | undefined} core
 * @param {boolean} quick
 */
async function prepare(subject, calls, core, quick) {
  const { body = callEcho, verify = (who, message) => verifyText(who, message, echoed), events = false } = calls;
  const era = calls.era ?? newest(subject);
  // Where only a whole stream carries what comes before the answer, it has to be asked for.
  const inEvents = calls.reply === "sse" || (events && era === "legacy" && /^sdk-/.test(subject.name));
  /** @type {import("../server-process.mjs").Serving} */
  const serving = { tools: calls.tools ?? 0, reply: inEvents ? "sse" : "json", era };
  const server = await new ServerProcess(subject, "http", serving, core).listening();
  const json = subject.name === "mcp-lite" && calls.reply !== "sse" && !events;
  const accept = json ? "application/json" : "application/json, text/event-stream";
  const count = quick ? Math.min(calls.sessions ?? 1, 100) : (calls.sessions ?? 1);
  const floor = subject.name === "floor";
  const sessions =
    era === "modern" ? [undefined] : floor ? ["0".repeat(36)] : await openSessions(server.port, count, accept);
  // The floor knows none; it is what the others are held against.
  const open = floor ? 0 : quick ? Math.min(calls.streams ?? 0, 50) : (calls.streams ?? 0);
  const streams = await openStreams(server.port, open, 1);
  const of = (/** @type {string} */ text, at = 0) =>
    post(server.port, text, { era, accept, session: sessions[at % sessions.length] });

  const client = new HttpClient(server.port);
  await verifyTools(subject, era, async (text) => lastMessage(await client.ask(of(text))));
  const first = await client.ask(of(body(era, 999_999)));
  verify(subject.title, lastMessage(first));
  if (calls.reply === "sse" && !/content-type: *text\/event-stream/i.test(first.head))
    throw new Error(`${subject.title} does not answer in events`);
  client.close();

  const ring = calls.megabytes === undefined ? RING : 16;
  const posts = Array.from({ length: ring }, (_, at) => of(body(era, 100_000 + at), at));
  return { server, posts, streams };
}

/** Words and lines, as texts are. */
const megabyte = `${"The quick brown fox jumps over the lazy dog, and says “so” of it. ".repeat(2)}\n`
  .repeat(8000)
  .slice(0, 1_000_000);

/** @type {import("./row.mjs").Row[]} */
export const callRows = [
  .../** @type {const} */ (["modern", "legacy"]).flatMap((era) =>
    [1, 32, 256].map((connections) =>
      httpCalls({
        name: `http-${era}-${connections}`,
        group: "HTTP: tools/call, answered in JSON",
        title: `${era}, ${connections} connection${connections === 1 ? "" : "s"}`,
        era,
        connections,
      }),
    ),
  ),
  .../** @type {const} */ (["modern", "legacy"]).map((era) =>
    httpCalls({
      name: `http-sse-${era}`,
      group: "HTTP: tools/call, answered in events",
      title: `${era}, 32 connections`,
      era,
      connections: 32,
      reply: "sse",
    }),
  ),
  httpCalls({
    name: "http-progress",
    group: "HTTP: tools/call, answered in events",
    title: "newest era, a tool that reports 5 steps, 32 connections",
    connections: 32,
    events: true,
    body: (era, id) => request(era, id, "tools/call", { name: "report", arguments: { steps: 5 } }, id),
    verify: (who, message) => verifyText(who, message, "reported 5"),
  }),
  ...[10, 1000].map((tools) =>
    httpCalls({
      name: `http-tools-${tools}`,
      group: "HTTP: what is registered or open beside the call",
      title: `newest era, ${tools.toLocaleString("en")} tools, 32 connections`,
      connections: 32,
      tools,
    }),
  ),
  httpCalls({
    name: "http-sessions-5000",
    group: "HTTP: what is registered or open beside the call",
    title: "legacy, 5,000 sessions open, 32 connections",
    era: "legacy",
    connections: 32,
    sessions: 5000,
  }),
  httpCalls({
    name: "http-streams-2000",
    group: "HTTP: what is registered or open beside the call",
    title: "modern, 2,000 listen streams open, 32 connections",
    era: "modern",
    connections: 32,
    streams: 2000,
  }),
  httpCalls({
    name: "http-list-1000",
    group: "HTTP: large messages",
    title: "tools/list, 1,000 tools, newest era, 8 connections",
    connections: 8,
    tools: 1000,
    body: (era, id) => request(era, id, "tools/list", {}),
    verify: (who, message) => {
      const count = message?.result?.tools?.length;
      if (!(count >= 1000)) throw new Error(`${who} lists ${count} tools`);
    },
  }),
  httpCalls({
    name: "http-1mb",
    group: "HTTP: large messages",
    title: "echo of 1 MB, newest era, 4 connections",
    connections: 4,
    megabytes: Buffer.byteLength(megabyte) / 1e6,
    body: (era, id) => callEcho(era, id, megabyte),
    verify: (who, message) => verifyText(who, message, megabyte),
  }),
];
