import { charge } from "../bounds.js";
import type { Site } from "../builder.js";
import type { Keyword, Vocabulary } from "../dialect.js";
import { count, mustBe, mustHave } from "../messages.js";
import { assertion, type Check, type Rule, type Run } from "../node.js";
import { lengthOf } from "../values.js";

function bound(keyword: string, words: string, within: (limit: number) => (value: number) => boolean): Keyword {
  return (value, site: Site) => {
    if (typeof value !== "number" || !Number.isFinite(value)) site.malformed(keyword, "a number", value);
    const check = within(value);
    return assertion(
      (instance) => typeof instance !== "number" || check(instance),
      (path, instance) => mustBe(path, keyword, `${words} ${value}`, instance),
    );
  };
}

/** The value of a keyword that counts. */
export function countOf(keyword: string, value: unknown, site: Site): number {
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0) {
    site.malformed(keyword, "an integer, 0 or more", value);
  }
  return value;
}

/** A keyword that limits a size; `sizeOf` gives undefined for what has none. */
export function size(
  keyword: string,
  noun: string,
  sizeOf: (value: unknown, run?: Run) => number | undefined,
): Keyword {
  const least = keyword.startsWith("min");
  return (value, site: Site) => {
    const limit = countOf(keyword, value, site);
    const expected = `at ${least ? "least" : "most"} ${count(limit, noun)}`;
    return assertion(
      (instance, run) => {
        const found = sizeOf(instance, run);
        return found === undefined || (least ? found >= limit : found <= limit);
      },
      (path, instance) => mustHave(path, keyword, expected, count(sizeOf(instance) ?? 0, noun)),
    );
  };
}

function length(keyword: "minLength" | "maxLength"): Keyword {
  const least = keyword === "minLength";
  const exact = size(keyword, "character", (value) => (typeof value === "string" ? lengthOf(value) : undefined));
  return (value, site: Site) => {
    const rule = exact(value, site) as Rule;
    const limit = value as number;
    // A code point takes one or two units, so most lengths need no count.
    const check: Check = (instance, run) => {
      if (typeof instance !== "string") return true;
      const units = instance.length;
      if (least ? units < limit : units <= limit) return !least;
      if (least ? units >= 2 * limit : units > 2 * limit) return least;
      charge(run, units >> 4);
      return rule.check(instance, run, undefined);
    };
    return { ...rule, check };
  };
}

const itemsOf = (value: unknown) => (Array.isArray(value) ? value.length : undefined);
/** How large a number, how long a string and how many items of an array may be. */
export const ranges: Vocabulary = () => ({
  maximum: bound("maximum", "at most", (limit) => (value) => value <= limit),
  exclusiveMaximum: bound("exclusiveMaximum", "less than", (limit) => (value) => value < limit),
  minimum: bound("minimum", "at least", (limit) => (value) => value >= limit),
  exclusiveMinimum: bound("exclusiveMinimum", "more than", (limit) => (value) => value > limit),
  maxLength: length("maxLength"),
  minLength: length("minLength"),
  maxItems: size("maxItems", "item", itemsOf),
  minItems: size("minItems", "item", itemsOf),
});
