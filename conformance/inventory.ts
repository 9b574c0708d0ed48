import { Dialogue, TIMING } from "./dialogue.js";
import type { Crossing } from "./crossing.js";
import type { Timing } from "./dialogue.js";
import { Failure, TimedOut } from "./failure.js";
import type { Judge } from "./judge.js";
import { asksForAuthorization } from "./protected-resource.js";
import { isObject, LEGACY, member, MODERN } from "./trace.js";
import type { Json, JsonObject, Revision, Trace } from "./trace.js";
import type { Subject } from "./wires/wire.js";

/** What a subject said that it offers, asked in one revision. */
export interface Inventory {
  readonly capabilities: JsonObject;
  readonly tools: ReadonlySet<string>;
  readonly prompts: ReadonlySet<string>;
  readonly resources: ReadonlySet<string>;
  readonly resourceTemplates: ReadonlySet<string>;
  /** What has more entries than its first page. */
  readonly pages: ReadonlySet<Kind>;
  /** Whether it gave an id to the session in which it was asked. */
  readonly sessions: boolean;
  /** HTTP: whether it answers 401 to who brings no token. */
  readonly authorization: boolean;
  /** Whether nobody got in, so that this is all that is known of it. */
  readonly locked?: true;
  /** The entries of the lists as they came. */
  readonly entries: Readonly<Record<Kind, readonly JsonObject[]>>;
}

/** What can be listed. */
export type Kind = "tools" | "prompts" | "resources" | "resourceTemplates";

/** Asked whether or not the capability is declared: who serves what he does not declare must not get away with it. */
const LISTS = [
  { kind: "tools", method: "tools/list", key: "name" },
  { kind: "prompts", method: "prompts/list", key: "name" },
  { kind: "resources", method: "resources/list", key: "uri" },
  { kind: "resourceTemplates", method: "resources/templates/list", key: "uriTemplate" },
] as const;
const MOST_PAGES = 100;
/** Nothing is judged while a subject is asked what it is. */
const LENIENT: Judge = { unjudged: [], server: () => [] };

/** How long a subject has for each answer, unless something else is said: it may only just have been started. */
const PATIENCE: Timing = { ...TIMING, timeoutMs: 15_000 };

/** Lists that are yet to be read. */
const emptyLists = () => ({
  tools: new Set<string>(),
  prompts: new Set<string>(),
  resources: new Set<string>(),
  resourceTemplates: new Set<string>(),
  pages: new Set<Kind>(),
  entries: { tools: [], prompts: [], resources: [], resourceTemplates: [] } as Record<Kind, JsonObject[]>,
});

/** Whether something was said that names the revision as agreed on, however wrong it was in other ways. */
function speaksAtAll(crossings: readonly Crossing[], revision: Revision): boolean {
  return crossings.some(({ by, text }) => {
    if (by !== "server") return false;
    const agreed = new RegExp(`"protocolVersion":\\s*"${revision}"`).test(text);
    const offered = /"supportedVersions":\s*\[([^\]]*)\]/.exec(text)?.[1];
    return agreed || (MODERN.includes(revision) && offered?.includes(`"${revision}"`) === true);
  });
}

