import { leadsHome } from "../../protocol/oauth/resource.js";

/** How near an address is: the wide network, a closed one, this machine, or one that no server is asked at. */
export type Reach = "public" | "private" | "loopback" | "never";

const fourBytes = /^(\d+)\.(\d+)\.(\d+)\.(\d+)$/;
/** IPv4 inside IPv6: mapped (::ffff:0:0/96), and by NAT64 (64:ff9b::/96). */
const insideSix = /^\[(?:::ffff|64:ff9b:):([0-9a-f]{1,4}):([0-9a-f]{1,4})\]$/;
/** Global unicast (2000::/3), but for Teredo (2001::/32) and 6to4 (2002::/16), which have an IPv4 address inside. */
const wideSix = /^\[(?!2001:0?:|2002:)[23][0-9a-f]{3}:/;

/**
 * How near the host of a URL is, as far as its name tells. The parser of URLs has written octal, hexadecimal and short
 * forms of IPv4 out by then. What a name resolves to is not known here.
 */
export function reachOf(url: URL): Reach {
  const host = url.hostname.replace(/\.$/, "");
  if (leadsHome(url)) return "loopback";
  const [, high, low] = insideSix.exec(host) ?? [];
  if (high !== undefined && low !== undefined) {
    const bytes = [high, low].flatMap((part) => [Number.parseInt(part, 16) >> 8, Number.parseInt(part, 16) & 255]);
    return reachOfFour(bytes);
  }
  const four = fourBytes.exec(host);
  if (four) return reachOfFour(four.slice(1).map(Number));
  // Link-local, multicast.
  if (/^\[fe[89ab][0-9a-f]:/.test(host) || /^\[ff[0-9a-f]{2}:/.test(host)) return "never";
  if (host.startsWith("[")) return wideSix.test(host) ? "public" : "private";
  // A name without a dot is looked up where the searching machine itself belongs.
  return /^[^.]*$|\.(local|localdomain|lan|internal|home\.arpa)$/.test(host) ? "private" : "public";
}

function reachOfFour([a = 0, b = 0]: readonly number[]): Reach {
  if (a === 127 || a === 0) return "loopback";
  // Link-local, where clouds keep what their machines must know; multicast and beyond.
  if ((a === 169 && b === 254) || a >= 224) return "never";
  if (a === 10 || (a === 172 && b >= 16 && b < 32) || (a === 192 && b === 168)) return "private";
  if ((a === 100 && b >= 64 && b < 128) || (a === 198 && (b === 18 || b === 19)) || (a === 192 && b === 0))
    return "private";
  return "public";
}
