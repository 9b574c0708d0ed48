import { CallFailed } from "../protocol/call-failed.js";
import { isObject, own, type Params } from "../protocol/jsonrpc.js";
import type { Result } from "./calls.js";
import { listIn } from "./complete.js";

/**
 * Follows the pages of a list to its end. A cursor is opaque, and an empty one is one as well
 * (2026-07-28/server/utilities/pagination#implementation-guidelines). Throws `limit_exceeded` for a list that goes on
 * beyond `most` pages, and `malformed_answer` for one that comes back to where it was.
 */
export async function pages(
  method: string,
  member: string,
  most: number,
  request: (params: Params) => Promise<Result>,
): Promise<unknown[]> {
  const items: unknown[] = [];
  const seen = new Set<string>();
  let params: Params = {};
  for (let page = 0; page < most; page++) {
    const result = await request(params);
    for (const item of listIn(result, member, method)) {
      if (!isObject(item))
        throw new CallFailed("malformed_answer", `The answer to ${method} must have objects alone in "${member}"`);
      items.push(item);
    }
    const cursor = own(result, "nextCursor");
    if (cursor === undefined || cursor === null) return items;
    if (typeof cursor !== "string") throw new CallFailed("malformed_answer", '"nextCursor" must be a string');
    if (seen.has(cursor))
      throw new CallFailed("malformed_answer", `${method} leads back to a page that was there before`);
    seen.add(cursor);
    params = { cursor };
  }
  throw new CallFailed("limit_exceeded", `${method} has more than ${most} pages (limits.maxPages)`);
}
