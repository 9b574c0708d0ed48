import { Dialogue } from "./dialogue.js";
import type { Timing } from "./dialogue.js";
import { Failure } from "./failure.js";
import type { Inventory, Kind } from "./inventory.js";
import { declares, withoutNoise } from "./inventory.js";
import type { Judge } from "./judge.js";
import { sampleOf } from "./sample.js";
import { isObject, LEGACY, member } from "./trace.js";
import type { Json, JsonObject, Revision, Trace } from "./trace.js";
import { KINDS, translate } from "./translate.js";
import type { Names, StandIn } from "./translate.js";
import type { Skipped } from "./suite.js";
import type { Subject } from "./wires/wire.js";

/** What the author of a server allows and tells: nothing of it is needed. */
export interface Permissions {
  /** Tools that may be called though they do not say that they only read, each with the arguments to call it with. */
  readonly calls: ReadonlyMap<string, JsonObject>;
  /** What the server has in the place of the fixture's own. `same`: it is built like the fixture and has all its names. */
  readonly map: Names | "same";
}

/** So many things of a kind are tried, so many that work are kept. */
const TRIED = 6;
const KEPT = 2;
const LENIENT: Judge = { unjudged: [], server: () => [] };

/** Whether a tool says that it changes nothing. What it does not say is taken for the worst. */
export const onlyReads = (tool: JsonObject): boolean => {
  const hints = member(tool, "annotations");
  return member(hints, "readOnlyHint") === true && member(hints, "destructiveHint") !== true;
};

/** The tools of a subject that may be called, with arguments: those that are allowed, then those that only read. */
export function callable(tools: readonly JsonObject[], { calls }: Permissions): readonly StandIn[] {
  const named = tools.filter((tool) => typeof tool["name"] === "string");
  const allowed = named.filter(({ name }) => calls.has(name as string));
  const reading = named.filter((tool) => !allowed.includes(tool) && onlyReads(tool));
  const closed = (tool: JsonObject) => member(member(tool, "annotations"), "openWorldHint") === false;
  reading.sort((a, b) => Number(closed(b)) - Number(closed(a)));
  return [...allowed, ...reading].flatMap((tool) => {
    const name = tool["name"] as string;
    const made = calls.get(name) ?? sampleOf(member(tool, "inputSchema") ?? {});
    return isObject(made) ? [{ name, arguments: made }] : [];
  });
}

/** A prompt, asked for with a word for each argument that it requires. */
function promptsOf(prompts: readonly JsonObject[]): readonly StandIn[] {
  return prompts.flatMap((prompt) => {
    const name = prompt["name"];
    const list = prompt["arguments"];
    const required = (Array.isArray(list) ? (list as Json[]) : []).filter((one) => member(one, "required") === true);
    const made = Object.fromEntries(required.map((one) => [String(member(one, "name")), "a"]));
    return typeof name === "string" ? [{ name, arguments: made }] : [];
  });
}

/** What works, and what answered otherwise: with an error, or by asking for something that was not declared. */
export type Found = Readonly<Record<Kind, readonly StandIn[]>> & {
  readonly failing: Readonly<Record<Kind, readonly StandIn[]>>;
};
const NONE = { tools: [], prompts: [], resources: [], resourceTemplates: [] } as const;

/**
 * Looks for tools, prompts and resources that work: each is tried once, and what ends in an error, asks back or becomes
 * a task is none. Templates are taken as they are listed.
 */
