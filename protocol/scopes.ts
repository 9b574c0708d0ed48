import type { Auth } from "./auth.js";
import { Refusal } from "./errors.js";

/** What a scope may consist of (RFC 6749 section 3.3): all that is visible in ASCII but quotes and backslashes. */
const scopeToken = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/** Reads a list of scopes; undefined for none. Throws a TypeError that names `where`. */
export function readScopes(scopes: readonly string[] | undefined, where: string): readonly string[] | undefined {
  if (scopes === undefined) return undefined;
  if (!Array.isArray(scopes) || scopes.some((scope) => typeof scope !== "string" || !scopeToken.test(scope)))
    throw new TypeError(`${where}: scopes must be a list of scopes, each without spaces, quotes and backslashes`);
  return scopes.length === 0 ? undefined : [...new Set(scopes)];
}

/**
 * The same for scopes that a server asks for. What `offline_access` grants is nothing of a server's
 * (2026-07-28/basic/authorization/index#refresh-tokens/5).
 */
export function readNeeded(scopes: readonly string[] | undefined, where: string): readonly string[] | undefined {
  const needed = readScopes(scopes, where);
  if (needed?.includes("offline_access")) throw new TypeError(`${where}: scopes must not hold "offline_access"`);
  return needed;
}

/** Which scopes of those that are needed the caller was not granted. Without credentials that is all of them. */
export const missingScopes = (auth: Auth | undefined, needed: readonly string[]): readonly string[] =>
  needed.filter((scope) => !(auth?.covers?.(scope) ?? auth?.scopes?.includes(scope) ?? false));

/**
 * Refuses what the caller's credentials (`ctx.auth`) do not allow: over HTTP by 403 with a challenge that names every
 * scope that the operation needs, so that a client gets them all at once. For handlers where what is needed depends on
 * the arguments; what always is needed stands in `scopes`. Throws a {@link Refusal}, and a
 * TypeError for what is no list of scopes.
 * Page: `2026-07-28/basic/authorization#runtime-insufficient-scope-errors`.
 */
export function requireScopes(auth: Auth | undefined, needed: readonly string[]): void {
  // One made of what a client sent could name several, and ask for them in this server's name.
  readScopes(needed, "requireScopes");
  if (missingScopes(auth, needed).length > 0) throw insufficientScope(auth, needed);
}

function insufficientScope(auth: Auth | undefined, needed: readonly string[]): Refusal {
  // Whoever asks for no more than the challenge names must not be refused for what it had before.
  const all = [...new Set([...(auth?.required ?? []), ...needed])];
  const params = {
    error: "insufficient_scope",
    error_description: "The credentials do not allow this",
    scope: all.join(" "),
    resource_metadata: auth?.resourceMetadata,
  };
  const challenge = bearerChallenge(params, auth?.scheme);
  return new Refusal("insufficient_scope", -32600, `Insufficient scope; this needs: ${all.join(" ")}`, {
    data: { requiredScopes: all },
    http: { status: 403, headers: { "WWW-Authenticate": challenge } },
  });
}

/** All that must not stand in a value of a challenge (RFC 6750 section 3), nor in any header. */
const unquotable = /[^\x20\x21\x23-\x5b\x5d-\x7e]/g;

/** A challenge of RFC 6750 section 3. What a value must not have in it becomes an apostrophe. */
export function bearerChallenge(params: Readonly<Record<string, string | undefined>>, scheme = "Bearer"): string {
  const written = Object.entries(params).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}="${value.replace(unquotable, "'")}"`],
  );
  return written.length === 0 ? scheme : `${scheme} ${written.join(", ")}`;
}
