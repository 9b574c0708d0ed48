import type { Endpoint } from "../protocol/endpoint.js";
import { watchChildren } from "./children.js";
import { servePipe, type PipeOptions } from "./stdio-core.js";
import { guardStdout } from "./stdout-guard.js";

/** All of it optional. */
export interface StdioOptions extends PipeOptions {
  /** Keeps stray output off standard output. Default: with standard output. */
  readonly guard?: boolean;
}

/**
 * Serves one client over newline-delimited JSON, by default on this process's standard streams. Resolves when the pipe
 * has ended and everything is shut down: at the end of the input, when the reader is gone, or on SIGINT and SIGTERM.
 * Where the server's `lifespan` cannot start, the process exits with code 1 (or, without `exit`, the promise rejects).
 *
 * Pages: `2026-07-28/basic/transports/stdio`, `2025-11-25/basic/transports#stdio`, `2025-11-25/basic/lifecycle#stdio`.
 */
export async function serveStdio(endpoint: Endpoint, options: StdioOptions = {}): Promise<void> {
  const { input = process.stdin, output = process.stdout } = options;
  const { exit = input === process.stdin && output === process.stdout, guard: guarded = output === process.stdout } =
    options;
  const guard = guarded ? guardStdout((note) => process.stderr.write(`barewire: ${note}\n`)) : undefined;
  // However this process exits (a crash, an author's own exit), its children have to go with it.
  if (exit) process.once("exit", watchChildren());
  try {
    await servePipe(endpoint, { ...options, exit }, guard?.write);
  } finally {
    guard?.release();
  }
}
