import { isObject } from "../../protocol/jsonrpc.js";

/** JSON with the members of every object in the order of their names: the same value always gives the same text. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item)).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value) ?? "null";
  const members = Object.keys(value)
    .filter((name) => value[name] !== undefined)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonicalJson(value[name])}`);
  return `{${members.join(",")}}`;
}

const ofTheRound = new Set(["_meta", "inputResponses", "requestState"]);

/** What makes two requests the same call, whatever round they belong to. */
export function canonicalCall(method: string, params: Readonly<Record<string, unknown>>): string {
  const own: Record<string, unknown> = {};
  for (const name of Object.keys(params)) if (!ofTheRound.has(name)) own[name] = params[name];
  return `${method} ${canonicalJson(own)}`;
}
