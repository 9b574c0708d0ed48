import { readChallenges } from "./challenge.js";
import { isObject, member } from "./trace.js";
import type { Json, JsonObject } from "./trace.js";
import { challengeOf, readToken } from "./signed.js";

/** Values that `$bind` has kept in this replay. */
export type Bindings = Map<string, Json>;

/** Where a value differs from its pattern: a path such as `result.content[0].text`, and both sides. */
export interface Mismatch {
  readonly path: string;
  readonly expected: string;
  readonly received: string;
}

type Matcher = (argument: Json, value: Json | undefined, path: string, bindings: Bindings) => Mismatch | undefined;

const shown = (value: Json | undefined): string => {
  const text = value === undefined ? "nothing" : JSON.stringify(value);
  return text.length > 400 ? `${text.slice(0, 400)}…` : text;
};
const differs = (path: string, expected: string, value: Json | undefined): Mismatch => ({
  path: path || "message",
  expected,
  received: shown(value),
});

function typeOf(value: Json | undefined): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return typeof value === "undefined" ? "nothing" : typeof value;
}

function isOfType(type: string, value: Json | undefined): boolean {
  return type === "integer" ? Number.isInteger(value) : typeOf(value) === type;
}

/**
 * Replaces each `{ "$ref": name }` by the value bound to that name, each `{ "$concat": [parts] }` by one string. Throws
 * where nothing is bound.
 */
export function resolve(value: Json, bindings: Bindings): Json {
  if (Array.isArray(value)) return value.map((item) => resolve(item, bindings));
  if (!isObject(value)) return value;
  const parts = member(value, "$concat");
  if (Array.isArray(parts)) return parts.map((part: Json) => String(resolve(part, bindings))).join("");
  const name = member(value, "$ref");
  if (typeof name === "string") {
    const bound = bindings.get(name);
    if (bound === undefined) throw new Error(`nothing is bound to ${JSON.stringify(name)}`);
    return bound;
  }
  const entries = Object.entries(value).map(([key, item]) => [key, resolve(item as Json, bindings)] as const);
  return fromEntries(entries);
}

/** Like Object.fromEntries, but `__proto__` becomes an own member there too, which some traces send. */
function fromEntries(entries: Iterable<readonly [string, Json]>): JsonObject {
  const made: Record<string, Json> = {};
  for (const [key, value] of entries) {
    Object.defineProperty(made, key, { value, enumerable: true, writable: true, configurable: true });
  }
  return made;
}

/** Deep equality of JSON values; the order of members does not count. */
export function equal(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, i) => equal(item, b[i]));
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && equal(a[key], b[key]));
}

function list(argument: Json, name: string): readonly Json[] {
  if (!Array.isArray(argument)) throw new Error(`${name} takes a list of patterns`);
  return argument;
}

function compare(sign: string, holds: (value: number, limit: number) => boolean): Matcher {
  return (argument, value, path, bindings) => {
    const limit = resolve(argument, bindings);
    if (typeof limit !== "number") throw new Error(`a number to compare with, not ${shown(limit)}`);
    return typeof value === "number" && holds(value, limit)
      ? undefined
      : differs(path, `a number ${sign} ${limit}`, value);
  };
}

