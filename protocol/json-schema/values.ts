import { charge, enter, leave, type Run } from "./bounds.js";

export type Members = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export const hasOwn: (object: object, name: string) => boolean = Object.hasOwn;

/** A member of its own, or undefined. */
export function member(object: Members, name: string): unknown {
  return hasOwn(object, name) ? object[name] : undefined;
}

/** The names of an object's own members. A member that is `undefined` has no form in JSON and counts as absent. */
export function namesOf(object: Members): readonly string[] {
  const names = Object.keys(object);
  for (let i = 0; i < names.length; i++) {
    if (object[names[i] as string] === undefined) return names.filter((name) => object[name] !== undefined);
  }
  return names;
}

/** A text that is equal for two JSON values exactly when they are equal: the order of members does not count. */
export function canonical(value: unknown, run: Run): string {
  if (typeof value === "string") {
    charge(run, value.length >> 4);
    return JSON.stringify(value);
  }
  if (typeof value !== "object" || value === null) return String(value === 0 ? 0 : value);
  if (Array.isArray(value)) {
    enter(run, value.length);
    const items = value.map((item) => canonical(item, run));
    leave(run);
    return `[${items.join()}]`;
  }
  const object = value as Members;
  const names = namesOf(object).slice().sort();
  enter(run, 2 * names.length);
  const members = names.map((name) => `${JSON.stringify(name)}:${canonical(object[name], run)}`);
  leave(run);
  return `{${members.join()}}`;
}

/** Whether no two items are equal, in time linear in the size of the array. */
export function isUnique(items: readonly unknown[], run: Run): boolean {
  if (items.length < 2) return true;
  charge(run, items.length);
  const plain = new Set<unknown>();
  const composed = new Set<string>();
  for (const item of items) {
    const [seen, key] = typeof item === "object" && item !== null ? [composed, canonical(item, run)] : [plain, item];
    if ((seen as Set<unknown>).has(key)) return false;
    (seen as Set<unknown>).add(key);
  }
  return true;
}

/** The length in Unicode code points, as JSON Schema counts. */
export function lengthOf(text: string): number {
  let length = text.length;
  for (let i = 0; i + 1 < text.length; i++) {
    if ((text.charCodeAt(i) & 0xfc00) === 0xd800 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) {
      length--;
      i++;
    }
  }
  return length;
}
