import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createFixture } from "./fixture/server.js";
import { createJudge } from "./judge.js";
import { loadTraces } from "./load.js";
import { failure, skips, summary, table } from "./report.js";
import { runSuite } from "./suite.js";
import type { Run } from "./suite.js";
import { REVISIONS, WIRES } from "./trace.js";
import type { Revision, WireName } from "./trace.js";
import { httpCommandSubject, httpSubject } from "./wires/http.js";
import { memorySubject } from "./wires/memory.js";
import { stdioSubject } from "./wires/stdio.js";
import type { Subject } from "./wires/wire.js";

const USAGE = `usage: conformance [--only WORD]… [--wire memory|stdio|http]… [--revision R]… [--timeout MS] [--verbose]
                   [--url URL | -- COMMAND ARGS…]
Replays every trace whose path holds one of the words. Without a URL or a command: on the fixture server, on three wires.`;

const FIXTURE = fileURLToPath(new URL("./fixture/main.js", import.meta.url));

/** The fixture server on one wire. */
export function fixtureSubject(wire: WireName): Promise<Subject> {
  if (wire === "memory") return memorySubject(() => createFixture());
  if (wire === "stdio") return Promise.resolve(stdioSubject(process.execPath, [FIXTURE, "--stdio"]));
  return httpCommandSubject(process.execPath, [FIXTURE, "--port", "0"]);
}

/** The command line. Returns the exit code: 0 when nothing failed and something passed. */
export async function main(argv: readonly string[], print: (line: string) => void = console.log): Promise<number> {
  const split = argv.indexOf("--");
  const command = split < 0 ? [] : argv.slice(split + 1);
  const { values } = parseArgs({
    args: [...(split < 0 ? argv : argv.slice(0, split))],
    options: {
      only: { type: "string", multiple: true },
      wire: { type: "string", multiple: true },
      revision: { type: "string", multiple: true },
      url: { type: "string" },
      timeout: { type: "string" },
      verbose: { type: "boolean" },
      help: { type: "boolean" },
    },
  });
  if (values.help) return print(USAGE), 0;
  const revisions = choose(values.revision, REVISIONS, "revision");
  const wires = choose(values.wire, WIRES, "wire");
  const judge = createJudge();
  const words = values.only ?? [];
  const files = loadTraces().filter(({ path }) => words.length === 0 || words.some((word) => path.includes(word)));
  if (files.length === 0) throw new Error(`no trace has ${words.join(" or ")} in its path`);

  const subjects: Promise<Subject>[] = [];
  const [program, ...args] = command;
  if (values.url !== undefined) subjects.push(Promise.resolve(httpSubject(values.url)));
  if (program !== undefined) subjects.push(Promise.resolve(stdioSubject(program, args, { ahead: false })));
  if (subjects.length === 0) subjects.push(...wires.map(fixtureSubject));

  const timing = values.timeout === undefined ? {} : { timeoutMs: Number(values.timeout) };
  const onRun = (run: Run) => {
    const told = failure(run, values.verbose);
    if (told !== undefined) print(`${told}\n`);
  };
  const runs = (
    await Promise.all(
      subjects.map(async (starting) => {
        const subject = await starting;
        try {
          return await runSuite(files, subject, { revisions, judge, timing, onRun });
        } finally {
          await subject.close();
        }
      }),
    )
  ).flat();
  print(table(runs));
  print(skips(runs));
  for (const revision of judge.unjudged.filter((one) => revisions.includes(one))) {
    print(`unjudged: messages of ${revision}, for want of its schema (generate protocol/schema or set SPEC_DIR)`);
  }
  print(summary(runs));
  const ended = (status: string) => runs.some(({ outcome }) => outcome.status === status);
  return ended("failed") || !ended("passed") ? 1 : 0;
}

function choose<T extends Revision | WireName>(given: readonly string[] | undefined, known: readonly T[], name: string): readonly T[] {
  for (const value of given ?? []) {
    if (!known.includes(value as T)) throw new Error(`--${name} ${value}: expected one of ${known.join(", ")}`);
  }
  return given ? known.filter((value) => given.includes(value)) : known;
}
