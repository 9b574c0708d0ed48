// @ts-check
// Streams of subscriptions/listen: what an open one costs, how a change reaches all, and a reader that does not read.
import { OpenStream, openStreams } from "../load/streams.mjs";
import { HttpClient } from "../http-client.mjs";
import { post, request } from "../requests.mjs";
import { interleave, summarise } from "../rounds.mjs";
import { ServerProcess } from "../server-process.mjs";
import { newest, single } from "./row.mjs";

const KB = 1024;
const WARM_UP_ROUNDS = 3;
/** A round is over so soon that more of them cost nothing. */
const MORE_ROUNDS = 3;
const serving = { era: "modern", keeps: true, gc: true };

/** @param {readonly import("./row.mjs").Subject[]} subjects */
const listeners = (subjects) => subjects.filter(({ listens }) => listens);

/** @type {import("./row.mjs").Row[]} */
export const streamRows = [
  {
    name: "stream-heap",
    group: "Memory",
    title: "an open subscriptions/listen stream with its socket, of 2,000",
    columns: [{ figure: "kb", title: "KB of live heap", digits: 2 }],
    main: "kb",
    async run({ options, subjects, serverCore }) {
      /** @type {import("./row.mjs").Figures} */
      const figures = {};
      const count = options.quick ? 100 : 2000;
      for (const subject of listeners(subjects)) {
        const server = await new ServerProcess(subject, "http", serving, serverCore).listening();
        const warm = await openStreams(server.port, Math.ceil(count / 20), 1);
        const before = await server.live();
        const streams = await openStreams(server.port, count, 10_000);
        figures[subject.name] = { kb: single(((await server.live()) - before) / count / KB) };
        for (const stream of [...warm, ...streams]) stream.close();
        await server.stop();
      }
      return figures;
    },
  },
  {
    name: "slow-reader",
    group: "Memory",
    title: "a reader that does not read 30 MB of progress",
    columns: [{ figure: "mb", title: "MB more alive", digits: 1 }],
    main: "mb",
    async run({ options, subjects, serverCore }) {
      const steps = options.quick ? 2000 : 100_000;
      /** @type {import("./row.mjs").Figures} */
      const figures = {};
      for (const subject of subjects.filter(({ name, wires }) => name !== "floor" && wires.includes("http"))) {
        const era = newest(subject);
        /** @type {import("../server-process.mjs").Serving} */
        const serving = { era, reply: era === "legacy" ? "sse" : "json", gc: true };
        const server = await new ServerProcess(subject, "http", serving, serverCore).listening();
        const client = new HttpClient(server.port);
        const session = era === "legacy" ? await client.open() : undefined;
        const before = await server.live();
        const call = { name: "report", arguments: { steps } };
        const { bytes } = post(server.port, request(era, 7, "tools/call", call, "slow"), { era, session });
        const reader = new OpenStream(server.port, bytes);
        reader.socket.pause();
        await rest(server);
        figures[subject.name] = { mb: single(((await server.live()) - before) / KB / KB) };
        reader.close();
        client.close();
        await server.stop();
      }
      return figures;
    },
  },
  {
    name: "fan-out",
    group: "One change, told to 2,000 streams",
    title: "to the last stream",
    columns: [
      { figure: "ratio", title: "times the floor (CPU)", digits: 2 },
      { figure: "cpu", title: "µs CPU a stream", digits: 2 },
      { figure: "ms", title: "ms to the last", digits: 1 },
    ],
    main: "ratio",
    async run({ options, subjects, serverCore }) {
      const count = options.quick ? 100 : 2000;
      const measured = listeners(subjects);
      /** @type {Map<import("./row.mjs").Subject, { server: ServerProcess; streams: OpenStream[] }>} */
      const open = new Map();
      for (const subject of measured) {
        const server = await new ServerProcess(subject, "http", serving, serverCore).listening();
        open.set(subject, { server, streams: await openStreams(server.port, count, 10_000) });
      }
      const change = async (/** @type {import("./row.mjs").Subject} */ subject) => {
        const { server, streams } = /** @type {{ server: ServerProcess; streams: OpenStream[] }} */ (open.get(subject));
        const told = Promise.all(streams.map((stream) => stream.until("notifications/tools/list_changed")));
        const before = await server.used();
        const started = performance.now();
        await server.ask("change");
        const last = Math.max(...(await told));
        return { ms: last - started, cpu: ((await server.used()) - before) / count };
      };
      await interleave(measured, WARM_UP_ROUNDS, change);
      const samples = await interleave(measured, options.rounds * MORE_ROUNDS, change);
      for (const { server, streams } of open.values()) {
        for (const stream of streams) stream.close();
        await server.stop();
      }
      return summarise(samples, { by: "cpu", faster: "subject over floor" });
    },
  },
];

const LOOK_MS = 200;
const IDLE_MS = 20;

/** Waits until a server has begun to work and does nothing more. @param {ServerProcess} server */
async function rest(server) {
  let idle = 0;
  for (let last = await server.used(); idle < 3;) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    const now = await server.used();
    idle = now - last < IDLE_MS * 1000 ? idle + 1 : 0;
    last = now;
  }
}
