/**
 * Values of the request body in HTTP headers (`Mcp-Name`, `Mcp-Param-…`): section "Value Encoding" of the page
 * basic/transports/streamable-http of 2026-07-28.
 */
import { decodeBase64Text, encodeBase64 } from "./base64.js";

const PREFIX = "=?base64?";
const SUFFIX = "?=";
const OUTSIDE = /[^\t\x20-\x7e]/;

const isMarked = (text: string) => text.startsWith(PREFIX) && text.endsWith(SUFFIX);

/**
 * The header value for a member of the body. Plain where it may stand in a header as it is; in marked Base64 where it
 * has other characters than visible ASCII, space and tab, white space at an end, or the look of marked Base64.
 * Throws RangeError for a number that is not finite, which JSON cannot hold.
 */
export function encodeHeaderValue(value: string | number | boolean): string {
  const text = textOf(value);
  const plain = !OUTSIDE.test(text) && !/^[\t ]|[\t ]$/.test(text) && !isMarked(text);
  return plain ? text : `${PREFIX}${encodeBase64(text)}${SUFFIX}`;
}

function textOf(value: string | number | boolean): string {
  if (typeof value !== "number") return String(value);
  if (!Number.isFinite(value)) throw new RangeError(`A header value cannot be ${value}; expected a finite number.`);
  // String() turns to exponents from 1e21 on, and an integer's form here is decimal.
  return Number.isInteger(value) ? BigInt(value).toString() : String(value);
}

/**
 * What a header value stands for, without the white space around it. Undefined: it has a character that may not be in a
 * header, or is marked as Base64 and what is between the marks is not the Base64 of UTF-8. A value with only one of the
 * two marks is plain.
 */
export function decodeHeaderValue(raw: string): string | undefined {
  let [start, end] = [0, raw.length];
  while (start < end && isBlank(raw, start)) start++;
  while (end > start && isBlank(raw, end - 1)) end--;
  const text = raw.slice(start, end);
  if (OUTSIDE.test(text)) return undefined;
  // In "=?base64?=" the marks would share a character: it is too short to be marked.
  if (!isMarked(text) || text.length < PREFIX.length + SUFFIX.length) return text;
  return decodeBase64Text(text.slice(PREFIX.length, -SUFFIX.length));
}

const isBlank = (text: string, at: number) => text[at] === " " || text[at] === "\t";

/**
 * Whether a header says what the body's member says. Integers are compared as numbers, exactly, in decimal notation
 * (`42.0` and `042` are 42, `4.2e1` is not); strings and booleans as they are. Anything else in the body has no header.
 */
export function sameValue(raw: string, body: unknown): boolean {
  const header = decodeHeaderValue(raw);
  if (header === undefined) return false;
  if (typeof body === "string") return header === body;
  if (typeof body === "boolean") return header === String(body);
  if (typeof body !== "number" || !Number.isFinite(body)) return false;
  if (!Number.isSafeInteger(body)) return header === textOf(body);
  const [, sign, digits] = /^(-?)0*(\d{1,16})(?:\.0+)?$/.exec(header) ?? [];
  return digits !== undefined && BigInt(digits) * (sign ? -1n : 1n) === BigInt(body);
}
