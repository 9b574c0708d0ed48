import { follow } from "../../protocol/json-schema/references.js";
import { isObject, own } from "../../protocol/jsonrpc.js";

type Schema = Readonly<Record<string, unknown>>;

/** Keywords whose value is a schema, a list of schemas, or schemas by name; no other one holds any. */
const one = new Set(
  "additionalItems additionalProperties contains contentSchema else if items not propertyNames then unevaluatedItems unevaluatedProperties".split(
    " ",
  ),
);
const several = new Set(["allOf", "anyOf", "items", "oneOf", "prefixItems"]);
const named = new Set(["$defs", "definitions", "dependentSchemas", "patternProperties", "properties"]);
/** What may stand beside a reference without saying anything of the instance. */
const words = new Set([
  "$comment",
  "default",
  "deprecated",
  "description",
  "examples",
  "readOnly",
  "title",
  "writeOnly",
]);

const MAX_SUBSCHEMAS = 10_000;

/** Too much, or nothing that can be done here: the schema is listed as it is. */
class AsItIs extends Error {}

/**
 * A schema that says the same without `$ref`, for hosts that cannot follow one. A reference that comes back to itself
 * stays, with the definitions; so does a whole schema that has references elsewhere, ids of its own or anchors, or that
 * would grow beyond 10,000 subschemas.
 */
export function inlined<S extends Schema>(schema: S): S {
  const text = JSON.stringify(schema);
  if (!text.includes('"$ref"')) return schema;
  let left = MAX_SUBSCHEMAS;
  let kept = false;

  const walk = (node: unknown, open: readonly string[]): unknown => {
    if (!isObject(node)) return node;
    if ((left -= 1) < 0) throw new AsItIs();
    for (const word of ["$anchor", "$dynamicAnchor", "$dynamicRef", "$recursiveRef"])
      if (own(node, word) !== undefined) throw new AsItIs();
    if (node !== schema && own(node, "$id") !== undefined) throw new AsItIs();
    const ref = own(node, "$ref");
    if (typeof ref === "string") return put(node, ref, open);
    return Object.fromEntries(Object.entries(node).map(([word, value]) => [word, part(word, value, open)]));
  };

  const part = (word: string, value: unknown, open: readonly string[]): unknown => {
    if (several.has(word) && Array.isArray(value)) return value.map((each) => walk(each, open));
    if (one.has(word)) return walk(value, open);
    if (!named.has(word) || !isObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, walk(each, open)]));
  };

  const put = (node: Schema, ref: string, open: readonly string[]): unknown => {
    if (!ref.startsWith("#")) throw new AsItIs();
    if (open.includes(ref)) {
      kept = true;
      return node;
    }
    const found = follow(decodeURIComponent(ref.slice(1)), schema);
    if (!found) throw new AsItIs();
    const target = walk(found.target, [...open, ref]);
    const { $ref: _, ...beside } = node;
    if (Object.keys(beside).length === 0) return target;
    if (isObject(target) && Object.keys(beside).every((word) => words.has(word))) return { ...target, ...beside };
    const rest = walk(beside, open) as Schema;
    return { ...rest, allOf: [...((rest.allOf as unknown[] | undefined) ?? []), target] };
  };

  try {
    const { $defs, definitions, ...body } = schema as Schema;
    const said = walk(body, []) as Schema;
    // What is still referred to has to be found where it was.
    const back = { ...($defs === undefined ? {} : { $defs }), ...(definitions === undefined ? {} : { definitions }) };
    return (kept ? { ...said, ...back } : said) as S;
  } catch (error) {
    if (error instanceof AsItIs || error instanceof URIError) return schema;
    throw error;
  }
}
