import { invalidParams } from "../protocol/errors.js";
import { compile, type SchemaError } from "../protocol/json-schema.js";
import { isObject } from "../protocol/jsonrpc.js";
import type { Conversion } from "./dates.js";

type Schema = Readonly<Record<string, unknown>>;
type Values = Record<string, unknown>;
type Check = (value: unknown) => readonly SchemaError[];

/** What reading strings as the types of a schema came to. */
type Read = { readonly values: Values } | { readonly problems: readonly string[] };

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** What a string may stand for, the nearest first. */
function* meanings(given: unknown, json: boolean): Generator<unknown> {
  if (Array.isArray(given)) {
    yield given;
    if (given.every((item) => NUMBER.test(String(item)))) yield given.map(Number);
    return;
  }
  const text = String(given);
  yield text;
  if (NUMBER.test(text)) yield Number(text);
  if (text === "true" || text === "false") yield text === "true";
  if (!json || !/^\s*[[{n]/.test(text)) return;
  try {
    yield JSON.parse(text);
  } catch {
    // Then it is text, and what is wrong with that is told.
  }
}

/** Compiles the readers of an object's members, and the check of the whole; `dates` makes `Date`s of what fits. */
function readerOf(
  schema: Schema,
  json: boolean,
  dates: Conversion = (value) => value,
): (given: Readonly<Record<string, unknown>>) => Read {
  const { properties = {}, $defs } = schema as { properties?: Record<string, unknown>; $defs?: unknown };
  const checks = new Map<string, Check>();
  for (const [name, member] of Object.entries(properties))
    checks.set(name, compile(isObject(member) && $defs !== undefined ? { ...member, $defs } : member));
  const whole = compile(schema);
  return (given) => {
    const values: Values = {};
    for (const [name, value] of Object.entries(given)) {
      if (value === undefined) continue;
      const possible = [...meanings(value, json)];
      const check = checks.get(name);
      const fits = check ? possible.find((meaning) => check(meaning).length === 0) : value;
      // What does not fit is told of as the last thing that it could have meant.
      values[name] = fits === undefined ? possible.at(-1) : fits;
    }
    const errors = whole(values);
    if (errors.length > 0) return { problems: errors.map(({ message }) => message) };
    try {
      return { values: dates(values) as Values };
    } catch (error) {
      return { problems: [(error as Error).message] };
    }
  };
}

/**
 * Reads the variables of a resource template as the types that `schema` gives its members: `"17"` as the number 17 where
 * a number is wanted. Gives undefined where they do not fit: then no such resource exists.
 * Page: `2026-07-28/server/resources#resource-templates`.
 */
export function variables(
  schema: Schema,
  dates?: Conversion,
): (given: Readonly<Record<string, unknown>>) => Values | undefined {
  const read = readerOf(schema, false, dates);
  return (given) => {
    const found = read(given);
    return "values" in found ? found.values : undefined;
  };
}

/**
 * Reads the arguments of a prompt, which are strings on the wire, as the types that `schema` gives its members; objects
 * and arrays are read as JSON. Throws invalid params for what does not fit.
 * Page: `2026-07-28/server/prompts#error-handling`.
 */
export function promptArguments(
  name: string,
  schema: Schema,
  dates?: Conversion,
): (given: Readonly<Record<string, unknown>>) => Values {
  const read = readerOf(schema, true, dates);
  return (given) => {
    const found = read(given);
    if ("values" in found) return found.values;
    throw invalidParams(`Invalid arguments for prompt "${name}": ${found.problems.join("; ")}`);
  };
}

/** What a resource's function returned, as contents: text, bytes and contents as they are, all else as JSON. */
export function asContents(value: unknown): unknown {
  if (value === undefined || typeof value === "string" || value instanceof Uint8Array) return value;
  return JSON.stringify(value, null, 2);
}
