import { readFileSync } from "node:fs";
import { playClient } from "../conformance/recording/play-client.js";
import { ServerPlayer } from "../conformance/recording/play-server.js";
import { readRecording } from "../conformance/recording/recording.js";
import type { Recording } from "../conformance/recording/recording.js";
import { REVISIONS } from "../conformance/trace.js";
import type { Revision } from "../conformance/trace.js";
import { httpSubject } from "../conformance/wires/http.js";
import { sseSubject } from "../conformance/wires/sse.js";
import { stdioSubject } from "../conformance/wires/stdio.js";
import type { Subject } from "../conformance/wires/wire.js";
import { Lines } from "../transports/lines.js";
import { oneFile, readCommandLine, readField, readUrl, UsageError } from "./usage.js";

export const replayUsage = `Usage: barewire replay FILE [--revision R] [--timeout MS] [--volatile NAME…] -- COMMAND ARGS…
       barewire replay FILE [--revision R] [--timeout MS] [--volatile NAME…] --url URL [--sse] [--header H…]
       barewire replay FILE --as-server [--volatile NAME…]

Plays the client's side of a recording against a server and shows, member by member, where it answers otherwise than it
did. Ids, times, cursors, request states and the like are matched and not compared.

  --as-server      play the server's side instead, to a client on standard input and output
  --revision R     speak another revision than the recording's; across the handshake, what only one side has is left out
  --volatile NAME  do not compare members of this name; may be repeated
  --timeout MS     how long an answer may take; default 5000
  --url URL        a server over HTTP
  --sse            with --url: it is the address of an HTTP+SSE stream (2024-11-05)
  --header H       with --url: a header field ("Name: value") of every request; may be repeated

Exit codes: 0 nothing differs, 1 something does, 2 the command line cannot be understood.
`;

/** `barewire replay`: plays one side of a recording against a server or a client. The exit code says whether it differed. */
export async function replay(args: readonly string[]): Promise<void> {
  const { file, subject, asServer, volatile, revision, timeoutMs } = readArguments(args);
  let recording: Recording;
  try {
    recording = readRecording(readFileSync(file, "utf8"));
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`);
  }
  if (asServer) return serve(recording, volatile);
  if (!subject) return;
  try {
    const played = await playClient(recording, subject, {
      volatile,
      ...(revision === undefined ? {} : { revision }),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    });
    for (const line of played.leftOut) console.log(`left out: ${line}`);
    for (const line of played.differences) console.log(line);
    const { sent, compared, differences } = played;
    console.log(`${sent} sent, ${compared} compared in ${played.revision}, ${differences.length} differences`);
    // Where nothing was compared, nothing is known to be the same.
    process.exitCode = differences.length > 0 || compared === 0 ? 1 : 0;
  } finally {
    await subject.close();
  }
}

/** A longer message is told of as one that is none. */
const MAX_LINE_BYTES = 64 * 1024 * 1024;

/** Plays the server's side until the client ends its output. What differs is told on standard error. */
async function serve(recording: Recording, volatile: readonly string[]): Promise<void> {
  const player = new ServerPlayer(
    recording,
    (message) => process.stdout.write(`${JSON.stringify(message)}\n`),
    volatile,
  );
  // Not by node:readline: to newer ones U+2028 ends a line as well.
  const lines = new Lines(MAX_LINE_BYTES, (line) => player.receiveText("text" in line ? line.text : line.fault));
  for await (const chunk of process.stdin) lines.push(chunk as Buffer);
  lines.end();
  player.finish();
  for (const difference of player.differences) process.stderr.write(`${difference}\n`);
  process.stderr.write(`${player.differences.length} differences\n`);
  process.exitCode = player.differences.length > 0 ? 1 : 0;
}

interface Arguments {
  readonly file: string;
  readonly subject: Subject | undefined;
  readonly asServer: boolean;
  readonly volatile: readonly string[];
  readonly revision: Revision | undefined;
  readonly timeoutMs: number | undefined;
}

const options = {
  "as-server": { type: "boolean", default: false },
  url: { type: "string" },
  sse: { type: "boolean", default: false },
  header: { type: "string", multiple: true },
  revision: { type: "string" },
  volatile: { type: "string", multiple: true },
  timeout: { type: "string" },
} as const;

function readArguments(args: readonly string[]): Arguments {
  const line = readCommandLine(args, options, replayUsage);
  const { values, command } = line;
  const refuse = (why: string) => new UsageError(why, replayUsage);
  const file = oneFile({ ...line, command: undefined }, "replay", replayUsage);
  const asServer = values["as-server"] ?? false;
  const { url, header = [], volatile = [] } = values;
  const targets = [asServer, url !== undefined, command !== undefined].filter(Boolean).length;
  if (targets !== 1) throw refuse("replay takes one of --url URL, -- COMMAND and --as-server");
  if (header.length > 0 && url === undefined) throw refuse("--header goes with --url");
  if (values.sse && url === undefined) throw refuse("--sse goes with --url");
  const revision = REVISIONS.find((one) => one === values.revision);
  if (values.revision !== undefined && (!revision || asServer))
    throw refuse(
      asServer ? "--revision goes with a server" : `--revision ${values.revision}: one of ${REVISIONS.join(", ")} is`,
    );
  const timeoutMs = values.timeout === undefined ? undefined : Number(values.timeout);
  if (timeoutMs !== undefined && !(timeoutMs > 0))
    throw refuse(`"${values.timeout}" is no number of milliseconds above 0`);
  let subject: Subject | undefined;
  if (url !== undefined)
    subject = (values.sse ? sseSubject : httpSubject)(readUrl(url, replayUsage).href, {
      headers: Object.fromEntries(header.map((text) => readField(text, replayUsage))),
    });
  if (command !== undefined) {
    const [program, ...rest] = command;
    subject = stdioSubject(program, rest, { ahead: false });
  }
  return { file, subject, asServer, volatile, revision, timeoutMs };
}
