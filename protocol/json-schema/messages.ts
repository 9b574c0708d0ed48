import type { SchemaError } from "./errors.js";
import { isObject } from "./values.js";

const LONGEST_TEXT = 60;
const LONGEST_PATH = 120;
const MOST_LISTED = 10;

/** A value or name, shortened to fit into a sentence. */
export function shown(text: string, longest: number = LONGEST_TEXT): string {
  return JSON.stringify(text.length > longest ? `${text.slice(0, longest)}…` : text);
}

/** What a value is, in a few words: `a string "x"`, `an array of 3 items`. */
export function describe(value: unknown): string {
  switch (typeof value) {
    case "string":
      return `a string ${shown(value)}`;
    case "number":
      return Number.isFinite(value) ? `a number ${value}` : String(value);
    case "boolean":
      return `a boolean ${value}`;
    case "undefined":
      return "nothing";
    case "object":
      if (value === null) return "null";
      if (Array.isArray(value)) return `an array of ${count(value.length, "item")}`;
      return "an object";
    default:
      return `a ${typeof value}`;
  }
}

/** A value as a schema states it: `"celsius"`, `5`, `an object`. */
export function literal(value: unknown): string {
  if (typeof value === "string") return shown(value);
  if (isObject(value) || Array.isArray(value)) return clipped(JSON.stringify(value));
  return String(value);
}

export const clipped = (text: string) => (text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text);

export function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}

/** `"a", "b", … (37 in all)` */
export function listed<T>(parts: readonly T[], text: (part: T) => string): string {
  const first = parts.slice(0, MOST_LISTED).map(text).join(", ");
  return parts.length <= MOST_LISTED ? first : `${first}, … (${parts.length} in all)`;
}

/** One step of a JSON Pointer. */
export function step(name: string | number): string {
  if (typeof name === "number" || !/[~/]/.test(name)) return `/${name}`;
  return `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

/** What the sentence is about. */
export function subject(path: string): string {
  return path === "" ? "the value" : shown(path, LONGEST_PATH);
}

const inside = (path: string) => (path === "" ? "" : ` in ${subject(path)}`);

/** `"/a" must be a number, got a string "x"` */
export function mustBe(path: string, keyword: string, expected: string, value: unknown): SchemaError {
  return must(path, keyword, "be", expected, describe(value));
}

export function mustHave(path: string, keyword: string, expected: string, received: string): SchemaError {
  return must(path, keyword, "have", expected, received);
}

export function must(path: string, keyword: string, verb: string, expected: string, received: string): SchemaError {
  return { path, keyword, expected, received, message: `${subject(path)} must ${verb} ${expected}, got ${received}` };
}

export function missing(path: string, keyword: string, name: string, because = ""): SchemaError {
  const expected = `member ${shown(name)}`;
  const message = `missing required ${expected}${inside(path)}${because}`;
  return { path, keyword, expected, received: "nothing", message };
}

/** `path` is the object's, the error's path is the member's. */
export function unknownMember(
  path: string,
  keyword: string,
  name: string,
  value: unknown,
  known: readonly string[],
): SchemaError {
  const names = listed(known, (each) => shown(each));
  const expected = known.length === 0 ? "no such member" : `only ${names}`;
  const message = `unknown member ${shown(name)}${inside(path)}${known.length === 0 ? "" : `, known: ${names}`}`;
  return { path: path + step(name), keyword, expected, received: describe(value), message };
}
