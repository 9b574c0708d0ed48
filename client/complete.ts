import { CallFailed } from "../protocol/call-failed.js";
import { own, type Params } from "../protocol/jsonrpc.js";
import type { Result } from "./calls.js";
import type { Connection, Extra } from "./connection.js";
import type { RequestOptions } from "./options.js";
import { requestInRounds } from "./rounds.js";

/**
 * Makes a request to its end: the result is complete. A result type that this client did not negotiate is an error
 * (2026-07-28/basic/index#resulttype); without one it counts as complete.
 */
export async function requestComplete(
  connection: Connection,
  method: string,
  params: Params,
  options: RequestOptions,
  extra: Extra = {},
): Promise<Result> {
  const result = await requestInRounds(connection, method, params, options, extra);
  checkComplete(connection, method, result);
  return result;
}

export function checkComplete(connection: Connection, method: string, result: Result): void {
  const type = own(result, "resultType");
  if (type === undefined || type === "complete" || !connection.revision.facts.extensions) return;
  throw new CallFailed(
    "malformed_answer",
    `The answer to ${method} has the unknown resultType ${JSON.stringify(type)}`,
  );
}

/** A member of a result that the specification demands to be a list. */
export function listIn(result: unknown, name: string, method: string): readonly unknown[] {
  const list = own(result, name);
  if (!Array.isArray(list))
    throw new CallFailed("malformed_answer", `The answer to ${method} must have a list "${name}"`);
  return list as unknown[];
}
