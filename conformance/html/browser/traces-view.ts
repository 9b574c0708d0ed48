import type { PageData } from "../page-data.js";
import { choice, element } from "./element.js";
import { stateOfTrace, traceLink } from "./links.js";

const filters = { text: "", state: "", revision: "" };

/** All traces by folder. */
export function tracesView(data: PageData): readonly HTMLElement[] {
  const list = element("div");
  const count = element("p", { role: "status" });
  const draw = () => {
    const folders = new Map<string, number[]>();
    let found = 0;
    for (const [index, trace] of data.traces.entries()) {
      const words = `${trace.title} ${trace.path}`.toLowerCase();
      if (filters.text !== "" && !words.includes(filters.text)) continue;
      if (filters.state !== "" && stateOfTrace(trace) !== filters.state) continue;
      if (filters.revision !== "" && !(filters.revision in trace.written)) continue;
      const folder = trace.path.slice(0, trace.path.lastIndexOf("/"));
      folders.set(folder, [...(folders.get(folder) ?? []), index]);
      found += 1;
    }
    count.textContent = `${found} of ${data.traces.length} traces`;
    const folder = ([name, indices]: [string, number[]]) => [
      element("h2", {}, name),
      element(
        "ul",
        { class: "traces" },
        indices.map((index) => element("li", {}, traceLink(data, index))),
      ),
    ];
    list.replaceChildren(...[...folders].flatMap(folder));
  };
  const search = element("input", {
    type: "search",
    value: filters.text,
    input: () => ((filters.text = search.value.toLowerCase()), draw()),
  });
  const all = ["", "all"] as const;
  const states = ["failed", "passed", "skipped"] as const;
  draw();
  return [
    element("h1", { tabindex: "-1" }, "Traces"),
    element(
      "form",
      { class: "filters", role: "search", submit: (event) => event.preventDefault() },
      element("label", {}, "Search ", search),
      choice("Revision", [all, ...data.revisions.map((one) => [one, one] as const)], filters.revision, (value) => {
        filters.revision = value;
        draw();
      }),
      data.wires.length > 0
        ? choice("State", [all, ...states.map((one) => [one, one] as const)], filters.state, (value) => {
            filters.state = value;
            draw();
          })
        : undefined,
    ),
    count,
    list,
  ].filter((one) => one !== undefined);
}
