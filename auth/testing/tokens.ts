import { encodeBase64Url } from "../../protocol/base64.js";
import { FakeClock } from "../../protocol/fake-clock.js";
import type { Jwks } from "../key-set.js";

export const ISSUER = "https://as.example";
export const RESOURCE = "https://mcp.example/mcp";

type Json = Record<string, unknown>;

const ways: Record<string, [object, object]> = {
  RS256: [{ name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }, { name: "RSASSA-PKCS1-v1_5" }],
  RS384: [{ name: "RSASSA-PKCS1-v1_5", hash: "SHA-384" }, { name: "RSASSA-PKCS1-v1_5" }],
  RS512: [{ name: "RSASSA-PKCS1-v1_5", hash: "SHA-512" }, { name: "RSASSA-PKCS1-v1_5" }],
  PS256: [
    { name: "RSA-PSS", hash: "SHA-256" },
    { name: "RSA-PSS", saltLength: 32 },
  ],
  PS384: [
    { name: "RSA-PSS", hash: "SHA-384" },
    { name: "RSA-PSS", saltLength: 48 },
  ],
  PS512: [
    { name: "RSA-PSS", hash: "SHA-512" },
    { name: "RSA-PSS", saltLength: 64 },
  ],
  ES256: [
    { name: "ECDSA", namedCurve: "P-256" },
    { name: "ECDSA", hash: "SHA-256" },
  ],
  ES384: [
    { name: "ECDSA", namedCurve: "P-384" },
    { name: "ECDSA", hash: "SHA-384" },
  ],
  EdDSA: [{ name: "Ed25519" }, { name: "Ed25519" }],
};

/** A key pair that signs tokens. */
export interface Signer {
  readonly jwk: Json;
  readonly alg: string;
  sign(claims: Json, header?: Json): Promise<string>;
}

export async function signer(kid: string | undefined = "k1", alg = "ES256", bits = 2048): Promise<Signer> {
  const [made, by] = ways[alg]!;
  const rsa = "hash" in made ? { modulusLength: bits, publicExponent: new Uint8Array([1, 0, 1]) } : {};
  const pair = (await crypto.subtle.generateKey({ ...made, ...rsa } as never, true, [
    "sign",
    "verify",
  ])) as CryptoKeyPair;
  const { key_ops: _, ext: __, alg: ___, ...jwk } = (await crypto.subtle.exportKey("jwk", pair.publicKey)) as Json;
  return {
    jwk: { ...jwk, ...(kid === undefined ? {} : { kid }) },
    alg,
    async sign(claims, header = {}) {
      const signed = unsigned(claims, { alg, typ: "at+jwt", ...(kid === undefined ? {} : { kid }), ...header });
      const signature = await crypto.subtle.sign(by as never, pair.privateKey, new TextEncoder().encode(signed));
      return `${signed}.${encodeBase64Url(new Uint8Array(signature))}`;
    },
  };
}

/** Header and claims as they are signed. */
export const unsigned = (claims: Json, header: Json): string =>
  `${encodeBase64Url(JSON.stringify(header))}.${encodeBase64Url(JSON.stringify(claims))}`;

export const jwksOf = (...signers: readonly Signer[]): Jwks => ({ keys: signers.map(({ jwk }) => jwk) });

/** What a good token says: of alice, by one client, for this server, for five minutes. */
export function claimsAt(clock: FakeClock, more: Json = {}): Json {
  const iat = Math.floor(clock.now() / 1000);
  const claims = {
    iss: ISSUER,
    sub: "alice",
    client_id: "app",
    aud: RESOURCE,
    scope: "mcp",
    iat,
    exp: iat + 300,
    ...more,
  };
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
}

/** An authorization server that answers by function call: what it serves at which URL, and what it was asked. */
export class FakeWeb {
  readonly pages = new Map<string, () => Response | Promise<Response>>();
  readonly asked: string[] = [];
  readonly sent: RequestInit[] = [];

  json(url: string, body: unknown | (() => unknown)): void {
    this.pages.set(url, () => Response.json(typeof body === "function" ? (body as () => unknown)() : body));
  }

  readonly fetch = async (url: string, init: RequestInit): Promise<Response> => {
    this.asked.push(url);
    this.sent.push(init);
    return (await this.pages.get(url)?.()) ?? new Response("none", { status: 404 });
  };
}
