import { internalError } from "../protocol/errors.js";
import type { MethodRule } from "../protocol/revision.js";
import type { Call } from "./call.js";

/**
 * Holds the type of a result against what this request can end in. Throws -32603 for a type that nobody registered, and
 * what the extension throws that adds the type. 2026-07-28/basic/index#resulttype.
 */
export function admitResult(resultType: unknown, call: Call, rule?: MethodRule): void {
  if (resultType === "complete") return;
  const { server, method, caller } = call;
  if (resultType === "input_required") {
    // 2026-07-28/basic/patterns/mrtr#supported-requests/2: on no other requests.
    if ((rule ?? caller.revision.methods[method])?.asks) return;
    throw internalError(`${method} cannot end in input_required`);
  }
  if (!server.extensions?.admit(String(resultType), caller)) {
    throw internalError(
      `${method} came to a result of the type "${String(resultType)}", which no extension of this server has`,
    );
  }
}
