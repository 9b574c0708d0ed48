import { decodeBase64UrlText, encodeBase64Url } from "../../protocol/base64.js";
import { invalidParams } from "../../protocol/errors.js";
import { own, type Params } from "../../protocol/jsonrpc.js";

/**
 * Where an item stands in a list: behind a registration, and, where that stands for several items, behind one of them.
 */
export interface Position {
  readonly order: number;
  readonly index: number;
  /** What the item is called where several stand behind one registration: they may come and go among themselves. */
  readonly key?: string;
}

const invalidCursor = () => invalidParams('"cursor" is not one that this server gave out for this list');

/**
 * Reads the cursor of a list request. It points behind an item, not at an offset, so that it stays good while other
 * items come and go. Throws -32602 for one that this server never made for this list.
 *
 * Page: `2026-07-28/server/utilities/pagination`.
 */
export function readCursor(params: Params, list: string): Position | undefined {
  const cursor = own(params, "cursor");
  if (cursor === undefined) return undefined;
  if (typeof cursor !== "string") throw invalidParams('"cursor" must be a string');
  const match = /^([a-z/]+):(\d{1,15})\.(\d{1,15})(?::(.*))?$/s.exec(decodeBase64UrlText(cursor) ?? "");
  if (!match || match[1] !== list) throw invalidCursor();
  const [, , order, index, key] = match;
  return { order: Number(order), index: Number(index), ...(key === undefined ? {} : { key }) };
}

const writeCursor = (list: string, { order, index, key }: Position): string =>
  encodeBase64Url(`${list}:${order}.${index}${key === undefined ? "" : `:${key}`}`);

/** One page of `items`, from behind `after`; `at` says where an item stands. */
export function page<T>(
  items: Iterable<T>,
  list: string,
  after: Position | undefined,
  size: number,
  at: (item: T) => Position,
): { items: T[]; nextCursor?: string } {
  const found: T[] = [];
  let last: Position | undefined;
  for (const item of items) {
    const position = at(item);
    if (after && !(position.order > after.order || (position.order === after.order && position.index > after.index)))
      continue;
    if (found.length === size) return { items: found, nextCursor: writeCursor(list, last!) };
    found.push(item);
    last = position;
  }
  return { items: found };
}
