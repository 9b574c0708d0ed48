import { match } from "../match.js";
import { isObject, member } from "../trace.js";
import type { Json, JsonObject } from "../trace.js";

/** Members by which a message, or what stands for one, tells what it is. A response has none of them. */
const DISCRIMINATORS = ["asks", "method", "http", "closed"] as const;

/** Whether nothing tells of another kind. */
export const isResponse = (message: Json): boolean =>
  DISCRIMINATORS.every((name) => member(message, name) === undefined);

/** Whether a message may be what a pattern is about: its method, or over HTTP its kind. */
export function concerns(pattern: JsonObject, message: Json): boolean {
  for (const name of DISCRIMINATORS) {
    const wanted = member(pattern, name);
    if (wanted === undefined) continue;
    const value = member(message, name);
    return isObject(wanted) ? value !== undefined && !match(wanted, value, "", new Map()) : wanted === value;
  }
  return isResponse(message);
}