export async function findStandIns(
  subject: Subject,
  revision: Revision,
  { entries, capabilities }: Inventory,
  permissions: Permissions,
  timing: Timing,
): Promise<Found> {
  const dialogue = new Dialogue(withoutNoise(subject), revision, {}, LENIENT, timing);
  let asked = 0;
  const works = async (method: string, params: JsonObject): Promise<boolean> => {
    const id = `stand-in-${++asked}`;
    await dialogue.send({ id, method, params });
    for (;;) {
      const { message } = await dialogue.next(`the answer to ${method}`);
      const asks = typeof member(message, "method") === "string" && member(message, "id") !== undefined;
      if (asks) return false;
      if (member(message, "id") !== id) continue;
      const result = member(message, "result");
      const complete = [undefined, "complete"].includes(member(result, "resultType") as string | undefined);
      return isObject(result) && complete && member(result, "isError") !== true && member(result, "task") === undefined;
    }
  };
  const failing: Record<Kind, StandIn[]> = { tools: [], prompts: [], resources: [], resourceTemplates: [] };
  const keep = async (kind: Kind, some: readonly StandIn[], method: string, params: (one: StandIn) => JsonObject) => {
    const kept: StandIn[] = [];
    for (const one of some.slice(0, TRIED)) {
      if (kept.length === KEPT) break;
      try {
        ((await works(method, params(one))) ? kept : failing[kind]).push(one);
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
      }
    }
    return kept;
  };
  const named = (one: StandIn): JsonObject => ({ name: one.name, arguments: one.arguments });
  const uris = (kind: Kind, key: string): readonly StandIn[] =>
    entries[kind].flatMap((one) => (typeof one[key] === "string" ? [{ name: one[key] as string }] : []));
  const offers = (capability: string) => declares({ capabilities }, capability);
  try {
    await dialogue.connect();
    if (LEGACY.includes(revision)) await dialogue.open();
    return {
      tools: offers("tools") ? await keep("tools", callable(entries.tools, permissions), "tools/call", named) : [],
      prompts: offers("prompts") ? await keep("prompts", promptsOf(entries.prompts), "prompts/get", named) : [],
      resources: offers("resources")
        ? await keep("resources", uris("resources", "uri"), "resources/read", ({ name }) => ({ uri: name }))
        : [],
      resourceTemplates: uris("resourceTemplates", "uriTemplate").slice(0, KEPT),
      failing,
    };
  } catch (error) {
    if (error instanceof Failure) return { ...NONE, failing: NONE };
    throw error;
  } finally {
    await dialogue.leave(true);
  }
}

/** Capabilities without which there is nothing of a kind. */
const CAPABILITY: Readonly<Record<Kind, string>> = {
  tools: "tools",
  prompts: "prompts",
  resources: "resources",
  resourceTemplates: "resources",
};
const WORD: Readonly<Record<Kind, string>> = {
  tools: "tool that may be called and answers",
  prompts: "prompt that answers",
  resources: "resource that can be read",
  resourceTemplates: "resource template",
};

/** Takes the next one; a strict one is called with what the trace gives, though it requires something. */
function takeOne(free: StandIn[], strict = false): StandIn | undefined {
  if (!strict) return free.shift();
  const found = free.find((one) => Object.keys(one.arguments ?? {}).length > 0);
  return found && { name: found.name };
}

/** Puts what a subject has in place of what the trace names of the fixture, or says why the trace cannot be tried. */
export function adaptTrace(
  trace: Trace,
  inventory: Inventory,
  found: Found,
  permissions: Permissions,
): Trace | Omit<Skipped, "status"> {
  const needs = trace.fixture ?? {};
  if (needs.authorization && !inventory.authorization)
    return { reason: "it asks for no authorization", applies: false };
  const capability = (needs.capabilities ?? []).find((path) => !declares(inventory, path));
  if (capability !== undefined) return { reason: `capabilities without ${capability}`, applies: false };
  const names: Record<Kind, Map<string, StandIn>> = {
    tools: new Map(),
    prompts: new Map(),
    resources: new Map(),
    resourceTemplates: new Map(),
  };
  for (const kind of KINDS) {
    const wanted = needs[kind] ?? [];
    if (wanted.length > 0 && !declares(inventory, CAPABILITY[kind]))
      return { reason: `capabilities without ${CAPABILITY[kind]}`, applies: false };
    if (permissions.map === "same") continue;
    const free = [...found[kind]];
    const [failing] = found.failing[kind];
    for (const name of wanted) {
      const own = permissions.map[kind].get(name) ?? (needs.failing?.includes(name) ? failing : undefined);
      const one = own ?? (needs.any?.includes(name) ? takeOne(free, needs.strict?.includes(name)) : undefined);
      if (one === undefined) {
        const word = needs.strict?.includes(name) ? `${WORD[kind]}, with arguments that it requires` : WORD[kind];
        const reason = needs.any?.includes(name) ? `no ${word}` : `nothing in the place of the fixture's ${name}`;
        return { reason, applies: true };
      }
      names[kind].set(name, one);
    }
  }
  const { map } = permissions;
  if (map === "same") return translate(trace, names);
  const scope = needs.scopes?.find((name) => !map.scopes?.has(name));
  if (scope !== undefined) return { reason: `nothing in the place of the fixture's scope ${scope}`, applies: true };
  return translate(trace, { ...names, ...(map.scopes ? { scopes: map.scopes } : {}) });
}
