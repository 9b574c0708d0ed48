import { isObject } from "../trace.js";
import type { Json, JsonObject } from "../trace.js";
import { REDACTED } from "./recording.js";

/** Where a message differs from the recorded one. */
export interface Difference {
  /** Of the member, such as `result.content[0].text`. */
  readonly path: string;
  /** Undefined: there is no such member. */
  readonly recorded: Json | undefined;
  readonly received: Json | undefined;
}

/** Members whose values are made anew each time, wherever they stand. */
export const VOLATILE: readonly string[] = [
  "requestState",
  "nextCursor",
  "cursor",
  "taskId",
  "elicitationId",
  "sessionId",
  "createdAt",
  "lastUpdatedAt",
  "lastModified",
  "timestamp",
];
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/;
const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;

/** Which value of now stands for which recorded one. */
export type Matched = Map<string, Json>;

/**
 * Compares a message with the recorded one, member by member. Volatile members are matched, that is, there on both
 * sides with a value of one type, and not compared; so are two times and two UUIDs. What a volatile string stands for
 * is kept in `matched`. A value that was taken out of the recording fits all.
 */
export class Comparison {
  readonly #volatile: ReadonlySet<string>;
  readonly #ignored: ReadonlySet<string>;

  constructor(
    readonly matched: Matched,
    { volatile = [], ignored = [] }: { volatile?: readonly string[]; ignored?: readonly string[] } = {},
  ) {
    this.#volatile = new Set([...VOLATILE, ...volatile]);
    // Paths that are not looked at; "[]" stands for any item.
    this.#ignored = new Set(ignored);
  }

  compare(recorded: Json | undefined, received: Json | undefined, path = ""): readonly Difference[] {
    if (this.#isIgnored(path) || recorded === REDACTED || recorded === received) return [];
    if (Array.isArray(recorded) && Array.isArray(received)) {
      const [was, is] = [recorded as readonly Json[], received as readonly Json[]];
      const length = Math.max(was.length, is.length);
      return Array.from({ length }, (_, at) => this.compare(was[at], is[at], `${path}[${at}]`)).flat();
    }
    if (isObject(recorded) && isObject(received)) return this.#members(recorded, received, path);
    if (typeof recorded === "string" && typeof received === "string" && this.#isVolatile(recorded, received)) {
      this.matched.set(recorded, received);
      return [];
    }
    return [{ path: path || "the message", recorded, received }];
  }

  #members(recorded: JsonObject, received: JsonObject, path: string): readonly Difference[] {
    const names = new Set([...Object.keys(recorded), ...Object.keys(received)]);
    return [...names].flatMap((name) => {
      const [was, is] = [own(recorded, name), own(received, name)];
      if (this.#volatile.has(name) && was !== undefined && is !== undefined && typeof was === typeof is) {
        if (typeof was === "string" && is !== undefined) this.matched.set(was, is);
        return [];
      }
      return this.compare(was, is, path === "" ? name : `${path}.${name}`);
    });
  }

  #isIgnored(path: string): boolean {
    return this.#ignored.size > 0 && this.#ignored.has(path.replace(/\[\d+\]/g, "[]"));
  }

  #isVolatile(recorded: string, received: string): boolean {
    return [TIME, UUID].some((form) => form.test(recorded) && form.test(received));
  }
}

const own = (object: JsonObject, name: string): Json | undefined =>
  Object.hasOwn(object, name) ? object[name] : undefined;

/** A value in which each string that stands for something of now is replaced by that. */
export function renew(value: Json, matched: Matched): Json {
  if (typeof value === "string") return matched.get(value) ?? value;
  if (Array.isArray(value)) return value.map((item: Json) => renew(item, matched));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, renew(item as Json, matched)]));
}

/** One line of a difference, for people. */
export function tell({ path, recorded, received }: Difference): string {
  const shown = (value: Json | undefined) => {
    const text = value === undefined ? "nothing" : JSON.stringify(value);
    return text.length > 200 ? `${text.slice(0, 200)}…` : text;
  };
  return `${path}: recorded ${shown(recorded)}, now ${shown(received)}`;
}
