import { ChildProcess } from "node:child_process";
import { subscribe } from "node:diagnostics_channel";
import { readdirSync, readFileSync } from "node:fs";

/** Milliseconds that children have between being asked to end and being ended. */
const LAST_WORDS_MS = 100;

/**
 * Keeps count of the child processes that are started from now on. What it returns ends all that are still running,
 * earlier ones and (on Linux) their own children as well, except those that were started detached, to outlive this
 * process. It runs while the process exits, so it waits by standing still: they are asked first and, a moment later,
 * killed.
 */
export function watchChildren(): () => void {
  const children = new Set<ChildProcess>();
  subscribe("child_process", (message) => {
    const { process: child } = message as { process: ChildProcess };
    children.add(child);
    // A child that could not start closes without an exit.
    child.once("exit", () => children.delete(child)).once("close", () => children.delete(child));
  });
  return () => {
    const running = [...new Set([...children, ...olderChildren()])]
      .map(({ pid }) => pid)
      .filter((pid) => pid !== undefined);
    const pids = withDescendants(running).filter((pid) => !isDetached(pid));
    if (pids.length === 0) return;
    for (const pid of pids) send(pid, "SIGTERM");
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LAST_WORDS_MS);
    for (const pid of pids) send(pid, "SIGKILL");
  };
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended by itself.
  }
}

/** The children that were started before anybody kept count, as far as Node tells. */
function olderChildren(): ChildProcess[] {
  const handles = (process as { _getActiveHandles?(): unknown[] })._getActiveHandles?.() ?? [];
  return handles.filter((handle) => handle instanceof ChildProcess);
}

/**
 * Processes and all that were started by them and still belong to them; where the system does not tell, the processes
 * alone.
 */
function withDescendants(pids: readonly number[]): number[] {
  if (process.platform !== "linux" || pids.length === 0) return [...pids];
  const parents = new Map<number, number[]>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      // The second field is a name in parentheses, which may hold anything.
      const [, parent] = /^\d+ \(.*\) \S (\d+)/s.exec(readFileSync(`/proc/${name}/stat`, "utf8")) ?? [];
      parents.set(Number(parent), [...(parents.get(Number(parent)) ?? []), Number(name)]);
    } catch {
      // It has ended while the list was read.
    }
  }
  const found = [...pids];
  for (let i = 0; i < found.length; i++) {
    const pid = found[i]!;
    if (!isDetached(pid)) found.push(...(parents.get(pid) ?? []));
  }
  return found;
}

/** A detached child leads a process group of its own, under its own number. */
function isDetached(pid: number): boolean {
  if (process.platform === "win32") return false;
  try {
    process.kill(-pid, 0);
    return true;
  } catch {
    return false;
  }
}
