import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { isObject } from "../protocol/jsonrpc.js";
import type { Endpoint } from "../protocol/endpoint.js";
import { serveHttp } from "../transports/http/node.js";
import { serveStdio } from "../transports/stdio.js";
import { readPort, UsageError } from "./usage.js";

export const runUsage = `Usage: barewire run FILE [--http] [--port N] [--host H]

Serves what the module FILE exports as its default (what createServer returns), on standard input and output.

  --http     serve Streamable HTTP instead, at http://127.0.0.1:3000/mcp
  --port N   with --http: another port; 0 takes a free one
  --host H   with --http: another address to listen on
`;

/** `barewire run`: serves a module until its input ends or, over HTTP, until it is told to stop. */
export async function run(args: string[]): Promise<void> {
  const { file, http, port, host } = readArguments(args);
  const server = await load(file);
  if (!http) return serveStdio(server);
  const running = await serveHttp(server, { port, host });
  process.stdout.write(`${running.url}\n`);
  const stop = () => void running.close().then(() => process.exit());
  process.once("SIGINT", stop).once("SIGTERM", stop);
}

function readArguments(args: string[]): { file: string; http: boolean; port: number; host: string } {
  let parsed;
  try {
    parsed = parseArgs({
      args,
      allowPositionals: true,
      options: { http: { type: "boolean", default: false }, port: { type: "string" }, host: { type: "string" } },
    });
  } catch (error) {
    throw new UsageError((error as Error).message, runUsage);
  }
  const { values, positionals } = parsed;
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) throw new UsageError("run takes one file", runUsage);
  if (!values.http && (values.port !== undefined || values.host !== undefined))
    throw new UsageError("--port and --host go with --http", runUsage);
  return {
    file,
    http: values.http ?? false,
    port: readPort(values.port ?? "3000", runUsage),
    host: values.host ?? "127.0.0.1",
  };
}

async function load(file: string): Promise<Endpoint> {
  const module = (await import(pathToFileURL(resolve(file)).href)) as { default?: unknown };
  const server = module.default;
  if (!isObject(server) || typeof server.receive !== "function") {
    throw new Error(`${file} has to export a server as its default: export default createServer(…)`);
  }
  return server as unknown as Endpoint;
}
