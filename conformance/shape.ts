import { MATCHERS } from "./match.js";
import { isObject, member } from "./trace.js";
import type { Json } from "./trace.js";

/** Members whose value counts, because it says what kind of thing this is. */
const TELLING = new Set("method type resultType action mode code isError hasMore status stopReason".split(" "));
/** Members that hold anything: only whether it is an object, an array or a scalar counts. */
const ANYTHING = /(^|[.\]])(arguments|structuredContent|input|metadata)$|^params\.data$/;
/** Members whose member names are data. */
const NAMES_ARE_DATA = /(^|[.\]])(properties|inputRequests|inputResponses|experimental|extensions|content)$/;

const kind = (value: Json): string => (Array.isArray(value) ? "[]" : isObject(value) ? "{}" : "");

/**
 * Which members a message has, as a set of paths: items of an array share one path, names that are data count as `*`, and
 * a member that tells the kind of thing has its value behind it. Of a pattern: the members that it asks for.
 */
export function shapeOf(value: Json, at = ""): ReadonlySet<string> {
  const found = new Set<string>();
  const add = (paths: Iterable<string>) => {
    for (const path of paths) found.add(path);
  };
  const name = /[^.\]]*$/.exec(at)?.[0] ?? "";
  if (Array.isArray(value)) {
    if (ANYTHING.test(at) && name !== "arguments") return found.add(`${at}[]`);
    found.add(`${at}[]`);
    for (const item of value as readonly Json[]) add(shapeOf(item, `${at}[]`));
    return found;
  }
  if (!isObject(value)) {
    found.add(at);
    return TELLING.has(name) && value !== null ? found.add(`${at}=${String(value)}`) : found;
  }
  const matchers = Object.keys(value).filter((key) => MATCHERS.includes(key) || key === "$concat");
  if (matchers.length > 0) {
    for (const key of matchers) add(shapeOfMatcher(key, value[key] as Json, at));
    return found;
  }
  found.add(`${at}{}`);
  if (ANYTHING.test(at)) return found;
  for (const [key, item] of Object.entries(value)) {
    if (item === undefined || member(item, "$absent") === true) continue;
    const shown = isData(at, key, value) ? "*" : key;
    add(shapeOf(item, at === "" ? shown : `${at}.${shown}`));
  }
  return found;
}

/** Whether a member's name is data: the keys of a map, and metadata that nobody has reserved. */
function isData(at: string, key: string, value: Json): boolean {
  if (/(^|\.)_meta$/.test(at))
    return !/^(io\.modelcontextprotocol\/.*|progressToken|trace(parent|state)|baggage)$/.test(key);
  const isBlock = at.endsWith("content") && member(value, "type") !== undefined;
  return NAMES_ARE_DATA.test(at) && !isBlock;
}

/** What a matcher asks for. */
function shapeOfMatcher(key: string, value: Json, at: string): ReadonlySet<string> {
  if (key === "$exact") return shapeOf(value, at);
  if (key === "$each") return new Set([`${at}[]`, ...shapeOf(value, `${at}[]`)]);
  if (key === "$contains" && Array.isArray(value)) return shapeOf(value, at);
  if (key === "$anyOf") {
    const shapes = (value as readonly Json[]).map((one) => shapeOf(one, at));
    const scalars = (value as readonly Json[]).every((one) => kind(one) === "");
    const all = new Set(shapes.flatMap((shape) => [...shape]));
    return scalars ? all : new Set([...all].filter((path) => shapes.every((shape) => shape.has(path))));
  }
  if (key === "$type") return new Set([value === "array" ? `${at}[]` : value === "object" ? `${at}{}` : at]);
  if (key === "$length" || key === "$distinct") return new Set([`${at}[]`]);
  return new Set([at]);
}
