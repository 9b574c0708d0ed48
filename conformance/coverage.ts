import type { AnyRun } from "./any-run.js";
import { belongsTo } from "./trace.js";

/**
 * Requirement ids that the runs show to hold: those named by steps of traces that were tried, without any whose trace
 * failed somewhere. A requirement counts only when every trace that names it passed wherever it was tried.
 */
export function covered(runs: readonly AnyRun[]): ReadonlySet<string> {
  const shown = new Set<string>();
  const broken = new Set<string>();
  for (const { file, revision, outcome } of runs) {
    if (outcome.status === "passed") for (const id of outcome.covered) shown.add(id);
    if (outcome.status !== "failed") continue;
    for (const step of file.trace.steps) {
      for (const id of step.covers ?? []) if (belongsTo(id, revision)) broken.add(id);
    }
  }
  return new Set([...shown].filter((id) => !broken.has(id)));
}
