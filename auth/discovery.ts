import type { Clock } from "../protocol/clock.js";
import { messageOf } from "../protocol/errors.js";
import { fetchJson, until, type SettledFetch } from "./json-fetch.js";
import { endpointUrl, leadsHome } from "./resource.js";

/** What an authorization server says of itself (RFC 8414, OpenID Connect Discovery). */
export type ServerMetadata = Readonly<Record<string, unknown>> & { readonly issuer: string };

/**
 * Where the metadata of an issuer may lie, the likeliest first.
 * Page: `2026-07-28/basic/authorization/authorization-server-discovery#authorization-server-metadata-discovery`.
 */
export function metadataUrls(issuer: string): URL[] {
  const { origin, pathname } = endpointUrl(issuer, "issuer");
  const path = pathname.replace(/\/$/, "");
  const places = [
    `/.well-known/oauth-authorization-server${path}`,
    `/.well-known/openid-configuration${path}`,
    ...(path === "" ? [] : [`${path}/.well-known/openid-configuration`]),
  ];
  return places.map((place) => new URL(origin + place));
}

/** Finds an issuer's metadata, at all places within one timeout. Throws an Error that tells of each place why nothing came of it. */
export async function discover(issuer: string, options: SettledFetch, clock: Clock): Promise<ServerMetadata> {
  const why: string[] = [];
  const ends = clock.now() + options.timeoutMs;
  for (const url of metadataUrls(issuer)) {
    try {
      const { status, body } = await fetchJson(url, until(ends, options, clock), clock);
      if (!body) why.push(`${url.href} answered ${status}`);
      // Whoever can write one document must not speak for another issuer.
      else if (body.issuer !== issuer) why.push(`${url.href} names another issuer`);
      else return body as ServerMetadata;
    } catch (error) {
      why.push(messageOf(error));
    }
  }
  throw new Error(`No metadata of the issuer ${issuer}: ${why.join("; ")}`);
}

/**
 * An endpoint that metadata names. Throws an Error where it is missing, not https, or leads a server elsewhere to this
 * machine.
 */
export function endpointOf(metadata: ServerMetadata, member: string): URL {
  const url = endpointUrl(metadata[member], `${member} of ${metadata.issuer}`);
  if (leadsHome(url) && !leadsHome(new URL(metadata.issuer)))
    throw new Error(`${member} of ${metadata.issuer} leads to this machine`);
  return url;
}