/** The same subject, of which nothing is heard that is no message: what it should not say is for the traces to tell. */
export function withoutNoise(subject: Subject, noises: string[] = []): Subject {
  return {
    ...subject,
    connect: (receive, ...rest) => {
      const broken = /^the process ended by itself|^HTTP [A-Z]+ failed/;
      return subject.connect(
        (arrival) => {
          if (arrival.kind === "message" || broken.test(arrival.text)) return receive(arrival);
          // Where the lines of a broken message come, none that is whole will.
          if (noises.push(arrival.text) === 1 && /^\s*[{[]/.test(arrival.text))
            receive({ kind: "message", message: null });
        },
        ...rest,
      );
    },
  };
}

/** Asks `subject` what it offers. Undefined: it does not speak `revision`. */
export async function takeInventory(
  subject: Subject,
  revision: Revision,
  timing: Timing = PATIENCE,
): Promise<Inventory | undefined> {
  const crossings: Crossing[] = [];
  const heeded: ReadonlySet<string> = new Set();
  const noises: string[] = [];
  const dialogue = new Dialogue(
    withoutNoise(subject, noises),
    revision,
    {},
    LENIENT,
    timing,
    heeded,
    undefined,
    crossings,
  );
  let asked = 0;
  const ask = async (method: string, params: JsonObject): Promise<Json | undefined> => {
    const id = `inventory-${++asked}`;
    await dialogue.send({ id, method, params });
    const refused = await dialogue.isRefused();
    for (;;) {
      if (refused && !dialogue.hasMessage) throw new Failure(`${method} was refused`);
      const { message } = await dialogue.next(`the answer to ${method}`);
      if (member(message, "id") === id) return member(message, "result");
    }
  };
  const { pages, entries, ...found } = emptyLists();
  const list = async ({ kind, method, key }: (typeof LISTS)[number]): Promise<void> => {
    let cursor: Json | undefined;
    for (let page = 0; page < MOST_PAGES; page++) {
      const result = await ask(method, cursor === undefined ? {} : { cursor });
      const items = member(result, kind);
      for (const item of Array.isArray(items) ? (items as Json[]) : []) {
        found[kind].add(String(member(item, key)));
        if (isObject(item)) entries[kind].push(item);
      }
      cursor = member(result, "nextCursor");
      if (cursor === undefined) return;
      pages.add(kind);
    }
  };
  let capabilities: Json | undefined;
  let authorization = false;
  try {
    await dialogue.connect();
    if (LEGACY.includes(revision)) capabilities = await dialogue.open();
    else {
      const discovered = await ask("server/discover", {});
      const versions = member(discovered, "supportedVersions");
      if (!Array.isArray(versions) || !versions.includes(revision)) return undefined;
      capabilities = member(discovered, "capabilities");
    }
    // Who does not answer one of them has the others all the same, and is told of by the traces about it.
    for (const one of LISTS)
      await list(one).catch((error: unknown) => {
        if (!(error instanceof TimedOut)) throw error;
      });
    authorization = await asksForAuthorization(dialogue).catch(() => false);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const spoken = speaksAtAll([...crossings, { by: "server", text: noises.join("") }], revision);
    if (capabilities === undefined && !spoken) return undefined;
  } finally {
    await dialogue.leave(false);
  }
  const declared = (capabilities ?? {}) as JsonObject;
  return { capabilities: declared, sessions: dialogue.hasSession, authorization, entries, pages, ...found };
}

/** What is known of a subject that answers 401 to all that it is asked; undefined where it does not. */
export async function lockedInventory(
  subject: Subject,
  revision: Revision,
  timing: Timing = PATIENCE,
): Promise<Inventory | undefined> {
  const dialogue = new Dialogue(withoutNoise(subject), revision, {}, LENIENT, timing);
  try {
    await dialogue.connect();
    if (!(await asksForAuthorization(dialogue))) return undefined;
    return { capabilities: {}, sessions: false, authorization: true, locked: true, ...emptyLists() };
  } catch {
    return undefined;
  } finally {
    await dialogue.leave(false);
  }
}

/** The first thing that `trace` needs and the subject lacks, in words; undefined when nothing is missing. */
export function missing(trace: Trace, inventory: Inventory): string | undefined {
  const needs = trace.fixture ?? {};
  for (const { kind } of LISTS) {
    for (const name of needs[kind] ?? []) if (!inventory[kind].has(name)) return `${kind} without ${name}`;
  }
  for (const kind of needs.entries ?? []) if (inventory.entries[kind].length === 0) return `${kind} without entries`;
  for (const kind of needs.pages ?? []) if (!inventory.pages.has(kind)) return `${kind} on one page`;
  if (needs.authorization && !inventory.authorization) return "it asks for no authorization";
  if (needs.sessions && !inventory.sessions) return "sessions without ids";
  for (const path of needs.capabilities ?? []) {
    if (!declares(inventory, path)) return `capabilities without ${path}`;
  }
  for (const path of needs.without?.capabilities ?? []) {
    if (declares(inventory, path)) return `capabilities with ${path}`;
  }
  return undefined;
}

/** Whether a capability is declared, by its path. */
export function declares({ capabilities }: { readonly capabilities: Json | undefined }, path: string): boolean {
  let at: Json | undefined = capabilities;
  // The identifier of an extension has dots of its own.
  const [, extension] = /^extensions\.(.+)$/.exec(path) ?? [];
  for (const level of extension === undefined ? path.split(".") : ["extensions", extension]) at = member(at, level);
  return at !== undefined && at !== false;
}
