import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { AnyRun } from "./any-run.js";
import { readAccounts } from "./accounts.js";
import { loadClientTraces } from "./clients/load.js";
import { runOwnClient } from "./clients/own.js";
import { CLIENT_WIRES } from "./clients/trace.js";
import type { ClientWire } from "./clients/trace.js";
import { GUESTS, tokenBearers } from "./fixture/guests.js";
import { createIssuer } from "./fixture/issuer.js";
import { createFixture } from "./fixture/server.js";
import { variantName } from "./fixture/variants.js";
import type { VariantName } from "./fixture/variants.js";
import { writePage } from "./html/page.js";
import { createJudge } from "./judge.js";
import { loadTraces } from "./load.js";
import type { TraceFile } from "./load.js";
import { loadRequirements } from "./requirements.js";
import type { Role } from "./requirements.js";
import { failure, skips, summary, table } from "./report.js";
import { runSuite } from "./suite.js";
import { supportTable, withPart } from "./support-table.js";
import { readTokens, withTokens } from "./tokens.js";
import { REVISIONS, WIRES } from "./trace.js";
import type { Revision, WireName } from "./trace.js";
import { httpCommandSubject, httpSubject } from "./wires/http.js";
import type { OptionsFor } from "./wires/http.js";
import { memorySubject } from "./wires/memory.js";
import { besideEndpoint, sseSubject } from "./wires/sse.js";
import { pipesSubject } from "./wires/pipes.js";
import { stdioSubject } from "./wires/stdio.js";
import type { Subject } from "./wires/wire.js";

const USAGE = `usage: conformance [--only WORD]… [--wire memory|stdio|http|http-json|sse]… [--revision R]… [--role server|client]
                   [--timeout MS] [--verbose] [--readme]
                   [--html DIR [--study]]
                   [--url URL [--header H]… [--caller NAME:H]… [--token [KIND:]T]… | -- COMMAND ARGS…]
Replays every trace whose path holds one of the words. Without a URL or a command: on the fixture server, on four wires,
and on barewire's own client, on five. --role: on one of them alone. Other people's clients: barewire check --client.
A URL is that of an MCP endpoint; with --wire sse that of an HTTP+SSE stream. H is a header field ("Name: value") of
every request there, with --caller of those of another caller, who has a name: the traces know "bob". T is an access
token that was made for it, KIND what is good or wrong about it.
With --html, a page for a browser is written to DIR/index.html; with --study nothing is run, and it shows the traces alone.
With --readme, what a whole run showed is written into README.md.`;

/** The program of the fixture server, beside this file. */
export const FIXTURE = fileURLToPath(new URL("./fixture/main.js", import.meta.url));
/** Pages so small that the lists have several of them; over HTTP, callers who say who they are. */
const ARGS = ["--page-size", "24", "--accounts"];
/** At home all wires share the machine: what has to wait for it is not late. */
const AT_HOME_MS = 15_000;
const ROLES: readonly Role[] = ["server", "client"];

/** The fixture server on one wire, with its variants. */
export async function fixtureSubject(wire: WireName, program = FIXTURE): Promise<Subject> {
  const variant = (name: string) => startFixture(wire, program, variantName(name));
  return { ...(await startFixture(wire, program)), variant };
}

async function startFixture(wire: WireName, program: string, variant?: VariantName): Promise<Subject> {
  if (wire === "memory")
    return memorySubject(() => createFixture(variant === undefined ? {} : { variant }), new Set(["bob", "nobody"]));
  const args = variant === undefined ? ARGS : [...ARGS, "--variant", variant];
  if (wire === "stdio") {
    const [alone, together] = ["--stdio", "--pipes"].map((how) => [program, how, ...args]) as [string[], string[]];
    return pipesSubject({ command: process.execPath, alone, together });
  }
  const issuer = variant === "protected" ? await createIssuer() : undefined;
  const jwks = issuer ? ["--jwks", JSON.stringify(issuer.jwks)] : [];
  const options: OptionsFor = issuer ? (url) => tokenBearers(issuer, url) : GUESTS;
  const subject = await httpCommandSubject(process.execPath, [program, "--port", "0", ...args, ...jwks], options);
  return wire === "sse" ? besideEndpoint(subject, "/sse", options) : subject;
}

interface Lane {
  readonly subject: Promise<Subject>;
  readonly files: readonly TraceFile[];
}

function fixtureLanes(wires: readonly WireName[], files: readonly TraceFile[], program?: string): readonly Lane[] {
  return wires.map((wire) => ({ subject: fixtureSubject(wire, program), files }));
}

/**
 * The command line. `program` is the fixture server to start, where it is not the one beside this file. Returns the exit
 * code: 0 when nothing failed, something passed, and nothing was skipped on the fixture.
 */
