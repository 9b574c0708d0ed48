// @ts-check
// Calls over a pipe under load.
import { Lines, StdioLoad } from "../load/stdio.mjs";
import { callEcho, echoed, initialize, initialized } from "../requests.mjs";
import { interleave, summarise } from "../rounds.mjs";
import { ServerProcess } from "../server-process.mjs";
import { verifyText, verifyTools } from "../verify.mjs";
import { cpu, perSecond, ratio } from "./row.mjs";

/** @param {import("./row.mjs").Era} era @param {number} inFlight @returns {import("./row.mjs").Row} */
const stdioCalls = (era, inFlight) => ({
  name: `stdio-${era}-${inFlight}`,
  group: "stdio: tools/call",
  title: `${era}, ${inFlight} in flight`,
  columns: [ratio, cpu, perSecond],
  main: "ratio",
  run: (run) => measure(run, era, inFlight),
});

/** @param {import("./row.mjs").Run} run @param {import("./row.mjs").Era} era @param {number} inFlight */
async function measure({ options, subjects, serverCore }, era, inFlight) {
  const measured = subjects.filter(({ wires, eras }) => wires.includes("stdio") && eras.includes(era));
  const lines = new Lines((id) => callEcho(era, id));
  /** @type {Map<import("./row.mjs").Subject, { server: ServerProcess; pipe: StdioLoad; length: number }>} */
  const open = new Map();
  try {
    for (const subject of measured) {
      const server = new ServerProcess(subject, "stdio", { era }, serverCore);
      open.set(subject, { server, ...(await prepare(subject, server, era)) });
    }
    const load = async (/** @type {import("./row.mjs").Subject} */ subject, /** @type {number} */ seconds) => {
      const { server, pipe, length } = /** @type {any} */ (open.get(subject));
      const before = await server.used();
      const { calls, failed, seconds: took } = await pipe.run(lines, { inFlight, seconds, length });
      const used = (await server.used()) - before;
      if (failed > 0) throw new Error(`${subject.title}: answers of another length than the first`);
      return { cpu: used / calls, perSecond: calls / took };
    };
    for (const subject of measured) await load(subject, options.warmUpSeconds);
    const samples = await interleave(measured, options.rounds, (subject) => load(subject, options.seconds));
    return summarise(samples, { by: "cpu" });
  } finally {
    for (const { server } of open.values()) await server.stop();
  }
}

/**
 * @param {import("./row.mjs").Subject} subject
 * @param {ServerProcess} server
 * @param {import("./row.mjs").Era} era
 */
async function prepare(subject, server, era) {
  const pipe = new StdioLoad(server.child);
  if (era === "legacy") {
    await pipe.ask(initialize());
    pipe.tell(initialized);
  }
  await verifyTools(subject, era, (text) => pipe.ask(text));
  const answer = await pipe.ask(callEcho(era, 999_999));
  verifyText(subject.title, answer, echoed);
  return { pipe, length: Buffer.byteLength(`${JSON.stringify(answer)}\n`) };
}

/** @type {import("./row.mjs").Row[]} */
export const stdioRows = /** @type {const} */ (["modern", "legacy"]).flatMap((era) =>
  [64, 1].map((inFlight) => stdioCalls(era, inFlight)),
);
