const texts = new WeakMap<object, string>();

/**
 * Says of a value that it never changes from here on and is in its reader's vocabulary, so that its JSON is made once,
 * however many messages it stands in (as a member of a result). Freezes the value, not what is in it, and returns it.
 */
export function prepared<T extends object>(value: T): T {
  texts.set(Object.freeze(value), "");
  return value;
}

export const isPrepared = (value: object): boolean => texts.has(value);

/** The JSON of a value; that of a prepared one is made once. Undefined for what JSON leaves out of objects. */
export function jsonOf(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const known = texts.get(value);
  if (known === undefined) return oneText(value) ?? JSON.stringify(value);
  if (known !== "") return known;
  const text = JSON.stringify(value);
  texts.set(value, text);
  return text;
}

/** The JSON of a list of one text block and nothing else: most tools return one, and it is written more quickly so. */
function oneText(list: object): string | undefined {
  if (!Array.isArray(list) || list.length !== 1) return undefined;
  const block = list[0] as { type?: unknown; text?: unknown; toJSON?: unknown } | null | undefined;
  if (block?.type !== "text" || typeof block.text !== "string" || block.toJSON !== undefined) return undefined;
  let members = 0;
  for (const name in block) members += name === "type" || name === "text" ? 1 : 2;
  return members === 2 ? `[{"type":"text","text":${JSON.stringify(block.text)}}]` : undefined;
}
