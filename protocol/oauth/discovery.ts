import type { Clock } from "../clock.js";
import { messageOf } from "../errors.js";
import { fetchJson, until, type SettledFetch } from "./json-fetch.js";
import { endpointUrl, leadsHome } from "./resource.js";

/** What an authorization server says of itself (RFC 8414, OpenID Connect Discovery). */
export type ServerMetadata = Readonly<Record<string, unknown>> & { readonly issuer: string };

/**
 * Where the metadata of an issuer may lie, the likeliest first.
 * 2026-07-28/basic/authorization/authorization-server-discovery#authorization-server-metadata-discovery/2.1
 * 2026-07-28/basic/authorization/authorization-server-discovery#authorization-server-metadata-discovery/2.2
 * 2026-07-28/basic/authorization/authorization-server-discovery#authorization-server-metadata-discovery/2.3
 * 2026-07-28/basic/authorization/authorization-server-discovery#authorization-server-metadata-discovery/3.1
 * 2026-07-28/basic/authorization/authorization-server-discovery#authorization-server-metadata-discovery/3.2
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

/** Why an issuer has no metadata that could be used. */
export class NoMetadata extends Error {
  override readonly name = "NoMetadata";
  constructor(
    message: string,
    /** "none": each place said that there is nothing. "other_issuer": what there was named another one. */
    readonly why: "none" | "other_issuer" | "failed",
  ) {
    super(message);
  }
}

/**
 * Finds an issuer's metadata, at all places within one timeout. Throws {@link NoMetadata}, which tells of each place
 * why nothing came of it.
 */
export async function discover(
  issuer: string,
  options: SettledFetch,
  clock: Clock,
  init?: RequestInit,
): Promise<ServerMetadata> {
  const why: string[] = [];
  let kind: NoMetadata["why"] = "none";
  const ends = clock.now() + options.timeoutMs;
  for (const url of metadataUrls(issuer)) {
    try {
      const { status, body } = await fetchJson(url, until(ends, options, clock), clock, init);
      // Whoever can write one document must not speak for another issuer.
      // 2026-07-28/basic/authorization/authorization-server-discovery#authorization-server-metadata-discovery/4
      // 2026-07-28/basic/authorization/authorization-server-discovery#authorization-server-metadata-discovery/5
      // 2026-07-28/basic/authorization/authorization-server-discovery#authorization-server-metadata-discovery/6
      if (body?.issuer === issuer) return body as ServerMetadata;
      if (body) kind = "other_issuer";
      else if ((status < 400 || status >= 500) && kind === "none") kind = "failed";
      why.push(`${url.href} ${body ? "names another issuer" : `answered ${status}`}`);
    } catch (error) {
      if (kind === "none") kind = "failed";
      why.push(messageOf(error));
    }
  }
  throw new NoMetadata(`No metadata of the issuer ${issuer}: ${why.join("; ")}`, kind);
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
