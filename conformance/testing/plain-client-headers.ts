import { encodeHeader } from "../dress.js";
import { isObject, member } from "../trace.js";
import type { Json, JsonObject } from "../trace.js";

/** The annotated parameters of a tool; undefined where an annotation is not allowed. */
export function headersOf(tool: JsonObject): Map<string, readonly string[]> | undefined {
  const found = new Map<string, readonly string[]>();
  let wrong = false;
  const walk = (schema: Json | undefined, path: readonly string[], direct: boolean): void => {
    if (!isObject(schema)) return;
    const name = schema["x-mcp-header"];
    if (name !== undefined) {
      const lower = String(name).toLowerCase();
      const fits = typeof name === "string" && /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name);
      const plain = ["string", "integer", "boolean"].includes(String(schema["type"]));
      if (!fits || !plain || !direct || [...found.keys()].some((one) => one.toLowerCase() === lower)) wrong = true;
      found.set(String(name), path);
    }
    for (const [key, value] of Object.entries(schema)) {
      if (key === "properties" && isObject(value))
        for (const [inner, one] of Object.entries(value)) walk(one as Json, [...path, inner], direct);
      else if (key !== "enum" && key !== "const" && key !== "default")
        for (const one of Array.isArray(value) ? value : [value]) walk(one as Json, path, false);
    }
  };
  walk(tool["inputSchema"] as Json, [], true);
  return wrong ? undefined : found;
}

/** The headers that repeat the annotated arguments of a call. */
export function mirror(tool: JsonObject, args: JsonObject): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, path] of headersOf(tool) ?? []) {
    const value = path.reduce<Json | undefined>((at, key) => member(at, key), args);
    if (value !== undefined && value !== null) headers[`Mcp-Param-${name}`] = encodeHeader(String(value));
  }
  return headers;
}
