import type { PageData, TraceEntry } from "../page-data.js";
import { badge, element } from "./element.js";

/** The address of a trace within the page. */
export const traceAddress = ({ path }: TraceEntry): string =>
  `#trace/${path.split("/").map(encodeURIComponent).join("/")}`;

/** How a trace went over all its runs; undefined where it was never run. */
export function stateOfTrace({ runs }: TraceEntry): "failed" | "passed" | "skipped" | undefined {
  return (["failed", "passed", "skipped"] as const).find((state) => runs.some(({ status }) => status === state));
}

/** A link to a trace by its index, with how it went. */
export function traceLink(data: PageData, index: number): HTMLElement {
  const trace = data.traces[index];
  if (!trace) return element("span");
  const state = stateOfTrace(trace);
  return element(
    "span",
    {},
    element("a", { href: traceAddress(trace) }, trace.title),
    state !== undefined && [" ", badge(state)],
  );
}
