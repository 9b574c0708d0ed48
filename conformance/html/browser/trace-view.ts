import type { PageData, RunEntry, TraceEntry } from "../page-data.js";
import { rowsByStep, stepCell } from "./diagram.js";
import type { Shown } from "./diagram.js";
import { badge, choice, element } from "./element.js";
import { stateOfTrace, traceAddress } from "./links.js";

const AS_WRITTEN = "";

/** The columns to begin with: the newest revision of each era, first of all those in which a run failed. */
function firstColumns(data: PageData, trace: TraceEntry): Shown[] {
  const revisions = Object.keys(trace.written);
  const eras = [(one: string) => !data.modern.includes(one), (one: string) => data.modern.includes(one)];
  return eras.flatMap((isOfEra) => {
    const ofEra = revisions.filter(isOfEra);
    const failed = trace.runs.find((run) => run.status === "failed" && ofEra.includes(run.revision));
    const revision = failed?.revision ?? ofEra.at(-1);
    if (revision === undefined) return [];
    return [{ revision, run: failed ?? runOf(trace, revision) }];
  });
}

/** The run of a revision to show: on that wire, if any; else one that failed, or the first that was no skip. */
function runOf(trace: TraceEntry, revision: string, wire?: string): RunEntry | undefined {
  const runs = trace.runs.filter((run) => run.revision === revision);
  if (wire !== undefined) return runs.find((run) => run.wire === wire);
  return runs.find(({ status }) => status === "failed") ?? runs.find(({ status }) => status === "passed");
}

/** One trace: a diagram of its messages in up to two revisions, step beside step. */
export function traceView(data: PageData, index: number): readonly HTMLElement[] {
  const trace = data.traces[index];
  if (!trace) return [element("h1", { tabindex: "-1" }, "There is no such trace")];
  const columns = firstColumns(data, trace);
  const diagram = element("div", { class: `diagram of-${columns.length}` });
  const draw = () => diagram.replaceChildren(...columns.map((column, at) => columnOf(column, at)));

  const columnOf = (shown: Shown, at: number): HTMLElement => {
    const rows = rowsByStep(trace, shown);
    const first = columns.some((column) => rowsByStep(trace, column).has(-1)) ? -1 : 0;
    const cells: HTMLElement[] = [];
    for (let step = first; step < trace.steps.length; step++) {
      const here = rows.get(step) ?? [];
      if (step < 0 && here.length === 0) continue;
      const cell = stepCell(data, trace, shown, step, here);
      cell.style.gridRow = String(step - first + 2);
      cells.push(cell);
    }
    const head = columnHead(shown, at);
    head.style.gridRow = "1";
    for (const cell of [head, ...cells]) cell.style.gridColumn = String(at + 1);
    return element("section", { class: "column", "aria-label": `In ${shown.revision}` }, head, ...cells);
  };

  const columnHead = (shown: Shown, at: number): HTMLElement => {
    const wires = trace.runs.filter(({ revision }) => revision === shown.revision);
    const focusAgain = (label: string) =>
      diagram
        .querySelectorAll<HTMLElement>(".head")
        [at]?.querySelector<HTMLElement>(`select[data-of="${label}"]`)
        ?.focus();
    const show = (label: string, next: Shown) => {
      columns[at] = next;
      draw();
      focusAgain(label);
    };
    const marked = (label: string, made: HTMLLabelElement) => {
      made.querySelector("select")?.setAttribute("data-of", label);
      return made;
    };
    const revisions = Object.keys(trace.written).map((one) => [one, one] as const);
    const sources = wires.map(({ wire, status }) => [wire, `${wire}: ${status}`] as const);
    const controls = element(
      "div",
      { class: "controls" },
      element(
        "h2",
        {},
        data.modern.includes(shown.revision) ? "Stateless " : "With a handshake ",
        element("small", {}, shown.revision),
      ),
      marked(
        "revision",
        choice("Revision", revisions, shown.revision, (revision) =>
          show("revision", {
            revision,
            run: shown.run ? (runOf(trace, revision, shown.run.wire) ?? runOf(trace, revision)) : undefined,
          }),
        ),
      ),
      trace.runs.length > 0
        ? marked(
            "wire",
            choice("Messages", [[AS_WRITTEN, "as written"], ...sources], shown.run?.wire ?? AS_WRITTEN, (wire) =>
              show("wire", {
                revision: shown.revision,
                run: wire === AS_WRITTEN ? undefined : runOf(trace, shown.revision, wire),
              }),
            ),
          )
        : undefined,
      shown.run && badge(shown.run.status),
      shown.run?.status === "skipped" && element("p", { class: "note" }, shown.run.reason ?? ""),
    );
    return element(
      "div",
      { class: "head" },
      controls,
      element(
        "p",
        { class: "lifelines", "aria-hidden": "true" },
        element("span", {}, "client"),
        element("span", {}, "server"),
      ),
    );
  };

  draw();
  const state = stateOfTrace(trace);
  const near = (at: number, words: string) => {
    const other = data.traces[at];
    return other && element("a", { href: traceAddress(other) }, words);
  };
  const open = (all: boolean) => () => {
    for (const one of diagram.querySelectorAll<HTMLDetailsElement>("details.message")) one.open = all;
  };
  return [
    element("h1", { tabindex: "-1" }, trace.title, " ", state !== undefined && badge(state)),
    element(
      "p",
      { class: "note" },
      element("code", {}, trace.path),
      ` · judges a ${trace.role} · on ${trace.wires.join(", ")} · alone: `,
      element("code", {}, `npm run conformance -- --only ${trace.path}`),
    ),
    element(
      "p",
      { class: "tools" },
      element("button", { type: "button", click: open(true) }, "Open all messages"),
      element("button", { type: "button", click: open(false) }, "Close them"),
      near(index - 1, "Previous trace"),
      near(index + 1, "Next trace"),
    ),
    diagram,
  ];
}
