import { Ajv } from "ajv";
import type { AnySchema } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import { equal } from "./match.js";
import { isObject, member } from "./trace.js";
import type { Json, JsonObject } from "./trace.js";

/** Strings of the formats that people ask for. */
const FORMATS: Readonly<Record<string, string>> = {
  date: "2026-01-02",
  time: "03:04:05Z",
  "date-time": "2026-01-02T03:04:05Z",
  email: "a@example.com",
  hostname: "example.com",
  ipv4: "192.0.2.1",
  ipv6: "2001:db8::1",
  uri: "https://example.com/",
  uuid: "00000000-0000-4000-8000-000000000000",
};
/** How deep a schema is followed: beyond, it is given up. */
const DEPTH = 12;
/** An array longer than that is not made. */
const MOST_ITEMS = 100;

/**
 * The least value that a JSON Schema accepts: required members only, the smallest numbers, the shortest strings.
 * Undefined where none was found that the schema accepts, as behind a regular expression.
 */
export function sampleOf(schema: Json): Json | undefined {
  if (typeof schema !== "boolean" && !isObject(schema)) return undefined;
  const made = make(schema, schema, DEPTH);
  return made !== undefined && accepts(schema, schema, made) ? made : undefined;
}

/** Whether a schema, or a part of the schema `root`, accepts a value. */
function accepts(schema: Json, root: Json, made: Json): boolean {
  const dialect = member(root, "$schema");
  const options = { strict: false, validateFormats: false } as const;
  const ajv = typeof dialect === "string" && dialect.includes("draft-07") ? new Ajv(options) : new Ajv2020(options);
  const known = { $defs: member(root, "$defs") ?? {}, definitions: member(root, "definitions") ?? {} };
  try {
    return ajv.compile((isObject(schema) ? { ...known, ...schema } : schema) as AnySchema)(made) === true;
  } catch {
    return false;
  }
}

function make(schema: Json | undefined, root: Json, depth: number): Json | undefined {
  if (depth === 0) return undefined;
  if (schema === true || schema === undefined) return "a";
  if (!isObject(schema)) return undefined;
  const pointer = member(schema, "$ref");
  if (typeof pointer === "string") return make(follow(pointer, root), root, depth - 1);
  for (const given of [
    member(schema, "const"),
    member(schema, "default"),
    first(schema, "examples"),
    first(schema, "enum"),
  ])
    if (given !== undefined) return given;
  const choices = member(schema, "anyOf") ?? member(schema, "oneOf");
  const branches = Array.isArray(choices) ? (choices as readonly Json[]) : [];
  const parts = [...(list(schema, "allOf") ?? [])];
  for (const branch of branches.length > 0 ? branches : [undefined]) {
    const merged = merge([without(schema), ...parts, ...(branch === undefined ? [] : [branch])], root);
    const made = makeOfType(merged, root, depth);
    if (made !== undefined && (branches.length < 2 || accepts(merged, root, made))) return made;
  }
  return undefined;
}

const list = (schema: Json, keyword: string): readonly Json[] | undefined => {
  const value = member(schema, keyword);
  return Array.isArray(value) ? (value as readonly Json[]) : undefined;
};
const first = (schema: Json, keyword: string): Json | undefined => list(schema, keyword)?.[0];
const without = (schema: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(schema).filter(([keyword]) => !["allOf", "anyOf", "oneOf"].includes(keyword)));

/** Schemas that hold together, as one: good enough for objects whose members are told apart. */
function merge(schemas: readonly Json[], root: Json): JsonObject {
  let merged: JsonObject = {};
  for (const one of schemas) {
    const pointer = member(one, "$ref");
    const schema = typeof pointer === "string" ? follow(pointer, root) : one;
    if (!isObject(schema)) continue;
    const properties = { ...(merged["properties"] as JsonObject), ...(member(schema, "properties") as JsonObject) };
    const required = [...(list(merged, "required") ?? []), ...(list(schema, "required") ?? [])];
    merged = { ...merged, ...schema, properties, required };
  }
  return merged;
}

function follow(pointer: string, root: Json): Json | undefined {
  if (!pointer.startsWith("#")) return undefined;
  let at: Json | undefined = root;
  for (const name of pointer.slice(1).split("/").filter(Boolean)) {
    const key = decodeURIComponent(name).replaceAll("~1", "/").replaceAll("~0", "~");
    at = Array.isArray(at) ? (at[Number(key)] as Json) : member(at, key);
  }
  return at;
}

function makeOfType(schema: JsonObject, root: Json, depth: number): Json | undefined {
  for (const given of [member(schema, "const"), first(schema, "enum")]) if (given !== undefined) return given;
  const named = member(schema, "type");
  const type = Array.isArray(named) ? named[0] : named;
  const keywords = ["properties", "required"].some(
    (keyword) => Object.keys((schema[keyword] as object) ?? {}).length > 0,
  );
  switch (type ?? (keywords ? "object" : "string")) {
    case "object":
      return makeObject(schema, root, depth);
    case "array":
      return makeArray(schema, root, depth);
    case "string":
      return makeString(schema);
    case "integer":
    case "number":
      return makeNumber(schema, type === "integer");
    case "boolean":
      return false;
    default:
      return type === "null" ? null : undefined;
  }
}

function makeObject(schema: JsonObject, root: Json, depth: number): Json | undefined {
  const made: Record<string, Json> = {};
  for (const name of list(schema, "required") ?? []) {
    if (typeof name !== "string") return undefined;
    const value = make(member(member(schema, "properties"), name), root, depth - 1);
    if (value === undefined) return undefined;
    made[name] = value;
  }
  return made;
}

function makeArray(schema: JsonObject, root: Json, depth: number): Json | undefined {
  const least = numberOf(schema, "minItems") ?? 0;
  if (least > MOST_ITEMS) return undefined;
  const prefix = list(schema, "prefixItems") ?? [];
  const made: Json[] = [];
  for (let index = 0; index < least; index++) {
    const item = make(prefix[index] ?? member(schema, "items"), root, depth - 1);
    if (item === undefined) return undefined;
    const told = member(schema, "uniqueItems") === true && made.some((other) => equal(other, item));
    made.push(
      told && typeof item === "string" ? `${item}${index}` : told && typeof item === "number" ? item + index : item,
    );
  }
  return made;
}

function makeString(schema: JsonObject): Json {
  const format = member(schema, "format");
  if (typeof format === "string" && Object.hasOwn(FORMATS, format)) return FORMATS[format] as string;
  return "a".repeat(Math.max(1, Math.min(numberOf(schema, "minLength") ?? 1, 10_000)));
}

const numberOf = (schema: JsonObject, keyword: string): number | undefined => {
  const value = member(schema, keyword);
  return typeof value === "number" ? value : undefined;
};

function makeNumber(schema: JsonObject, integer: boolean): Json {
  const above = numberOf(schema, "exclusiveMinimum");
  const below = numberOf(schema, "exclusiveMaximum");
  const step = numberOf(schema, "multipleOf") ?? (integer ? 1 : undefined);
  const next = (limit: number) => (step === undefined ? limit + 1 : (Math.floor(limit / step) + 1) * step);
  const least = numberOf(schema, "minimum") ?? (above === undefined ? undefined : next(above));
  const most = numberOf(schema, "maximum") ?? (below === undefined ? undefined : below - (step ?? 1));
  const wanted = least ?? (most !== undefined && most < 1 ? most : 1);
  return step === undefined ? wanted : Math.ceil(wanted / step) * step;
}
