export type Child = Node | string | undefined | false | readonly Child[];

type Attributes = Readonly<Record<string, string | boolean | undefined | ((event: Event) => void)>>;

/**
 * Makes an element. A string among the children becomes text and nothing else, so that what a subject sent cannot
 * become part of the document; functions among the attributes listen to the event of their name.
 */
export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(key, value);
    else if (value === true) made.setAttribute(key, "");
    else if (typeof value === "string") made.setAttribute(key, value);
  }
  append(made, children);
  return made;
}

export function append(to: Element, children: readonly Child[]): void {
  for (const child of children) {
    if (Array.isArray(child)) append(to, child as readonly Child[]);
    else if (child !== undefined && child !== false) to.append(child as Node | string);
  }
}

/** A select of values with what is shown for each. */
export function choice(
  label: string,
  options: readonly (readonly [value: string, shown: string])[],
  chosen: string,
  change: (value: string) => void,
): HTMLLabelElement {
  const select = element(
    "select",
    { change: () => change(select.value) },
    options.map(([value, shown]) => element("option", { value, selected: value === chosen }, shown)),
  );
  return element("label", {}, `${label} `, select);
}

const SIGNS: Readonly<Record<string, string>> = {
  passed: "✓",
  covered: "✓",
  failed: "✗",
  untested: "?",
  skipped: "?",
  open: "○",
  excused: "–",
  allowed: "–",
};

/** A state as a sign and a word, so that neither colour nor sign is needed to tell it. */
export const badge = (state: string, of?: string): HTMLSpanElement =>
  element("span", { class: `badge ${state}` }, `${SIGNS[state] ?? ""} ${of === undefined ? "" : `${of} `}`, state);
