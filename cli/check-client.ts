import { writeFile } from "node:fs/promises";
import { alone } from "./alone.js";
import { loadSuite } from "./load-suite.js";
import { readCommandLine, UsageError } from "./usage.js";

export const several = { type: "string", multiple: true } as const;
export const single = { type: "string" } as const;

/** What is said of a check, whoever is checked. */
export const bothOptions = {
  revision: several,
  only: several,
  timeout: single,
  jobs: single,
  json: single,
  junit: single,
  html: single,
  verbose: { type: "boolean", default: false },
} as const;

const clientOptions = { ...bothOptions, client: { type: "boolean" }, wire: several } as const;

/** `barewire check --client`: reports on a client and gives the exit code. */
export async function checkClientOf(args: readonly string[], usage: string): Promise<number> {
  const refuse = (message: string): never => {
    throw new UsageError(message, usage);
  };
  const { values, positionals, own, command } = readCommandLine(args, clientOptions, usage);
  const { timeout, jobs, json, junit, html, only, verbose = false } = values;
  if (positionals.length > 0) refuse(`check takes no "${positionals[0]}": a command stands behind "--"`);
  if (command === undefined) return refuse("check --client takes -- COMMAND, which starts the client");
  if (jobs !== undefined && !/^[1-9]$/.test(jobs)) refuse("--jobs is a number from 1 to 9");
  if (timeout !== undefined && !/^[1-9]\d{0,6}$/.test(timeout)) refuse(`"${timeout}" is no number of milliseconds`);
  const suite = await loadSuite();
  const chosen = <T extends string>(given: readonly string[] | undefined, known: readonly T[], name: string) =>
    given?.map(
      (one) =>
        known.find((other) => other === one) ?? refuse(`there is no ${name} "${one}"; there are ${known.join(", ")}`),
    );
  const revisions = chosen(values.revision, suite.REVISIONS, "revision");
  const subject = suite.commandClient(command[0], command.slice(1));
  const wires = chosen(values.wire, subject.wires, "wire");
  const verdicts = await suite.checkClient(subject, {
    ...(revisions ? { revisions } : {}),
    ...(wires ? { wires } : {}),
    ...(only ? { only } : {}),
    ...(timeout === undefined ? {} : { timeoutMs: Number(timeout) }),
    ...(jobs === undefined ? {} : { jobs: Number(jobs) }),
  });
  if (json === "-") process.stdout.write(suite.jsonReports(verdicts));
  else if (json !== undefined) await writeFile(json, suite.jsonReports(verdicts));
  if (junit !== undefined) await writeFile(junit, suite.junitReport(...verdicts));
  if (html !== undefined) suite.writeCheckPage(html, verdicts);
  const told = alone(own, command);
  if (json !== "-")
    for (const verdict of verdicts) {
      const one = (path: string, revision: string) => told(path, revision, verdict.wire);
      process.stdout.write(`${suite.consoleReport(verdict, { alone: one, verbose })}\n\n`);
    }
  if (verdicts.length === 0) throw new Error("the client could not be checked: it spoke no revision on any wire");
  return verdicts.some(({ broken }) => broken.some(({ mandatory }) => mandatory)) ? 1 : 0;
}
