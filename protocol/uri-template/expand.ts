import { type Expression, type Operator, type Part, UriTemplateError, type Variable } from "./parse.js";

/** What a variable may be set to; undefined, an empty list and an empty record expand to nothing. */
export type TemplateValue = string | readonly string[] | Readonly<Record<string, string>> | undefined;

type TemplateValues = Readonly<Record<string, TemplateValue>>;

interface Style {
  readonly first: string;
  readonly separator: string;
  /** Whether each value is written as name=value; `empty` is what follows the name of an empty value. */
  readonly named: boolean;
  readonly empty: string;
  /** Whether reserved characters and percent-encoded triplets stay as they are. */
  readonly reserved: boolean;
}

/** RFC 6570 appendix A. */
export const styles: Readonly<Record<Operator, Style>> = {
  "": { first: "", separator: ",", named: false, empty: "", reserved: false },
  "+": { first: "", separator: ",", named: false, empty: "", reserved: true },
  "#": { first: "#", separator: ",", named: false, empty: "", reserved: true },
  ".": { first: ".", separator: ".", named: false, empty: "", reserved: false },
  "/": { first: "/", separator: "/", named: false, empty: "", reserved: false },
  ";": { first: ";", separator: ";", named: true, empty: "", reserved: false },
  "?": { first: "?", separator: "&", named: true, empty: "=", reserved: false },
  "&": { first: "&", separator: "&", named: true, empty: "=", reserved: false },
};

function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

function encodeReserved(text: string): string {
  return text.replace(/(?:%(?![\da-f]{2})|[^\w.~:/?#[\]@!$&'()*+,;=%-])+/gi, (part) => encodeURIComponent(part));
}

function expandVariable(variable: Variable, value: NonNullable<TemplateValue>, style: Style): string | undefined {
  const encoded = style.reserved ? encodeReserved : encode;
  const pair = (name: string, text: string) => `${name}${text === "" ? style.empty : `=${text}`}`;
  const name = encodeReserved(variable.name);
  if (typeof value === "string") {
    let text = value;
    if (variable.prefix !== undefined) {
      // A triplet that passes through unchanged stands for one character and must not be cut.
      const characters = value.match(style.reserved ? /%[\da-f]{2}|[^]/giu : /[^]/gu) ?? [];
      text = characters.slice(0, variable.prefix).join("");
    }
    return style.named ? pair(name, encoded(text)) : encoded(text);
  }
  if (variable.prefix !== undefined) {
    const message = `Variable "${variable.name}" has the prefix modifier :${variable.prefix}; expected a string.`;
    throw new UriTemplateError("TEMPLATE_VALUE", message);
  }
  const pieces: string[] = [];
  if (Array.isArray(value)) {
    const named = style.named && variable.exploded;
    for (const item of value) pieces.push(named ? pair(name, encoded(item)) : encoded(item));
  } else {
    for (const [key, item] of Object.entries(value as Readonly<Record<string, string>>)) {
      if (!variable.exploded) pieces.push(encoded(key), encoded(item));
      else if (style.named) pieces.push(pair(encoded(key), encoded(item)));
      else pieces.push(`${encoded(key)}=${encoded(item)}`);
    }
  }
  if (pieces.length === 0) return undefined;
  if (variable.exploded) return pieces.join(style.separator);
  return style.named ? pair(name, pieces.join(",")) : pieces.join(",");
}

function isValue(value: unknown): value is NonNullable<TemplateValue> {
  if (typeof value === "string") return true;
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).every((item) => typeof item === "string");
}

function expandExpression({ operator, variables }: Expression, values: TemplateValues): string {
  const style = styles[operator];
  const pieces: string[] = [];
  for (const variable of variables) {
    const value: unknown = Object.hasOwn(values, variable.name) ? values[variable.name] : undefined;
    if (value === undefined || value === null) continue;
    if (!isValue(value)) {
      const expected = "expected a string, a list of strings or a record of strings";
      throw new UriTemplateError("TEMPLATE_VALUE", `Variable "${variable.name}" cannot be expanded; ${expected}.`);
    }
    try {
      const piece = expandVariable(variable, value, style);
      if (piece !== undefined) pieces.push(piece);
    } catch (error) {
      if (!(error instanceof URIError)) throw error;
      const message = `Variable "${variable.name}" holds half of a surrogate pair; expected Unicode text.`;
      throw new UriTemplateError("TEMPLATE_VALUE", message);
    }
  }
  return pieces.length === 0 ? "" : style.first + pieces.join(style.separator);
}

/** Expands a parsed template (RFC 6570 section 3): own members of `values` only. Throws {@link UriTemplateError}. */
export function expandTemplate(parts: readonly Part[], values: TemplateValues): string {
  return parts
    .map((part) => (typeof part === "string" ? encodeReserved(part) : expandExpression(part, values)))
    .join("");
}
