import type { PageData } from "../page-data.js";
import { badge, element } from "./element.js";
import { traceAddress } from "./links.js";
import { requirementsView } from "./requirements-view.js";
import { traceView } from "./trace-view.js";
import { tracesView } from "./traces-view.js";

const data = JSON.parse(document.getElementById("data")?.textContent ?? "{}") as PageData;
const content = document.getElementById("content") as HTMLElement;
const parts = document.querySelector("nav") as HTMLElement;

const PARTS = [
  ["#overview", "Overview"],
  ["#requirements", "Requirements"],
  ["#traces", "Traces"],
] as const;

/** What was judged, in figures; for a page without a subject, what there is to study. */
function overview(): readonly HTMLElement[] {
  const failed = data.traces.flatMap((trace) =>
    trace.runs.filter(({ status }) => status === "failed").map((run) => ({ trace, run })),
  );
  const runs = data.traces.flatMap(({ runs: all }) => all);
  const count = (of: readonly { readonly status?: string; readonly state?: string }[], name: string) =>
    of.filter(({ status, state }) => (status ?? state) === name).length;
  const figures = [...new Set(data.requirements.map(({ state }) => state))].sort();
  const broken = [...new Map(failed.map((one) => [one.trace.path, one])).values()];
  return [
    element("h1", { tabindex: "-1" }, "Overview"),
    data.subject === undefined
      ? element(
          "p",
          {},
          `${data.traces.length} traces of the Model Context Protocol in ${data.revisions.length} revisions. Each shows one behaviour: what a client sends, and what has to come back. Open one to see it in a revision that opens with a handshake beside the one that is stateless.`,
        )
      : element(
          "p",
          {},
          `${data.subject}: ${runs.length} runs of ${data.traces.length} traces. A requirement is passed where a run that passed shows it and none speaks against it; what could not be tried is untested, and never passed. `,
          badge("passed", `${count(runs, "passed")} runs`),
          " ",
          badge("failed", `${count(runs, "failed")} runs`),
          " ",
          badge("skipped", `${count(runs, "skipped")} runs`),
        ),
    element(
      "p",
      {},
      "Requirements: ",
      figures.map((state) => [" ", badge(state, String(count(data.requirements, state)))]),
    ),
    broken.length > 0
      ? element(
          "section",
          {},
          element("h2", {}, "What failed"),
          element(
            "ul",
            { class: "traces" },
            broken.map(({ trace, run }) =>
              element(
                "li",
                {},
                element("a", { href: traceAddress(trace) }, trace.title),
                element("span", { class: "note" }, ` ${run.revision}, ${run.wire}: ${run.reason ?? ""}`),
              ),
            ),
          ),
        )
      : element(
          "p",
          {},
          element("a", { href: "#traces" }, "See the traces"),
          " or ",
          element("a", { href: "#requirements" }, "the requirements"),
          ".",
        ),
  ];
}

function view(address: string): readonly HTMLElement[] {
  if (address.startsWith("#trace/")) {
    const path = decodeURIComponent(address.slice("#trace/".length));
    return traceView(
      data,
      data.traces.findIndex((trace) => trace.path === path),
    );
  }
  if (address === "#requirements") return requirementsView(data);
  if (address === "#traces") return tracesView(data);
  return overview();
}

function show(moved: boolean): void {
  const address = location.hash;
  if (address === "#content") return content.focus();
  content.replaceChildren(...view(address));
  const part = address.startsWith("#trace")
    ? "#traces"
    : PARTS.some(([href]) => href === address)
      ? address
      : "#overview";
  parts.replaceChildren(
    ...PARTS.map(([href, words]) =>
      element(
        "a",
        { href, "aria-current": href === part ? (address.startsWith("#trace/") ? "true" : "page") : undefined },
        words,
      ),
    ),
  );
  // Whoever follows a link by keyboard goes on from the new heading, not from the place where the link was.
  if (moved) {
    content.querySelector<HTMLElement>("h1")?.focus();
    scrollTo(0, 0);
  }
}

addEventListener("hashchange", () => show(true));
show(false);
