// @ts-check
// What legacy sessions cost while they are open, and what stays when they have ended.
import { HttpClient, openSessions } from "../http-client.mjs";
import { ServerProcess } from "../server-process.mjs";
import { single } from "./row.mjs";

const KB = 1024;
const BATCH = 1000;

/** @param {readonly import("./row.mjs").Subject[]} subjects */
const withSessions = (subjects) =>
  subjects.filter(({ wires, eras }) => wires.includes("http") && eras.includes("legacy"));

const serving = { era: "legacy", keeps: true, gc: true };
const accept = "application/json, text/event-stream";

/** @param {number} port @param {readonly (string | undefined)[]} sessions */
async function endSessions(port, sessions) {
  const client = new HttpClient(port);
  for (const session of sessions) await client.end(session);
  client.close();
}

/** @type {import("./row.mjs").Row[]} */
export const sessionRows = [
  {
    name: "session-heap",
    group: "Memory",
    title: "an idle legacy session, of 5,000",
    columns: [{ figure: "kb", title: "KB of live heap", digits: 2 }],
    main: "kb",
    async run({ options, subjects, serverCore }) {
      /** @type {import("./row.mjs").Figures} */
      const figures = {};
      const count = options.quick ? 100 : 5000;
      for (const subject of withSessions(subjects)) {
        const server = await new ServerProcess(subject, "http", serving, serverCore).listening();
        await openSessions(server.port, Math.ceil(count / 5), accept);
        const before = await server.live();
        const opened = await openSessions(server.port, count, accept);
        if (new Set(opened).size !== count) throw new Error(`${subject.title} gave no session of its own to each`);
        figures[subject.name] = { kb: single(((await server.live()) - before) / count / KB) };
        await server.stop();
      }
      return figures;
    },
  },
  {
    name: "session-growth",
    group: "Memory",
    title: "what 50,000 sessions, opened and ended in batches, leave",
    columns: [
      { figure: "kb", title: "KB of live heap in all", digits: 0 },
      { figure: "bytes", title: "bytes a session", digits: 1 },
    ],
    main: "kb",
    async run({ options, subjects, serverCore }) {
      /** @type {import("./row.mjs").Figures} */
      const figures = {};
      const [count, batch] = options.quick ? [200, 50] : [50_000, BATCH];
      for (const subject of withSessions(subjects)) {
        const server = await new ServerProcess(subject, "http", serving, serverCore).listening();
        const turn = async () => endSessions(server.port, await openSessions(server.port, batch, accept));
        for (let warm = 0; warm < count / 5; warm += batch) await turn();
        const before = await server.live();
        for (let done = 0; done < count; done += batch) await turn();
        const left = (await server.live()) - before;
        figures[subject.name] = { kb: single(left / KB), bytes: single(left / count) };
        await server.stop();
      }
      return figures;
    },
  },
];
