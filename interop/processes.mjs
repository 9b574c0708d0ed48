// @ts-check
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Arrivals, within } from "./arrivals.mjs";

const script = fileURLToPath(new URL("server.mjs", import.meta.url));
const pids = mkdtempSync(join(tmpdir(), "barewire-interop-"));

/** How a client starts the server on a pipe. The environment lets it be found again. */
export const stdioCommand = {
  command: process.execPath,
  args: [script, "--stdio"],
  env: { INTEROP_PIDS: pids },
  stderr: /** @type {const} */ ("pipe"),
};

/** Starts the server on a free port. `complaints` are the lines of its standard error. */
export async function startHttp() {
  const child = spawn(process.execPath, [script, "--port", "0"], {
    env: { ...process.env, INTEROP_PIDS: pids },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines = new Arrivals();
  /** How many are told of changes, and who waits for that to be nobody. */
  let listeners = 0;
  const waiting = [];
  const complaints = new Arrivals();
  createInterface(child.stdout).on("line", (line) => {
    lines.push(line);
    if (!line.startsWith("listeners ")) return;
    listeners = Number(line.slice("listeners ".length));
    if (listeners === 0) for (const resolve of waiting.splice(0)) resolve();
  });
  createInterface(child.stderr).on("line", (line) => complaints.push(line));
  const ended = new Promise((resolve) => child.on("exit", (code, signal) => resolve({ code, signal })));
  const failed = ended.then(() => Promise.reject(new Error(`the server ended: ${complaints.all.join("\n")}`)));
  failed.catch(() => {});
  const line = await within(
    5000,
    Promise.race([lines.until((text) => text.startsWith("listening ")), failed]),
    "starting the server",
  );
  return {
    url: new URL(line.slice("listening ".length)),
    complaints,
    ended,
    /** Resolves when the server tells nobody of changes any more. */
    silent: () => (listeners === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
    stop: () => child.kill("SIGTERM"),
  };
}

export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** The servers of this run, those that clients started too, that are still there. */
export const survivors = () => readdirSync(pids).map(Number).filter(isAlive);

/** Ends what is still there, and forgets all of it. */
export function cleanUp() {
  for (const pid of survivors()) process.kill(pid, "SIGKILL");
  rmSync(pids, { recursive: true, force: true });
}
