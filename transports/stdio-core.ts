import type { Readable, Writable } from "node:stream";
import type { Auth } from "../protocol/auth.js";
import type { Endpoint } from "../protocol/endpoint.js";
import { invalidRequest, parseError, Refusal } from "../protocol/errors.js";
import { Lines, type Line } from "./lines.js";
import { Outbox } from "./outbox.js";
import { Pipe } from "./pipe.js";

/** All of it optional. */
export interface PipeOptions {
  /** Where messages come from. Default: standard input. */
  readonly input?: Readable;
  /** Where messages go. Default: standard output. */
  readonly output?: Writable;
  /** Milliseconds that calls in flight have after the end of the input, before they are aborted. Default 1,000. */
  readonly graceMs?: number;
  /**
   * Ends the process when the pipe has ended, whatever timers or sockets are still open. Default: with standard
   * streams.
   */
  readonly exit?: boolean;
  /**
   * Characters that may wait for a slow reader before the input is held back and log messages are left out. Default 16
   * Mi.
   */
  readonly maxQueued?: number;
  /** Who is at the other end, where credentials from the environment say so (`authenticate` of `barewire/auth`). */
  readonly auth?: Auth;
}

/** Writes text, past whatever guards the stream. */
type Write = (text: string, done?: () => void) => boolean;

/**
 * The same as that of `barewire/stdio`, without what guards it: whatever else writes on standard output (a
 * `console.log`, a child process that inherits it) breaks the protocol, and child processes may outlive this one.
 *
 * Pages: `2026-07-28/basic/transports/stdio`, `2025-11-25/basic/transports#stdio`, `2025-11-25/basic/lifecycle#stdio`.
 */
export const serveStdio = (endpoint: Endpoint, options: PipeOptions = {}): Promise<void> =>
  servePipe(endpoint, options);

/** Serves one client on a pipe, where `write` is the way past a guard. */
export async function servePipe(endpoint: Endpoint, options: PipeOptions, past?: Write): Promise<void> {
  const { input = process.stdin, output = process.stdout, graceMs = 1000, maxQueued = 16 * 1024 * 1024 } = options;
  const { exit = input === process.stdin && output === process.stdout } = options;
  const write = past ?? ((text, done) => output.write(text, done));
  try {
    await serve(endpoint, input, output, { graceMs, maxQueued, signals: exit, write, auth: options.auth });
  } catch (error) {
    if (!exit) throw error;
    endpoint.onError(error, "starting");
    process.exitCode = 1;
  } finally {
    // Not even an author's open timers, sockets or unanswered promises keep a server that nobody talks to.
    if (exit) process.exit();
  }
}

interface Serving {
  readonly graceMs: number;
  readonly maxQueued: number;
  readonly signals: boolean;
  readonly write: Write;
  readonly auth: Auth | undefined;
}

async function serve(endpoint: Endpoint, input: Readable, output: Writable, serving: Serving): Promise<void> {
  const { graceMs, maxQueued, signals, write, auth } = serving;
  const outbox = new Outbox(
    { write: (text) => write(text) },
    {
      frame: (json) => `${json}\n`,
      maxQueued,
      onError: endpoint.onError.bind(endpoint),
      defer: (flush) => process.nextTick(flush),
    },
  );
  const pipe = new Pipe(
    endpoint,
    (message) => {
      outbox.send(message);
      if (outbox.congested) input.pause();
    },
    auth,
  );
  const { maxMessageBytes } = endpoint.limits;
  const lines = new Lines(maxMessageBytes, (line) => receive(line, pipe, maxMessageBytes));

  let onFlushed = () => {};
  const onDrain = () => {
    // The guard passes on that standard error has room again; this stream may have none.
    if (output.writableNeedDrain) return;
    outbox.drained();
    if (!outbox.congested) input.resume();
    if (outbox.empty) onFlushed();
  };
  output.on("drain", onDrain);

  let failed: { readonly error: unknown } | undefined;
  await new Promise<void>((resolve) => {
    // What the author brings up may take its time or hang; messages and the end of the input are not kept waiting for
    // it.
    endpoint.start().catch((error: unknown) => {
      failed = { error };
      over();
    });
    const onData = (chunk: Buffer | string) => lines.push(chunk);
    const ended = () => {
      lines.end();
      over();
    };
    const over = () => {
      input.off("data", onData).off("end", ended).off("close", over).off("error", over);
      output.off("error", gone).off("close", gone);
      if (signals) process.off("SIGINT", over).off("SIGTERM", over);
      // A reader that has gone may still report so; nobody is left to be told.
      output.on("error", ignore);
      resolve();
    };
    const gone = () => {
      pipe.peer.close();
      over();
    };
    output.on("error", gone).on("close", gone);
    input.on("data", onData).on("end", ended).on("close", over).on("error", over);
    if (signals) process.on("SIGINT", over).on("SIGTERM", over);
    // A client that has stopped answering pings is gone, though its end of the pipe is open.
    pipe.peer.onClose(over);
    // Either may have gone while the server started.
    if (input.destroyed) over();
    else if (output.destroyed) gone();
  });
  await shutDown(endpoint, pipe, graceMs);
  outbox.flush();
  const flushed = async () => {
    if (!outbox.empty) await new Promise<void>((resolve) => (onFlushed = resolve));
    await new Promise<void>((resolve) => void write("", resolve));
  };
  if (!output.destroyed && output.writable) await within(endpoint, flushed(), graceMs);
  if (failed) throw failed.error;
  output.off("drain", onDrain);
}

const ignore = () => {};

function receive(line: Line, pipe: Pipe, maxBytes: number): void {
  if ("text" in line) pipe.receiveText(line.text);
  else if (line.fault === "too long") pipe.refuse(invalidRequest(`a message of more than ${maxBytes} bytes`));
  else pipe.refuse(parseError("the message is not UTF-8"));
}

/** Ends subscriptions at once, calls in flight within the grace, and the server's own affairs. */
async function shutDown(endpoint: Endpoint, pipe: Pipe, graceMs: number): Promise<void> {
  pipe.peer.end();
  await within(endpoint, pipe.idle(), graceMs);
  pipe.peer.close(new Refusal("connection_closed", -32603, "The client closed the connection"));
  await within(
    endpoint,
    endpoint.close().catch((error: unknown) => endpoint.onError(error, "closing")),
    graceMs,
  );
}

function within(endpoint: Endpoint, work: Promise<void>, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const stop = endpoint.clock.after(ms, resolve, true);
    void work.then(() => {
      stop();
      resolve();
    });
  });
}
