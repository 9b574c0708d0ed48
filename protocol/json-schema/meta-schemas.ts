type Schema = Record<string, unknown> | boolean;

const BASE = "https://json-schema.org/draft/2020-12/";
const META = { $dynamicRef: "#meta" };
const TEXT = { type: "string" };
const FLAG = { type: "boolean" };
const NUMBER = { type: "number" };
const LIST = { type: "array", minItems: 1, items: META };
const MAP = { type: "object", additionalProperties: META };
const COUNT = { type: "integer", minimum: 0 };
const NAMES = { type: "array", items: TEXT, uniqueItems: true };
const TYPES = ["array", "boolean", "integer", "null", "number", "object", "string"];
const typeOf = (names: Schema) => ({
  anyOf: [names, { type: "array", items: names, minItems: 1, uniqueItems: true }],
});
const regexes = (map: object) => ({ ...map, propertyNames: { format: "regex" } });

/** One vocabulary's part of the 2020-12 meta-schema. */
function part(name: string, properties: Record<string, unknown>): Schema {
  return {
    $schema: `${BASE}schema`,
    $id: `${BASE}meta/${name}`,
    $vocabulary: { [`${BASE}vocab/${name}`]: true },
    $dynamicAnchor: "meta",
    type: ["object", "boolean"],
    properties,
  };
}

const limits = () => ({
  multipleOf: { type: "number", exclusiveMinimum: 0 },
  maximum: NUMBER,
  exclusiveMaximum: NUMBER,
  minimum: NUMBER,
  exclusiveMinimum: NUMBER,
  maxLength: COUNT,
  minLength: COUNT,
  pattern: { type: "string", format: "regex" },
  maxItems: COUNT,
  minItems: COUNT,
  uniqueItems: FLAG,
  maxProperties: COUNT,
  minProperties: COUNT,
  required: NAMES,
  const: true,
  type: typeOf({ enum: TYPES }),
});

const parts: Readonly<Record<string, () => Schema>> = {
  core: () => {
    const reference = { type: "string", format: "uri-reference" };
    const anchor = { type: "string", pattern: "^[A-Za-z_][-A-Za-z0-9._]*$" };
    return part("core", {
      $id: { ...reference, pattern: "^[^#]*#?$" },
      $schema: { type: "string", format: "uri" },
      $ref: reference,
      $anchor: anchor,
      $dynamicRef: reference,
      $dynamicAnchor: anchor,
      $vocabulary: { type: "object", propertyNames: { type: "string", format: "uri" }, additionalProperties: FLAG },
      $comment: TEXT,
      $defs: MAP,
    });
  },
  applicator: () => {
    const one = Object.fromEntries(
      ["items", "contains", "additionalProperties", "propertyNames", "if", "then", "else", "not"].map((name) => [
        name,
        META,
      ]),
    );
    const many = { prefixItems: LIST, allOf: LIST, anyOf: LIST, oneOf: LIST };
    const maps = { properties: MAP, patternProperties: regexes(MAP), dependentSchemas: MAP };
    return part("applicator", { ...one, ...many, ...maps });
  },
  unevaluated: () => part("unevaluated", { unevaluatedItems: META, unevaluatedProperties: META }),
  validation: () =>
    part("validation", {
      ...limits(),
      enum: { type: "array" },
      maxContains: COUNT,
      minContains: COUNT,
      dependentRequired: { type: "object", additionalProperties: NAMES },
    }),
  "meta-data": () =>
    part("meta-data", {
      title: TEXT,
      description: TEXT,
      default: true,
      deprecated: FLAG,
      readOnly: FLAG,
      writeOnly: FLAG,
      examples: { type: "array" },
    }),
  "format-annotation": () => part("format-annotation", { format: TEXT }),
  "format-assertion": () => part("format-assertion", { format: TEXT }),
  content: () => part("content", { contentEncoding: TEXT, contentMediaType: TEXT, contentSchema: META }),
};

function draft2020(): Schema {
  const used = Object.keys(parts).filter((name) => name !== "format-assertion");
  return {
    $schema: `${BASE}schema`,
    $id: `${BASE}schema`,
    $vocabulary: Object.fromEntries(used.map((name) => [`${BASE}vocab/${name}`, true])),
    $dynamicAnchor: "meta",
    allOf: used.map((name) => ({ $ref: `meta/${name}` })),
    type: ["object", "boolean"],
    properties: { definitions: MAP, dependencies: { type: "object", additionalProperties: { anyOf: [META, NAMES] } } },
  };
}

function draft07(): Schema {
  const self = { $ref: "#" };
  const map = { type: "object", additionalProperties: self };
  const list = { type: "array", minItems: 1, items: self };
  const one = Object.fromEntries(
    ["additionalItems", "contains", "additionalProperties", "propertyNames", "if", "then", "else", "not"].map(
      (name) => [name, self],
    ),
  );
  const reference = { type: "string", format: "uri-reference" };
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    $id: "http://json-schema.org/draft-07/schema#",
    type: ["object", "boolean"],
    properties: {
      ...limits(),
      ...one,
      $id: reference,
      $schema: { type: "string", format: "uri" },
      $ref: reference,
      $comment: TEXT,
      title: TEXT,
      description: TEXT,
      default: true,
      readOnly: FLAG,
      writeOnly: FLAG,
      examples: { type: "array", items: true },
      enum: { type: "array", items: true },
      items: { anyOf: [self, list] },
      definitions: map,
      properties: map,
      patternProperties: regexes(map),
      dependencies: { type: "object", additionalProperties: { anyOf: [self, NAMES] } },
      format: TEXT,
      contentMediaType: TEXT,
      contentEncoding: TEXT,
      allOf: list,
      anyOf: list,
      oneOf: list,
    },
  };
}

/** The meta-schema with a URI, made when it is asked for: few schemas refer to one. */
export function metaSchema(uri: string): Schema | undefined {
  if (uri === `${BASE}schema`) return draft2020();
  if (uri === "http://json-schema.org/draft-07/schema") return draft07();
  const name = uri.startsWith(`${BASE}meta/`) ? uri.slice(BASE.length + 5) : "";
  return Object.hasOwn(parts, name) ? parts[name]?.() : undefined;
}
