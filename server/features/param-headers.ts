import { headerMismatch } from "../../protocol/errors.js";
import type { Envelope } from "../../protocol/exchange.js";
import { decodeHeaderValue, sameValue } from "../../protocol/header-value.js";
import { isObject, own } from "../../protocol/jsonrpc.js";

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

function valueAt(args: unknown, path: readonly string[]): unknown {
  let value = args;
  for (const name of path) value = own(value, name);
  return value;
}

/**
 * Whether a mirrored integer is one that not every reader of JSON and headers takes for the same
 * (2026-07-28/server/tools#x-mcp-header/6, on every transport).
 */
export const hasUnsafeInteger = (headers: readonly ParamHeader[], args: unknown): boolean =>
  headers.some(({ path }) => {
    const value = valueAt(args, path);
    return Number.isInteger(value) && !Number.isSafeInteger(value);
  });

/** Holds the mirrored headers of a call against its arguments. Throws -32020. */
export function checkParamHeaders(headers: readonly ParamHeader[], args: unknown, envelope: Envelope): void {
  for (const { header, path } of headers) {
    const value = valueAt(args, path);
    const raw = envelope.header(header);
    if (value === undefined || value === null) {
      if (raw !== undefined) throw headerMismatch(`${header} is given, the body has no "${path.join("/")}"`);
      continue;
    }
    if (raw === undefined) throw headerMismatch(`the ${header} header is missing`);
    if (decodeHeaderValue(raw) === undefined) throw headerMismatch(`the ${header} header is malformed`);
    if (!sameValue(raw, value)) throw headerMismatch(`${header} differs from the body's "${path.join("/")}"`);
  }
}
