/** What a server asks for with a 401 or a 403 (RFC 6750 section 3, RFC 9728 section 5.1). */
export interface Challenge {
  /** Where the metadata of the server lie. */
  readonly resourceMetadata?: string;
  /** The scopes that the request needs. */
  readonly scope?: readonly string[];
  readonly error?: string;
}

/** One challenge of a `WWW-Authenticate` header (RFC 9110 section 11.6.1). */
export interface Scheme {
  /** In lower case. */
  readonly scheme: string;
  /** By names in lower case; of a name that stands there twice, the first. */
  readonly params: ReadonlyMap<string, string>;
}

/** Characters of a header that are read. */
const LONGEST = 16_384;

const token = /[!#$%&'*+.^_`|~\dA-Za-z-]+/y;
const assigned = /[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([!#$%&'*+.^_`|~\dA-Za-z-]+))(?=[ \t]*(?:,|$))/y;
const token68 = /[ \t]+[A-Za-z\d._~+/-]+=*(?=[ \t]*(?:,|$))/y;
const between = /[ \t,]*/y;

/**
 * Takes a `WWW-Authenticate` header apart, several lines of it joined by commas included. Ends quietly where it cannot
 * be read any further.
 */
export function readSchemes(header: string): Scheme[] {
  const found: { scheme: string; params: Map<string, string> }[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at;
    const match = pattern.exec(header);
    if (match) at = pattern.lastIndex;
    return match ?? undefined;
  };
  if (header.length > LONGEST) return [];
  for (;;) {
    take(between);
    const name = take(token)?.[0].toLowerCase();
    if (name === undefined) return found;
    const value = take(assigned);
    const [, quoted, bare] = value ?? [];
    const params = found.at(-1)?.params;
    if (value && params) {
      if (!params.has(name)) params.set(name, quoted?.replace(/\\(.)/g, "$1") ?? bare!);
      continue;
    }
    // Neither a parameter nor the name of a scheme.
    if (value || !/^([ \t,]|$)/.test(header.slice(at, at + 1))) return found;
    found.push({ scheme: name, params: new Map() });
    take(token68);
  }
}

/**
 * What a refused request is told to bring. Of several challenges the one for tokens counts; without one, nothing is
 * known.
 * 2026-07-28/basic/authorization/authorization-server-discovery#protected-resource-metadata-discovery-requirements/3
 */
export function readChallenge(header: string | null): Challenge {
  const schemes = readSchemes(header ?? "").filter(({ scheme }) => scheme === "bearer" || scheme === "dpop");
  const params = (schemes.find(({ scheme }) => scheme === "bearer") ?? schemes[0])?.params;
  const [metadata, scope, error] = ["resource_metadata", "scope", "error"].map((name) => params?.get(name));
  return {
    ...(metadata === undefined ? {} : { resourceMetadata: metadata }),
    ...(scope === undefined ? {} : { scope: scope.split(" ").filter((one) => one !== "") }),
    ...(error === undefined ? {} : { error }),
  };
}