const matchers: Readonly<Record<string, Matcher>> = {
  $any: (_, value, path) => (value === undefined ? differs(path, "anything", value) : undefined),
  $absent: (_, value, path) => (value === undefined ? undefined : differs(path, "no such member", value)),
  $type: (argument, value, path) =>
    isOfType(String(argument), value) ? undefined : differs(path, `a value of type ${String(argument)}`, value),
  $match: (argument, value, path) =>
    typeof value === "string" && new RegExp(String(argument), "u").test(value)
      ? undefined
      : differs(path, `a string that matches /${String(argument)}/`, value),
  $exact: (argument, value, path) =>
    equal(argument, value) ? undefined : differs(path, `exactly ${shown(argument)}`, value),
  $ref: (argument, value, path, bindings) => {
    const wanted = resolve({ $ref: argument }, bindings);
    return equal(wanted, value) ? undefined : differs(path, `${shown(wanted)} (bound to ${String(argument)})`, value);
  },
  $bind: () => undefined,
  $not: (argument, value, path, bindings) =>
    match(argument, value, path, new Map(bindings))
      ? undefined
      : differs(path, `anything but ${shown(argument)}`, value),
  $anyOf: (argument, value, path, bindings) => {
    for (const pattern of list(argument, "$anyOf")) {
      const trial: Bindings = new Map(bindings);
      if (match(pattern, value, path, trial)) continue;
      for (const [name, bound] of trial) bindings.set(name, bound);
      return undefined;
    }
    return differs(path, `one of ${shown(argument)}`, value);
  },
  $contains: (argument, value, path, bindings) => {
    if (typeof argument === "string") {
      const held = typeof value === "string" && value.includes(argument);
      return held ? undefined : differs(path, `a string with ${shown(argument)} in it`, value);
    }
    for (const pattern of list(argument, "$contains")) {
      const held = Array.isArray(value) && value.some((item: Json) => !match(pattern, item, path, bindings));
      if (!held) return differs(path, `an array that has ${shown(pattern)}`, value);
    }
    return undefined;
  },
  $each: (argument, value, path, bindings) => {
    if (!Array.isArray(value)) return differs(path, "an array", value);
    for (const [index, item] of value.entries()) {
      const mismatch = match(argument, item as Json, `${path}[${index}]`, bindings);
      if (mismatch) return mismatch;
    }
    return undefined;
  },
  $keys: (argument, value, path, bindings) => {
    if (!isObject(value)) return differs(path, "an object", value);
    for (const key of Object.keys(value)) {
      const mismatch = match(argument, key, `name of ${path}.${key}`, bindings);
      if (mismatch) return mismatch;
    }
    return undefined;
  },
  $member: (argument, value, path, bindings) => {
    const [name, pattern] = list(argument, "$member");
    if (!isObject(value)) return differs(path, "an object", value);
    return match(pattern as Json, member(value, String(name)), `${path}.${String(name)}`, bindings);
  },
  $distinct: (argument, value, path) => {
    if (!Array.isArray(value)) return differs(path, "an array", value);
    const seen = new Set<string>();
    for (const item of value as readonly Json[]) {
      const key = JSON.stringify(member(item, String(argument)));
      if (seen.has(key)) return differs(path, `items that differ in ${String(argument)}`, item);
      seen.add(key);
    }
    return undefined;
  },
  $s256: (argument, value, path, bindings) => {
    const wanted = resolve({ $ref: argument }, bindings);
    return typeof value === "string" && challengeOf(value) === wanted
      ? undefined
      : differs(path, `the verifier of ${shown(wanted)} (bound to ${String(argument)})`, value);
  },
  $jwt: (argument, value, path, bindings) => {
    const token = typeof value === "string" ? readToken(value) : undefined;
    if (!token) return differs(path, "a JSON Web Token", value);
    const key = member(argument, "key");
    if (key !== undefined && !token.holds(resolve(key, bindings)))
      return differs(path, "a token that the key verifies", value);
    const { header, claims } = token;
    return match({ ...(argument as JsonObject), key: { $absent: true } }, { header, claims }, path, bindings);
  },
  $length: (argument, value, path, bindings) => {
    const length = Array.isArray(value) || typeof value === "string" ? value.length : undefined;
    return match(argument, length, `length of ${path}`, bindings);
  },
  $json: (argument, value, path, bindings) => {
    try {
      return match(argument, JSON.parse(String(value)) as Json, `JSON in ${path}`, bindings);
    } catch {
      return differs(path, "a string of JSON", value);
    }
  },
  $challenge: (argument, value, path, bindings) => {
    const found = readChallenges(String(value ?? "")).find(({ scheme }) => scheme === "bearer");
    return found
      ? match(argument, found.params, `${path} Bearer`, bindings)
      : differs(path, "a challenge of the scheme Bearer", value);
  },
  $words: (argument, value, path, bindings) =>
    typeof value === "string"
      ? match(argument, value.split(" "), `words of ${path}`, bindings)
      : differs(path, "a string of words", value),
  $min: compare(">=", (value, limit) => value >= limit),
  $max: compare("<=", (value, limit) => value <= limit),
  $above: compare(">", (value, limit) => value > limit),
};

export const MATCHERS: readonly string[] = Object.keys(matchers);

/**
 * Whether `value` is what `pattern` asks for. An object asks for its members and allows others; an array asks for as
 * many items; an object of `$` members holds matchers, all of which must agree. Returns the first difference, or
 * undefined; values under `$bind` are kept in `bindings`. Throws where the pattern itself is wrong.
 */
export function match(pattern: Json, value: Json | undefined, path: string, bindings: Bindings): Mismatch | undefined {
  if (Array.isArray(pattern)) {
    if (!Array.isArray(value) || value.length !== pattern.length)
      return differs(path, `an array of ${pattern.length}`, value);
    for (const [index, item] of pattern.entries()) {
      const mismatch = match(item as Json, value[index] as Json, `${path}[${index}]`, bindings);
      if (mismatch) return mismatch;
    }
    return undefined;
  }
  if (!isObject(pattern)) return pattern === value ? undefined : differs(path, shown(pattern), value);
  const keys = Object.keys(pattern);
  if (keys.some((key) => key.startsWith("$"))) return matchAll(pattern, keys, value, path, bindings);
  if (!isObject(value)) return differs(path, "an object", value);
  for (const key of keys) {
    const mismatch = match(pattern[key] as Json, member(value, key), path ? `${path}.${key}` : key, bindings);
    if (mismatch) return mismatch;
  }
  return undefined;
}

function matchAll(pattern: JsonObject, keys: string[], value: Json | undefined, path: string, bindings: Bindings) {
  for (const key of keys) {
    const matcher = Object.hasOwn(matchers, key) ? matchers[key] : undefined;
    if (!matcher) throw new Error(`no matcher is called ${key}; there are ${MATCHERS.join(", ")}`);
    const mismatch = matcher(pattern[key] as Json, value, path, bindings);
    if (mismatch) return mismatch;
  }
  const name = member(pattern, "$bind");
  if (typeof name !== "string") return undefined;
  if (value === undefined) return differs(path, `a value to bind to ${name}`, value);
  bindings.set(name, value);
  return undefined;
}
