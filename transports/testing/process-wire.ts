import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { Wire } from "./messages.js";
import { linesOf } from "./stdio-wire.js";

const file = fileURLToPath(new URL("./stdio-process.js", import.meta.url));

/** The server of `stdio-process.ts` in a process of its own, and its client's end. */
export class ProcessWire {
  readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  readonly #lines: AsyncGenerator<string>;
  stderr = "";

  constructor(scenario = "") {
    this.child = spawn(process.execPath, [file, scenario], { stdio: ["pipe", "pipe", "pipe"] });
    this.exited = once(this.child, "close").then(([code, signal]) => ({ code, signal }));
    this.child.stderr.setEncoding("utf8").on("data", (text: string) => (this.stderr += text));
    // A server that ends by itself may leave its last messages unread.
    this.child.stdin.on("error", () => {});
    this.#lines = linesOf(this.child.stdout);
  }

  send(...messages: unknown[]): void {
    this.child.stdin.write(messages.map((message) => `${JSON.stringify(message)}\n`).join(""));
  }

  /** The next line of the output. Throws when it is no JSON or the output has ended. */
  async next(): Promise<Wire> {
    const { done, value } = await this.#lines.next();
    if (done) throw new Error(`the output has ended; standard error ends in:\n${this.stderr.slice(-500)}`);
    return JSON.parse(value) as Wire;
  }

  /** Waits until standard error says so. */
  async said(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.stderr);
      if (match) return match;
      await once(this.child.stderr, "data");
    }
  }

  /** Ends the input, and reads whatever still comes. */
  async end(): Promise<{ code: number | null; signal: NodeJS.Signals | null; rest: Wire[] }> {
    this.child.stdin.end();
    const rest: Wire[] = [];
    for await (const line of this.#lines) rest.push(JSON.parse(line));
    return { ...(await this.exited), rest };
  }
}
