import { compile, type SchemaError } from "../protocol/json-schema.js";
import { isObject, own } from "../protocol/jsonrpc.js";
import { readPair, UsageError } from "./usage.js";

type Check = (value: unknown) => readonly SchemaError[];

/** `k=v` in an order in which each reading of `v` is tried. */
function readingsOf(text: string): unknown[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return [text];
  }
  // A number that would lose digits may be an id.
  if (typeof json === "number" && Number.isInteger(json) && !Number.isSafeInteger(json)) return [text, json];
  return [json, text];
}

/** `path` with `value` at its end: `["a", "b"]` is `{"a":{"b":value}}`. */
const nested = (path: readonly string[], value: unknown): Record<string, unknown> =>
  path.reduceRight<unknown>((inner, name) => ({ [name]: inner }), value) as Record<string, unknown>;

const pointer = (path: readonly string[]): string =>
  path.map((name) => `/${name.replace(/~/g, "~0").replace(/\//g, "~1")}`).join("");

/** What a schema says against the value at a path, whatever else is missing there. */
function errorAt(check: Check, path: readonly string[], value: unknown): SchemaError | undefined {
  const at = pointer(path);
  return check(nested(path, value)).find((error) => error.path === at || error.path.startsWith(`${at}/`));
}

/** Keywords by which a schema may say that it wants something else than a list. */
const noList = new Set(["type", "anyOf", "oneOf", "const", "enum", "not"]);

/** A JSON string, in quotes, where the schema would take what is inside for something else. */
function isQuoted(check: Check, path: readonly string[], reading: unknown): boolean {
  return (
    typeof reading === "string" &&
    readingsOf(reading).some((inner) => typeof inner !== "string" && !errorAt(check, path, inner))
  );
}

function convert(
  check: Check,
  path: readonly string[],
  texts: readonly string[],
  refuse: (why: string) => never,
): unknown {
  const fits = (value: unknown) => !errorAt(check, path, value);
  const [text = ""] = texts;
  const readings = readingsOf(text);
  if (texts.length === 1) {
    for (const reading of readings) {
      const unquoted = typeof reading === "string" && reading !== text;
      if (fits(reading) && (!unquoted || isQuoted(check, path, reading))) return reading;
    }
  }
  // One value is a list of one where the schema asks for a list.
  const at = pointer(path);
  const items = texts.map((each) => {
    const below = (reading: unknown) => errorAt(check, path, [reading])?.path.startsWith(`${at}/`);
    return readingsOf(each).find((reading) => !below(reading)) ?? each;
  });
  const error = errorAt(check, path, items);
  if (!error || (error.path === at && !noList.has(error.keyword))) return items;
  if (error.path !== at) refuse(`has to hold ${error.expected}, got ${error.received}`);
  if (texts.length > 1) refuse("is given more than once, and is no list");
  // The reading that came nearest tells most: one whose type is right.
  const errors = readings.map((reading) => errorAt(check, path, reading)!);
  const { expected, received } = errors.find(({ keyword }) => keyword !== "type") ?? errors[0]!;
  return refuse(`has to be ${expected}, got ${received}`);
}

/**
 * Reads the arguments of a tool from `k=v` as its schema means them: the JSON that `v` is where the schema takes that,
 * else `v` as text. A name that is given again makes a list; `a.b=1` is a member of `a`.
 *
 * @param schema the tool's input schema; without one, or with one that cannot be used, whatever is JSON is taken as that
 * @throws {UsageError} that names the argument which does not fit, is unknown or is missing
 */
export function readArguments(pairs: readonly string[], schema: unknown, usage: string): Record<string, unknown> {
  const given = new Map<string, string[]>();
  for (const pair of pairs) {
    const [name, text] = readPair(pair, "the argument", usage);
    given.set(name, [...(given.get(name) ?? []), text]);
  }
  let check: Check;
  try {
    check = compile(schema ?? {});
  } catch {
    check = () => [];
  }
  const properties = own(schema, "properties");
  const args: Record<string, unknown> = {};
  for (const [name, texts] of given) {
    const path = own(properties, name) === undefined && own(properties, name.split(".")[0]!) ? name.split(".") : [name];
    const refuse = (why: string): never => {
      throw new UsageError(`the argument "${name}" ${why}`, usage);
    };
    const known = isObject(properties) ? Object.keys(properties) : [];
    const error = errorAt(check, path.slice(0, 1), null);
    if (error?.keyword === "additionalProperties")
      refuse(`is unknown; ${known.length === 0 ? "there are none" : `there are ${known.join(", ")}`}`);
    put(args, path, convert(check, path, texts, refuse), refuse);
  }
  const [wrong] = check(args);
  if (wrong) {
    const missing = wrong.keyword === "required" ? /"(.*)"/.exec(wrong.expected)?.[1] : undefined;
    const at = wrong.path.slice(1).replace(/\//g, ".");
    if (missing !== undefined) {
      const name = at === "" ? missing : `${at}.${missing}`;
      throw new UsageError(`the argument "${name}" is missing: ${name}=…`, usage);
    }
    throw new UsageError(`the arguments do not fit: ${wrong.message}`, usage);
  }
  return args;
}

function put(
  args: Record<string, unknown>,
  path: readonly string[],
  value: unknown,
  refuse: (why: string) => never,
): void {
  const [name = "", ...rest] = path;
  if (rest.length === 0)
    return void Object.defineProperty(args, name, { value, enumerable: true, configurable: true, writable: true });
  const inner = own(args, name) ?? {};
  if (!isObject(inner)) return refuse(`goes into "${name}", which is given as a whole`);
  Object.defineProperty(args, name, { value: inner, enumerable: true, configurable: true, writable: true });
  put(inner, rest, value, refuse);
}

/** Reads the arguments of a prompt, which are strings and nothing else. */
export function readStrings(pairs: readonly string[], usage: string): Record<string, string> {
  return Object.fromEntries(pairs.map((pair) => readPair(pair, "the argument", usage)));
}
