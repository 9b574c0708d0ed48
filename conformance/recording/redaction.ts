import { isObject } from "../trace.js";
import type { Json } from "../trace.js";
import { REDACTED } from "./recording.js";
import type { Entry, HttpDetail } from "./recording.js";

/** Names of header fields and members whose values are always taken out. */
export const SECRET: readonly string[] = ["authorization", "proxy-authorization", "cookie", "set-cookie"];
/** Shorter values are taken out where they stand, but not looked for elsewhere: they would hit what is no secret. */
const TELLING = 6;

/** `name=value` in the query of an address, wherever one is written. */
const QUERY = /(?<=[?&])([\w.~-]+)=([^&#\s"'<>]+)/g;
/** Part of a path that may be the id of a session. */
const LONG = 16;

/**
 * Takes secrets out of what was recorded: the values of header fields, members and parameters of addresses with one of
 * `names` (compared without case; also in `Mcp-Param-NAME`), and every other place where one of these values stands. Of an
 * array or object its shape is kept. A session id, which is worth as much as a password while it lives, becomes
 * `session-N`, so that sessions can still be told apart; over HTTP+SSE it is in the address that the stream names.
 */
export function redact(entries: readonly Entry[], names: readonly string[] = []): readonly Entry[] {
  const secret = new Set([...SECRET, ...names].map((name) => name.toLowerCase()));
  const isSecret = (name: string) => secret.has(name.toLowerCase().replace(/^mcp-param-/, ""));
  const values = new Map<string, string>();
  const learn = (value: unknown): void => {
    if (Array.isArray(value)) for (const item of value) learn(item);
    else if (isObject(value)) for (const item of Object.values(value)) learn(item);
    else if (typeof value === "string") {
      // Of "Bearer abc" and of "name=abc; Path=/" the part that counts may stand elsewhere alone.
      const parts = value.split(/[\s;,=]+/).filter((part) => /\d/.test(part));
      for (const part of [value, ...parts]) if (part.length >= TELLING && part !== REDACTED) values.set(part, REDACTED);
    }
  };
  const collect = (value: unknown): void => {
    if (typeof value === "string") {
      for (const [, name = "", given] of value.matchAll(QUERY)) if (isSecret(name)) learn(given);
    } else if (Array.isArray(value)) for (const item of value) collect(item);
    else if (isObject(value))
      for (const [name, item] of Object.entries(value)) (isSecret(name) ? learn : collect)(item);
  };
  const sessions = new Map<string, string>();
  for (const { message, raw, http } of entries) {
    collect(message);
    collect(raw);
    collect(http?.headers);
    const id = http?.headers?.["mcp-session-id"];
    const ids = http?.event?.event === "endpoint" ? idsIn(raw ?? "", isSecret) : id === undefined ? [] : [id];
    for (const one of ids) if (!sessions.has(one)) sessions.set(one, `session-${sessions.size + 1}`);
  }
  const longestFirst = [...values].sort(([a], [b]) => b.length - a.length);
  // There may be thousands of sessions: each word is looked up, and not each session looked for.
  const named = (word: string) => sessions.get(word) ?? word;
  const namedWithin = (word: string) =>
    word.includes("/") ? named(word).split("/").map(named).join("/") : named(word);
  const clean = (text: string) => {
    const rest = longestFirst.reduce((left, [value, by]) => left.replaceAll(value, by), text);
    const asked = rest.replace(
      QUERY,
      (_, name: string, value: string) => `${name}=${isSecret(name) ? REDACTED : named(value)}`,
    );
    return sessions.size === 0 ? asked : named(asked.replace(/[\w.~+/=-]{6,}/g, namedWithin));
  };
  const blank = (value: Json): Json => {
    if (Array.isArray(value)) return value.map((item: Json) => blank(item));
    if (!isObject(value)) return REDACTED;
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [clean(name), blank(item as Json)]));
  };
  const walk = (value: Json): Json => {
    if (typeof value === "string") return clean(value);
    if (Array.isArray(value)) return value.map((item: Json) => walk(item));
    if (!isObject(value)) return value;
    const members = Object.entries(value).map(([name, item]) => [
      clean(name),
      isSecret(name) ? blank(item as Json) : walk(item as Json),
    ]);
    return Object.fromEntries(members) as Json;
  };
  const cleanHttp = ({ path, headers, event, ...own }: HttpDetail): HttpDetail => ({
    ...own,
    ...(path === undefined ? {} : { path: clean(path) }),
    ...(headers === undefined ? {} : { headers: walk(headers) as Record<string, string> }),
    ...(event === undefined ? {} : { event: walk(event) as NonNullable<HttpDetail["event"]> }),
  });
  return entries.map(({ message, raw, http, ...rest }) => ({
    ...rest,
    ...(message === undefined ? {} : { message: walk(message) }),
    ...(raw === undefined ? {} : { raw: clean(raw) }),
    ...(http === undefined ? {} : { http: cleanHttp(http) }),
  }));
}

/** What may be session ids in the address of an HTTP+SSE endpoint: values in its query, long parts of its path. */
function idsIn(address: string, isSecret: (name: string) => boolean): readonly string[] {
  const [path = ""] = address.split("?", 1);
  const values = [...address.matchAll(QUERY)]
    .filter(([, name = ""]) => !isSecret(name))
    .map(([, , value = ""]) => value);
  return [...values, ...path.split("/").filter((part) => part.length >= LONG && /\d/.test(part))];
}
