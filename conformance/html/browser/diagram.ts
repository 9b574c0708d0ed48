import type { PageData, Row, RunEntry, TraceEntry } from "../page-data.js";
import { badge, element } from "./element.js";
import { labelOf, pretty } from "./label.js";
import { requirementItem } from "./requirements-view.js";

/** What one column shows: a revision, as the trace is written or as a run went. */
export interface Shown {
  readonly revision: string;
  readonly run?: RunEntry | undefined;
}

/** The steps of a column: for each index (-1 is the handshake) what happened there. */
export function rowsByStep(trace: TraceEntry, { revision, run }: Shown): ReadonlyMap<number, readonly [Row, number][]> {
  const found = new Map<number, [Row, number][]>();
  const rows = run && run.rows.length > 0 ? run.rows : run ? [] : (trace.written[revision] ?? []);
  for (const [index, row] of rows.entries()) found.set(row[1], [...(found.get(row[1]) ?? []), [row, index]]);
  return found;
}

/** One step of a column: its messages between two lifelines, and the requirements that it shows beside them. */
export function stepCell(
  data: PageData,
  trace: TraceEntry,
  shown: Shown,
  index: number,
  rows: readonly [Row, number][],
): HTMLElement {
  const step = trace.steps[index];
  const { run, revision } = shown;
  const failed = run?.status === "failed" && run.step === index;
  const after = run?.status === "failed" && run.step !== undefined && index > run.step;
  const elsewhere = step?.revisions !== undefined && !step.revisions.includes(revision);
  const elsewire = run !== undefined && step?.wires !== undefined && !step.wires.includes(run.wire);
  const name = index < 0 ? "Handshake" : `Step ${index + 1}`;
  const only = step?.wires !== undefined && run === undefined ? ` · ${step.wires.join(", ")} only` : "";
  const belongs = (id: string) =>
    id.startsWith(`${revision}/`) || (id.startsWith("extensions/") && data.modern.includes(revision));
  const covers = elsewhere ? [] : (step?.covers ?? []).filter(belongs);
  const silent = rows.length === 0 && !failed;
  return element(
    "section",
    { class: `step${failed ? " failed" : ""}${elsewhere ? " elsewhere" : ""}`, "aria-label": `${name} in ${revision}` },
    element(
      "h3",
      {},
      name,
      element(
        "small",
        {},
        step ? ` · ${step.kind}${only}` : "",
        elsewhere && " · not in this revision",
        after && " · not reached",
      ),
      failed && badge("failed"),
    ),
    element(
      "div",
      { class: "sides" },
      element(
        "div",
        { class: "lines" },
        rows.map(([row, at]) => message(data, row, failed && run.row === at)),
        failed && failure(run),
        silent &&
          !elsewhere &&
          !after &&
          element("p", { class: "event" }, elsewire ? "on other wires only" : eventOf(step?.kind)),
      ),
      element(
        "div",
        { class: "beside" },
        step?.comment !== undefined && element("p", { class: "comment" }, step.comment),
        covers.length > 0 &&
          element(
            "ul",
            { class: "shows", "aria-label": "Requirements" },
            covers.map((id) => requirementItem(data, id)),
          ),
        step !== undefined &&
          !elsewhere &&
          element(
            "details",
            { class: "source" },
            element("summary", {}, "The step as data"),
            element("pre", { tabindex: "0" }, pretty(data.texts[step.source] ?? "")),
          ),
      ),
    ),
  );
}

/** What a step did that neither sent nor took a message. */
const eventOf = (kind: string | undefined): string => (kind === "quiet" ? "silence" : "no message");

function message(data: PageData, [by, , text, more]: Row, wrong: boolean): HTMLElement {
  const words = data.texts[text] ?? "";
  const caller = more?.caller === undefined ? "" : `${more.caller}: `;
  if (by === "note" || by === "runner") return element("p", { class: "event" }, caller, words);
  const headers = more?.headers === undefined ? undefined : data.texts[more.headers];
  return element(
    "details",
    { class: `message ${by}${wrong ? " wrong" : ""}`, open: wrong },
    element(
      "summary",
      {},
      element("span", { class: "who" }, by === "client" ? "client to server: " : "server to client: "),
      element("span", { class: "label" }, caller, labelOf(words)),
      more?.note !== undefined && element("span", { class: "note" }, ` ${more.note}`),
      wrong && badge("failed", "this message"),
      element("span", { class: "arrow", "aria-hidden": "true" }),
    ),
    element("pre", { tabindex: "0" }, pretty(words)),
    headers !== undefined && element("p", { class: "note" }, "over HTTP with"),
    headers !== undefined && element("pre", { tabindex: "0" }, pretty(headers)),
  );
}

function failure({ reason, expected, received, requirements = [], row, said }: RunEntry): HTMLElement {
  const line = (name: string, value: string | undefined) =>
    value !== undefined && [element("dt", {}, name), element("dd", {}, value)];
  return element(
    "dl",
    { class: "failure" },
    line("why", reason),
    row === undefined && line("message", "none came"),
    line("expected", expected),
    line("received", received),
    requirements.length > 0 && line("breaks", requirements.join("\n")),
    line("said beside the protocol", said),
  );
}
