import { spawn } from "node:child_process";
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { readArrival } from "./wire.js";
import type { Arrival, Connection, Subject } from "./wire.js";

export interface StdioOptions {
  /** Milliseconds from the end of stdin to SIGKILL, when a run is over. Default 5,000. */
  readonly killAfterMs?: number;
  /** Start the next process while this one is in use. Default true. */
  readonly ahead?: boolean;
}

const STDERR_KEPT = 4_000;

/** A subprocess for each connection: a message a line on its standard streams. */
export function stdioSubject(command: string, args: readonly string[], options: StdioOptions = {}): Subject {
  const ahead = options.ahead ?? true;
  const killAfterMs = options.killAfterMs ?? 5_000;
  const running = new Set<ChildProcessWithoutNullStreams>();
  let said = "";
  let waiting: ChildProcessWithoutNullStreams | undefined;

  const start = (): ChildProcessWithoutNullStreams => {
    const child = spawn(command, [...args], { stdio: ["pipe", "pipe", "pipe"] });
    running.add(child);
    child.once("close", () => running.delete(child));
    child.once("error", (error) => (said += `${error.message}\n`));
    child.stdin.on("error", () => undefined);
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => (said = (said + chunk).slice(-STDERR_KEPT)));
    return child;
  };

  return {
    wire: "stdio",
    async connect(receive) {
      const child = waiting ?? start();
      waiting = ahead ? start() : undefined;
      return connectTo(child, receive, killAfterMs);
    },
    fresh: async () => stdioSubject(command, args, { ...options, ahead: false }),
    said: () => said,
    async close() {
      waiting = undefined;
      await Promise.all([...running].map((child) => end(child, killAfterMs)));
    },
  };
}

function connectTo(child: ChildProcessWithoutNullStreams, receive: (arrival: Arrival) => void, killAfterMs: number): Connection {
  let rest = "";
  let closing = false;
  const gone = (reason: string) => {
    if (!closing) receive({ kind: "noise", text: `the process ended by itself (${reason})` });
  };
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) receive(readArrival(line));
  });
  child.once("error", (error) => gone(error.message));
  child.once("close", (code, signal) => {
    if (rest !== "") receive({ kind: "noise", text: `a line without its end: ${rest}` });
    gone(String(signal ?? code));
  });
  return {
    send({ text }) {
      child.stdin.write(text);
      child.stdin.write("\n");
      return undefined;
    },
    async close() {
      closing = true;
      const forced = await end(child, killAfterMs);
      if (forced) throw new Error(`the process outlived the end of its standard input by ${killAfterMs} ms`);
    },
  };
}

/** Ends stdin and waits for the process; says whether it had to be killed. */
async function end(child: ChildProcessWithoutNullStreams, killAfterMs: number): Promise<boolean> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return false;
  const closed = once(child, "close");
  let forced = false;
  const timer = setTimeout(() => {
    forced = true;
    child.kill("SIGKILL");
  }, killAfterMs);
  child.stdin.end();
  await closed;
  clearTimeout(timer);
  return forced;
}
