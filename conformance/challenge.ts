/** One challenge of a `WWW-Authenticate` field: the scheme and the names of parameters in lower case. */
export interface Challenge {
  readonly scheme: string;
  readonly params: Readonly<Record<string, string>>;
}

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const PARAM = new RegExp(`^\\s*(${TOKEN})\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|(${TOKEN}))\\s*(?:,|$)`);
const SCHEME = new RegExp(`^[\\s,]*(${TOKEN})(?=[\\s,]|$)`);
const LONE = /^\s*[A-Za-z0-9._~+/-]+=*\s*(?:,|$)/;

/** Reads the challenges of a field (RFC 9110, 11.6.1), up to where it cannot be read. */
export function readChallenges(field: string): readonly Challenge[] {
  const challenges: Challenge[] = [];
  let rest = field;
  for (let [all, scheme] = SCHEME.exec(rest) ?? []; all !== undefined && scheme !== undefined;) {
    rest = rest.slice(all.length);
    const params: Record<string, string> = {};
    for (let found = PARAM.exec(rest); found; found = PARAM.exec(rest)) {
      const [whole, name = "", quoted, plain = ""] = found;
      params[name.toLowerCase()] = quoted === undefined ? plain : quoted.replace(/\\(.)/g, "$1");
      rest = rest.slice(whole.length);
    }
    challenges.push({ scheme: scheme.toLowerCase(), params });
    if (Object.keys(params).length === 0) rest = rest.replace(LONE, "");
    [all, scheme] = SCHEME.exec(rest) ?? [];
  }
  return challenges;
}
