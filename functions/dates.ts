/**
 * Makes of a value of JSON what a function gets. Leaves alone what is of another kind than it knows. `path` is where the
 * value stands in the arguments, as a JSON Pointer.
 */
export type Conversion = (value: unknown, path?: string) => unknown;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);

/** A date-time string as a `Date`. Throws a TypeError for a string that names no moment. */
export function toDate(value: unknown, path = ""): unknown {
  if (typeof value !== "string") return value;
  const date = new Date(value);
  if (Number.isNaN(date.getTime()))
    throw new TypeError(`"${path}" must be a date like "2026-07-28T09:00:00Z", got ${JSON.stringify(value)}`);
  return date;
}

/** Converts members of an object by name; the others stay. */
export const members =
  (conversions: Readonly<Record<string, Conversion>>): Conversion =>
  (value, path = "") => {
    if (!isRecord(value)) return value;
    const converted = { ...value };
    for (const [name, convert] of Object.entries(conversions))
      if (Object.hasOwn(value, name)) converted[name] = convert(value[name], `${path}/${name}`);
    return converted;
  };

/** Converts every member of an object. */
export const record =
  (convert: Conversion): Conversion =>
  (value, path = "") =>
    isRecord(value)
      ? Object.fromEntries(Object.entries(value).map(([name, member]) => [name, convert(member, `${path}/${name}`)]))
      : value;

/** Converts the items of an array: the first ones each by its own, those behind them by `rest`. */
export const items =
  (first: readonly (Conversion | undefined)[], rest?: Conversion): Conversion =>
  (value, path = "") =>
    Array.isArray(value)
      ? value.map((item, at) => {
          const convert = at < first.length ? first[at] : rest;
          return convert ? convert(item, `${path}/${at}`) : item;
        })
      : value;

/** Applies one conversion after the other: each knows its own kind of value. */
export const inTurn =
  (...conversions: readonly Conversion[]): Conversion =>
  (value, path) =>
    conversions.reduce((converted, convert) => convert(converted, path), value);
