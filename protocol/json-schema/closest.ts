import type { SchemaError } from "./errors.js";
import { describe, must } from "./messages.js";

/** Keywords whose expectation is the whole of what a value may be, so that several can be told in one sentence. */
const whole = new Set(["type", "enum", "const"]);

/**
 * The errors to tell where none of the alternatives of `anyOf` or `oneOf` holds. Where all of them want another type or
 * value here, that is one sentence; else they are those of the alternative that came closest.
 */
export function closest(
  keyword: string,
  branches: readonly (readonly SchemaError[])[],
  path: string,
  value: unknown,
): readonly SchemaError[] {
  const merged = merge(keyword, branches, path, value);
  if (merged !== undefined) return [merged];
  let best: readonly SchemaError[] = [];
  let least: readonly number[] | undefined;
  for (const errors of branches) {
    const score = distance(errors, path);
    if (least === undefined || less(score, least)) [best, least] = [errors, score];
  }
  return best;
}

function merge(
  keyword: string,
  branches: readonly (readonly SchemaError[])[],
  path: string,
  value: unknown,
): SchemaError | undefined {
  const errors = branches.flatMap((each) => (each.length === 1 ? (each[0] as SchemaError) : []));
  if (errors.length < branches.length || errors.some((error) => error.path !== path)) return undefined;
  const expected = [...new Set(errors.map((error) => error.expected))].join(" or ");
  if (errors.every((error) => whole.has(error.keyword))) {
    return must(
      path,
      errors.length === 1 ? (errors[0] as SchemaError).keyword : keyword,
      "be",
      expected,
      describe(value),
    );
  }
  if (errors.every((error) => error.keyword === "required")) {
    return { ...(errors[0] as SchemaError), keyword, expected, message: `missing required ${expected}${at(path)}` };
  }
  return undefined;
}

const at = (path: string) => (path === "" ? "" : ` in ${JSON.stringify(path)}`);

/**
 * How far an instance is from an alternative. A wrong type of the instance itself is the farthest; then a member with a
 * fixed value (what tells alternatives apart, as a rule) that is another; then the number of errors.
 */
function distance(errors: readonly SchemaError[], path: string): readonly number[] {
  const type = errors.some((error) => error.path === path && whole.has(error.keyword));
  const tag = errors.some(
    (error) => (error.keyword === "const" || error.keyword === "enum") && isMember(error.path, path),
  );
  const tagless = errors.some((error) => error.keyword === "required" && error.path === path);
  return [Number(type), Number(tag), Number(tagless && errors.length > 1), errors.length];
}

const isMember = (path: string, of: string) => path.startsWith(`${of}/`) && !path.includes("/", of.length + 1);

function less(a: readonly number[], b: readonly number[]): boolean {
  for (let i = 0; i < a.length; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
