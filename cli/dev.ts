import { access } from "node:fs/promises";
import { basename, extname, relative, resolve } from "node:path";
import { createServer } from "../server/index.js";
import { replaceable, type ReplaceableServer } from "../server/replaceable.js";
import { Server } from "../server/server.js";
import { serveHttp } from "../transports/http/node.js";
import { serveStdio } from "../transports/stdio.js";
import { callLog } from "./functions/call-log.js";
import { guarded, importMade } from "./functions/load-server.js";
import { isTypeScript, makeModule, type MadeModule } from "./functions/make-module.js";
import { loadBundler, loadSchemaPackage } from "./functions/packages.js";
import { Refused } from "./functions/refused.js";
import { Watch } from "./functions/watch.js";
import { oneFile, readCommandLine, readPort, UsageError } from "./usage.js";

export const devUsage = `Usage: barewire dev FILE [--port N] [--host H] [--no-http] [--no-stdio]

Serves the functions that the module FILE exports over HTTP and, where standard input is a pipe, on standard input and
output, and again after each save: connections and sessions stay, clients hear of the lists that have changed. A save
that does not compile changes nothing. What happens is told on standard error: the address, who connects, each call with
its time, the compiler's errors.

  --port N     the port; without it 3000, or a free one where that is taken; 0 takes a free one
  --host H     another address to listen on than 127.0.0.1
  --no-http    standard input and output alone
  --no-stdio   HTTP alone

Exit codes: 0 the host closed the pipe or a signal ended it, 1 the work failed, 2 the command line cannot be understood.
`;

const say = (text: string) => void process.stderr.write(`barewire: ${text}\n`);

/** `barewire dev`: serves a module, each save anew, until its input ends or it is told to stop. */
export async function dev(args: readonly string[]): Promise<void> {
  const { file, http, stdio, port, host } = readArguments(args);
  // What no save can mend is told at once.
  await access(file);
  loadBundler(file);
  if (isTypeScript(file)) loadSchemaPackage(file);
  process.setSourceMapsEnabled(true);
  const development = new Development(file);
  const first = () => {
    void development.load();
    return development.serving;
  };
  // What is looked at would keep the process alive.
  const refuse = (error: unknown): never => {
    development.close();
    throw error;
  };
  const server = stdio ? await guarded(first) : await first();
  const running = http ? await listen(server, port, host).catch(refuse) : undefined;
  const stop = () => {
    development.close();
    void running?.close().then(() => process.exit());
  };
  if (!stdio) process.once("SIGINT", stop).once("SIGTERM", stop);
  if (running) say(`serving ${running.url}`);
  if (stdio) await serveStdio(server);
}

/** A module that is served, with the versions that its saves make. */
class Development {
  /** The server that stays, whatever is saved. */
  readonly serving: Promise<Server>;
  #ready!: (server: Server) => void;
  readonly #file: string;
  readonly #watch = new Watch(() => void this.load());
  #served: ReplaceableServer | undefined;
  #made: MadeModule | undefined;
  #loading = false;
  #again = false;

  constructor(file: string) {
    this.#file = file;
    this.serving = new Promise((resolve) => (this.#ready = resolve));
    this.#watch.of([file], true);
  }

  close(): void {
    this.#watch.close();
  }

  /** Takes the module as it is saved now; a save while that is done is taken behind it. */
  async load(): Promise<void> {
    this.#again = this.#loading;
    if (this.#loading) return;
    this.#loading = true;
    try {
      await this.#take();
    } finally {
      this.#loading = false;
    }
    if (this.#again) await this.load();
  }

  async #take(): Promise<void> {
    const started = performance.now();
    try {
      this.#made = makeModule(this.#file, this.#made?.program);
      const { server, files } = await importMade(this.#made);
      if (!(server instanceof Server))
        throw new Error(`${this.#file}: the server has to be made by createServer of "barewire"`);
      this.#watch.of(new Set([this.#file, ...this.#made.files, ...files]));
      if (this.#served) await this.#served.replace(server);
      else this.#serve(server);
      const { tools, resources, templates, prompts } = server;
      const count = (what: string, ...lists: Iterable<unknown>[]) => {
        const many = lists.reduce((sum, list) => sum + [...list].length, 0);
        return many === 0 ? [] : [`${many} ${what}${many === 1 ? "" : "s"}`];
      };
      const offered = [
        ...count("tool", tools),
        ...count("resource", resources, templates),
        ...count("prompt", prompts),
      ];
      const took = ((performance.now() - started) / 1000).toFixed(1);
      say(`loaded ${relative(process.cwd(), this.#file)} in ${took} s: ${offered.join(", ") || "nothing is offered"}`);
    } catch (error) {
      // What is missing may come, beside any of the files.
      this.#watch.of(new Set([this.#file, ...(this.#made?.files ?? [])]), true);
      const kept = this.#served ? "the last good version goes on" : "nothing is offered until the next save";
      const said =
        error instanceof Refused
          ? error.message
          : error instanceof Error
            ? (error.stack ?? error.message)
            : String(error);
      say(`not loaded, ${kept}:\n${said}`);
      // A host that has started this shall find somebody there, and be told when there is more.
      if (!this.#served)
        this.#serve(createServer({ name: basename(this.#file, extname(this.#file)), version: "0.0.0" }));
    }
  }

  #serve(server: Server): void {
    this.#served = replaceable(server, [callLog(say)]);
    this.#ready(this.#served.server);
  }
}

/** Listens where it was told to; where it was told nothing, a port that is taken is no reason to fail. */
async function listen(server: Server, port: number | undefined, host: string) {
  try {
    return await serveHttp(server, { port: port ?? 3000, host });
  } catch (error) {
    if (port !== undefined || (error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    return serveHttp(server, { port: 0, host });
  }
}

const options = {
  port: { type: "string" },
  host: { type: "string" },
  "no-http": { type: "boolean", default: false },
  "no-stdio": { type: "boolean", default: false },
} as const;

function readArguments(args: readonly string[]) {
  const line = readCommandLine(args, options, devUsage);
  const { values } = line;
  const file = oneFile(line, "dev", devUsage);
  const http = !values["no-http"];
  if (!http && (values.port !== undefined || values.host !== undefined))
    throw new UsageError("--port and --host go without --no-http", devUsage);
  if (!http && values["no-stdio"]) throw new UsageError("--no-http and --no-stdio leave nothing to serve", devUsage);
  return {
    file: resolve(file),
    http,
    // On a terminal nobody types the protocol.
    stdio: !values["no-stdio"] && (!http || !process.stdin.isTTY),
    port: values.port === undefined ? undefined : readPort(values.port, devUsage),
    host: values.host ?? "127.0.0.1",
  };
}
