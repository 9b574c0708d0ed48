import { spawn } from "node:child_process";
import type { Target } from "./wires/wire.js";
import type { ClientWire } from "./trace.js";
import type { JsonObject } from "../trace.js";

/** What a client is asked for, in `BAREWIRE_SCENARIO` as JSON. */
export interface Asked {
  readonly name: string;
  /** "any": the client finds out. */
  readonly revision: string;
  readonly wire: ClientWire;
  readonly capabilities: unknown;
  readonly answers: unknown;
  readonly timeoutMs?: number;
  readonly untilFailure?: true;
  /** The server may ask for authorization: what the client knows of itself for that, and the user's `browser`. */
  readonly authorization?: JsonObject;
  readonly do: unknown;
}

/** A client at work. */
export interface Working {
  /** When it is gone: why, where that was not in order. */
  readonly ended: Promise<string | undefined>;
  stop(): Promise<void>;
  said(): string;
}

/** A client that can be started on some wires. */
export interface ClientSubject {
  readonly name: string;
  readonly wires: readonly ClientWire[];
  /** How long it may take to its first word, in milliseconds. */
  readonly startMs: number;
  start(asked: Asked, target: Target): Working;
}

const SAID = 4_000;

/** A program: the server's URL, or the path of the program that is the server, is its last argument. */
export function commandClient(command: string, args: readonly string[]): ClientSubject {
  return {
    name: [command, ...args].join(" "),
    wires: ["stdio", "http", "http-json", "sse"],
    startMs: 15_000,
    start(asked, target) {
      const last = "url" in target ? target.url : "command" in target ? target.command : "";
      const env = {
        ...process.env,
        BAREWIRE_SCENARIO: JSON.stringify(asked),
        BAREWIRE_TARGET: "url" in target ? (target.sse ? "sse" : "http") : "stdio",
      };
      const child = spawn(command, [...args, last], { env, stdio: ["ignore", "pipe", "pipe"], detached: true });
      let said = "";
      const hear = (chunk: string) => (said = (said + chunk).slice(-SAID));
      child.stdout.setEncoding("utf8").on("data", hear);
      child.stderr.setEncoding("utf8").on("data", hear);
      const ended = new Promise<string | undefined>((resolve) => {
        child.once("error", (error) => resolve(error.message));
        child.once("exit", (code, signal) => resolve(code === 0 ? undefined : `exit ${String(signal ?? code)}`));
      });
      return {
        ended,
        async stop() {
          if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
            try {
              // What it started itself ends with it.
              process.kill(-child.pid, "SIGKILL");
            } catch {
              child.kill("SIGKILL");
            }
          }
          await ended;
        },
        said: () => said,
      };
    },
  };
}

/** A client in this process: `drive` does what is asked and settles when it is gone; `signal` tells it to give up. */
export function functionClient(
  name: string,
  wires: readonly ClientWire[],
  drive: (asked: Asked, target: Target, signal: AbortSignal) => Promise<void>,
): ClientSubject {
  return {
    name,
    wires,
    startMs: 0,
    start(asked, target) {
      const control = new AbortController();
      let said = "";
      const ended = drive(asked, target, control.signal).then(
        () => undefined,
        (error: unknown) => {
          said = error instanceof Error ? (error.stack ?? error.message) : String(error);
          return error instanceof Error ? error.message : String(error);
        },
      );
      return {
        ended,
        async stop() {
          control.abort();
          await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 200).unref())]);
        },
        said: () => said,
      };
    },
  };
}
