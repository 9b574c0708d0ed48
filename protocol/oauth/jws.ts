import { decodeBase64, decodeBase64Url, decodeBase64UrlText, encodeBase64Url } from "../base64.js";
import { isObject } from "../jsonrpc.js";

/** The signatures that are known: all by key pairs, so that what verifies cannot sign. */
export const algorithms = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "EdDSA",
  "Ed25519",
] as const;
export type Algorithm = (typeof algorithms)[number];

/** A signed token, taken apart and not yet believed. */
export interface Jws {
  readonly header: Readonly<Record<string, unknown>>;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly signature: Uint8Array<ArrayBuffer>;
  /** What is signed. */
  readonly signed: Uint8Array<ArrayBuffer>;
}

/** Takes a token in the compact form apart; undefined for what is none (RFC 7515 section 5.2). */
export function parseJws(token: string): Jws | undefined {
  const parts = token.split(".", 4);
  if (parts.length !== 3) return undefined;
  const [head, body, end] = parts as [string, string, string];
  const header = objectOf(head);
  const payload = objectOf(body);
  const signature = decodeBase64Url(end);
  if (!header || !payload || !signature) return undefined;
  return { header, payload, signature, signed: bytesOf(`${head}.${body}`) };
}

const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>;

function objectOf(part: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(decodeBase64UrlText(part) ?? "");
    return isObject(value) ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}

interface Shape {
  readonly kty: string;
  readonly crv?: string;
  /** How WebCrypto is told of the key, and of its signatures. */
  readonly key: RsaHashedImportParams | EcKeyImportParams | { readonly name: string };
  readonly by: RsaPssParams | EcdsaParams | { readonly name: string };
}

const rsa = (bits: string): Shape => ({
  kty: "RSA",
  key: { name: "RSASSA-PKCS1-v1_5", hash: `SHA-${bits}` },
  by: { name: "RSASSA-PKCS1-v1_5" },
});
const pss = (bits: string): Shape => ({
  kty: "RSA",
  key: { name: "RSA-PSS", hash: `SHA-${bits}` },
  by: { name: "RSA-PSS", saltLength: Number(bits) / 8 },
});
const ec = (bits: string): Shape => ({
  kty: "EC",
  crv: `P-${bits}`,
  key: { name: "ECDSA", namedCurve: `P-${bits}` },
  by: { name: "ECDSA", hash: `SHA-${bits}` },
});
const ed: Shape = { kty: "OKP", crv: "Ed25519", key: { name: "Ed25519" }, by: { name: "Ed25519" } };

const shapes = new Map<string, Shape>([
  ...["256", "384", "512"].flatMap((bits): [string, Shape][] => [
    [`RS${bits}`, rsa(bits)],
    [`PS${bits}`, pss(bits)],
  ]),
  ["ES256", ec("256")],
  ["ES384", ec("384")],
  ["EdDSA", ed],
  ["Ed25519", ed],
]);

/** Below this many bits an RSA key is no protection (RFC 7518 section 3.3). */
const LEAST_RSA_BITS = 2048;

/** Whether a public key may have made signatures of an algorithm: type, curve, and what it says of its own use. */
export function fits(jwk: Readonly<Record<string, unknown>>, algorithm: string): boolean {
  const shape = shapes.get(algorithm);
  if (!shape || jwk.kty !== shape.kty || (shape.crv !== undefined && jwk.crv !== shape.crv)) return false;
  if (jwk.use !== undefined && jwk.use !== "sig") return false;
  if (jwk.alg !== undefined && shapes.get(String(jwk.alg)) !== shape) return false;
  return jwk.key_ops === undefined || (Array.isArray(jwk.key_ops) && jwk.key_ops.includes("verify"));
}

/** Makes a public key ready. Undefined for one that is malformed or too short. */
export async function importKey(
  jwk: Readonly<Record<string, unknown>>,
  algorithm: string,
): Promise<CryptoKey | undefined> {
  const shape = shapes.get(algorithm);
  if (!shape) return undefined;
  // Of what the document says only the key itself is taken: its own idea of its use was held against ours.
  const { kty, n, e, crv, x, y } = jwk as JsonWebKey;
  const bare = Object.fromEntries(Object.entries({ kty, n, e, crv, x, y }).filter(([, value]) => value !== undefined));
  const key = await crypto.subtle.importKey("jwk", bare, shape.key, false, ["verify"]).catch(() => undefined);
  const bits = (key?.algorithm as { modulusLength?: number } | undefined)?.modulusLength;
  return bits !== undefined && bits < LEAST_RSA_BITS ? undefined : key;
}

/** Whether a key made a signature. */
export async function verifySignature(jws: Jws, algorithm: string, key: CryptoKey): Promise<boolean> {
  const { by } = shapes.get(algorithm)!;
  return crypto.subtle.verify(by, key, jws.signature, jws.signed).catch(() => false);
}

/** Makes a private key, as PKCS #8 or as a JWK, ready to sign. Throws an Error that tells nothing of the key. */
export async function importSigningKey(key: string | JsonWebKey | CryptoKey, algorithm: Algorithm): Promise<CryptoKey> {
  if (key instanceof CryptoKey) return key;
  const shape = shapes.get(algorithm)!;
  try {
    if (typeof key !== "string") return await crypto.subtle.importKey("jwk", key, shape.key, false, ["sign"]);
    const [, encoded = ""] = /-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END PRIVATE KEY-----/.exec(key) ?? [];
    const der = decodeBase64(encoded.replace(/\s/g, ""));
    return await crypto.subtle.importKey("pkcs8", der!, shape.key, false, ["sign"]);
  } catch {
    throw new Error(`The private key is no PKCS #8 in PEM and no JWK of a key for ${algorithm}`);
  }
}

/** Signs claims; the token is in the compact form (RFC 7515 section 7.1). */
export async function signJws(
  header: Readonly<Record<string, unknown>>,
  payload: Readonly<Record<string, unknown>>,
  algorithm: Algorithm,
  key: CryptoKey,
): Promise<string> {
  const parts = [{ ...header, alg: algorithm }, payload].map((part) => encodeBase64Url(JSON.stringify(part)));
  const signed = parts.join(".");
  const signature = await crypto.subtle.sign(shapes.get(algorithm)!.by, key, bytesOf(signed));
  return `${signed}.${encodeBase64Url(new Uint8Array(signature))}`;
}
