const start = /^[A-Za-z][A-Za-z0-9+.-]*:(?:\/\/)?/;

/** How much of a URI stands before the prefix; nothing for addresses of the web, which have none. */
const before = (uri: string): number => (/^https?:/i.test(uri) ? 0 : (start.exec(uri)?.[0].length ?? 0));

/**
 * What a mounted server's URI, or template of URIs, is called outside: the prefix is the first step behind the scheme.
 * Addresses of the web stay: a client may fetch them by itself (2026-07-28/server/resources#common-uri-schemes). The URIs
 * of a template have the prefix where the `template` has it, whatever their values begin with.
 */
export function outerUri(prefix: string, uri: string, template = uri): string {
  const at = before(template);
  return at === 0 ? uri : `${uri.slice(0, at)}${prefix}/${uri.slice(at)}`;
}

/** What the mounted server calls a URI of outside; the URI itself where that has no such prefix. */
export function innerUri(prefix: string, uri: string): string {
  const at = before(uri);
  return at > 0 && uri.startsWith(`${prefix}/`, at) ? uri.slice(0, at) + uri.slice(at + prefix.length + 1) : uri;
}
