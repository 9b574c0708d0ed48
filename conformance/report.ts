import { covered } from "./coverage.js";
import type { AnyRun } from "./any-run.js";
import { WIRES } from "./trace.js";

interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

const tally = (runs: readonly AnyRun[]): Tally => {
  const count: Tally = { passed: 0, failed: 0, skipped: 0 };
  for (const { outcome } of runs) count[outcome.status]++;
  return count;
};

const cell = ({ passed, failed, skipped }: Tally): string => {
  if (passed + failed + skipped === 0) return "–";
  return `${passed}/${failed}${skipped > 0 ? `/${skipped}` : ""}`;
};

/** The table of pages and wires: passed/failed, and skipped where any was. */
export function table(runs: readonly AnyRun[], wires: readonly string[] = WIRES): string {
  const pages = [...new Set(runs.map(({ file }) => file.page))].sort();
  const rows = [["page", "traces", ...wires, "requirements"]];
  const row = (name: string, some: readonly AnyRun[]) => [
    name,
    String(new Set(some.map(({ file }) => file.path)).size),
    ...wires.map((wire) => cell(tally(some.filter((run) => run.wire === wire)))),
    String(covered(some).size),
  ];
  for (const page of pages)
    rows.push(
      row(
        page,
        runs.filter(({ file }) => file.page === page),
      ),
    );
  rows.push(row("all", runs));
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0))) ?? [];
  const line = (cells: readonly string[]) =>
    cells
      .map((text, column) => (column === 0 ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0)))
      .join("  ");
  const rule = widths.map((width) => "─".repeat(width)).join("  ");
  return [line(rows[0] ?? []), rule, ...rows.slice(1, -1).map(line), rule, line(rows.at(-1) ?? [])].join("\n");
}

/** What went wrong in one run, for a reader who wants to find the place: undefined for a run that did not fail. */
export function failure({ file, revision, wire, outcome }: AnyRun, detail = false): string | undefined {
  if (outcome.status !== "failed") return undefined;
  const step = file.trace.steps[outcome.step];
  const where = step ? `step ${outcome.step + 1} ${JSON.stringify(step).slice(0, 160)}` : "the handshake";
  const lines = [
    `FAILED ${file.path} · ${revision} · ${wire}`,
    `  ${file.trace.title}`,
    `  at ${where}`,
    `  ${outcome.reason}`,
  ];
  if (outcome.expected !== undefined) lines.push(`  expected ${outcome.expected}`);
  if (outcome.received !== undefined) lines.push(`  received ${outcome.received}`);
  for (const id of outcome.requirements) lines.push(`  requirement ${id}`);
  if (detail)
    for (const { by, caller, text } of outcome.crossings)
      lines.push(`    ${caller ?? ""}${by === "client" ? "→" : "←"} ${text.slice(0, 600)}`);
  if (detail && outcome.said !== "")
    lines.push(
      "  the subject's standard error:",
      ...outcome.said
        .trim()
        .split("\n")
        .map((line) => `    ${line}`),
    );
  return lines.join("\n");
}

/** Skipped runs, counted by reason. */
export function skips(runs: readonly AnyRun[]): string {
  const reasons = new Map<string, number>();
  for (const { outcome } of runs) {
    if (outcome.status === "skipped") reasons.set(outcome.reason, (reasons.get(outcome.reason) ?? 0) + 1);
  }
  return [...reasons].map(([reason, count]) => `skipped: ${count} runs: ${reason}`).join("\n");
}

/** The last line: `N passed, N failed`, with what was skipped and how many requirements were shown. */
export function summary(runs: readonly AnyRun[]): string {
  const { passed, failed, skipped } = tally(runs);
  const tail = skipped > 0 ? `, ${skipped} skipped` : "";
  return `${covered(runs).size} requirements covered\n${passed} passed, ${failed} failed${tail}`;
}
