// @ts-check
/** @typedef {Record<string, any>} Loose */
/**
 * A connection of somebody's client: what it can do, by the name of the scenario's action, and how it is closed.
 * @typedef {{ readonly actions: Record<string, (action: Loose) => unknown>, readonly close: () => unknown }} Connection
 */

/** What the suite asks of a client that it judges, and where the server is. */
export const scenario = /** @type {Loose} */ (JSON.parse(process.env["BAREWIRE_SCENARIO"] ?? "{}"));
export const target = process.argv.at(-1) ?? "";
/** `http`, `sse` or `stdio`. */
export const wire = process.env["BAREWIRE_TARGET"] ?? "stdio";

/** Every page of a list, by a method that takes a cursor. */
export async function everyPage(
  /** @type {(cursor: string | undefined) => Promise<Loose>} */ ask,
  /** @type {string} */ name,
) {
  /** @type {string | undefined} */
  let cursor;
  const found = [];
  do {
    const page = await ask(cursor);
    found.push(...page[name]);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return found;
}

/** Plays the scenario with somebody's client. What the client cannot do is passed over, and nothing is repaired. */
export async function play(/** @type {() => Promise<Connection>} */ connect) {
  let connection = await connect();
  const act = async (/** @type {Loose} */ action) => {
    if (action.action === "together") return Promise.allSettled(action.do.map(act));
    if (action.action === "reconnect") {
      await connection.close();
      connection = await connect();
      return undefined;
    }
    return connection.actions[action.action]?.(action);
  };
  for (const action of scenario.do ?? []) {
    const failed = await act(action).then(
      () => false,
      () => true,
    );
    if (failed && scenario.untilFailure) break;
  }
  await connection.close();
  process.exit(0);
}
