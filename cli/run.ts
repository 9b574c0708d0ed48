import { serveHttp } from "../transports/http/node.js";
import { serveStdio } from "../transports/stdio.js";
import { guarded, loadServer } from "./functions/load-server.js";
import { oneFile, readCommandLine, readPort, UsageError } from "./usage.js";

export const runUsage = `Usage: barewire run FILE [--http] [--port N] [--host H]

Serves what the module FILE exports as its default (what createServer returns), on standard input and output. A
TypeScript module (.ts) that has no default is served by the functions that it exports, as "barewire build" makes them.

  --http     serve Streamable HTTP instead, at http://127.0.0.1:3000/mcp
  --port N   with --http: another port; 0 takes a free one
  --host H   with --http: another address to listen on

Exit codes: 0 the host closed the pipe or a signal ended it, 1 FILE cannot be served, 2 the command line cannot be
understood.
`;

/** `barewire run`: serves a module until its input ends or, over HTTP, until it is told to stop. */
export async function run(args: readonly string[]): Promise<void> {
  const { file, http, port, host } = readArguments(args);
  if (!http) return serveStdio(await guarded(() => loadServer(file)));
  const server = await loadServer(file);
  const running = await serveHttp(server, { port, host });
  const stop = () => void running.close().then(() => process.exit());
  process.once("SIGINT", stop).once("SIGTERM", stop);
  // Whoever reads it may stop the server at once.
  process.stdout.write(`${running.url}\n`);
}

const options = {
  http: { type: "boolean", default: false },
  port: { type: "string" },
  host: { type: "string" },
} as const;

function readArguments(args: readonly string[]): { file: string; http: boolean; port: number; host: string } {
  const line = readCommandLine(args, options, runUsage);
  const { values } = line;
  const file = oneFile(line, "run", runUsage);
  if (!values.http && (values.port !== undefined || values.host !== undefined))
    throw new UsageError("--port and --host go with --http", runUsage);
  return {
    file,
    http: values.http ?? false,
    port: readPort(values.port ?? "3000", runUsage),
    host: values.host ?? "127.0.0.1",
  };
}
