import type { Site } from "../builder.js";
import { describe } from "../messages.js";
import type { Run } from "../node.js";

/** Whether a pattern matches somewhere in a text. */
export type Matches = (text: string, run: Run) => boolean;

/** Compiles a regular expression of ECMA-262 with the flag `u`, as JSON Schema has them. */
export function compilePattern(keyword: string, source: unknown, site: Site): Matches {
  if (typeof source !== "string") site.malformed(keyword, "a regular expression", source);
  let expression: RegExp;
  try {
    expression = new RegExp(source, "u");
  } catch (error) {
    site.refuse("malformed-pattern", keyword, `must be a regular expression, got ${describe(source)}: ${error}`);
  }
  return (text) => expression.test(text);
}
