import { writeFileSync } from "node:fs";
import { recordHttp } from "../conformance/recording/record-http.js";
import { recordStdio } from "../conformance/recording/record-stdio.js";
import { Recorder } from "../conformance/recording/recorder.js";
import { readCommandLine, readPort, readUrl, UsageError } from "./usage.js";

export const recordUsage = `Usage: barewire record --out FILE [--redact NAME…] -- COMMAND ARGS…
       barewire record --out FILE [--redact NAME…] --url URL [--port N]

Stands between a host and a server and writes what passes to FILE, with the time and the HTTP detail. Give a host this
command in the place of the server's. With --url it prints an address that stands for the server's, until it is told to
stop.

  --out FILE      where to write; what is there is written over
  --redact NAME   take out the values of header fields, members and parameters in addresses of this name, wherever
                  they stand; may be repeated. Authorization, Proxy-Authorization, Cookie and Set-Cookie always go, and
                  session ids become session-N
  --url URL       the address of a server over HTTP, or of an HTTP+SSE stream (2024-11-05)
  --port N        with --url: the port to listen on; default: a free one

Exit codes: 0 done, or that of the server's process, 1 the work failed, 2 the command line cannot be understood.
`;

/** `barewire record`: writes down what passes between a host and a server. The exit code is that of the server's process. */
export async function record(args: readonly string[]): Promise<void> {
  const { out, redact, target } = readArguments(args);
  const recorder = new Recorder("url" in target ? "http" : "stdio");
  // Made at once, so that a place where nothing can be written shows before the conversation and not after it.
  const save = () => writeFileSync(out, `${JSON.stringify(recorder.finish(redact), null, 1)}\n`, { mode: 0o600 });
  save();
  if ("command" in target) {
    const { stdin: input, stdout: output } = process;
    process.exitCode = await recordStdio(recorder, target.command, target.args, { input, output });
    return save();
  }
  const proxy = await recordHttp(recorder, target.url, target.port);
  process.stdout.write(`${proxy.url}\n`);
  await new Promise<void>((resolve) => {
    process.once("SIGINT", () => resolve()).once("SIGTERM", () => resolve());
  });
  await proxy.close();
  save();
}

const options = {
  out: { type: "string" },
  redact: { type: "string", multiple: true },
  url: { type: "string" },
  port: { type: "string" },
} as const;

type Target = { command: string; args: readonly string[] } | { url: URL; port: number };

function readArguments(args: readonly string[]): { out: string; redact: readonly string[]; target: Target } {
  const { values, positionals, command } = readCommandLine(args, options, recordUsage);
  const { out, redact = [], url, port } = values;
  if (positionals.length > 0)
    throw new UsageError(`record takes no "${positionals[0]}": a command stands behind "--"`, recordUsage);
  if (out === undefined) throw new UsageError("record needs --out FILE", recordUsage);
  if ((url === undefined) === (command === undefined))
    throw new UsageError("record takes either --url URL or -- COMMAND", recordUsage);
  if (port !== undefined && url === undefined) throw new UsageError("--port goes with --url", recordUsage);
  if (command !== undefined) {
    const [program, ...rest] = command;
    return { out, redact, target: { command: program, args: rest } };
  }
  return { out, redact, target: { url: readUrl(url ?? "", recordUsage), port: readPort(port ?? "0", recordUsage) } };
}
