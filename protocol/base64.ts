/**
 * Base64 and base64url (RFC 4648 sections 4 and 5) with Web globals alone. Encoders take bytes, or text as its UTF-8.
 * Decoders are strict: one text for each value, so that two parties that compare the encoded form never disagree.
 */

/** The methods of recent engines; absent where they are not built in. */
interface Native {
  toBase64?(options: { alphabet: "base64" | "base64url"; omitPadding: boolean }): string;
}
interface NativeConstructor {
  fromBase64?(text: string, options: { alphabet: "base64"; lastChunkHandling: "strict" }): Uint8Array<ArrayBuffer>;
}

/** Bytes to a chunk: a multiple of three, so that chunks join without padding, and few enough for one argument list. */
const CHUNK = 3 * 8192;
const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Standard Base64 with padding. Half a surrogate pair in a text becomes U+FFFD. */
export function encodeBase64(data: Uint8Array | string): string {
  const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
  const native = bytes as Native;
  if (native.toBase64) return native.toBase64({ alphabet: "base64", omitPadding: false });
  const chunks: string[] = [];
  for (let at = 0; at < bytes.length; at += CHUNK) {
    // Typed arrays are array-like enough for apply, and spreading one is many times slower.
    const codes = bytes.subarray(at, at + CHUNK) as unknown as number[];
    chunks.push(btoa(String.fromCharCode.apply(null, codes)));
  }
  return chunks.join("");
}

/** Base64url without padding. Half a surrogate pair in a text becomes U+FFFD. */
export function encodeBase64Url(data: Uint8Array | string): string {
  const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
  const native = bytes as Native;
  if (native.toBase64) return native.toBase64({ alphabet: "base64url", omitPadding: true });
  return encodeBase64(bytes).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/**
 * The bytes of standard Base64; undefined for any other character (white space too), missing or surplus padding, and
 * bits set beyond the last byte.
 */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (text.length % 4 !== 0) return undefined;
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const digits = text.slice(0, text.length - padding);
  if (/[^A-Za-z\d+/]/.test(digits)) return undefined;
  const unused = padding === 2 ? 0b1111 : padding === 1 ? 0b11 : 0;
  if (padding > 0 && (DIGITS.indexOf(digits.at(-1)!) & unused) !== 0) return undefined;
  const native = Uint8Array as NativeConstructor;
  if (native.fromBase64) return native.fromBase64(text, { alphabet: "base64", lastChunkHandling: "strict" });
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

/** The bytes of base64url without padding; undefined under the same conditions, and for any padding. */
export function decodeBase64Url(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (/[^\w-]/.test(text)) return undefined;
  const standard = text.replaceAll("-", "+").replaceAll("_", "/");
  return decodeBase64(standard.padEnd(Math.ceil(text.length / 4) * 4, "="));
}

/** The text whose UTF-8 bytes these are; undefined for undefined and for what is not UTF-8. A byte order mark stays. */
function textOfBytes(bytes: Uint8Array | undefined): string | undefined {
  if (!bytes) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** The UTF-8 text in standard Base64; undefined where {@link decodeBase64} is, and for what is not UTF-8. */
export function decodeBase64Text(text: string): string | undefined {
  return textOfBytes(decodeBase64(text));
}

/** The UTF-8 text in base64url; undefined where {@link decodeBase64Url} is, and for what is not UTF-8. */
export function decodeBase64UrlText(text: string): string | undefined {
  return textOfBytes(decodeBase64Url(text));
}
