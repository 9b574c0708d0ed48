import { given } from "../protocol/given.js";
import { own } from "../protocol/jsonrpc.js";
import { missingScopes, readNeeded, requireScopes } from "../protocol/scopes.js";
import type { Call } from "./call.js";
import type { Feature } from "./feature.js";
import type { Entry } from "./registry.js";

/** What a caller must have been granted to use something. */
export interface Scoped {
  /**
   * Scopes that its use needs, all of them. Who lacks one is refused, over HTTP by 403 with a challenge for them all.
   * Where nobody says who asks, nobody has any scope.
   * Page: `2026-07-28/basic/authorization#scope-challenge-handling`.
   */
  readonly scopes?: readonly string[];
  /** Lists leave it out for callers who lack its scopes. Default false: who knows of it can ask for them. */
  readonly hide?: boolean;
}

/** Reads what an author says of who may. Throws a TypeError that names `where`. */
function read({ scopes, hide }: Scoped, where: string): Scoped {
  const needed = readNeeded(scopes, where);
  if (hide !== undefined && typeof hide !== "boolean") throw new TypeError(`${where}: hide must be true or false`);
  if (hide && !needed) throw new TypeError(`${where}: hide needs scopes`);
  return given({ scopes: needed, hide });
}

/** Refuses a request that uses what its caller lacks the scopes for, with all of them in one challenge. */
function admit(call: Call): void {
  admitEntries(call, entriesOf(call));
}

/** The same for a resource that a handler reads for its caller. */
function admitUri(call: Call, uri: string): void {
  admitEntries(call, [...entriesAt(call, uri)]);
}

/** The same for what a tool's call came to. */
function admitTool(call: Call, name: unknown): void {
  admitEntries(call, [call.server.tools?.get(String(name))]);
}

/** Whether a caller may use a tool. */
function allowsTool({ server, exchange: { auth } }: Call, name: unknown): boolean {
  return missingScopes(auth, server.tools?.get(String(name))?.scopes ?? []).length === 0;
}

function admitEntries(call: Call, entries: readonly (Entry | undefined)[]): void {
  const needed = new Set<string>();
  for (const entry of entries) for (const scope of entry?.scopes ?? []) needed.add(scope);
  if (needed.size === 0) return;
  // What not everybody gets is kept in no cache that others share.
  call.personal = true;
  requireScopes(call.exchange.auth, [...needed]);
}

/** What a request is about to use. */
function entriesOf(call: Call): readonly (Entry | undefined)[] {
  const { server, method, params } = call;
  const name = own(params, "name");
  const uri = own(params, "uri");
  const ref = own(params, "ref");
  switch (method) {
    case "tools/call":
      return [server.tools?.get(String(name))];
    case "prompts/get":
      return [server.prompts?.get(String(name))];
    case "resources/read":
    case "resources/subscribe":
      return [...entriesAt(call, uri)];
    case "completion/complete":
      return own(ref, "type") === "ref/prompt"
        ? [server.prompts?.get(String(own(ref, "name")))]
        : [server.templates?.get(String(own(ref, "uri")))];
    case "subscriptions/listen": {
      const watched = own(own(params, "notifications"), "resourceSubscriptions");
      return Array.isArray(watched) ? watched.flatMap((one) => [...entriesAt(call, one)]) : [];
    }
    default:
      return [];
  }
}

/** All that a URI may lead to: which of several templates answers, only their handlers know. */
function* entriesAt({ server }: Call, uri: unknown): Generator<Entry> {
  if (typeof uri !== "string") return;
  const resource = server.resources?.get(uri);
  if (resource) return yield resource;
  for (const template of server.templates ?? []) {
    if (template.scopes && template.template.match(uri, { unconfined: template.unconfined })) yield template;
  }
}

/** Leaves out what its caller need not know of. */
function visible<E extends Entry>(call: Call, entries: readonly E[]): readonly E[] {
  if (!entries.some(({ hide }) => hide)) return entries;
  call.personal = true;
  const { auth } = call.exchange;
  return entries.filter(({ hide, scopes }) => !hide || missingScopes(auth, scopes ?? []).length === 0);
}

const all = { read, admit, admitUri, admitTool, allowsTool, visible };

export type Rights = typeof all;

/** The members `scopes` and `hide` of tools, resources and prompts. */
export const rights: Feature = {
  name: "rights",
  install(server) {
    server.rights = all;
  },
};
