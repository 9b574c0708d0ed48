import { charge } from "../bounds.js";
import type { Site } from "../builder.js";
import type { Keyword, Vocabulary } from "../dialect.js";
import { listed, literal, missing, mustBe } from "../messages.js";
import { assertion, full, report, type Check, type Rule } from "../node.js";
import { hasOwn, isObject, type Members } from "../values.js";

const types: ReadonlyMap<unknown, (value: unknown) => boolean> = new Map([
  ["string", (value: unknown) => typeof value === "string"],
  ["number", (value: unknown) => Number.isFinite(value)],
  ["integer", (value: unknown) => Number.isInteger(value)],
  ["boolean", (value: unknown) => typeof value === "boolean"],
  ["object", isObject],
  ["array", Array.isArray],
  ["null", (value: unknown) => value === null],
]);

const withArticle = (name: string) => (name === "null" ? name : `${/^[aio]/.test(name) ? "an" : "a"} ${name}`);

const type: Keyword = (value, site: Site) => {
  const wanted = (Array.isArray(value) ? value : [value]) as string[];
  const found = wanted.flatMap((name) => types.get(name) ?? []);
  if (found.length < wanted.length || found.length === 0 || new Set(found).size < found.length) {
    const expected = `one of ${listed([...types.keys()], literal)}, or an array of different ones`;
    site.refuse("malformed-schema", "type", `must be ${expected}, got ${literal(value)}`);
  }
  const expected = wanted.map(withArticle).join(" or ");
  const [first, second] = found as [(value: unknown) => boolean, ((value: unknown) => boolean)?];
  const check =
    second === undefined
      ? first
      : found.length === 2
        ? (instance: unknown) => first(instance) || second(instance)
        : (instance: unknown) => found.some((is) => is(instance));
  return assertion(check, (path, instance) => mustBe(path, "type", expected, instance));
};

/** Whether a value is one of those of `const` or `enum`. */
export type Among = (values: readonly unknown[], keyword: string, site: Site) => Check;

/** The same, where they are all plain. */
const amongPlain: Among = (values, keyword, site) => {
  if (values.some((value) => typeof value === "object" && value !== null))
    site.refuse("not-in-build", keyword, 'of objects or arrays needs the feature "schemas"');
  const plain = new Set(values);
  const [only] = plain;
  return plain.size === 1 ? (value) => value === only : (value) => plain.has(value);
};

/** `enum` and `const`, by what compares. */
export function choices(among: Among): ReturnType<Vocabulary> {
  return {
    enum: (value, site: Site) => {
      if (!Array.isArray(value)) site.malformed("enum", "an array", value);
      const check = among(value, "enum", site);
      const expected = () => `one of ${listed(value, literal)}`;
      return assertion(
        (instance, run) => check(instance, run, undefined),
        (path, instance) => mustBe(path, "enum", expected(), instance),
      );
    },
    const: (value, site: Site) => {
      const check = among([value], "const", site);
      return assertion(
        (instance, run) => check(instance, run, undefined),
        (path, instance) => mustBe(path, "const", literal(value), instance),
      );
    },
  };
}

/** The names that `required` and its kin list. */
export function namesIn(keyword: string, value: unknown, site: Site): readonly string[] {
  if (!Array.isArray(value) || !value.every((name) => typeof name === "string") || new Set(value).size < value.length) {
    site.malformed(keyword, "an array of different strings", value);
  }
  return value as string[];
}

/** Lists longer than this are charged, as one step must not take long. */
const MANY = 16;

export const hasMember = (value: Members, name: string) => hasOwn(value, name) && value[name] !== undefined;

/** Needs the members `names` of an object that `applies` to. */
export function requires(
  keyword: string,
  names: readonly string[],
  because = "",
  applies: (value: Members) => boolean = () => true,
): Rule {
  return {
    check: (value, run) => {
      if (!isObject(value) || !applies(value)) return true;
      if (names.length > MANY) charge(run, names.length);
      for (let i = 0; i < names.length; i++) if (!hasMember(value, names[i] as string)) return false;
      return true;
    },
    explain: (value, path, run, out) => {
      if (!isObject(value) || !applies(value)) return;
      for (const name of names) {
        if (full(out, run)) break;
        if (!hasMember(value, name)) report(out, run, missing(path, keyword, name, because));
      }
    },
  };
}

/** What of the vocabulary looks at a value without comparing it, by plain keywords. */
export const simple: Vocabulary = () => ({
  type,
  ...choices(amongPlain),
  required: (value: unknown, site: Site) => requires("required", namesIn("required", value, site)),
});
