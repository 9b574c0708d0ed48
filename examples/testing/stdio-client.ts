import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import * as assert from "uvu/assert";
import { exampleFile } from "./example-file.js";
import { dressed, initialize, resultOf, RpcError, type Message, type Revision } from "./rpc.js";

/** A client on the standard streams of an example. */
export interface StdioClient {
  /** Every notification so far. */
  readonly notifications: readonly Message[];
  /** Every line of standard output so far, as it came. */
  readonly lines: readonly string[];
  /** What the example wrote to standard error so far. */
  stderr(): string;
  /** Sends a request; resolves with its result, or rejects with an `RpcError`. */
  request(method: string, params?: Record<string, any>): Promise<any>;
  /** Sends a request that has to be refused; resolves with the refusal. */
  refusal(method: string, params?: Record<string, any>): Promise<RpcError>;
  /** Calls a tool. */
  call(name: string, args?: Record<string, any>, meta?: Record<string, any>): Promise<any>;
  notify(method: string, params?: Record<string, any>): void;
  /** The id that the last request had. */
  lastId(): number;
  /** The next notification of a method, or one that has come already and was not taken yet. */
  notification(method: string): Promise<Message>;
}

/** Where and how an example is started. */
export interface StdioOptions {
  readonly revision: Revision;
  readonly args?: readonly string[];
  readonly env?: Record<string, string>;
}

/** Milliseconds after which an example that still runs is killed, so that what waits for it fails. */
const LIFE_MS = 30_000;

/**
 * Starts an example (see {@link exampleFile}), plays the handshake where the revision has one, and runs `use`. Then ends the
 * example's input and holds it to exit with code 0. Whatever happens, no process is left behind.
 */
export async function withStdio(
  name: string,
  options: StdioOptions,
  use: (client: StdioClient) => Promise<void>,
): Promise<void> {
  const { revision, args = [], env = {} } = options;
  const file = await exampleFile(name);
  const child = spawn(process.execPath, [file, ...args], { env: { ...process.env, ...env }, stdio: "pipe" });
  const closed = once(child, "close") as Promise<[number | null, NodeJS.Signals | null]>;
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (stderr += chunk));
  child.stdin.on("error", () => {}); // that it has exited is told by `closed`

  const lines: string[] = [];
  const notifications: Message[] = [];
  const waiting = new Map<number, (message: Message | Error) => void>();
  let taken: Message[] = [];
  let arrived = () => {};
  createInterface({ input: child.stdout }).on("line", (line) => {
    lines.push(line);
    const message = JSON.parse(line) as Message;
    if (message.method === undefined) waiting.get(message.id!)?.(message);
    else notifications.push(message);
    arrived();
  });
  void closed.then(() => {
    for (const settle of waiting.values()) settle(new Error(`${name} has exited: ${stderr}`));
  });

  let id = 0;
  const write = (message: object) => child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  const client: StdioClient = {
    lines,
    notifications,
    stderr: () => stderr,
    lastId: () => id,
    notify: (method, params) => void write({ method, ...(params ? { params } : {}) }),
    request(method, params) {
      id += 1;
      write({ id, method, params: method === "initialize" ? params : dressed(revision, params) });
      const answer = new Promise<any>((resolve, reject) => {
        waiting.set(id, (message) => {
          if (message instanceof Error) return reject(message);
          try {
            resolve(resultOf(message));
          } catch (error) {
            reject(error as Error);
          }
        });
      });
      answer.catch(() => {}); // a cancelled request is never answered, and nobody need wait for it
      return answer;
    },
    async refusal(method, params) {
      const error: unknown = await client.request(method, params).catch((reason: unknown) => reason);
      if (error instanceof RpcError) return error;
      throw new Error(`${method} was to be refused, but came to ${JSON.stringify(error)}`);
    },
    call: (tool, args = {}, meta) =>
      client.request("tools/call", { name: tool, arguments: args, ...(meta ? { _meta: meta } : {}) }),
    async notification(method) {
      for (;;) {
        const found = notifications.find((message) => message.method === method && !taken.includes(message));
        if (found) {
          taken = [...taken, found];
          return found;
        }
        const more = new Promise<true>((resolve) => (arrived = () => resolve(true)));
        if ((await Promise.race([more, closed])) !== true) throw new Error(`${name} has exited: ${stderr}`);
      }
    },
  };

  const kill = () => void child.kill("SIGKILL");
  const timer = setTimeout(kill, LIFE_MS);
  try {
    if (revision === "2025-11-25") {
      const { protocolVersion } = await client.request("initialize", initialize);
      assert.is(protocolVersion, revision);
      client.notify("notifications/initialized");
    }
    await use(client);
    child.stdin.end();
    const [code, signal] = await closed;
    assert.is(code, 0, `${name} ended with ${signal ?? code}: ${stderr}`);
  } finally {
    clearTimeout(timer);
    kill();
  }
}
