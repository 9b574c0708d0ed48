import { leadsHome } from "../../protocol/oauth/resource.js";

/**
 * Holds an address of this client, to which browsers are sent back, against what such an address may be: https, or http
 * on this machine. Throws a TypeError.
 * 2026-07-28/basic/authorization/security-considerations#communication-security/3
 * 2025-03-26/basic/authorization#security-considerations/6
 */
export function readRedirectUri(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !(url.protocol === "https:" || (url.protocol === "http:" && leadsHome(url))) || text.includes("#"))
    throw new TypeError(`redirectUri must be an https URL, or an http one on this machine, without "#"; got "${text}"`);
  return text;
}

/** Whether browsers come back to this machine, as to an application that runs on it. */
export const isNative = (redirectUri: string): boolean => leadsHome(new URL(redirectUri));
