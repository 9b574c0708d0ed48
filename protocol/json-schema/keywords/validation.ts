import { charge, Exceeded, Run } from "../bounds.js";
import type { Site } from "../builder.js";
import type { Keyword, Vocabulary } from "../dialect.js";
import { SchemaCompileError } from "../errors.js";
import { literal, mustBe, mustHave } from "../messages.js";
import { assertion, type Rule } from "../node.js";
import { isMultiple } from "../numbers.js";
import { canonical, isObject, isUnique, namesOf } from "../values.js";
import { every } from "./every.js";
import { pattern } from "./patterns.js";
import { countOf, ranges, size } from "./ranges.js";
import { choices, hasMember, namesIn, requires, simple, type Among } from "./simple.js";

/** A value of `const` or `enum` as a text to compare by. */
function canonicalOf(value: unknown, site: Site): string {
  const { maxSchemaDepth: maxInstanceDepth, maxSubschemas: maxSteps } = site.builder.bounds;
  try {
    return canonical(value, new Run({ ...site.builder.bounds, maxInstanceDepth, maxSteps: maxSteps * 10 }, undefined));
  } catch (error) {
    if (!(error instanceof Exceeded)) throw error;
    const code = error.limit === "maxSteps" ? "schema-too-large" : "schema-too-deep";
    throw new SchemaCompileError(code, site.location(), "a value stated here is too large or too deep");
  }
}

/** Whether a value is one of those that `const` or `enum` states, objects and arrays among them. */
const among: Among = (values, _keyword, site) => {
  const plain = new Set<unknown>();
  const composed = new Set<string>();
  for (const value of values) {
    if (typeof value === "object" && value !== null) composed.add(canonicalOf(value, site));
    else plain.add(value);
  }
  const [only] = plain;
  if (composed.size === 0) return plain.size === 1 ? (value) => value === only : (value) => plain.has(value);
  return (value, run) =>
    typeof value === "object" && value !== null ? composed.has(canonical(value, run)) : plain.has(value);
};

const multipleOf: Keyword = (value, site: Site) => {
  if (typeof value !== "number" || !(value > 0) || !Number.isFinite(value)) {
    site.malformed("multipleOf", "a number above 0", value);
  }
  return assertion(
    (instance) => typeof instance !== "number" || isMultiple(instance, value),
    (path, instance) => mustBe(path, "multipleOf", `a multiple of ${value}`, instance),
  );
};

function membersOf(value: unknown, run?: Run<unknown>): number | undefined {
  if (!isObject(value)) return undefined;
  const { length } = namesOf(value);
  if (run !== undefined) charge(run, length);
  return length;
}

const uniqueItems: Keyword = (value, site: Site) => {
  if (typeof value !== "boolean") site.malformed("uniqueItems", "a boolean", value);
  if (!value) return undefined;
  return assertion(
    (instance, run) => !Array.isArray(instance) || isUnique(instance, run),
    (path) => mustHave(path, "uniqueItems", "different items", "some that are equal"),
  );
};

/** Validation, https://json-schema.org/draft/2020-12/json-schema-validation#section-6, without the `*Contains`. */
export const validation: Vocabulary = () => ({
  ...simple(),
  ...ranges(),
  ...choices(among),
  multipleOf,
  pattern,
  uniqueItems,
  maxProperties: size("maxProperties", "member", membersOf),
  minProperties: size("minProperties", "member", membersOf),
  dependentRequired: (value: unknown, site: Site) => {
    if (!isObject(value)) site.malformed("dependentRequired", "an object of arrays of strings", value);
    return every(Object.keys(value).map((name) => dependentNames("dependentRequired", name, value[name], site)));
  },
  maxContains: (value: unknown, site: Site) => void countOf("maxContains", value, site),
  minContains: (value: unknown, site: Site) => void countOf("minContains", value, site),
});

/** Needs the members `names` where the member `name` is there. */
export function dependentNames(keyword: string, name: string, names: unknown, site: Site): Rule {
  const because = `, as there is a member ${literal(name)}`;
  return requires(keyword, namesIn(keyword, names, site), because, (value) => hasMember(value, name));
}
