import { follow } from "../../protocol/json-schema/references.js";
import { isObject, own } from "../../protocol/jsonrpc.js";

/** Arguments as the schema asks for them, and where they came otherwise. */
export interface Repaired {
  readonly value: unknown;
  /** The members that came as strings, by JSON Pointer. */
  readonly members: readonly string[];
}

const MAX_DEPTH = 64;

const typeOf = (value: unknown): string => (value === null ? "null" : Array.isArray(value) ? "array" : typeof value);

/** What a schema says of an instance by itself and by what it refers to; looked at from `root`, each once. */
function parts(schema: unknown, root: unknown, seen = new Set<unknown>()): Set<unknown> {
  if (!isObject(schema) || seen.has(schema)) return seen;
  seen.add(schema);
  const ref = own(schema, "$ref");
  if (typeof ref === "string" && ref.startsWith("#")) parts(follow(ref.slice(1), root)?.target, root, seen);
  for (const word of ["allOf", "anyOf", "oneOf"])
    for (const each of (own(schema, word) as unknown[] | undefined) ?? []) parts(each, root, seen);
  return seen;
}

/** The types that are asked for; none where the schema does not say. */
function typesOf(all: readonly unknown[]): Set<string> {
  const types = all.flatMap((schema) => own(schema, "type") ?? []) as string[];
  return new Set(types.flatMap((type) => (type === "integer" ? ["number"] : type)));
}

/**
 * Reads strings where the schema asks for another type: "10" for a number, "true" for a boolean, "null", and objects and
 * lists as JSON. Whatever may be a string stays one. Whether the value then fits the schema is not looked at.
 */
export function repaired(schema: unknown, given: unknown): Repaired {
  const members: string[] = [];
  const visit = (all: readonly unknown[], value: unknown, path: string, depth: number): unknown => {
    if (depth > MAX_DEPTH) return value;
    let read = value;
    if (typeof value === "string") {
      const types = typesOf(all);
      if (types.size === 0 || types.has("string")) return value;
      try {
        read = JSON.parse(value) as unknown;
      } catch {
        return value;
      }
      const lossy = typeof read === "number" && Number.isInteger(read) && !Number.isSafeInteger(read);
      if (lossy || !types.has(typeOf(read))) return value;
      members.push(path);
    }
    const below = (schemas: readonly unknown[], inner: unknown, name: string | number) => {
      const found = [...schemas.reduce<Set<unknown>>((seen, each) => parts(each, schema, seen), new Set())];
      const step = String(name).replaceAll("~", "~0").replaceAll("/", "~1");
      return found.length === 0 ? inner : visit(found, inner, `${path}/${step}`, depth + 1);
    };
    if (Array.isArray(read))
      return read.map((item: unknown, at) => {
        const fixed = all.map(
          (each) => (own(each, "prefixItems") as unknown[] | undefined)?.[at] ?? own(each, "items"),
        );
        return below(fixed, item, at);
      });
    if (!isObject(read)) return read;
    return Object.fromEntries(
      Object.entries(read).map(([name, inner]) => {
        const known = all.map((each) => own(own(each, "properties"), name) ?? own(each, "additionalProperties"));
        return [name, below(known, inner, name)];
      }),
    );
  };
  return { value: visit([...parts(schema, schema)], given, "", 0), members };
}
