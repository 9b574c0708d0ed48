import { createHash, createPublicKey, generateKeyPairSync, verify } from "node:crypto";
import type { JsonWebKey } from "node:crypto";
import { isObject } from "./trace.js";
import type { Json, JsonObject } from "./trace.js";

/** The challenge that PKCE makes of a verifier by S256. */
export const challengeOf = (verifier: string): string => createHash("sha256").update(verifier).digest("base64url");

let pair: { readonly privateKey: string; readonly publicKey: Json } | undefined;

/** A pair of keys for ES256, one for the whole process: PKCS#8 in PEM, and a JWK. */
export function keyPair(): { readonly privateKey: string; readonly publicKey: Json } {
  if (pair) return pair;
  const made = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const privateKey = made.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  pair = { privateKey, publicKey: made.publicKey.export({ format: "jwk" }) as Json };
  return pair;
}

/** What a JSON Web Token says; undefined where it is none. `holds`: whether a key (as JWK) verifies its signature by ES256. */
export function readToken(
  text: string,
): { readonly header: JsonObject; readonly claims: JsonObject; holds(key: Json): boolean } | undefined {
  const [head, body, signature, ...rest] = text.split(".");
  if (head === undefined || body === undefined || signature === undefined || rest.length > 0) return undefined;
  const read = (part: string) => JSON.parse(Buffer.from(part, "base64url").toString("utf8")) as Json;
  try {
    const [header, claims] = [read(head), read(body)];
    if (!isObject(header) || !isObject(claims)) return undefined;
    const holds = (key: Json) =>
      header["alg"] === "ES256" &&
      verify(
        "sha256",
        Buffer.from(`${head}.${body}`),
        { key: createPublicKey({ key: key as JsonWebKey, format: "jwk" }), dsaEncoding: "ieee-p1363" },
        Buffer.from(signature, "base64url"),
      );
    return { header, claims, holds };
  } catch {
    return undefined;
  }
}
