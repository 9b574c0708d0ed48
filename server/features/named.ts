import { invalidParams } from "../../protocol/errors.js";
import { isObject, type Params } from "../../protocol/jsonrpc.js";

/** Which tool or prompt a request names. Throws invalid params where it names none. */
export function nameOf(params: Params): string {
  const { name } = params;
  if (typeof name !== "string") throw invalidParams('"name" must be a string');
  return name;
}

/** The arguments that a request gives, none where it has no such member. Throws invalid params for anything else. */
export function argumentsOf(params: Params): Readonly<Record<string, unknown>> {
  const passed = params.arguments;
  if (isObject(passed)) return passed;
  if (!Object.hasOwn(params, "arguments")) return {};
  throw invalidParams('"arguments" must be an object');
}
