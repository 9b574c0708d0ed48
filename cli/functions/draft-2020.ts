import { dateMark, nameOfRef, type RawDefinitions, type RawSchema } from "./raw-schema.js";

/** JSON Schema 2020-12. */
export type Schema = Readonly<Record<string, unknown>>;

/** The order in which keywords are written; others follow by name. */
const order =
  "$ref title description type const enum format pattern minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minLength maxLength properties required patternProperties additionalProperties prefixItems items minItems maxItems uniqueItems contains anyOf oneOf allOf default examples".split(
    " ",
  );

/**
 * Turns a raw schema into one of 2020-12 that stands by itself: tuples by `prefixItems`, the definitions that it names in
 * `$defs`, intersections of plain objects as one object. The same types give the same text.
 */
export function toDraft2020(raw: RawSchema, definitions: RawDefinitions): Schema {
  const names = new Map<string, string>();
  const nameFor = (original: string): string => {
    const known = names.get(original);
    if (known !== undefined) return known;
    const base = original.replace(/[^A-Za-z0-9]+/g, "_").replace(/^_|_$/g, "") || "Type";
    let name = base;
    for (let count = 2; [...names.values()].includes(name); count++) name = `${base}_${count}`;
    names.set(original, name);
    return name;
  };

  const convert = (node: RawSchema): Schema => {
    const joined = joinObjects(node);
    const out: Record<string, unknown> = {};
    for (const [keyword, value] of Object.entries(joined)) {
      if (value === undefined || keyword === dateMark || keyword === "additionalItems" || keyword === "definitions")
        continue;
      out[keyword] = convertKeyword(keyword, value, joined);
    }
    if (Array.isArray(joined.items)) {
      out.prefixItems = joined.items.map(convert);
      if (joined.additionalItems === undefined) delete out.items;
      else out.items = part(joined.additionalItems);
    }
    // Every object may have more members.
    if (out.additionalProperties === true) delete out.additionalProperties;
    if (out.type === "object" && Object.keys((out.properties as object | undefined) ?? { none: 0 }).length === 0)
      delete out.properties;
    if (Array.isArray(out.required) && isPlain(out.properties)) {
      const declared = Object.keys(out.properties);
      out.required = [...out.required].sort((a, b) => declared.indexOf(a as string) - declared.indexOf(b as string));
    }
    if (Array.isArray(out.enum) && out.enum.every((value) => typeof value === "number"))
      out.enum = [...(out.enum as number[])].sort((a, b) => a - b);
    return sorted(out);
  };
  const part = (node: RawSchema | boolean): Schema | boolean => (typeof node === "boolean" ? node : convert(node));
  const convertKeyword = (keyword: string, value: unknown, node: RawSchema): unknown => {
    switch (keyword) {
      case "$ref":
        return `#/$defs/${nameFor(nameOfRef(node.$ref!))}`;
      case "description":
        return oneParagraph(String(value));
      case "properties":
      case "patternProperties":
        return Object.fromEntries(Object.entries(value as Record<string, RawSchema>).map(([k, v]) => [k, convert(v)]));
      case "anyOf":
      case "oneOf":
      case "allOf":
        return (value as RawSchema[]).map(convert);
      case "items":
        return Array.isArray(value) ? undefined : part(value as RawSchema);
      case "additionalProperties":
      case "contains":
      case "propertyNames":
        return part(value as RawSchema | boolean);
      default:
        return value;
    }
  };

  const schema = convert(raw);
  const defs: Record<string, Schema> = {};
  // Converting one may name others.
  for (const [original, name] of names) {
    const definition = definitions[original];
    if (definition === undefined) throw new Error(`no definition of ${original}`);
    defs[name] = convert(definition);
  }
  return names.size === 0 ? schema : { ...schema, $defs: defs };
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** An intersection of objects whose members are all told is one object. */
export function joinObjects(node: RawSchema): RawSchema {
  if (node.allOf === undefined) return node;
  const { allOf, ...rest } = node;
  const told = ["type", "properties", "required", "description"];
  const simple = ({ additionalProperties = true, ...part }: RawSchema) =>
    part.type === "object" && additionalProperties === true && Object.keys(part).every((word) => told.includes(word));
  const names = allOf.flatMap((part) => Object.keys(part.properties ?? {}));
  if (!allOf.every(simple) || new Set(names).size !== names.length || rest.properties) return node;
  const required = allOf.flatMap((part) => part.required ?? []);
  return {
    ...rest,
    type: "object",
    properties: Object.assign({}, ...allOf.map((part) => part.properties ?? {})) as Record<string, RawSchema>,
    ...(required.length > 0 ? { required } : {}),
  };
}

function sorted(schema: Record<string, unknown>): Schema {
  const place = (keyword: string) => (order.includes(keyword) ? order.indexOf(keyword) : order.length);
  return Object.fromEntries(
    Object.entries(schema).sort(([a], [b]) => place(a) - place(b) || (a < b ? -1 : a > b ? 1 : 0)),
  );
}

/** A comment's lines as text: what was broken for the width of the page is joined, paragraphs and lists stay. */
export const oneParagraph = (text: string): string =>
  text
    .replace(/\{@link(?:code|plain)?\s+([^}|\s]+)(?:[|\s]+([^}]*))?\}/g, (_, target: string, label?: string) =>
      label === undefined || label === "" ? target : label,
    )
    .replace(/[ \t]*\r?\n[ \t]*/g, "\n")
    .replace(/(?<!\n)\n(?!\n|[-*] |\d+\. )/g, " ")
    .trim();
