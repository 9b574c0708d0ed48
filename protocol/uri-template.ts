import { type TemplateValue, expandTemplate } from "./uri-template/expand.js";
import { type Capture, type Step, matchSteps, stepsOf } from "./uri-template/match.js";
import { type Part, type UriTemplateLimits, parseTemplate } from "./uri-template/parse.js";
import { ENCODED, type Units, textOf, unitsOf } from "./uri-template/units.js";

export { UriTemplateError, type UriTemplateErrorCode, type UriTemplateLimits } from "./uri-template/parse.js";
export type { TemplateValue } from "./uri-template/expand.js";
export type { TemplateVariables } from "./uri-template/variables.js";

/** How {@link UriTemplate.match} judges the values it finds. */
export interface MatchOptions {
  /** Let values through that could climb out of the place the template names. Default false. */
  unconfined?: boolean;
}

const ENCODED_SLASH = 0x2f | ENCODED;
/** Still (or again) percent-encoded after decoding, however often: a second decoder would find a separator. */
const HIDDEN_SEPARATOR = /%(?:25)*(?:2f|5c)/i;
const DOTS = /^(?:\.|%(?:25)*2e){1,2}$/i;

/** Whether a value, decoded as `text`, stays where the template puts it; `empty` where it may be empty. */
function isConfined(units: Units, text: string, empty: boolean): boolean {
  if (units.includes(ENCODED_SLASH)) return false;
  if (/[\\\p{Cc}]/u.test(text) || HIDDEN_SEPARATOR.test(text)) return false;
  if (text === "") return empty;
  const segments = text.split("/");
  // One slash at the very end names a folder and is harmless; an empty segment before it is not.
  return segments.every((segment, i) => !DOTS.test(segment) && (segment !== "" || i === segments.length - 1));
}

const firstCharacters = (text: string, count: number) => Array.from(text).slice(0, count).join("");

/** Whether two captures of one variable can come from the same value; a prefix is compared as far as it goes. */
function agree(a: string | string[], aPrefix: number, b: string | string[], bPrefix: number): boolean {
  if (typeof a !== "string" || typeof b !== "string") return JSON.stringify(a) === JSON.stringify(b);
  if (aPrefix === bPrefix) return a === b;
  return aPrefix < bPrefix ? a === firstCharacters(b, aPrefix) : firstCharacters(a, bPrefix) === b;
}

/**
 * A URI template of RFC 6570 (levels 1 to 4), as `resources/templates/list` of the specification's resources page names
 * them. Parsed once; expands values to a URI, and does the reverse: finds the values in a URI.
 */
export class UriTemplate {
  /** The template as it was given. */
  readonly template: string;
  /** Its variables in order, each once. */
  readonly names: readonly string[];
  readonly #parts: readonly Part[];
  readonly #steps: readonly Step[];
  readonly #maxUriLength: number;

  /** Throws {@link UriTemplateError} for a malformed template and for one beyond the limits. */
  constructor(template: string, limits: UriTemplateLimits = {}) {
    this.#parts = parseTemplate(template, limits);
    this.#steps = stepsOf(this.#parts);
    this.#maxUriLength = limits.maxUriLength ?? 65_536;
    this.template = template;
    const variables = this.#parts.flatMap((part) => (typeof part === "string" ? [] : part.variables));
    this.names = [...new Set(variables.map((variable) => variable.name))];
  }

  /**
   * The decoded values of the variables in `uri`, in an object without a prototype; undefined where the URI does not
   * match. Takes time linear in the length of the URI. Where several readings are possible, values to the left take as
   * much as they can, save that one takes no more than it must before an expression that may be absent.
   *
   * - `{id}` is one non-empty piece of a segment; `{path*}` may go over several segments with its slashes; `{+path}`
   *   and `{#frag}` may hold any reserved character. `{#frag}` may be absent.
   * - `{/parts*}` and `{.parts*}` are lists, empty where the URI has none.
   * - Parameters of `{?q}`, `{&q}` and `{;q}` come in any order and may be absent; unknown or repeated: no match.
   *   `{?q*}` collects repeated ones to a list. Their values hold no raw `/`.
   * - A variable that occurs twice must have one value.
   *
   * Unless `unconfined`, a value that could lead elsewhere is no match: one with a `.` or `..` segment, an empty one
   * (save at the end), a backslash, a control character, or a percent-encoded slash, once or several times encoded.
   */
  match(uri: string, options: MatchOptions = {}): Record<string, string | string[]> | undefined {
    const units = uri.length <= this.#maxUriLength ? unitsOf(uri) : undefined;
    const captures = units && matchSteps(this.#steps, units);
    if (!captures) return undefined;
    const values: Record<string, string | string[]> = Object.create(null);
    const prefixes = new Map<string, number>();
    for (const capture of captures) {
      const value = valueOf(capture, units, options.unconfined === true);
      if (value === undefined) return undefined;
      const { name, prefix = Infinity } = capture.variable;
      const known = prefixes.get(name);
      if (known !== undefined && !agree(values[name]!, known, value, prefix)) return undefined;
      if (known !== undefined && known >= prefix) continue;
      values[name] = value;
      prefixes.set(name, prefix);
    }
    return values;
  }

  /**
   * The URI for these values (own members only), exactly as RFC 6570 section 3 expands them: reserved characters are
   * encoded except under `{+…}` and `{#…}`; undefined values and empty lists leave nothing. Throws
   * {@link UriTemplateError} for a value of another type, a list under a prefix modifier, or half a surrogate pair.
   */
  expand(values: Readonly<Record<string, TemplateValue>>): string {
    return expandTemplate(this.#parts, values);
  }
}

function valueOf(capture: Capture, units: Units, unconfined: boolean): string | string[] | undefined {
  const { list, named, pieces, variable } = capture;
  if (!list && pieces.length !== 1) return undefined;
  const texts: string[] = [];
  for (const [start, end] of pieces) {
    const text = textOf(units, start, end);
    if (variable.prefix !== undefined && end - start > variable.prefix) return undefined;
    if (!unconfined && !isConfined(units.subarray(start, end), text, named)) return undefined;
    texts.push(text);
  }
  return list ? texts : texts[0];
}
