import { invalidParams } from "../../protocol/errors.js";
import { express } from "../../protocol/express.js";
import { given } from "../../protocol/given.js";
import { own, type Params } from "../../protocol/jsonrpc.js";
import { prepared } from "../../protocol/prepared.js";
import type { Call } from "../call.js";
import { isFor, type Entry, type Registry } from "../registry.js";

/**
 * Where an item stands in a list: behind a registration, and, where that stands for several items, behind one of them.
 */
export interface Position {
  readonly order: number;
  readonly index: number;
  /** What the item is called where several stand behind one registration: they may come and go among themselves. */
  readonly key?: string;
}

/**
 * One page of a list that is the same for every caller of a revision: the items are put into its vocabulary and written
 * as JSON once, however often the page is asked for.
 */
export function samePage<E extends Entry>(
  call: Call,
  registry: Registry<E>,
  list: "tools" | "prompts",
  shape: string,
  itemOf: (entry: E) => object,
): Record<string, unknown> {
  const {
    params,
    server,
    caller: { revision },
  } = call;
  const after = readCursor(params, list);
  const visible = visibleOf(call, registry);
  // A middleware may change what it is handed, for its caller alone.
  const changeable = server.middleware?.length > 0;
  const make = () => {
    const found = page(visible, list, after, server.pageSize, ({ order }) => ({ order, index: 0 }));
    const expressed = found.items.map((entry) => express(revision, shape, itemOf(entry) as Record<string, unknown>));
    return { ...found, items: changeable ? expressed.map((item) => ({ ...item })) : prepared(expressed) };
  };
  // A cursor that nobody was given makes a page as well, but not one to remember: there is no end of such.
  const known = after === undefined || (after.index === 0 && registry.hasOrder(after.order));
  const { items, nextCursor } =
    known && !changeable && visible === registry
      ? registry.remembered(`${revision.version} ${after?.order ?? 0}`, make)
      : make();
  return given({ [list]: items, nextCursor });
}

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
  try {
    const [of, position] = JSON.parse(decodeURIComponent(atob(cursor))) as [string, Position];
    const { order, index, key = "" } = position;
    const isPlace = (number: unknown) => Number.isSafeInteger(number) && (number as number) >= 0;
    if (of === list && isPlace(order) && isPlace(index) && typeof key === "string") return position;
  } catch {
    // Whatever it is, nobody got it from here.
  }
  throw invalidParams('"cursor" is not one that this server gave out for this list');
}

/** What a client gets to ask for what comes behind a position. */
export const writeCursor = (list: string, { order, index, key }: Position): string =>
  // What is not ASCII, `btoa` does not take.
  btoa(encodeURIComponent(JSON.stringify([list, { order, index, key }])));

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

/** What of a list its caller may know of: the registry itself, where that is the same for everybody. */
export function visibleOf<E extends Entry>(call: Call, registry: Registry<E>): Iterable<E> {
  if (!registry.differs) return registry;
  const had = [...registry].filter((entry) => isFor(entry, call));
  return call.server.rights?.visible(call, had) ?? had;
}
