import { charge } from "../bounds.js";
import type { Site } from "../builder.js";
import type { Keyword, Vocabulary } from "../dialect.js";
import { clipped, describe, must } from "../messages.js";
import { assertion } from "../node.js";
import { compilePattern, type Matches } from "../patterns/pattern.js";
import { isObject } from "../values.js";
import { additional, eachMember, schemasOf } from "./members.js";

/** `pattern`, of the vocabulary for validation. */
export const pattern: Keyword = (value, site: Site) => {
  const matches = compilePattern("pattern", value, site);
  return assertion(
    (instance, run) => typeof instance !== "string" || matches(instance, run),
    (path, instance) => must(path, "pattern", "match", `the pattern ${clipped(value as string)}`, describe(instance)),
  );
};

function patternsOf(value: unknown, site: Site): readonly Matches[] {
  return isObject(value) ? Object.keys(value).map((each) => compilePattern("patternProperties", each, site)) : [];
}

const byPattern: Keyword = (value, site: Site) => {
  const { nodes } = schemasOf("patternProperties", value, site);
  const patterns = patternsOf(value, site);
  return eachMember((name, run) => {
    charge(run, patterns.length);
    return nodes.filter((_, i) => patterns[i]?.(name, run));
  });
};

/** Members by patterns of their names. */
export const patternProperties: Vocabulary = () => ({
  patternProperties: byPattern,
  additionalProperties: additional(patternsOf),
});

/** All that takes regular expressions. */
export const patterns: Vocabulary = () => ({ pattern, ...patternProperties() });
