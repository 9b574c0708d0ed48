import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { createInterface } from "node:readline";
import { Lines } from "./lines.js";
import { stdioSubject } from "./stdio.js";
import type { Subject } from "./wire.js";

/** How a program that serves stdio is started as one process for each connection, and as one for all of them. */
export interface PipedProgram {
  readonly command: string;
  /** Serves its standard streams. */
  readonly alone: readonly string[];
  /** Says the path of a socket in its first line, and serves each connection there like standard streams of its own. */
  readonly together: readonly string[];
}

const CLOSE_WITHIN_MS = 5_000;

/**
 * stdio without a process for each connection, which takes longer to start than most traces to run: each gets a pipe of
 * its own to one process. What asks for a fresh subject gets a process.
 */
export async function pipesSubject({ command, alone, together }: PipedProgram): Promise<Subject> {
  const child = spawn(command, [...together], { stdio: ["ignore", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout });
  const [path] = (await Promise.race([
    once(lines, "line"),
    once(child, "close").then(() => {
      throw new Error(`${together.join(" ")} ended before it said where it listens`);
    }),
  ])) as [string];
  let idle: SocketPipe | undefined;
  return {
    wire: "stdio",
    async connect(receive, stateless) {
      const served = stateless ? idle : undefined;
      if (served) idle = undefined;
      const pipe = served ?? (await SocketPipe.open(path));
      pipe.messages.receive = receive;
      const release = () => {
        pipe.messages.receive = undefined;
        idle = pipe;
      };
      return { send: ({ text }) => pipe.send(text), close: () => pipe.close(), ...(stateless ? { release } : {}) };
    },
    fresh: () => Promise.resolve(stdioSubject(command, alone, { ahead: false })),
    async close() {
      child.kill();
      if (child.exitCode === null && child.signalCode === null) await once(child, "close");
    },
  };
}

class SocketPipe {
  readonly messages = new Lines();
  readonly #socket: Socket;
  #closing = false;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.messages.read(socket);
    socket.on("error", () => undefined);
    socket.once("close", () => {
      this.messages.end();
      if (!this.#closing) this.messages.noise("the server closed the pipe by itself");
    });
  }

  static async open(path: string): Promise<SocketPipe> {
    const socket = connect({ path, allowHalfOpen: true });
    await once(socket, "connect");
    return new SocketPipe(socket);
  }

  send(text: string | Uint8Array): undefined {
    this.#socket.write(text);
    this.#socket.write("\n");
  }

  async close(): Promise<void> {
    this.#closing = true;
    if (this.#socket.closed) return;
    const closed = once(this.#socket, "close");
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      this.#socket.destroy();
    }, CLOSE_WITHIN_MS);
    this.#socket.end();
    // Its end is only seen by who reads on.
    this.#socket.resume();
    await closed;
    clearTimeout(timer);
    if (late) throw new Error(`the server outlived the end of its input by ${CLOSE_WITHIN_MS} ms`);
  }
}
