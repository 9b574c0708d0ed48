import { readFile, writeFile } from "node:fs/promises";
import { alone } from "./alone.js";
import { bothOptions, checkClientOf, several, single } from "./check-client.js";
import { loadSuite } from "./load-suite.js";
import { isObject } from "../protocol/jsonrpc.js";
import { ownOf, readCommandLine, UsageError } from "./usage.js";
import type { CheckOptions, Target } from "../conformance/check.js";

export const checkUsage = `Usage: barewire check [OPTIONS] --url URL
       barewire check [OPTIONS] -- COMMAND ARGS…
       barewire check --client [OPTIONS] -- COMMAND ARGS…

Checks whether a server keeps the Model Context Protocol, at a URL (Streamable HTTP or HTTP+SSE) or on the pipe of a
command, in every revision that it speaks. Nothing has to be prepared: what it offers is asked. Its tools are called
only where they say readOnlyHint, or where --call allows it. The schemas are judged by the package "ajv", to be installed beside.

  --header "Name: value"         a header field of every request; may be repeated
  --caller "NAME:Name: value"    that of another caller: "bob", with an account of his own
  --token [KIND:]TOKEN           an access token for the server, sent with every request; or one of another KIND, for
                                 what it has to refuse or to allow: narrow, broad, capitals, expired, other-audience,
                                 no-audience (see conformance/README.md, Authorization); may be repeated
  --revision R                   only that revision; may be repeated
  --call 'TOOL={"a":1}'          allows calls of a tool, with these arguments; may be repeated
  --fixture-map FILE             what the server has in place of the suite's fixture, see conformance/README.md; "same":
                                 it is built like the fixture, and every name means what the traces mean
  --only WORD                    only traces whose path holds the word; may be repeated
  --timeout MS                   how long an answer may take (default 5000)
  --jobs N                       on a pipe: how many processes run at the same time (default 2)
  --json FILE                    writes the report as JSON; - is standard output, in place of the text
  --junit FILE                   writes the report as JUnit XML
  --html DIR                     writes DIR/index.html, a page for a browser: statements by wire, and each trace as a diagram
  --verbose                      tells what could not be judged too, and why

With --client the command is that of a client, which is started for each trace: with the URL of a server of the suite as
its last argument, or with a program that it has to start as one. What it should do, BAREWIRE_SCENARIO says (see
conformance/README.md); --revision, --only, --timeout, --jobs, --json, --junit, --html and --verbose as above, and

  --wire W                       only on that wire: stdio, http, http-json, sse; may be repeated

Exit codes: 0 no MUST is broken, 1 a MUST is broken, 2 the command line cannot be understood, 3 the server cannot be
checked: it does not start or speaks none of the revisions.
`;

/** `barewire check`: reports on a server and gives the exit code. Rejects for a command line that says nothing clear. */
export async function check(args: readonly string[]): Promise<number> {
  try {
    return ownOf(args).includes("--client") ? await checkClientOf(args, checkUsage) : await checkServer(args);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    process.stderr.write(`barewire: ${error instanceof Error ? error.message : String(error)}\n`);
    return 3;
  }
}

async function checkServer(args: readonly string[]): Promise<number> {
  const { target, options, json, junit, html, verbose, alone } = await readArguments(args);
  const suite = await loadSuite();
  const verdict = await suite.check(target, options);
  const unknown = verdict.revisions.length === 0;
  if (json !== undefined) {
    const text = suite.jsonReport(verdict);
    if (json === "-") process.stdout.write(text);
    else await writeFile(json, text);
  }
  if (junit !== undefined) await writeFile(junit, suite.junitReport(verdict));
  if (html !== undefined) suite.writeCheckPage(html, [verdict]);
  if (json !== "-") process.stdout.write(`${suite.consoleReport(verdict, { alone, verbose })}\n`);
  if (unknown) {
    throw new Error(`the server could not be checked: it answered in no revision\n${verdict.said}`.trim());
  }
  return verdict.broken.some(({ mandatory }) => mandatory) ? 1 : 0;
}

