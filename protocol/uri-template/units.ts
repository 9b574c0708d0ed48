/**
 * A URI as numbers, one for each character: the code point, plus {@link ENCODED} where the character is percent-encoded
 * (or has to be, as a space has). Spellings that RFC 3986 section 6.2.2 holds equal become equal: `%7e`, `%7E` and `~`.
 */
export type Units = Uint32Array;

/** Marks a character that is data, never a delimiter. */
export const ENCODED = 0x1000000;

const RUNS = /((?:%[\da-f]{2})+)|([^%]+)|%/giu;
const PLAIN = /[\w.~:/?#[\]@!$&'()*+,;=-]/;
const UNRESERVED = /[\w.~-]/;

/** The units of a text; undefined for raw control characters, malformed percent-encoding and what is not UTF-8. */
export function unitsOf(text: string): Units | undefined {
  if (/[\u0000-\u001f\u007f]|\p{Cs}/u.test(text)) return undefined;
  const units = new Uint32Array(text.length);
  let count = 0;
  for (const [run, encoded, raw] of text.matchAll(RUNS)) {
    if (run === "%") return undefined;
    let decoded = raw;
    if (encoded !== undefined) {
      try {
        decoded = decodeURIComponent(encoded);
      } catch {
        return undefined;
      }
    }
    const same = encoded === undefined ? PLAIN : UNRESERVED;
    for (const character of decoded!) units[count++] = character.codePointAt(0)! | (same.test(character) ? 0 : ENCODED);
  }
  return units.subarray(0, count);
}

/** The decoded text of `units` from `start` up to `end`. */
export function textOf(units: Units, start: number, end: number): string {
  let text = "";
  for (let i = start; i < end; i++) text += String.fromCodePoint(units[i]! & ~ENCODED);
  return text;
}

/** The unit of one delimiter. */
export function unitOf(character: string): number {
  return character.charCodeAt(0);
}