export async function main(
  argv: readonly string[],
  program?: string,
  print: (line: string) => void = console.log,
): Promise<number> {
  const split = argv.indexOf("--");
  const command = split < 0 ? [] : argv.slice(split + 1);
  const { values } = parseArgs({
    args: [...(split < 0 ? argv : argv.slice(0, split))],
    options: {
      only: { type: "string", multiple: true },
      wire: { type: "string", multiple: true },
      revision: { type: "string", multiple: true },
      role: { type: "string" },
      url: { type: "string" },
      header: { type: "string", multiple: true },
      caller: { type: "string", multiple: true },
      token: { type: "string", multiple: true },
      timeout: { type: "string" },
      verbose: { type: "boolean" },
      readme: { type: "boolean" },
      html: { type: "string" },
      study: { type: "boolean" },
      help: { type: "boolean" },
    },
  });
  if (values.help) return (print(USAGE), 0);
  const revisions = choose(values.revision, REVISIONS, "revision");
  const clientWires = choose(values.wire, CLIENT_WIRES, "wire");
  const wires = WIRES.filter((wire) => clientWires.includes(wire));
  const roles = choose(values.role === undefined ? undefined : [values.role], ROLES, "role");
  const judge = createJudge();
  const words = values.only ?? [];
  const files = loadTraces().filter(({ path }) => words.length === 0 || words.some((word) => path.includes(word)));
  const ofClients = loadClientTraces().filter(
    ({ path }) => words.length === 0 || words.some((word) => path.includes(word)),
  );
  if (files.length + ofClients.length === 0) throw new Error(`no trace has ${words.join(" or ")} in its path`);

  if (values.study && values.html === undefined) throw new Error("--study goes with --html DIR");
  const registry = values.html === undefined ? [] : loadRequirements();
  if (values.html !== undefined && values.study)
    return (print(writePage(values.html, { files, registry, clients: ofClients })), 0);

  const lanes: Lane[] = [];
  const [foreign, ...args] = command;
  if (values.url !== undefined) {
    const onlySse = values.wire?.length === 1 && wires[0] === "sse";
    const accounts = withTokens(readAccounts(values.header ?? [], values.caller ?? []), readTokens(values.token ?? []));
    const subject = onlySse ? sseSubject(values.url, accounts) : httpSubject(values.url, accounts);
    lanes.push({ subject: Promise.resolve(subject), files });
  }
  if (foreign !== undefined)
    lanes.push({ subject: Promise.resolve(stdioSubject(foreign, args, { ahead: false })), files });
  const atHome = lanes.length === 0;
  if (atHome && roles.includes("server")) lanes.push(...fixtureLanes(wires, files, program));

  // At home all wires share the machine: what has to wait for it is not late.
  const timeoutMs = values.timeout === undefined ? (atHome ? AT_HOME_MS : undefined) : Number(values.timeout);
  const timing = timeoutMs === undefined ? {} : { timeoutMs };
  const onRun = (run: AnyRun) => {
    const told = failure(run, values.verbose);
    if (told !== undefined) print(`${told}\n`);
  };
  const play = async ({ subject: starting, files }: Lane) => {
    const subject = await starting;
    try {
      return await runSuite(files, subject, { revisions, judge, timing, onRun, beside: atHome });
    } finally {
      await subject.close();
    }
  };
  const [runs, clients] = await Promise.all([
    Promise.all(lanes.map(play)).then((ofLanes) => ofLanes.flat()),
    atHome && roles.includes("client")
      ? runOwnClient(ofClients, revisions, clientWires, { judge, timing, onRun })
      : Promise.resolve([]),
  ]);
  const all: readonly AnyRun[] = [...runs, ...clients];
  if (runs.length > 0) print(table(runs));
  if (clients.length > 0) print(`${runs.length > 0 ? "\n" : ""}clients\n${table(clients, CLIENT_WIRES)}`);
  print(skips(all));
  for (const revision of judge.unjudged.filter((one) => revisions.includes(one))) {
    print(`unjudged: messages of ${revision}, for want of its schema (generate protocol/schema or set SPEC_DIR)`);
  }
  print(summary(all));
  if (values.html !== undefined) {
    const subject = values.url ?? (foreign === undefined ? "the fixture server" : command.join(" "));
    print(
      writePage(values.html, {
        files,
        registry,
        runs,
        subject,
        ...(atHome ? { clients: ofClients, clientRuns: clients } : {}),
      }),
    );
  }
  if (values.readme) {
    if (files.length < loadTraces().length || lanes.length < 2 || clients.length === 0)
      throw new Error("--readme goes with all traces on all wires");
    writeFileSync(
      "README.md",
      withPart(readFileSync("README.md", "utf8"), "conformance", supportTable(all, loadRequirements())),
    );
  }
  const ended = (status: string) => all.some(({ outcome }) => outcome.status === status);
  // The fixture lacks nothing that a trace needs: what is skipped on it is a fault of the trace or of the fixture. Our
  // client takes no tasks of its own (2025-11-25).
  const lacking = all.some(({ outcome, file: { path } }) =>
    outcome.status === "skipped" ? outcome.applies || !path.startsWith("clients/") : false,
  );
  const wrong = ended("failed") || (atHome && lacking);
  return wrong || !ended("passed") ? 1 : 0;
}

function choose<T extends Revision | ClientWire | Role>(
  given: readonly string[] | undefined,
  known: readonly T[],
  name: string,
): readonly T[] {
  for (const value of given ?? []) {
    if (!known.includes(value as T)) throw new Error(`--${name} ${value}: expected one of ${known.join(", ")}`);
  }
  return given ? known.filter((value) => given.includes(value)) : known;
}