interface Arguments {
  readonly target: Target;
  readonly options: CheckOptions;
  readonly json: string | undefined;
  readonly junit: string | undefined;
  readonly html: string | undefined;
  readonly verbose: boolean;
  readonly alone: (path: string, revision: string) => string;
}

const serverOptions = {
  ...bothOptions,
  url: single,
  header: several,
  caller: several,
  token: several,
  call: several,
  "fixture-map": single,
} as const;

async function readArguments(args: readonly string[]): Promise<Arguments> {
  const refuse = (message: string): never => {
    throw new UsageError(message, checkUsage);
  };
  const { values, positionals, own, command } = readCommandLine(args, serverOptions, checkUsage);
  const { url, timeout } = values;
  if (positionals.length > 0) refuse(`check takes no "${positionals[0]}": a command stands behind "--"`);
  if ((url === undefined) === (command === undefined)) refuse("check takes either --url URL or -- COMMAND");
  if (url !== undefined && !/^https?:\/\/./.test(url)) refuse(`"${url}" is no URL of HTTP`);
  if (url === undefined && (values.header ?? values.caller ?? values.token))
    refuse("--header, --caller and --token go with --url");
  if (values.jobs !== undefined && (command === undefined || !/^[1-9]$/.test(values.jobs)))
    refuse("--jobs is a number from 1 to 9, for a command");
  if (timeout !== undefined && !/^[1-9]\d{0,6}$/.test(timeout)) refuse(`"${timeout}" is no number of milliseconds`);
  const suite = await loadSuite();
  const revisions = (values.revision ?? []).map(
    (given) =>
      suite.REVISIONS.find((known) => known === given) ??
      refuse(`there is no revision "${given}"; there are ${suite.REVISIONS.join(", ")}`),
  );
  const given = <T>(read: () => T): T => {
    try {
      return read();
    } catch (error) {
      return refuse((error as Error).message);
    }
  };
  const target: Target =
    url !== undefined
      ? { url, accounts: given(() => readBearers(suite, values)) }
      : { command: command![0], args: command!.slice(1) };
  const calls = new Map((values.call ?? []).map((text) => readCall(text, refuse)));
  const mapFile = values["fixture-map"];
  const text =
    mapFile === undefined || mapFile === "same"
      ? undefined
      : await readFile(mapFile, "utf8").catch((error: Error) => refuse(`--fixture-map: ${error.message}`));
  const options: CheckOptions = {
    name: url ?? command!.join(" "),
    calls,
    map: mapFile === "same" ? "same" : given(() => suite.readFixtureMap(text ?? "{}")),
    ...(revisions.length > 0 ? { revisions } : {}),
    ...(values.only ? { only: values.only } : {}),
    ...(values.jobs === undefined ? {} : { jobs: Number(values.jobs) }),
    ...(timeout === undefined ? {} : { timeoutMs: Number(timeout) }),
  };
  return {
    target,
    options,
    json: values.json,
    junit: values.junit,
    html: values.html,
    verbose: values.verbose ?? false,
    alone: alone(own, command),
  };
}

/** Who comes to a server at a URL, with which header fields and tokens. */
function readBearers(
  suite: Awaited<ReturnType<typeof loadSuite>>,
  { header = [], caller = [], token = [] }: Readonly<Partial<Record<"header" | "caller" | "token", string[]>>>,
) {
  return suite.withTokens(suite.readAccounts(header, caller), suite.readTokens(token));
}

function readCall(text: string, refuse: (message: string) => never): [string, Readonly<Record<string, never>>] {
  const at = text.indexOf("=");
  let value: unknown;
  try {
    value = JSON.parse(text.slice(at + 1));
  } catch {
    value = undefined;
  }
  if (at < 1 || !isObject(value)) refuse(`--call ${text}: expected TOOL=JSON, with an object of arguments`);
  return [text.slice(0, at), value as Readonly<Record<string, never>>];
}
