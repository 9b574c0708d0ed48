import { isObject, own } from "./jsonrpc.js";

/**
 * Tool parameters that are mirrored into HTTP headers by `x-mcp-header`.
 * Page: `2026-07-28/basic/transports/streamable-http#custom-headers-from-tool-parameters`.
 */
export interface ParamHeader {
  /** The header's name in lower case: `mcp-param-region`. */
  readonly header: string;
  /** The chain of `properties` keys that leads to the value. */
  readonly path: readonly string[];
}

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const primitives = ["string", "integer", "boolean"];
/** Keywords whose value is data, where the annotation's name means nothing. */
const dataKeywords = ["const", "enum", "default", "examples"];

/**
 * Collects the annotations of a tool's input schema. Throws a TypeError that names `where` for one that breaks a rule
 * of the page: clients would have to leave the whole tool out.
 */
export function paramHeadersOf(schema: unknown, where: string): ParamHeader[] {
  const found: ParamHeader[] = [];
  const fail = (path: readonly string[], why: string): never => {
    throw new TypeError(`${where}: x-mcp-header at "/${path.join("/")}" ${why}`);
  };
  const take = (node: Record<string, unknown>, path: readonly string[]) => {
    const name = own(node, "x-mcp-header");
    if (typeof name !== "string" || name === "") return fail(path, "must be a non-empty string");
    if (!token.test(name)) return fail(path, "must be an HTTP field name (letters, digits and !#$%&'*+-.^_`|~)");
    if (!primitives.includes(own(node, "type") as string))
      return fail(path, `must stand on a parameter of type ${primitives.join(", ")}`);
    const header = `mcp-param-${name.toLowerCase()}`;
    if (found.some((other) => other.header === header)) return fail(path, `repeats the name "${name}"`);
    found.push({ header, path });
  };
  /** `path` is undefined where no chain of `properties` leads. */
  const walk = (node: unknown, path: readonly string[] | undefined, shown: readonly string[]): void => {
    if (Array.isArray(node)) return node.forEach((item, i) => walk(item, undefined, [...shown, String(i)]));
    if (!isObject(node)) return;
    if (Object.hasOwn(node, "x-mcp-header")) {
      if (path === undefined || path.length === 0)
        fail(shown, "must be reachable from the root through properties alone");
      else take(node, path);
    }
    for (const [keyword, value] of Object.entries(node)) {
      if (keyword === "properties" && isObject(value)) {
        for (const [name, child] of Object.entries(value)) walk(child, path && [...path, name], [...shown, name]);
      } else if (isObject(value) && /^(\$defs|definitions|patternProperties|dependentSchemas)$/.test(keyword)) {
        for (const [name, child] of Object.entries(value)) walk(child, undefined, [...shown, keyword, name]);
      } else if (!dataKeywords.includes(keyword)) walk(value, undefined, [...shown, keyword]);
    }
  };
  walk(schema, [], []);
  return found;
}

/** The value to which a chain of `properties` keys leads. */
export function valueAt(args: unknown, path: readonly string[]): unknown {
  let value = args;
  for (const name of path) value = own(value, name);
  return value;
}
