/** Reads options as authors write them; each throws a TypeError that names the option and says what it must be. */

const refuse = (name: string, expected: string, value: unknown): never => {
  throw new TypeError(`${name} must be ${expected}, got ${typeof value === "string" ? `"${value}"` : String(value)}`);
};

/** A whole number of at least `least`, or the default. */
export function wholeNumber(value: number | undefined, byDefault: number, name: string, least = 1): number {
  if (value === undefined) return byDefault;
  if (!Number.isSafeInteger(value) || value < least) refuse(name, `a whole number, ${least} or more`, value);
  return value;
}

/** A time in milliseconds, 0 or more (at least `least`), or the default. Infinity: never. */
export function milliseconds(value: number | undefined, byDefault: number, name: string, least = 0): number {
  if (value === undefined) return byDefault;
  if (typeof value !== "number" || Number.isNaN(value) || value < least)
    refuse(name, `milliseconds, ${least} or more`, value);
  return value;
}

/** One of a few words, or the default. */
export function oneOf<T extends string>(value: T | undefined, byDefault: T, words: readonly T[], name: string): T {
  if (value === undefined) return byDefault;
  if (!words.includes(value)) refuse(name, `one of ${words.map((word) => `"${word}"`).join(", ")}`, value);
  return value;
}

/** A list of strings, "*", or undefined. */
export function listOrAny(
  value: readonly string[] | "*" | undefined,
  name: string,
): readonly string[] | "*" | undefined {
  if (value === undefined || value === "*") return value;
  if (!Array.isArray(value) || value.some((item) => typeof item !== "string"))
    refuse(name, 'a list of strings or "*"', value);
  return value;
}
