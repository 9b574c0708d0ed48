import type { AnyRun } from "./any-run.js";
import { CLIENT_WIRES } from "./clients/trace.js";
import { covered } from "./coverage.js";
import { countMandatory } from "./requirements.js";
import type { Requirement, Role } from "./requirements.js";
import { REVISIONS } from "./trace.js";

type Ran = AnyRun & { readonly file: { readonly trace: { readonly role?: Role } } };
const roleOf = ({ file }: Ran): Role => file.trace.role ?? "server";

/**
 * What the runs show to be supported, as a table in Markdown. For each role and revision: of the sentences that must be
 * kept and can show on a wire, how many a trace is about ("covered"), and on each wire how many sentences of any level were
 * shown to be kept by traces none of which failed there.
 */
export function supportTable(runs: readonly Ran[], registry: readonly Requirement[]): string {
  const row = (cells: readonly (string | number)[]) => `| ${cells.join(" | ")} |`;
  const files = [...new Map(runs.map(({ file }) => [file.path, file])).values()];
  const lines = [row(["", "MUST covered", ...CLIENT_WIRES]), row(["---", "---", ...CLIENT_WIRES.map(() => "---")])];
  for (const role of ["server", "client"] as const) {
    const counts = countMandatory(registry, files, role);
    for (const revision of REVISIONS) {
      const here = runs.filter((run) => roleOf(run) === role && run.revision === revision);
      const { covered: some = 0, open = 0 } = counts.get(revision) ?? {};
      const cells = CLIENT_WIRES.map((wire) => cell(here.filter((run) => run.wire === wire)));
      lines.push(row([`${role} ${revision}`, `${some} of ${some + open}`, ...cells]));
    }
  }
  return [...lines, "", ...(["server", "client"] as const).map((role) => told(role, runs))].join("\n");
}

/** What the subject does not have, it cannot get wrong. */
const isBeside = ({ outcome }: Ran): boolean => outcome.status === "skipped" && !outcome.applies;

function cell(runs: readonly Ran[]): string {
  if (runs.length === 0) return "–";
  const failed = runs.filter((run) => run.outcome.status !== "passed" && !isBeside(run)).length;
  return failed === 0 ? String(covered(runs).size) : `${covered(runs).size} (${failed} runs not passed)`;
}

function told(role: Role, all: readonly Ran[]): string {
  const runs = all.filter((run) => roleOf(run) === role);
  const passed = runs.filter(({ outcome }) => outcome.status === "passed").length;
  const traces = new Set(runs.map(({ file }) => file.path)).size;
  const name = role === "server" ? "Servers" : "Clients";
  const beside = runs.filter(isBeside).length;
  const rest = `passed ${passed}, not passed ${runs.length - passed - beside}, not applicable ${beside}`;
  return `${name}: ${traces} traces, ${runs.length} runs (${rest}), ${covered(runs).size} sentences shown to be kept.`;
}

/**
 * A text of Markdown with `written` in place of what stands between the two comments of that name, the second one with a
 * slash. Throws when they are missing.
 */
export function withPart(text: string, name: "conformance" | "mutants", written: string): string {
  const [first, last] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [start, end] = [text.indexOf(first), text.indexOf(last)];
  if (start === -1 || end < start) throw new Error(`the text has no ${first} and ${last}`);
  return `${text.slice(0, start + first.length)}\n\n${written}\n\n${text.slice(end)}`;
}
