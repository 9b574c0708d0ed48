/** A format that can be asserted: `name` is a phrase for errors. Each takes time linear in the text. */
export interface Format {
  readonly name: string;
  test(text: string): boolean;
}

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** full-date of RFC 3339, section 5.6. */
export function isDate(text: string): boolean {
  const [year = Number.NaN, month = Number.NaN, day = Number.NaN] =
    /^(\d{4})-(\d\d)-(\d\d)$/.exec(text)?.slice(1).map(Number) ?? [];
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return day >= 1 && day <= (month === 2 && leap ? 29 : (DAYS[month - 1] ?? 0));
}

/** full-time of RFC 3339. A leap second is one only at the end of a day in UTC. */
export function isTime(text: string): boolean {
  const parts = /^(\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:[zZ]|([+-])(\d\d):(\d\d))$/.exec(text);
  if (parts === null) return false;
  const [hour, minute, second, offsetHour, offsetMinute] = [1, 2, 3, 5, 6].map((i) => Number(parts[i] ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  if (hour > 23 || minute > 59 || second > 60 || offsetHour > 23 || offsetMinute > 59) return false;
  if (second < 60) return true;
  const sign = parts[4] === "-" ? -1 : 1;
  const utc = hour * 60 + minute - sign * (offsetHour * 60 + offsetMinute);
  return (utc + 2 * 1440) % 1440 === 1439;
}

function isDateTime(text: string): boolean {
  return /^[tT]$/.test(text.charAt(10)) && isDate(text.slice(0, 10)) && isTime(text.slice(11));
}

/** duration of RFC 3339, appendix A. */
function isDuration(text: string): boolean {
  return /^P(?:\d+W|(?=[\dT])(?:\d+Y(?:\d+M(?:\d+D)?)?|\d+M(?:\d+D)?|\d+D)?(?:T(?:\d+H(?:\d+M(?:\d+S)?)?|\d+M(?:\d+S)?|\d+S))?)$/.test(
    text,
  );
}

function isIpv4(text: string): boolean {
  return /^(?:(?:0|[1-9]\d{0,2})(?:\.(?!$)|$)){4}$/.test(text) && text.split(".").every((part) => Number(part) <= 255);
}

/** RFC 4291, section 2.2. */
function isIpv6(text: string): boolean {
  if (text.length > 45) return false;
  const halves = text.split("::");
  if (halves.length > 2) return false;
  let groups = 0;
  for (const [h, half] of halves.entries()) {
    if (half === "") continue;
    const parts = half.split(":");
    for (const [i, part] of parts.entries()) {
      const last = h === halves.length - 1 && i === parts.length - 1;
      if (/^[\da-fA-F]{1,4}$/.test(part)) groups++;
      else if (last && isIpv4(part)) groups += 2;
      else return false;
    }
  }
  return halves.length === 2 ? groups <= 7 : groups === 8;
}

/** RFC 1123, section 2.1; an A-label must at least have the form of one. */
function isHostname(text: string): boolean {
  if (text.length > 253) return false;
  return text.split(".").every((label) => {
    if (!/^[a-zA-Z\d](?:[-a-zA-Z\d]{0,61}[a-zA-Z\d])?$/.test(label)) return false;
    return label.slice(2, 4) !== "--" || /^xn--[a-z\d]/i.test(label);
  });
}

/** RFC 5321, section 4.1.2, in ASCII. */
function isEmail(text: string): boolean {
  const at = text.lastIndexOf("@");
  if (at < 1 || text.length > 320) return false;
  const local = text.slice(0, at);
  const domain = text.slice(at + 1);
  const quoted = /^"(?:[ !#-[\]-~]|\\[ -~])*"$/.test(local);
  const dotted = () => local.split(".").every((atom) => /^[-\w!#$%&'*+/=?^`{|}~]+$/.test(atom));
  if (!quoted && !dotted()) return false;
  const address = /^\[(?:(IPv6:)(.+)|(.+))\]$/i.exec(domain);
  if (address === null) return isHostname(domain);
  return address[1] === undefined ? isIpv4(address[3] ?? "") : isIpv6(address[2] ?? "");
}

// Literals within functions: expressions that stand alone would be made when the module loads, used or not.
const isPath = (text: string) => /^(?:[-\w.~!$&'()*+,;=:@/]|%[\da-fA-F]{2})*$/.test(text);
const isQuery = (text: string) => /^(?:[-\w.~!$&'()*+,;=:@/?]|%[\da-fA-F]{2})*$/.test(text);
const isUser = (text: string) => /^(?:[-\w.~!$&'()*+,;=:]|%[\da-fA-F]{2})*$/.test(text);
const isHost = (text: string) => /^(?:[-\w.~!$&'()*+,;=]|%[\da-fA-F]{2})*$/.test(text);

/** RFC 3986, appendix A. */
function isUriReference(text: string, absolute: boolean): boolean {
  // The expression of its appendix B, which matches every text.
  const parts = /^(?:([^:/?#]+):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#([^]*))?$/.exec(text);
  const [scheme, authority, path = "", query = "", fragment = ""] = parts?.slice(1) ?? [];
  if (scheme === undefined ? absolute : !/^[a-zA-Z][-+.a-zA-Z\d]*$/.test(scheme)) return false;
  if (authority !== undefined ? !isAuthority(authority) : scheme === undefined && path.startsWith(":")) return false;
  return isPath(path) && isQuery(query) && isQuery(fragment);
}

function isAuthority(authority: string): boolean {
  const at = authority.lastIndexOf("@");
  if (at >= 0 && !isUser(authority.slice(0, at))) return false;
  const rest = authority.slice(at + 1);
  const literal = /^\[([^\]]*)\](?::\d*)?$/.exec(rest);
  if (literal !== null) return isIpv6(literal[1] ?? "") || /^v[\da-f]+\.[-\w.~!$&'()*+,;=:]+$/i.test(literal[1] ?? "");
  const colon = rest.lastIndexOf(":");
  return isHost(colon < 0 ? rest : rest.slice(0, colon)) && /^(?::\d*)?$/.test(colon < 0 ? "" : rest.slice(colon));
}

function isRegex(text: string): boolean {
  try {
    return Boolean(new RegExp(text, "u"));
  } catch {
    return false;
  }
}

function isUuid(text: string): boolean {
  return /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i.test(text);
}

const isJsonPointer = (text: string) => /^(?:\/(?:[^~/]|~[01])*)*$/u.test(text);

let known: ReadonlyMap<string, Format> | undefined;

/** The formats that are known, by their names in JSON Schema. */
export function formats(): ReadonlyMap<string, Format> {
  known ??= new Map(
    (
      [
        ["date-time", "a date and time such as 2026-07-28T12:00:00Z", isDateTime],
        ["date", "a date such as 2026-07-28", isDate],
        ["time", "a time such as 12:00:00Z", isTime],
        ["duration", "a duration such as P3DT12H", isDuration],
        ["email", "an email address", isEmail],
        ["uri", "a URI", (text) => isUriReference(text, true)],
        ["uri-reference", "a URI reference", (text) => isUriReference(text, false)],
        ["uuid", "a UUID", isUuid],
        ["ipv4", "an IPv4 address", isIpv4],
        ["ipv6", "an IPv6 address", isIpv6],
        ["hostname", "a host name", isHostname],
        ["regex", "a regular expression", isRegex],
        ["json-pointer", "a JSON Pointer", isJsonPointer],
      ] satisfies [string, string, (text: string) => boolean][]
    ).map(([format, name, test]) => [format, { name, test }]),
  );
  return known;
}
