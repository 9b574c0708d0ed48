import { parseArgs } from "node:util";
import { createJudge } from "../judge.js";
import { failure, skips, summary } from "../report.js";
import type { Run } from "../suite.js";
import { REVISIONS } from "../trace.js";
import type { Revision } from "../trace.js";
import { loadClientTraces } from "./load.js";
import { askClient, runClientSuite } from "./suite.js";
import type { ClientRun } from "./suite.js";
import { commandClient } from "./subject.js";
import type { ClientSubject } from "./subject.js";
import { CLIENT_WIRES } from "./trace.js";
import type { ClientWire } from "./trace.js";

const JOBS = 6;

/** The part of the command line that judges clients. Returns the runs. */
export async function runClients(
  given: ClientSubject,
  options: {
    only?: readonly string[];
    revisions?: readonly Revision[];
    wires?: readonly ClientWire[];
    timeoutMs?: number;
    jobs?: number;
  },
  print: (line: string) => void,
  verbose: boolean,
): Promise<readonly ClientRun[]> {
  const words = options.only ?? [];
  const files = loadClientTraces().filter(
    ({ path }) => words.length === 0 || words.some((word) => path.includes(word)),
  );
  const judge = createJudge();
  const timing = options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs };
  const runs: ClientRun[] = [];
  for (const wire of options.wires ?? given.wires) {
    const spoken: Revision[] = [];
    for (const revision of options.revisions ?? REVISIONS)
      if (await askClient(given, revision, wire, { judge, timing })) spoken.push(revision);
    const onRun = (run: ClientRun) => {
      const told = failure(run as unknown as Run, verbose);
      if (told !== undefined) print(`${told}\n`);
    };
    runs.push(
      ...(await runClientSuite(files, given, spoken, [wire], { judge, timing, jobs: options.jobs ?? JOBS, onRun })),
    );
  }
  return runs;
}

export async function main(
  argv: readonly string[],
  _program: string,
  print: (line: string) => void = console.log,
): Promise<number> {
  const split = argv.indexOf("--");
  const [command, ...args] = split < 0 ? [] : argv.slice(split + 1);
  const { values } = parseArgs({
    args: [...(split < 0 ? argv : argv.slice(0, split))],
    options: {
      only: { type: "string", multiple: true },
      wire: { type: "string", multiple: true },
      revision: { type: "string", multiple: true },
      verbose: { type: "boolean" },
    },
  });
  const { drivePlain } = await import("../testing/plain-client.js");
  const { functionClient } = await import("./subject.js");
  const subject =
    command === undefined
      ? process.env["OWN"]
        ? functionClient("own", CLIENT_WIRES, (await import("../fixture/client.js")).driveOwn)
        : functionClient("plain", CLIENT_WIRES, drivePlain)
      : commandClient(command, args);
  const t = Date.now();
  const runs = await runClients(
    subject,
    {
      ...(values.only ? { only: values.only } : {}),
      ...(values.revision ? { revisions: values.revision as Revision[] } : {}),
      ...(values.wire ? { wires: values.wire as ClientWire[] } : {}),
    },
    print,
    values.verbose ?? false,
  );
  const skipped = runs.filter(({ outcome }) => outcome.status === "skipped");
  for (const { file, revision, wire, outcome } of skipped)
    if (outcome.status === "skipped")
      print(`skipped ${file.path} ${revision} ${wire}: ${outcome.reason} ${outcome.applies}`);
  print(skips(runs as unknown as Run[]));
  print(summary(runs as unknown as Run[]));
  print(`${Date.now() - t} ms`);
  return 0;
}
