// @ts-check
// From nothing to the first answer: the smallest stdio server, bundled into one file.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundle } from "../bundle.mjs";
import { onCore } from "../cores.mjs";
import { initialize } from "../requests.mjs";
import { interleave, summarise } from "../rounds.mjs";

const MORE_ROUNDS = 3;

/**
 * Milliseconds of processor time that a process has used so far, all threads together, where the system tells.
 *
 * @param {number | undefined} pid
 */
function usedBy(pid) {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    const used = threads.map((thread) => readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ")[0]);
    return used.reduce((sum, each) => sum + Number(each) / 1e6, 0);
  } catch {
    return Number.NaN;
  }
}

/** Milliseconds until the first line. @param {string} file @param {number | undefined} core */
async function start(file, core) {
  const [command = "", ...args] = onCore(core, [process.execPath, file]);
  const started = performance.now();
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
  child.stdin.write(`${initialize()}\n`);
  let text = "";
  await new Promise((resolve, reject) => {
    child.on("exit", (code) => reject(new Error(`${file} ended with ${code}`)));
    child.stdout.on("data", (chunk) => {
      text += chunk;
      if (text.includes("\n")) resolve(undefined);
    });
  });
  const ms = performance.now() - started;
  const cpu = usedBy(child.pid);
  const { result } = JSON.parse(text.slice(0, text.indexOf("\n")));
  if (result?.serverInfo?.name !== "adder") throw new Error(`${file} answered ${text}`);
  child.removeAllListeners("exit");
  child.kill("SIGKILL");
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  return { ms, cpu };
}

/** @type {import("./row.mjs").Row[]} */
export const startRows = [
  {
    name: "start",
    group: "Start",
    title: "to the first answer, stdio, bundled",
    columns: [
      { figure: "ratio", title: "times the floor (CPU)", digits: 2 },
      { figure: "ms", title: "ms", digits: 1 },
      { figure: "cpu", title: "ms CPU", digits: 1 },
    ],
    main: "ratio",
    async run({ options, subjects, serverCore }) {
      const folder = mkdtempSync(join(tmpdir(), "bench-"));
      try {
        const measured = subjects.filter(({ wires }) => wires.includes("stdio"));
        const file = (/** @type {import("./row.mjs").Subject} */ { name }) => join(folder, `${name}.cjs`);
        for (const subject of measured) {
          const entry = fileURLToPath(new URL(`../minimal/${subject.files}-stdio.mjs`, import.meta.url));
          const dist = subject.env.BAREWIRE_DIST;
          writeFileSync(file(subject), (await bundle(entry, dist === undefined ? {} : { from: dist })).contents);
          await start(file(subject), serverCore);
        }
        const samples = await interleave(measured, options.rounds * MORE_ROUNDS, (subject) =>
          start(file(subject), serverCore),
        );
        const told = [...samples.values()].flat().every(({ cpu }) => Number.isFinite(cpu));
        return summarise(samples, { by: told ? "cpu" : "ms", faster: "subject over floor" });
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  },
];
