import type { Kind } from "./inventory.js";
import { isObject, member } from "./trace.js";
import type { Json, JsonObject, RawStep, Step, Trace } from "./trace.js";

/** What another server has in the place of something of the fixture. */
export interface StandIn {
  readonly name: string;
  /** With what a tool is called or a prompt asked for, in place of what the trace gives; absent: as in the trace. */
  readonly arguments?: JsonObject;
}

/** Names of the fixture (URIs, for resources), and what stands in for them. */
export type Names = Readonly<Record<Kind, ReadonlyMap<string, StandIn>>> & {
  /** Scopes, likewise. */
  readonly scopes?: ReadonlyMap<string, StandIn>;
};

/** The lists of `fixture` that hold names. */
export const KINDS: readonly Kind[] = ["tools", "prompts", "resources", "resourceTemplates"];

/** The requests that name one thing, and the member of their params that does. */
const NAMING: Readonly<Record<string, { readonly kind: Kind; readonly member: string }>> = {
  "tools/call": { kind: "tools", member: "name" },
  "prompts/get": { kind: "prompts", member: "name" },
};

/**
 * The same trace with the names of another server: each string that is one of `names` as a whole, wherever a step has
 * it, is replaced, and the arguments of calls by those that the stand-in takes. Malformed arguments stay.
 */
export function translate(trace: Trace, names: Names): Trace {
  const needs: Record<string, unknown> = { ...trace.fixture };
  const all = new Map<string, StandIn>();
  for (const kind of KINDS) {
    const wanted = trace.fixture?.[kind];
    if (wanted) needs[kind] = wanted.map((name) => names[kind].get(name)?.name ?? name);
    for (const name of wanted ?? []) {
      const found = names[kind].get(name);
      if (found) all.set(name, found);
    }
  }
  for (const [scope, found] of names.scopes ?? []) if (needs["scopes"]) all.set(scope, found);
  if (all.size === 0) return trace;
  return { ...trace, fixture: needs, steps: trace.steps.map((step) => translateStep(step, names, all)) };
}

function translateStep(step: Step, names: Names, all: ReadonlyMap<string, StandIn>): Step {
  const { covers, comment, ...rest } = step as Step & JsonObject;
  const translated = walk(rest as JsonObject, names, all) as unknown as Record<string, unknown>;
  if ("raw" in step) translated["raw"] = translateRaw(step.raw, names, all);
  return { ...translated, ...(covers ? { covers } : {}), ...(comment ? { comment } : {}) } as unknown as Step;
}

function walk(value: Json, names: Names, all: ReadonlyMap<string, StandIn>): Json {
  if (typeof value === "string") return all.get(value)?.name ?? encoded(value, all) ?? value;
  if (Array.isArray(value)) return value.map((item: Json) => walk(item, names, all));
  if (!isObject(value)) return value;
  const copy = mapped(value, (item) => walk(item, names, all));
  const method = member(value, "method");
  const naming = typeof method === "string" && Object.hasOwn(NAMING, method) ? NAMING[method] : undefined;
  const params = member(value, "params");
  const given = naming && member(params, naming.member);
  const own = naming && typeof given === "string" ? names[naming.kind].get(given)?.arguments : undefined;
  const theirs = member(params, "arguments");
  if (own === undefined || !(theirs === undefined || isObject(theirs))) return copy;
  return { ...copy, params: { ...(copy["params"] as JsonObject), arguments: own } };
}

/** A name as a header carries it in Base64, where the value is such a one. */
function encoded(value: string, all: ReadonlyMap<string, StandIn>): string | undefined {
  const [, base64] = /^=\?base64\?([A-Za-z0-9+/]+=*)\?=$/.exec(value) ?? [];
  const found = base64 === undefined ? undefined : all.get(Buffer.from(base64, "base64").toString());
  return found && `=?base64?${Buffer.from(found.name).toString("base64")}?=`;
}

/** Like an object's own entries made anew, but `__proto__` stays a member, which some traces send. */
function mapped(value: JsonObject, change: (item: Json) => Json): JsonObject {
  const copy: JsonObject = {};
  for (const [key, item] of Object.entries(value))
    Object.defineProperty(copy, key, {
      value: change(item ?? null),
      enumerable: true,
      writable: true,
      configurable: true,
    });
  return copy;
}

/** Bytes keep their form where the names alone change; where arguments do, the message is written anew. */
function translateRaw(raw: RawStep["raw"], names: Names, all: ReadonlyMap<string, StandIn>): RawStep["raw"] {
  if (typeof raw !== "string") return raw;
  const named = [...all].filter(([name]) => raw.includes(JSON.stringify(name)));
  if (named.length === 0) return raw;
  if (named.some(([, found]) => Object.keys(found.arguments ?? {}).length > 0)) {
    try {
      return JSON.stringify(walk(JSON.parse(raw) as Json, names, all));
    } catch {
      // No JSON: what is broken about it must stay.
    }
  }
  return named.reduce((text, [name, found]) => text.replaceAll(JSON.stringify(name), JSON.stringify(found.name)), raw);
}
