import { spawn } from "node:child_process";
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import type { Transform } from "node:stream";
import { Lines } from "./lines.js";
import type { Arrival, Subject } from "./wire.js";

export interface StdioOptions {
  /** Milliseconds from the end of stdin to SIGKILL, when a run is over. Default 5,000. */
  readonly killAfterMs?: number;
  /** Start the next process while this one is in use. Default true. */
  readonly ahead?: boolean;
  /** What stands between the process's standard output and the reader of it, made for each process. Default: nothing. */
  readonly through?: () => Transform;
}

const STDERR_KEPT = 4_000;

/** A subprocess for each connection: a message a line on its standard streams. */
export function stdioSubject(command: string, args: readonly string[], options: StdioOptions = {}): Subject {
  const ahead = options.ahead ?? true;
  const killAfterMs = options.killAfterMs ?? 5_000;
  const running = new Set<ChildProcessWithoutNullStreams>();
  let said = "";
  let waiting: ChildProcessWithoutNullStreams | undefined;
  let idle: ProcessPipe | undefined;

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
    async connect(receive, stateless) {
      const served = stateless ? idle : undefined;
      if (served) idle = undefined;
      const pipe = served ?? new ProcessPipe(waiting ?? start(), killAfterMs, options.through);
      if (!served) waiting = ahead ? start() : undefined;
      pipe.receive = receive;
      const release = () => {
        pipe.receive = undefined;
        idle = pipe;
      };
      return { send: ({ text }) => pipe.send(text), close: () => pipe.close(), ...(stateless ? { release } : {}) };
    },
    fresh: async () => stdioSubject(command, args, { ...options, ahead: false }),
    said: () => said,
    async close() {
      [waiting, idle] = [undefined, undefined];
      await Promise.all([...running].map((child) => end(child, killAfterMs)));
    },
  };
}

/** One process and what it says. */
class ProcessPipe {
  readonly #messages = new Lines();
  #closing = false;

  constructor(
    readonly child: ChildProcessWithoutNullStreams,
    readonly killAfterMs: number,
    through?: () => Transform,
  ) {
    const gone = (reason: string) => {
      if (!this.#closing) this.#messages.noise(`the process ended by itself (${reason})`);
    };
    this.#messages.read(through ? child.stdout.pipe(through()) : child.stdout);
    child.once("error", (error) => gone(error.message));
    child.once("close", (code, signal) => {
      this.#messages.end();
      gone(String(signal ?? code));
    });
  }

  set receive(receive: ((arrival: Arrival) => void) | undefined) {
    this.#messages.receive = receive;
  }

  send(text: string | Uint8Array): undefined {
    this.child.stdin.write(text);
    this.child.stdin.write("\n");
  }

  async close(): Promise<void> {
    this.#closing = true;
    const forced = await end(this.child, this.killAfterMs);
    if (forced) throw new Error(`the process outlived the end of its standard input by ${this.killAfterMs} ms`);
  }
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
