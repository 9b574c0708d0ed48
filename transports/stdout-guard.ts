import childProcess from "node:child_process";
import { syncBuiltinESMExports } from "node:module";

/** A guarded standard output: the one way past the guard, and how to take the guard away. */
export interface StdoutGuard {
  write(text: string, done?: () => void): boolean;
  release(): void;
}

/**
 * Keeps everything but the protocol off standard output: `console.*`, `process.stdout.write`, and child processes that
 * inherit it go to standard error, with a note of where that came from. Code that writes to file descriptor 1 itself
 * (`fs.writeSync(1, …)`, native addons) is out of reach.
 *
 * 2026-07-28/basic/transports/stdio#top: a server writes nothing to stdout that is no message.
 */
export function guardStdout(note: (text: string) => void): StdoutGuard {
  const { stdout, stderr } = process;
  const original = { write: stdout.write, end: stdout.end, destroy: stdout.destroy };
  const noted = new Set<string>();
  const noteOnce = (what: string) => {
    const where = origin();
    const line = `${what}${where ? ` ${where}` : ""}`;
    // A loop that prints must not double its output by notes.
    if (noted.has(line) || noted.size >= 100) return;
    noted.add(line);
    note(line);
  };

  let waiting = false;
  stdout.write = ((...args: Parameters<typeof stderr.write>) => {
    noteOnce("stdout carries the protocol; this output was sent to stderr instead:");
    const ready = stderr.write(...args);
    // Whoever pipes into standard output waits there, not on standard error, for room.
    if (!ready && !waiting) {
      waiting = true;
      stderr.once("drain", () => {
        waiting = false;
        stdout.emit("drain");
      });
    }
    return ready;
  }) as typeof stdout.write;
  // What ends or fails on its way here must not take the protocol's stream along, and still has to see its own end.
  stdout.end = ((...args: unknown[]) => {
    const [chunk] = args;
    if (typeof chunk === "string" || chunk instanceof Uint8Array) stdout.write(chunk as string);
    const done = args.find((arg) => typeof arg === "function") as (() => void) | undefined;
    process.nextTick(() => {
      stdout.emit("finish");
      done?.();
    });
    return stdout;
  }) as typeof stdout.end;
  stdout.destroy = ((error?: NodeJS.ErrnoException) =>
    error?.syscall === "write" ? original.destroy.call(stdout, error) : stdout) as typeof stdout.destroy;

  const unguardChildren = guardChildren(() =>
    noteOnce("stdin and stdout carry the protocol; a child process was kept off them:"),
  );
  return {
    write: (text, done) => original.write.call(stdout, text, "utf8", done),
    release() {
      Object.assign(stdout, original);
      unguardChildren();
    },
  };
}

/** The first line of the stack that is in a file which is neither Node's nor this one. */
function origin(): string {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 20;
  const stack = new Error().stack ?? "";
  Error.stackTraceLimit = stackTraceLimit;
  const foreign = (frame: string) =>
    !/node:|<anonymous>|stdout-guard\.[jt]s/.test(frame) && !frame.includes(import.meta.url);
  return stack.split("\n").slice(1).find(foreign)?.trim() ?? "";
}

type Stdio = childProcess.StdioOptions | undefined;

/** Wraps Node's ways of starting a process so that none hands on this process's standard input or output. */
function guardChildren(noteOnce: () => void): () => void {
  const shield = (stdio: Stdio): Stdio => {
    const list = stdio === "inherit" ? ["inherit", "inherit", "inherit"] : stdio;
    if (!Array.isArray(list)) return stdio;
    // A descriptor may come as a number or, as with streams, inside an object.
    const own = (entry: unknown, at: number, fd: number) =>
      entry === fd || (entry === "inherit" && at === fd) || (entry as { fd?: unknown } | null | undefined)?.fd === fd;
    const shielded = list.map((entry: unknown, at) => (own(entry, at, 0) ? "ignore" : own(entry, at, 1) ? 2 : entry));
    if (shielded.some((entry, at) => entry !== list[at])) noteOnce();
    return shielded as Stdio;
  };
  const shieldOptions = (args: unknown[]): unknown[] =>
    args.map((arg) => {
      if (typeof arg !== "object" || arg === null || Array.isArray(arg) || !("stdio" in arg)) return arg;
      return { ...arg, stdio: shield((arg as { stdio: Stdio }).stdio) };
    });

  const prototype = childProcess.ChildProcess.prototype as unknown as { spawn: (options: { stdio: Stdio }) => unknown };
  const { spawn } = prototype;
  prototype.spawn = function (this: unknown, options) {
    return spawn.call(this, { ...options, stdio: shield(options.stdio) });
  };
  const unguardSync = guardSyncBinding(noteOnce);
  const patched = childProcess as unknown as Record<string, (...args: unknown[]) => unknown>;
  const names = ["spawnSync", "execSync", "execFileSync"];
  const originals = names.map((name) => patched[name]!);
  names.forEach((name, i) => {
    patched[name] = (...args) => originals[i]!(...shieldOptions(args));
  });
  syncBuiltinESMExports();
  return () => {
    unguardSync();
    prototype.spawn = spawn;
    names.forEach((name, i) => (patched[name] = originals[i]!));
    syncBuiltinESMExports();
  };
}

interface SyncBinding {
  spawn(options: { stdio: { type: string; fd?: number }[] }): unknown;
}

/**
 * The synchronous ways below the functions that a program may have taken hold of before the guard was there. Node keeps
 * the binding for old programs' sake; where it is gone, the functions above are all that can be guarded.
 */
function guardSyncBinding(noteOnce: () => void): () => void {
  let binding: SyncBinding;
  try {
    binding = (process as unknown as { binding(name: string): SyncBinding }).binding("spawn_sync");
  } catch {
    return () => {};
  }
  const { spawn } = binding;
  binding.spawn = (options) => {
    const shielded = options.stdio.map((entry) =>
      entry.fd === 0 ? { type: "ignore" } : entry.fd === 1 ? { ...entry, fd: 2 } : entry,
    );
    if (shielded.some((entry, at) => entry !== options.stdio[at])) noteOnce();
    return spawn.call(binding, { ...options, stdio: shielded });
  };
  return () => {
    binding.spawn = spawn;
  };
}
