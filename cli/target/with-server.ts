import type { Client } from "../../client/client.js";
import { connect } from "../../client/connect.js";
import type { RequestOptions } from "../../client/options.js";
import { CallFailed } from "../../protocol/call-failed.js";
import { own } from "../../protocol/jsonrpc.js";
import type { LoggingLevel } from "../../protocol/logging-level.js";
import { versions } from "../../protocol/revisions/index.js";
import { handlersOf } from "../terminal/questions.js";
import { Screen } from "../terminal/screen.js";
import { personAt } from "../terminal/terminal.js";
import { cut, printable } from "../terminal/text.js";
import { signInOptions, signInUsage, tokenFrom, type SignIn } from "../authorization/sign-in-options.js";
import { UsageError } from "../usage.js";
import { readVersion } from "../version.js";
import { transportTo, type LetIn, type Reached } from "./target.js";

/** How a command that speaks to a server ends. */
export const exitCodes = { done: 0, toolFailed: 1, usage: 2, noConnection: 3, refused: 4, interrupted: 130 } as const;

/** Their part of a command's help. */
export const exitUsage = `Exit codes: 0 done, 1 the tool failed or the work could not be done, 2 the command
line cannot be understood, 3 no connection, 4 the server refused or broke the
protocol, 130 interrupted.
`;

/** Options for how a server is spoken to. */
export const callOptions = {
  ...signInOptions,
  revision: { type: "string" },
  timeout: { type: "string" },
  log: { type: "string" },
  root: { type: "string", multiple: true },
} as const;

/** Their part of a command's help. */
export const callUsage = `  --revision R     speak this revision alone
  --timeout MS     how long the server may be silent (default 60000)
  --log LEVEL      the least severe log message to show (default info)
  --root FOLDER    a folder that the server may work on; may be repeated
${signInUsage}`;

const A_DAY_MS = 24 * 60 * 60 * 1000;

const levels: readonly LoggingLevel[] = [
  "debug",
  "info",
  "notice",
  "warning",
  "error",
  "critical",
  "alert",
  "emergency",
];

interface Given extends SignIn {
  readonly revision?: string;
  readonly timeout?: string;
  readonly log?: string;
  readonly root?: string[];
}

function readGiven({ revision, timeout, log = "info", root = [] }: Given, usage: string) {
  if (revision !== undefined && !versions.includes(revision))
    throw new UsageError(`--revision ${revision}: there are ${versions.join(", ")}`, usage);
  if (timeout !== undefined && !/^[1-9]\d{0,8}$/.test(timeout))
    throw new UsageError(`--timeout "${timeout}" is no number of milliseconds`, usage);
  const level = levels.find((each) => each === log);
  if (!level) throw new UsageError(`--log ${log}: there are ${levels.join(", ")}`, usage);
  return { revision, timeoutMs: timeout === undefined ? undefined : Number(timeout), level, root };
}

/** Why there is no result, for a person: the server's words are marked as such. */
export function reasonOf({ code, message, rpcCode, data }: CallFailed): string {
  if (code === "unauthorized") return `${printable(message)}: "barewire login" signs in, --token NAME gives a token`;
  if (code !== "answer_error") return printable(message);
  const needed = own(data, "requiredCapabilities");
  if (own(needed, "roots")) return `${printable(message)}: --root FOLDER names one that it may work on`;
  const asks = own(needed, "elicitation") ?? own(needed, "sampling");
  if (asks !== undefined && !process.stdin.isTTY)
    return `${printable(message)}: the server asks somebody, and there is no terminal to ask at`;
  const more = data === undefined ? "" : `\n${cut(printable(JSON.stringify(data)), 2000)}`;
  return `the server answered with error ${rpcCode}: ${printable(message)}${more}`;
}

const lost = new Set([
  "authorization_failed",
  "connection_failed",
  "connection_closed",
  "connection_lost",
  "unauthorized",
  "session_ended",
]);

/** What a server over HTTP is shown or told: the user's own header, the token of a variable, or what signing in gives. */
async function letIn({ entry }: Reached, given: Given, screen: Screen, usage: string): Promise<LetIn> {
  const named = (["token", "client-id", "client-secret", "as-client"] as const).filter((name) => given[name]);
  if (!("url" in entry)) {
    if (named.length > 0) throw new UsageError(`--${named[0]} goes with a URL`, usage);
    return {};
  }
  const { token } = given;
  if (token !== undefined) {
    if (named.length > 1) throw new UsageError("--token goes without a client", usage);
    return { headers: { Authorization: `Bearer ${tokenFrom(token, usage)}` } };
  }
  if (Object.keys(entry.headers).some((name) => name.toLowerCase() === "authorization")) return {};
  // Whoever reads no terminal opens no address either, and must not be waited for.
  const attended = process.stderr.isTTY && process.stdin.isTTY;
  const { signIn } = await import("../authorization/sign-in.js");
  return { authorization: signIn(entry.url, given, { screen, attended, usage }) };
}

/** What a command does with a connected server; it gives the exit code. */
export type Use = (client: Client, screen: Screen, options: RequestOptions) => Promise<number>;

/**
 * Connects to a server, has it used, and closes the connection. Gives the exit code, having told why where it is none
 * of success. Ctrl-C takes back what is in flight.
 */
export async function withServer(reached: Reached, given: Given, usage: string, use: Use): Promise<number> {
  const { revision, timeoutMs, level, root } = readGiven(given, usage);
  const screen = new Screen(process.stderr);
  const fail = (error: unknown, code: number): number => {
    screen.end();
    if (!(error instanceof CallFailed)) throw error;
    process.stderr.write(`barewire: ${reasonOf(error)}\n`);
    return code;
  };
  const version = await readVersion();
  const interrupt = new AbortController();
  let client: Client | undefined;
  const stop = () => {
    if (!client || interrupt.signal.aborted) process.exit(exitCodes.interrupted);
    interrupt.abort("interrupted");
  };
  process.on("SIGINT", stop);
  // Whoever reads the output may have read enough.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit(exitCodes.done);
  });
  try {
    client = await connect(
      transportTo(reached, (text) => screen.pass(text), await letIn(reached, given, screen, usage)),
      {
        ...handlersOf(personAt(screen), root, screen),
        info: { name: "barewire", version },
        logLevel: level,
        onLog: (message) => screen.log(message),
        onError: (error, where) =>
          screen.say(`barewire: ${where}: ${printable(error instanceof Error ? error.message : String(error))}`),
        ...(revision === undefined ? {} : { revision }),
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
      },
    );
  } catch (error) {
    process.off("SIGINT", stop);
    return fail(error, exitCodes.noConnection);
  }
  try {
    return await use(client, screen, {
      signal: interrupt.signal,
      resetOnProgress: true,
      // Whoever waits for a tool that is at work ends it by hand.
      maxTotalMs: A_DAY_MS,
      ...(process.stderr.isTTY ? { onProgress: (progress) => screen.progress(progress) } : {}),
    });
  } catch (error) {
    if (interrupt.signal.aborted) return fail(error, exitCodes.interrupted);
    return fail(
      error,
      error instanceof CallFailed && lost.has(error.code) ? exitCodes.noConnection : exitCodes.refused,
    );
  } finally {
    screen.end();
    await client.close();
    process.off("SIGINT", stop);
  }
}
