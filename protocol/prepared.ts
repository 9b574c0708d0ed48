const texts = new WeakMap<object, string>();

/**
 * Says of a value that it never changes from here on, so that its JSON is made once, however many messages it stands in
 * (as a member of a result). Returns the value.
 */
export function prepared<T extends object>(value: T): T {
  texts.set(value, "");
  return value;
}

/** The JSON of a value; that of a prepared one is made once. Undefined for what JSON leaves out of objects. */
export function jsonOf(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const known = texts.get(value);
  if (known === undefined) return JSON.stringify(value);
  if (known !== "") return known;
  const text = JSON.stringify(value);
  texts.set(value, text);
  return text;
}
