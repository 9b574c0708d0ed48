import { invalidParams } from "../../protocol/errors.js";
import { isObject, own, type Params } from "../../protocol/jsonrpc.js";

/** Which tool or prompt a request names. Throws invalid params where it names none. */
export function nameOf(params: Params): string {
  const name = own(params, "name");
  if (typeof name !== "string") throw invalidParams('"name" must be a string');
  return name;
}

/** The arguments that a request gives, none where it has no such member. Throws invalid params for anything else. */
export function argumentsOf(params: Params): Readonly<Record<string, unknown>> {
  const given = Object.hasOwn(params, "arguments") ? params.arguments : {};
  if (!isObject(given)) throw invalidParams('"arguments" must be an object');
  return given;
}
