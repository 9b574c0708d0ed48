// Many command lines, one after the other in one process: the start of each would cost more than what it is to show.
// What is printed is caught line by line of the list; that the process ends with the code, others show.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { main } from "../main.js";

const here = fileURLToPath(import.meta.url);

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly said: string;
}

/** Runs command lines as `barewire` would, with nobody at standard input. Throws where one of them ends the process. */
export function inOneProcess(
  lines: readonly (readonly string[])[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): readonly Ran[] {
  const { stdout, stderr, status } = spawnSync(process.execPath, [here, JSON.stringify(lines)], {
    ...options,
    encoding: "utf8",
    timeout: 60_000,
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (status !== 0) throw new Error(`the process of ${lines.length} command lines ended with ${status}: ${stderr}`);
  return JSON.parse(stdout) as Ran[];
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

if (process.argv[1] === here) {
  const lines = JSON.parse(process.argv[2]!) as string[][];
  // What is started for a command line is the command, and not this file again.
  process.argv = [process.argv[0]!, fileURLToPath(new URL("../barewire.js", import.meta.url))];
  const ran: Ran[] = [];
  for (const line of lines) ran.push(await caught(line));
  process.stdout.write(JSON.stringify(ran));
}
