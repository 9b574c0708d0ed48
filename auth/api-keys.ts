import { readScopes } from "../protocol/scopes.js";
import { sameDigest, sha256 } from "../protocol/oauth/digest.js";
import { principalOf } from "./principal.js";
import { TokenRefused, type Verified, type Verifier } from "./verifier.js";

/** A key and what it opens. */
export interface ApiKey {
  /** Whom it was given to: the `subject` of their requests. */
  readonly name: string;
  /** The secret: at least 16 characters. */
  readonly key: string;
  readonly scopes?: readonly string[];
  /** When it ends, in milliseconds since the epoch. Default: never. */
  readonly expiresAt?: number;
}

const LEAST_LENGTH = 16;
const ISSUER = "api-keys";

/**
 * Verifies static keys. Each is compared with all, by digests, so that no time tells how close a guess came. Throws a
 * TypeError for keys that are short or stand twice.
 */
export function apiKeys(keys: readonly ApiKey[]): Verifier {
  if (keys.length === 0) throw new TypeError("apiKeys needs a key");
  const known = keys.map(({ name, key, scopes, expiresAt }) => {
    if (typeof name !== "string" || name === "") throw new TypeError("An API key needs a name");
    if (typeof key !== "string" || key.length < LEAST_LENGTH)
      throw new TypeError(`The API key of "${name}" must have ${LEAST_LENGTH} characters or more`);
    const verified: Verified = {
      principal: principalOf(ISSUER, name, undefined),
      issuer: ISSUER,
      subject: name,
      scopes: readScopes(scopes, `The API key of "${name}"`) ?? [],
      ...(expiresAt === undefined ? {} : { expiresAt }),
    };
    return { key, verified };
  });
  if (new Set(keys.map(({ key }) => key)).size !== keys.length) throw new TypeError("An API key stands twice");
  let digests: Promise<readonly Uint8Array[]> | undefined;

  return async (token, { clock }) => {
    digests ??= Promise.all(known.map(({ key }) => sha256(key)));
    const given = await sha256(token);
    let found: Verified | undefined;
    for (const [at, digest] of (await digests).entries()) if (sameDigest(digest, given)) found = known[at]!.verified;
    // Left to the next verifier, it might be sent to another server.
    if (found?.expiresAt !== undefined && found.expiresAt <= clock.now())
      throw new TokenRefused("The API key has expired");
    return found;
  };
}

/**
 * Reads keys as an environment variable holds them: `alice=KEY bob=KEY`, with spaces, commas or line breaks between.
 * `scopes` says what each name may. Throws a TypeError, which tells no key, for what cannot be read.
 */
export function keysFrom(text: string | undefined, scopes: Readonly<Record<string, readonly string[]>> = {}): ApiKey[] {
  const entries = (text ?? "").split(/[\s,]+/).filter((entry) => entry !== "");
  if (entries.length === 0) throw new TypeError("There are no API keys; write them as name=KEY");
  return entries.map((entry, at) => {
    const [, name, key] = /^([^=]+)=(.+)$/.exec(entry) ?? [];
    if (name === undefined || key === undefined) throw new TypeError(`API key ${at + 1} must be written as name=KEY`);
    const allowed = Object.hasOwn(scopes, name) ? scopes[name] : undefined;
    return { name, key, ...(allowed === undefined ? {} : { scopes: allowed }) };
  });
}
