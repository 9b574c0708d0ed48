// @ts-check
// A subject's server in a process of its own: started, asked what it has used, stopped.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { onCore } from "./cores.mjs";

const reporter = new URL("./reporter.mjs", import.meta.url).href;
const START_MS = 20_000;

/** @typedef {{ tools?: number; reply?: "json" | "sse"; era?: string; keeps?: boolean; gc?: boolean }} Serving */

export class ServerProcess {
  /** @type {Map<number, (answer: any) => void>} */
  #open = new Map();
  #asked = 0;
  /** Where it listens, where it does. */
  port = 0;
  stopped = false;

  /**
   * @param {import("./subjects.mjs").Subject} subject
   * @param {"http" | "stdio"} wire
   * @param {Serving} serving
   * @param {number | undefined} core
   */
  constructor(subject, wire, serving, core) {
    this.subject = subject;
    const kind = serving.keeps && subject.name === "floor" ? "-kept" : "";
    const file = fileURLToPath(new URL(`./subjects/${subject.files}${kind}-${wire}.mjs`, import.meta.url));
    const flags = [...(serving.gc ? ["--expose-gc"] : []), "--import", reporter];
    const [command = "", ...args] = onCore(core, [process.execPath, ...flags, file]);
    this.child = spawn(command, args, {
      stdio: ["pipe", "pipe", "inherit", "ipc"],
      env: {
        ...process.env,
        ...subject.env,
        NODE_ENV: "production",
        BENCH_TOOLS: String(serving.tools ?? 0),
        BENCH_REPLY: serving.reply ?? "json",
        BENCH_ERA: serving.era ?? "modern",
      },
    });
    this.child.on("message", (/** @type {any} */ { id, answer }) => {
      this.#open.get(id)?.(answer);
      this.#open.delete(id);
    });
    this.child.on("exit", (code, signal) => {
      if (this.stopped) return;
      console.error(`the server of ${subject.name} (${wire}) ended by itself: ${signal ?? code}`);
      process.exit(1);
    });
    if (wire === "http") this.child.stdout?.resume();
  }

  /** Waits until it says where it listens. */
  async listening() {
    const { promise, resolve, reject } = waiting();
    this.#open.set(-1, resolve);
    const timer = setTimeout(() => reject(new Error(`${this.subject.name} does not listen`)), START_MS);
    this.port = await promise;
    clearTimeout(timer);
    return this;
  }

  /** @param {"usage" | "heap" | "memory" | "change"} ask @returns {Promise<any>} */
  ask(ask) {
    const id = ++this.#asked;
    const { promise, resolve } = waiting();
    this.#open.set(id, resolve);
    this.child.send({ ask, id });
    return promise;
  }

  /** Microseconds of processor time so far, all threads together. @returns {Promise<number>} */
  async used() {
    const { user, system } = await this.ask("usage");
    return user + system;
  }

  /** Bytes alive after a collection, on the heap and outside of it. @returns {Promise<number>} */
  async live() {
    const { heapUsed, external } = await this.ask("heap");
    return heapUsed + external;
  }

  async stop() {
    if (this.stopped) return;
    this.stopped = true;
    this.child.kill("SIGKILL");
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, "exit");
  }
}

/** @returns {{ promise: Promise<any>; resolve: (value: any) => void; reject: (error: unknown) => void }} */
function waiting() {
  const parts = /** @type {any} */ ({});
  parts.promise = new Promise((resolve, reject) => Object.assign(parts, { resolve, reject }));
  return parts;
}
