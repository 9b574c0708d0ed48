// @ts-check
// A core for the server and another for the load, so that the two do not take each other's time.
import { spawnSync } from "node:child_process";

const PINNED = "BENCH_PINNED";

/** The cores that this process may run on, or none where `taskset` is not there. */
function available() {
  const { status, stdout } = spawnSync("taskset", ["-pc", String(process.pid)], { encoding: "utf8" });
  if (status !== 0) return [];
  const list = /:\s*([\d,-]+)\s*$/.exec(stdout)?.[1] ?? "";
  return list.split(",").flatMap((part) => {
    const [from = 0, to = from] = part.split("-").map(Number);
    return Array.from({ length: to - from + 1 }, (_, at) => from + at);
  });
}

/**
 * Starts this program once more on the core of the load and ends with it; goes on where that has happened or cannot.
 *
 * @returns {readonly [server: number, load: number] | undefined} the cores, where there are two
 */
export function pin() {
  const pinned = process.env[PINNED];
  if (pinned !== undefined) {
    const [server, load] = pinned.split(",").map(Number);
    return server === undefined || load === undefined ? undefined : [server, load];
  }
  const cores = available();
  const [server, load] = cores.slice(-2);
  if (server === undefined || load === undefined) return undefined;
  const { status } = spawnSync("taskset", ["-c", String(load), process.execPath, ...process.argv.slice(1)], {
    stdio: "inherit",
    env: { ...process.env, [PINNED]: `${server},${load}` },
  });
  process.exit(status ?? 1);
}

/** A command as it runs on a core, or wherever the machine likes. @param {number | undefined} core @param {string[]} command */
export const onCore = (core, command) => (core === undefined ? command : ["taskset", "-c", String(core), ...command]);
