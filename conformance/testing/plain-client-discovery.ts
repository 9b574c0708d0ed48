import type { Json, JsonObject } from "../trace.js";

/** Where tokens come from, and for what. */
export interface Found {
  readonly issuer: string;
  readonly metadata: JsonObject;
  /** What a token is for; nothing at 2025-03-26. */
  readonly resource: string | undefined;
  readonly scopes: Json | undefined;
}

const LOOPBACK = /^(localhost|127(?:\.\d+){3}|\[::1\])$/;

/** A URL that nothing is wrong with: HTTPS or loopback, and no character that a shell would read. Throws otherwise. */
export function safe(text: string): URL {
  if (!/^https?:\/\/[\w\-.~:/?#[\]@&=%+,]+$/i.test(text)) throw new Error(`no URL to follow: ${text}`);
  const url = new URL(text);
  if (url.protocol !== "https:" && !LOOPBACK.test(url.hostname)) throw new Error(`${text} is not protected`);
  return url;
}

async function read(url: URL, signal: AbortSignal): Promise<JsonObject | undefined> {
  const response = await fetch(url, { headers: { Accept: "application/json" }, redirect: "error", signal });
  if (response.ok) return (await response.json()) as JsonObject;
  await response.body?.cancel();
  return undefined;
}

async function firstOf(urls: readonly string[], signal: AbortSignal): Promise<JsonObject | undefined> {
  for (const url of urls) {
    const found = await read(safe(url), signal);
    if (found) return found;
  }
  return undefined;
}

const canonical = (text: string): string => new URL(text).href.replace(/\/$/, "");
const pathOf = (url: string): string => new URL(url).pathname.replace(/\/$/, "");

/** Finds the authorization server of an MCP server; `announced`: where the challenge says that its metadata lie. */
export async function findIssuer(
  url: string,
  revision: string,
  announced: string | undefined,
  signal: AbortSignal,
): Promise<Found> {
  const { origin } = new URL(url);
  if (revision === "2025-03-26") {
    const metadata = await firstOf([`${origin}/.well-known/oauth-authorization-server`], signal);
    const byDefault = {
      authorization_endpoint: `${origin}/authorize`,
      token_endpoint: `${origin}/token`,
      registration_endpoint: `${origin}/register`,
    };
    return { issuer: origin, metadata: metadata ?? byDefault, resource: undefined, scopes: undefined };
  }
  const known = `${origin}/.well-known/oauth-protected-resource`;
  const described = await firstOf(announced === undefined ? [`${known}${pathOf(url)}`, known] : [announced], signal);
  if (!described) throw new Error("nothing is known of the resource");
  const resource = String(described["resource"]);
  if (canonical(resource) !== canonical(url)) throw new Error(`that is another resource: ${resource}`);
  const [issuer] = described["authorization_servers"] as readonly string[];
  if (issuer === undefined) throw new Error("the resource has no authorization server");
  const [base, path] = [safe(issuer).origin, pathOf(issuer)];
  const metadata = await firstOf(
    [
      `${base}/.well-known/oauth-authorization-server${path}`,
      `${base}/.well-known/openid-configuration${path}`,
      ...(path === "" ? [] : [`${base}${path}/.well-known/openid-configuration`]),
    ],
    signal,
  );
  if (metadata?.["issuer"] !== issuer) throw new Error(`${issuer} has no metadata of its own`);
  const methods = (metadata["code_challenge_methods_supported"] ?? []) as readonly Json[];
  if (!methods.includes("S256")) throw new Error(`${issuer} does not know PKCE`);
  return { issuer, metadata, resource: canonical(url), scopes: described["scopes_supported"] };
}
