import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { CallFailed, connectionClosed } from "../protocol/call-failed.js";
import { systemClock, type Clock } from "../protocol/clock.js";
import { parseMessage, TooDeep, type Message } from "../protocol/jsonrpc.js";
import { milliseconds, wholeNumber } from "../protocol/options.js";
import type { Receiver, Transport } from "../protocol/transport.js";
import { Lines, type Line } from "./lines.js";

/** All of it optional. */
export interface SpawnOptions {
  /** The folder in which it runs. Default: this process's. */
  readonly cwd?: string;
  /** Its whole environment. Default: this process's. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /**
   * What becomes of its standard error: to this process's own (`inherit`, the default), nowhere (`ignore`), or to a
   * function, in pieces as they come.
   */
  readonly stderr?: "inherit" | "ignore" | ((text: string) => void);
  /** Milliseconds that it has to end after its input is closed, and again after SIGTERM. Default 2,000. */
  readonly graceMs?: number;
  /**
   * Times within a minute that a process which ended by itself is started anew (one at most before a revision is agreed
   * on). What was in flight fails; the next call finds the new process, in a new session where the revision has such.
   * Default 3.
   */
  readonly maxRestarts?: number;
  /** Largest message in bytes. Default 16 Mi. */
  readonly maxMessageBytes?: number;
  /** Deepest nesting of a message. Default 128. */
  readonly maxDepth?: number;
  /** Default: the machine's own. */
  readonly clock?: Clock;
}

/** Milliseconds that the last lines of a process which has ended may take. */
const LAST_LINES_MS = 100;

/** The time within which starts are counted. */
const A_WHILE_MS = 60_000;

/** A server in a process of its own. */
export interface SpawnedServer extends Transport {
  /** Its process id, once it has been started. */
  readonly pid: number | undefined;
}

/**
 * A server that is started by its command when a client connects, and stopped when that closes: its input is closed,
 * and if it does not end by itself, it gets SIGTERM and then SIGKILL.
 *
 * Pages: `2026-07-28/basic/transports/stdio`, `2025-11-25/basic/lifecycle#stdio`.
 */
export const spawnServer = (command: string, args: readonly string[] = [], options: SpawnOptions = {}): SpawnedServer =>
  new Spawned(command, args, options);

class Spawned implements SpawnedServer {
  readonly shared = true;
  readonly #command: string;
  readonly #args: readonly string[];
  readonly #options: SpawnOptions;
  readonly #graceMs: number;
  readonly #maxRestarts: number;
  readonly #maxMessageBytes: number;
  readonly #maxDepth: number;
  #child: ChildProcessWithoutNullStreams | undefined;
  #ended: Promise<void> | undefined;
  #starting: Promise<void> | undefined;
  #agreed = false;
  #closing = false;
  /** When the process was started anew, of late. */
  #restarts: number[] = [];

