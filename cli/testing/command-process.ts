// A process in which one command line is tried after the other: a start for each would cost more than what it is to
// show. What is printed is caught; that a process of its own prints it and ends with the code is for other tests.
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { main } from "../main.js";

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly said: string;
}

const here = fileURLToPath(import.meta.url);

/** Runs command lines as `barewire` would, with nobody at standard input. */
export class CommandProcess {
  readonly #child: ChildProcess;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {}) {
    this.#child = fork(here, { ...options, stdio: ["ignore", "ignore", "inherit", "ipc"] });
  }

  /** One command line, behind those that were given before. */
  run(...args: readonly string[]): Promise<Ran> {
    const ran = this.#last.then(async () => {
      const ended = once(this.#child, "exit").then(([code]) => {
        throw new Error(`barewire ${args.join(" ")} ended its process with ${code}`);
      });
      ended.catch(() => {});
      const answered = once(this.#child, "message");
      this.#child.send(args);
      const [message] = (await Promise.race([answered, ended])) as [Ran];
      return message;
    });
    this.#last = ran.catch(() => {});
    return ran;
  }

  end(): void {
    this.#child.kill();
  }
}

/** Runs one command line and catches what it prints. */
async function caught(args: readonly string[]): Promise<Ran> {
  const printed = { stdout: "", stderr: "" };
  const write = { stdout: process.stdout.write, stderr: process.stderr.write };
  for (const stream of ["stdout", "stderr"] as const)
    process[stream].write = (chunk: string | Uint8Array) => {
      printed[stream] += String(chunk);
      return true;
    };
  try {
    process.exitCode = 0;
    const code = (await main(args)) ?? process.exitCode;
    return { code: Number(code), out: printed.stdout, said: printed.stderr };
  } finally {
    Object.assign(process.stdout, { write: write.stdout });
    Object.assign(process.stderr, { write: write.stderr });
    process.exitCode = 0;
  }
}

if (process.argv[1] === here && process.send) {
  // What is started for a command line is the command, and not this file again.
  process.argv = [process.argv[0]!, fileURLToPath(new URL("../barewire.js", import.meta.url))];
  process.on("message", (args: string[]) => void caught(args).then((ran) => process.send!(ran)));
}
