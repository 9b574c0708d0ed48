import type { PageData, RequirementEntry } from "../page-data.js";
import { badge, choice, element } from "./element.js";
import { traceLink } from "./links.js";

const byId = new WeakMap<PageData, ReadonlyMap<string, RequirementEntry>>();

function find(data: PageData, id: string): RequirementEntry | undefined {
  const known = byId.get(data) ?? new Map(data.requirements.map((one) => [one.id, one]));
  byId.set(data, known);
  return known.get(id);
}

/** Where the specification has the statement, for those of a dated revision. */
function addressOf(id: string): string | undefined {
  const [, revision, page] = /^(\d{4}-\d{2}-\d{2})\/([^#]+)#/.exec(id) ?? [];
  if (revision === undefined || page === undefined) return undefined;
  return `https://modelcontextprotocol.io/specification/${revision}/${page === "index" ? "" : page.replace(/\/index$/, "")}`;
}

function idLink(id: string): HTMLElement {
  const href = addressOf(id);
  return href === undefined ? element("code", {}, id) : element("a", { href }, element("code", {}, id));
}

/** A requirement in few lines, as it stands beside a step. */
export function requirementItem(data: PageData, id: string): HTMLElement {
  const found = find(data, id);
  const level = found?.level ? element("b", {}, found.level, " ") : undefined;
  return element("li", {}, level, found?.says ?? "", " ", idLink(id));
}

/** A requirement with all that is known of it. */
function entry(data: PageData, one: RequirementEntry): HTMLElement {
  return element(
    "li",
    { class: "requirement" },
    element("p", {}, one.level !== "" && element("b", {}, one.level, " "), one.says || "(left out of the registry)"),
    element(
      "p",
      { class: "facts" },
      badge(one.state),
      data.wires.length > 0 &&
        Object.keys(one.wires).length > 0 &&
        data.wires.map((wire) => [
          " ",
          wire in one.wires
            ? badge(one.wires[wire] ?? "", wire)
            : element("span", { class: "badge none" }, `· ${wire} –`),
        ]),
      one.binds !== "" && element("span", { class: "note" }, ` binds: ${one.binds}`),
      " ",
      idLink(one.id),
    ),
    one.unobservable !== undefined &&
      one.state === "excused" &&
      element("p", { class: "note" }, `No wire can show it: ${one.unobservable}`),
    one.traces.length > 0 &&
      element(
        "ul",
        { class: "traces", "aria-label": "Traces" },
        one.traces.map((at) => element("li", {}, traceLink(data, at))),
      ),
  );
}

const filters = { text: "", revision: "", level: "", state: "" };

/** What a reader wants to see first, stands first. */
const ORDER = ["failed", "passed", "covered", "untested", "open", "excused", "allowed"];
const inOrder = (a: string, b: string): number => ORDER.indexOf(a) - ORDER.indexOf(b);

const levels: Readonly<Record<string, RegExp>> = {
  mandatory: /^(MUST|SHALL|REQUIRED)/,
  recommended: /^(SHOULD|RECOMMENDED|NOT REC)/,
  permitted: /^MAY/,
};

function matches(one: RequirementEntry): boolean {
  const { text, revision, level, state } = filters;
  return (
    (revision === "" || one.id.startsWith(`${revision}/`)) &&
    (level === "" || levels[level]?.test(one.level) === true) &&
    (state === "" || one.state === state) &&
    (text === "" || `${one.says} ${one.id} ${one.level}`.toLowerCase().includes(text))
  );
}

/** Requirements by page of the specification. A page's list is made when it is opened. */
export function requirementsView(data: PageData): readonly HTMLElement[] {
  const list = element("div", { class: "pages" });
  const count = element("p", { role: "status" });
  const draw = () => {
    const found = data.requirements.filter(matches);
    const pages = new Map<string, RequirementEntry[]>();
    for (const one of found) {
      const page = one.id.split("#", 1)[0] ?? one.id;
      pages.set(page, [...(pages.get(page) ?? []), one]);
    }
    count.textContent = `${found.length} of ${data.requirements.length} requirements on ${pages.size} pages`;
    list.replaceChildren(...[...pages].map(([page, ones]) => pageOf(data, page, ones, pages.size <= 3)));
  };
  const search = element("input", {
    type: "search",
    value: filters.text,
    input: () => ((filters.text = search.value.toLowerCase()), draw()),
  });
  const states = [...new Set<string>(data.requirements.map(({ state }) => state))].sort(inOrder);
  const revisions = [...new Set(data.requirements.map(({ id }) => id.split("/", 1)[0] ?? ""))];
  const pick = (label: string, key: keyof typeof filters, values: readonly string[]) =>
    choice(label, [["", "all"], ...values.map((one) => [one, one] as const)], filters[key], (value) => {
      filters[key] = value;
      draw();
    });
  draw();
  return [
    element("h1", { tabindex: "-1" }, "Requirements"),
    element(
      "form",
      { class: "filters", role: "search", submit: (event) => event.preventDefault() },
      element("label", {}, "Search ", search),
      pick("Revision", "revision", revisions),
      pick("Level", "level", Object.keys(levels)),
      pick("State", "state", states),
    ),
    count,
    list,
  ];
}

function pageOf(data: PageData, page: string, ones: readonly RequirementEntry[], open: boolean): HTMLElement {
  const counts = new Map<string, number>();
  for (const { state } of ones) counts.set(state, (counts.get(state) ?? 0) + 1);
  const body = element("ul", { class: "requirements" });
  const fill = () => {
    if (body.childElementCount === 0) body.append(...ones.map((one) => entry(data, one)));
  };
  if (open) fill();
  return element(
    "details",
    { class: "page", open, toggle: fill },
    element(
      "summary",
      {},
      element("span", { class: "label" }, page),
      [...counts]
        .sort()
        .map(([state, number]) => [" ", element("span", { class: `badge ${state}` }, `${number} ${state}`)]),
    ),
    body,
  );
}
