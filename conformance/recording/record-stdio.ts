import { spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import type { Recorder } from "./recorder.js";
import type { Entry } from "./recording.js";

/** The host's side: what it writes, and where it reads. */
export interface Host {
  readonly input: Readable;
  readonly output: Writable;
}

/**
 * Starts `command` and stands between it and the host: bytes pass as they are, lines are taken down. Resolves with the
 * exit code when the process has ended; rejects where it cannot be started. Standard error goes past it. Signals that
 * end this process are handed on.
 */
export function recordStdio(
  recorder: Recorder,
  command: string,
  args: readonly string[],
  { input, output }: Host,
): Promise<number> {
  const child = spawn(command, [...args], { stdio: ["pipe", "pipe", "inherit"] });
  pass(input, child.stdin, lines(recorder, "client"));
  pass(child.stdout, output, lines(recorder, "server"), false);
  const hand = (signal: NodeJS.Signals) => child.kill(signal);
  process.on("SIGINT", hand).on("SIGTERM", hand);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      process.off("SIGINT", hand).off("SIGTERM", hand);
      input.pause();
      resolve(code ?? (signal === null ? 0 : 1));
    });
  });
}

interface Listener {
  hear(chunk: Buffer): void;
  end(): void;
}

/** Lets bytes through with their back-pressure, and a listener hear them. */
function pass(from: Readable, to: Writable, listener: Listener, ends = true): void {
  from.on("data", (chunk: Buffer) => {
    listener.hear(chunk);
    if (to.write(chunk)) return;
    from.pause();
    to.once("drain", () => from.resume());
  });
  from.once("end", () => {
    listener.end();
    if (ends) to.end();
  });
  // Whoever does not read any more shows it by what he does next; there is nothing to save here.
  to.on("error", () => from.resume());
}

function lines(recorder: Recorder, by: Entry["by"]): Listener {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  return {
    hear(chunk) {
      const parts = (rest + decoder.write(chunk)).split("\n");
      rest = parts.pop() ?? "";
      for (const line of parts) if (line.trim() !== "") recorder.noteText(by, line);
    },
    end() {
      if (rest !== "") recorder.note({ by, raw: rest });
      recorder.note({ by, end: true });
    },
  };
}