  constructor(command: string, args: readonly string[], options: SpawnOptions) {
    this.#command = command;
    this.#args = args;
    this.#options = options;
    this.#graceMs = milliseconds(options.graceMs, 2000, "graceMs");
    this.#maxRestarts = wholeNumber(options.maxRestarts, 3, "maxRestarts", 0);
    this.#maxMessageBytes = wholeNumber(options.maxMessageBytes, 16 * 1024 * 1024, "maxMessageBytes");
    this.#maxDepth = wholeNumber(options.maxDepth, 128, "maxDepth");
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  async open(receiver: Receiver): Promise<void> {
    if (this.#child) throw connectionClosed("A spawned server serves one connection; spawn another one");
    await this.#start(receiver);
  }

  agree(): void {
    this.#agreed = true;
  }

  async #start(receiver: Receiver): Promise<void> {
    const { cwd, env, stderr = "inherit" } = this.#options;
    const child = spawn(this.#command, this.#args, {
      ...(cwd === undefined ? {} : { cwd }),
      ...(env === undefined ? {} : { env }),
      stdio: ["pipe", "pipe", typeof stderr === "function" ? "pipe" : stderr],
      windowsHide: true,
    }) as ChildProcessWithoutNullStreams;
    this.#child = child;
    if (typeof stderr === "function") child.stderr.setEncoding("utf8").on("data", stderr);
    const { clock = systemClock } = this.#options;
    child.once("exit", () => {
      // Its pipes are closed once the last who holds them has ended, which a child of its own may never do.
      const stop = clock.after(LAST_LINES_MS, () => {
        child.stdout.destroy();
        child.stderr?.destroy();
      });
      child.once("close", stop);
    });
    this.#ended = new Promise((resolve) => {
      child.once("close", () => resolve()).once("error", () => resolve());
    });
    await new Promise<void>((resolve, reject) => {
      child.once("spawn", resolve);
      child.once("error", (cause) => {
        const why = `${this.#command} cannot be started: ${cause.message}`;
        reject(new CallFailed("connection_failed", why, { cause }));
      });
    });
    // A signal that cannot be sent is an error as well, of which the end of the process tells more.
    child.on("error", () => {});
    const lines = new Lines(this.#maxMessageBytes, (line) => this.#take(line, receiver));
    // What cannot be written any more is told of by the end of the process.
    child.stdin.on("error", () => {});
    child.stdout.on("data", (chunk: Buffer) => lines.push(chunk));
    child.stdout.on("error", () => {});
    child.once("close", (code, signal) => {
      lines.end();
      if (this.#closing) return;
      const how = signal === null ? `with code ${code}` : `by ${signal}`;
      this.#endedByItself(receiver, new CallFailed("connection_closed", `The server's process ended ${how}`));
    });
  }

  /** 2026-07-28/basic/transports/stdio#unexpected-termination */
  #endedByItself(receiver: Receiver, error: CallFailed): void {
    const now = (this.#options.clock ?? systemClock).now();
    this.#restarts = this.#restarts.filter((at) => at > now - A_WHILE_MS);
    // Before anything is agreed on, the question for the revision may be what ended it; one that ends again is broken.
    const most = this.#agreed ? this.#maxRestarts : Math.min(1, this.#maxRestarts);
    if (this.#restarts.length >= most) return receiver.closed(error);
    this.#restarts.push(now);
    this.#starting = this.#start(receiver).finally(() => (this.#starting = undefined));
    this.#starting.catch((error: Error) => receiver.closed(error));
    receiver.restarted(error);
  }

  #take(line: Line, receiver: Receiver): void {
    try {
      if ("text" in line) receiver.message(parseMessage(line.text, this.#maxDepth));
      else throw new CallFailed("malformed_answer", `The server wrote a line that is ${line.fault}`);
    } catch (error) {
      receiver.fault(error, error instanceof TooDeep && error.answers ? error.id : undefined);
    }
  }

  async send(message: Message): Promise<void> {
    if (this.#starting) await this.#starting;
    const { stdin } = this.#child ?? {};
    if (!stdin || stdin.destroyed || this.#closing) throw connectionClosed();
    await new Promise<void>((resolve, reject) => {
      stdin.write(`${JSON.stringify(message)}\n`, (error) =>
        error ? reject(new CallFailed("connection_lost", `The server does not read: ${error.message}`)) : resolve(),
      );
    });
  }

  async close(): Promise<void> {
    if (!this.#child || this.#closing) return this.#ended;
    this.#closing = true;
    await this.#starting?.catch(() => {});
    const child = this.#child;
    child.stdin.end();
    if (await this.#endsWithin(this.#graceMs)) return;
    child.kill("SIGTERM");
    if (await this.#endsWithin(this.#graceMs)) return;
    child.kill("SIGKILL");
    await this.#endsWithin(this.#graceMs);
  }

  #endsWithin(ms: number): Promise<boolean> {
    const { clock = systemClock } = this.#options;
    return new Promise((resolve) => {
      const stop = clock.after(ms, () => resolve(false), true);
      void this.#ended!.then(() => {
        stop();
        resolve(true);
      });
    });
  }
}
