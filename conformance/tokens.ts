import { TOKEN_KINDS } from "./trace.js";
import type { Json, TokenKind, Tokens } from "./trace.js";
import type { HttpOptions } from "./wires/http.js";
import type { Subject } from "./wires/wire.js";

/** Kinds that let somebody in, each of whom is a caller of that name. */
const GOOD: readonly TokenKind[] = ["narrow", "broad", "capitals"];

const bearer = (token: string): Readonly<Record<string, string>> => ({ Authorization: `Bearer ${token}` });

/** Options with tokens: the valid one is the first caller's, unless its header fields say something else. */
export function withTokens(options: HttpOptions, given: Tokens): HttpOptions {
  const { headers = {}, callers = {} } = options;
  const own = Object.entries(headers).find(([name]) => name.toLowerCase() === "authorization")?.[1];
  const valid = given.valid ?? /^Bearer +(\S+)$/i.exec(own ?? "")?.[1];
  const good = GOOD.flatMap((kind) => (given[kind] === undefined ? [] : [[kind, bearer(given[kind])] as const]));
  const known = valid !== undefined || Object.keys(given).length > 0;
  return {
    ...options,
    headers: { ...(given.valid === undefined || own !== undefined ? {} : bearer(given.valid)), ...headers },
    callers: { ...(known ? { nobody: {} } : {}), ...Object.fromEntries(good), ...callers },
    tokens: { ...(valid === undefined ? {} : madeOf(valid)), ...given },
  };
}

/** Tokens that are bad, made of a good one. One that cannot be read becomes another one. */
function madeOf(valid: string): Tokens {
  const [head, claims, signature] = valid.split(".");
  if (head === undefined || claims === undefined || signature === undefined || signature === "")
    return { valid, forged: [...valid].reverse().join("") };
  // The last character of Base64 may have bits that do not count.
  const first = signature.startsWith("A") ? "B" : "A";
  const unsigned = Buffer.from(JSON.stringify({ alg: "none", typ: typeOf(head) })).toString("base64url");
  return { valid, forged: `${head}.${claims}.${first}${signature.slice(1)}`, unsigned: `${unsigned}.${claims}.` };
}

function typeOf(head: string): string {
  try {
    return String((JSON.parse(Buffer.from(head, "base64url").toString()) as { typ?: unknown }).typ ?? "JWT");
  } catch {
    return "JWT";
  }
}

/** Reads what was said of tokens: each is one for the first caller, or has its kind before it and a colon. Throws. */
export function readTokens(given: readonly string[]): Tokens {
  return Object.fromEntries(
    given.map((text) => {
      const [, kind = "valid", token] = /^(?:([^:]*):)?([\w.~+/=-]+)$/.exec(text) ?? [];
      if (token === undefined || !(TOKEN_KINDS as readonly string[]).includes(kind))
        throw new Error(`--token: expected TOKEN or KIND:TOKEN, where KIND is one of ${TOKEN_KINDS.join(", ")}`);
      return [kind, token];
    }),
  );
}

/** What a trace may refer to without having bound it. */
export function knownNames({ url, tokens = {} }: Subject): readonly (readonly [string, Json])[] {
  const place = url === undefined ? undefined : new URL(url);
  return [
    ...(place
      ? ([
          ["endpoint", place.origin + place.pathname],
          ["origin", place.origin],
          ["root", `${place.origin}/`],
        ] as const)
      : []),
    ...Object.entries(tokens).map(([kind, token]) => [`token.${kind}`, token] as const),
  ];
}
