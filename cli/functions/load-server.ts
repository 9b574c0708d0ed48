import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { isObject } from "../../protocol/jsonrpc.js";
import type { Endpoint } from "../../protocol/endpoint.js";
import { guardStdout } from "../../transports/stdout-guard.js";
import { bundleHere } from "./bundle.js";
import { isTypeScript, makeModule, type MadeModule } from "./make-module.js";

/** Imports what was made of a module, and gives its server. Nothing of it stays on disk. */
export async function importMade(
  made: MadeModule,
): Promise<{ readonly server: Endpoint; readonly files: readonly string[] }> {
  const { code, files } = await bundleHere(made);
  const folder = await mkdtemp(join(tmpdir(), "barewire-"));
  try {
    const path = join(folder, "server.mjs");
    await writeFile(path, code);
    return { server: serverOf(await import(pathToFileURL(path).href), made.file), files };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Loads a module while nothing but the protocol may be written to standard output: what it prints goes elsewhere. */
export async function guarded<T>(load: () => Promise<T>): Promise<T> {
  const guard = guardStdout((note) => process.stderr.write(`barewire: ${note}\n`));
  try {
    return await load();
  } finally {
    guard.release();
  }
}

/** The server of a module: what a built or a programmatic one exports, or what is made of the functions of another. */
export async function loadServer(file: string): Promise<Endpoint> {
  if (!isTypeScript(file)) return serverOf(await import(pathToFileURL(resolve(file)).href), file);
  return (await importMade(makeModule(file))).server;
}

function serverOf(module: unknown, file: string): Endpoint {
  const { default: server } = module as { default?: unknown };
  if (!isObject(server) || typeof server.receive !== "function")
    throw new Error(`${file} has to export a server as its default: export default createServer(…)`);
  return server as unknown as Endpoint;
}
