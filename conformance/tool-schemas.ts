import { Ajv } from "ajv";
import type { AnySchema } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import { isObject, member, MODERN } from "./trace.js";
import type { Json, JsonObject, Revision } from "./trace.js";

/** The revisions that say which dialect a schema is written in: 2020-12, unless `$schema` names another. */
const WITH_DIALECTS: readonly Revision[] = ["2025-11-25", "2026-07-28"];
const options = { strict: false, validateFormats: false } as const;
const dialects = {
  "https://json-schema.org/draft/2020-12/schema": new Ajv2020(options),
  "http://json-schema.org/draft-07/schema": new Ajv(options),
};

const ANNOTATION = "x-mcp-header";
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const MIRRORED: readonly unknown[] = ["integer", "string", "boolean"];

/**
 * What is wrong with the `x-mcp-header` annotations of the tools in a result of `tools/list`: names that are no HTTP
 * token or are given twice, values of other types, and properties that are not reached through `properties` alone.
 */
export function wrongHeaderAnnotations(result: Json, revision: Revision): readonly string[] {
  const tools = member(result, "tools");
  if (!MODERN.includes(revision) || !Array.isArray(tools)) return [];
  return (tools as readonly Json[]).flatMap((tool) => {
    const seen = new Set<string>();
    const wrong: string[] = [];
    const schema = member(tool, "inputSchema") ?? null;
    walk(schema, true, (property, reachable) => {
      const name = member(property, ANNOTATION);
      if (name === undefined) return;
      const say = (what: string) =>
        wrong.push(`${String(member(tool, "name"))}: ${ANNOTATION} ${JSON.stringify(name)} ${what}`);
      if (typeof name !== "string" || !TOKEN.test(name)) return void say("is no HTTP token");
      if (seen.has(name.toLowerCase())) say("is given twice");
      seen.add(name.toLowerCase());
      // A list of types is nowhere forbidden; null needs no header.
      const types = [member(property, "type")].flat().filter((type) => type !== "null");
      if (!types.every((type) => MIRRORED.includes(type)))
        say("stands at a value that is no integer, string or boolean");
      if (!reachable || property === schema) say("stands where properties alone do not lead");
    });
    return wrong;
  });
}

/** Keywords whose members are schemas under names of the author's. */
const NAMED = ["properties", "patternProperties", "dependentSchemas", "$defs", "definitions"];
/** Keywords whose value is data and no schema. */
const DATA = ["const", "enum", "default", "examples"];

/** Calls `visit` with each subschema, and whether a chain of `properties` leads to it. */
function walk(schema: Json, reachable: boolean, visit: (schema: JsonObject, reachable: boolean) => void): void {
  if (Array.isArray(schema)) for (const item of schema) walk(item as Json, false, visit);
  if (!isObject(schema)) return;
  visit(schema, reachable);
  for (const [keyword, value] of Object.entries(schema)) {
    if (DATA.includes(keyword)) continue;
    if (!NAMED.includes(keyword)) walk(value ?? null, false, visit);
    else if (isObject(value)) {
      for (const one of Object.values(value)) walk(one ?? null, reachable && keyword === "properties", visit);
    }
  }
}

/**
 * What is wrong with the schemas of the tools in a result of `tools/list`, by the meta-schema of their dialect. A
 * dialect that is not known here goes unjudged.
 */
export function wrongToolSchemas(result: Json, revision: Revision): readonly string[] {
  const tools = member(result, "tools");
  if (!WITH_DIALECTS.includes(revision) || !Array.isArray(tools)) return [];
  return (tools as readonly Json[]).flatMap((tool) =>
    ["inputSchema", "outputSchema"].flatMap((name) => {
      const schema = member(tool, name);
      if (!isObject(schema)) return [];
      const dialect = schema["$schema"] ?? "https://json-schema.org/draft/2020-12/schema";
      const ajv = Object.entries(dialects).find(([uri]) => uri === String(dialect).replace(/#$/, ""))?.[1];
      if (ajv === undefined || ajv.validateSchema(schema as AnySchema) === true) return [];
      const [error] = ajv.errors ?? [];
      return [`${String(member(tool, "name"))}: ${name}${error?.instancePath ?? ""} ${error?.message ?? ""}`];
    }),
  );
}
