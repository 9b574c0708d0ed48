import { isObject, LEGACY, member, MODERN } from "../trace.js";
import type { Json, Revision } from "../trace.js";
import { isRequest, isResponse, messagesOf, undressed } from "./recording.js";
import type { Entry, Recording } from "./recording.js";

/** One message of a recording, as it is to be played. */
export interface Part {
  /** Index of its entry in the recording. */
  readonly entry: number;
  readonly by: Entry["by"];
  readonly message: Json;
  /** What the client sent in the place of a message, which is null then. */
  readonly raw?: string;
  /** Members of one batch are sent together: they have the same entry. */
  readonly batch: boolean;
  /** HTTP: the status of the reply that carried it. */
  readonly status?: number;
}

/** What is to be played, and what of the recording has no place in the revision that is spoken. */
export interface Play {
  readonly parts: readonly Part[];
  readonly leftOut: readonly string[];
}

/** Members that belong to an era, and not to a behaviour. */
export const OF_AN_ERA: readonly string[] = [
  "result.resultType",
  "result.ttlMs",
  "result.cacheScope",
  "result._meta",
  "result.tools[].execution",
  "params._meta.io.modelcontextprotocol/subscriptionId",
];

/** Methods of the client that only one of the two eras has. */
const LEGACY_ONLY = new Set(
  "initialize notifications/initialized ping logging/setLevel resources/subscribe resources/unsubscribe notifications/roots/list_changed tasks/list tasks/result".split(
    " ",
  ),
);
const MODERN_ONLY = new Set(["server/discover", "subscriptions/listen", "tasks/update"]);

/** The messages of a recording, in order, without what HTTP refused before it could reach a server of messages. */
export function partsOf({ entries }: Recording): readonly Part[] {
  const status = new Map<number, number>();
  const refused = refusedIn(entries);
  return entries.flatMap((one, entry): readonly Part[] => {
    const { http, by } = one;
    if (http?.status !== undefined) status.set(http.exchange, http.status);
    if (http && refused.has(http.exchange)) return [];
    if (by === "client" && one.raw !== undefined) return [{ entry, by, message: null, raw: one.raw, batch: false }];
    const found = by === "server" && http ? status.get(http.exchange) : undefined;
    return messagesOf(one).map((message) => ({
      entry,
      by,
      message,
      batch: Array.isArray(one.message),
      ...(found === undefined ? {} : { status: found }),
    }));
  });
}

/**
 * Exchanges in which HTTP refuses requests without an answer to them: their client looks for another transport, or has
 * no token yet.
 */
function refusedIn(entries: readonly Entry[]): ReadonlySet<number> {
  const asked = new Map(
    entries.flatMap(({ by, http, message = null }) =>
      by === "client" && http && isRequest(message) ? [[http.exchange, message["id"]] as const] : [],
    ),
  );
  const refuses = ({ by, http, message }: Entry) =>
    by === "server" &&
    (http?.status ?? 0) >= 400 &&
    asked.has(http?.exchange ?? 0) &&
    member(message, "id") !== asked.get(http?.exchange ?? 0);
  return new Set(entries.filter(refuses).map(({ http }) => http?.exchange ?? 0));
}

/**
 * What of a recording in `from` can be played in `to`. Within an era all of it; from one era into the other all but
 * what only one of them has: its methods, and calls during which the server asks the client, which goes by requests of
 * its own in the one and by results that ask in the other.
 */
export function playIn(recording: Recording, from: Revision, to: Revision): Play {
  const parts = partsOf(recording);
  if (LEGACY.includes(from) === LEGACY.includes(to)) return { parts, leftOut: [] };
  const missing = MODERN.includes(to) ? LEGACY_ONLY : MODERN_ONLY;
  const dropped = new Set<Part>();
  const leftOut: string[] = [];
  const open = new Map<string, Part[]>();
  const drop = (group: readonly Part[], why: string) => {
    const [first] = group;
    if (first && !dropped.has(first))
      leftOut.push(`#${first.entry} ${String(member(first.message, "method"))}: ${why}`);
    for (const part of group) dropped.add(part);
  };
  const key = (id: Json | undefined) => JSON.stringify(id);
  for (const part of parts) {
    const { by, message } = part;
    const method = member(message, "method");
    if (by === "client" && typeof method === "string") {
      const group = [part];
      if (isRequest(message)) open.set(key(message["id"]), group);
      if (missing.has(method)) drop(group, `${to} has no such method`);
      if (asksAgain(message)) drop(group, `answers what the server asked, which ${to} does in another way`);
    } else if (by === "client") dropped.add(part);
    else if (isResponse(message)) {
      const group = open.get(key(message["id"]));
      group?.push(part);
      open.delete(key(message["id"]));
      if (group && group.some((one) => dropped.has(one))) dropped.add(part);
      const asks = member(member(message, "result"), "resultType") === "input_required";
      if (group && asks) drop(group, `the server asks the client, which ${to} does in another way`);
    } else if (isRequest(message)) {
      dropped.add(part);
      for (const group of open.values()) drop(group, `the server asks the client, which ${to} does in another way`);
    } else if (method === undefined || isOfSession(method)) dropped.add(part);
    else {
      const owner = [...open.values()].find(([first]) => first && tokenOf(first.message) === progressOf(message));
      owner?.push(part);
      if (owner?.some((one) => dropped.has(one))) dropped.add(part);
    }
  }
  const kept = parts.filter((part) => !dropped.has(part));
  return { parts: kept.map((part) => ({ ...part, message: undressed(part.message) })), leftOut };
}

/** The progress token of a request, and that of a notification, as text. */
export const tokenOf = (message: Json): string | undefined =>
  JSON.stringify(member(member(member(message, "params"), "_meta"), "progressToken"));
export const progressOf = (message: Json): string =>
  JSON.stringify(member(member(message, "params"), "progressToken") ?? null);

const asksAgain = (message: Json): boolean => {
  const params = member(message, "params");
  return isObject(params) && (Object.hasOwn(params, "inputResponses") || Object.hasOwn(params, "requestState"));
};

/** Notifications that the eras send to those who asked for them in different ways. */
const isOfSession = (method: Json | undefined): boolean =>
  typeof method === "string" &&
  /list_changed$|notifications\/message$|resources\/updated$|subscriptions\/acknowledged$/.test(method);
