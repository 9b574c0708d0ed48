import { covered } from "./coverage.js";
import type { Run } from "./suite.js";
import { REVISIONS, WIRES } from "./trace.js";

const START = "<!-- conformance -->";
const END = "<!-- /conformance -->";

/**
 * What the runs show to be supported, as a table in Markdown: for each subject and revision the number of traces that
 * passed on every wire on which they were tried, "3 of 4" where one did not, and a dash where there is none.
 */
export function supportTable(runs: readonly Run[]): string {
  const subjects = [...new Set(runs.map(({ file }) => subjectOf(file.path)))].sort();
  const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const lines = [row(["traces", ...REVISIONS]), row(["---", ...REVISIONS.map(() => "---")])];
  for (const subject of subjects) {
    const of = runs.filter(({ file }) => subjectOf(file.path) === subject);
    lines.push(row([subject, ...REVISIONS.map((revision) => cell(of.filter((run) => run.revision === revision)))]));
  }
  const passed = runs.filter(({ outcome }) => outcome.status === "passed");
  const wires = WIRES.map((wire) => `${wire} ${passed.filter((run) => run.wire === wire).length}`).join(", ");
  const traces = new Set(runs.map(({ file }) => file.path)).size;
  const rest = runs.length - passed.length;
  return [
    ...lines,
    "",
    `${traces} traces, ${runs.length} runs (passed: ${wires}; not passed: ${rest}), ${covered(runs).size} requirements of the specification shown to hold.`,
  ].join("\n");
}

const subjectOf = (path: string): string => path.split("/").at(-2) ?? path;

function cell(runs: readonly Run[]): string {
  const traces = new Map<string, boolean>();
  for (const { file, outcome } of runs)
    traces.set(file.path, (traces.get(file.path) ?? true) && outcome.status === "passed");
  if (traces.size === 0) return "–";
  const good = [...traces.values()].filter(Boolean).length;
  return good === traces.size ? String(good) : `${good} of ${traces.size}`;
}

/** A text with the table in place of what stands between its two marks. Throws when the marks are missing. */
export function withTable(text: string, table: string): string {
  const [start, end] = [text.indexOf(START), text.indexOf(END)];
  if (start === -1 || end < start) throw new Error(`the text has no ${START} and ${END}`);
  return `${text.slice(0, start + START.length)}\n\n${table}\n\n${text.slice(end)}`;
}
