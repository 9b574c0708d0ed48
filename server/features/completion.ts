import { invalidParams, tooManyRequests } from "../../protocol/errors.js";
import { isObject, own } from "../../protocol/jsonrpc.js";
import type { Peer } from "../../protocol/peer.js";
import { Allowance, Allowances } from "../allowance.js";
import type { Call } from "../call.js";
import { Context } from "../context.js";
import type { Feature, Installing } from "../feature.js";
import { isFor } from "../registry.js";

/** Completions as an author gives them: values, the best first, and how many there are in all. */
export interface Completion {
  readonly values: readonly string[];
  readonly total?: number;
  readonly hasMore?: boolean;
}

/**
 * Completes a value: a fixed list (taken by its beginning, else by likeness), or a function of what was typed and of
 * the arguments known already.
 */
export type Completer =
  | readonly string[]
  | ((
      value: string,
      known: { readonly arguments: Readonly<Record<string, string>> },
      ctx: Context,
    ) => readonly string[] | Completion | Promise<readonly string[] | Completion>);

export type Completers = Readonly<Record<string, Completer>>;

/** The most values that one answer may hold (2026-07-28/server/utilities/completion#completion-results). */
const MOST = 100;

/** Page: `2026-07-28/server/utilities/completion`. */
async function complete(call: Call): Promise<Record<string, unknown>> {
  const { params, caller, server, peer } = call;
  // 2026-07-28/server/utilities/completion#implementation-considerations/1.3
  if (!server.completion.allow(peer, caller.principal))
    throw tooManyRequests("Too many completions at once; ask again in a second");
  const argument = own(params, "argument");
  const name = own(argument, "name");
  const value = own(argument, "value");
  if (!isObject(argument)) throw invalidParams('"argument" must be an object');
  if (typeof name !== "string") throw invalidParams('"argument.name" must be a string');
  if (typeof value !== "string") throw invalidParams('"argument.value" must be a string');
  const completers = await completersOf(call, name);
  const completer = Object.hasOwn(completers, name) ? completers[name] : undefined;
  if (completer === undefined) return { completion: { values: [], total: 0, hasMore: false } };
  const known = caller.revision.facts.completionContext ? readKnown(params) : noneKnown;
  const found =
    typeof completer === "function"
      ? await completer(value, { arguments: known }, new Context(call))
      : matching(completer, value);
  return { completion: limited(readCompletion(found, name)) };
}

/**
 * The candidates that what was typed can mean, in either case: those that begin with it; where there is none, those
 * that hold it somewhere; where there is none either, those that have its letters in its order, as somebody may have
 * mistyped.
 * Page: `2026-07-28/server/utilities/completion#implementation-considerations`.
 */
function matching(candidates: readonly string[], typed: string): readonly string[] {
  const wanted = typed.toLowerCase();
  for (const fits of likenesses) {
    const found = candidates.filter((candidate) => fits(candidate.toLowerCase(), wanted));
    if (found.length > 0) return found;
  }
  return [];
}

const likenesses: readonly ((candidate: string, wanted: string) => boolean)[] = [
  (candidate, wanted) => candidate.startsWith(wanted),
  (candidate, wanted) => candidate.includes(wanted),
  hasInOrder,
];

function hasInOrder(text: string, letters: string): boolean {
  let at = -1;
  for (const letter of letters) {
    at = text.indexOf(letter, at + 1);
    if (at === -1) return false;
  }
  return true;
}

/** What a completer gave: a list, or values with how many there are. Throws a TypeError for anything else. */
function readCompletion(found: unknown, name: string): Completion {
  const completion = Array.isArray(found) ? { values: found as string[] } : (found as Completion);
  const values = own(completion, "values");
  if (!Array.isArray(values) || values.some((value) => typeof value !== "string")) {
    throw new TypeError(`The completer of "${name}" must return strings, or { values: strings, total?, hasMore? }`);
  }
  return completion;
}

/**
 * The completers behind a reference. Throws -32602 for one that names nothing, or an argument that it does not have.
 */
async function completersOf(call: Call, argument: string): Promise<Completers> {
  const { server, params } = call;
  const ref = own(params, "ref");
  const type = own(ref, "type");
  if (type === "ref/prompt") {
    const name = own(ref, "name");
    if (typeof name !== "string") throw invalidParams('"ref.name" must be a string');
    const entry = server.prompts?.get(name);
    if (!entry || !isFor(entry, call)) throw invalidParams(`Unknown prompt: ${name}`);
    if (!entry.arguments.has(argument)) throw invalidParams(`Prompt "${name}" has no argument "${argument}"`);
    return entry.complete;
  }
  if (type === "ref/resource") {
    const uri = own(ref, "uri");
    if (typeof uri !== "string") throw invalidParams('"ref.uri" must be a string');
    const entry = server.templates?.get(uri);
    const fixed = entry ? undefined : server.resources?.get(uri);
    // 2026-07-28/server/utilities/completion#security
    if (!(entry ?? fixed) || !(await server.reading.permits((entry ?? fixed)!, {}, call)))
      throw invalidParams(`Unknown resource template: ${uri}`);
    if (!entry) return {};
    if (!entry.template.names.includes(argument))
      throw invalidParams(`Template "${uri}" has no variable "${argument}"`);
    return entry.complete ?? {};
  }
  throw invalidParams('"ref.type" must be "ref/prompt" or "ref/resource"');
}

const noneKnown = { __proto__: null } as unknown as Readonly<Record<string, string>>;

function readKnown(params: Call["params"]): Readonly<Record<string, string>> {
  const known = Object.create(null) as Record<string, string>;
  const context = own(params, "context");
  if (context === undefined) return known;
  if (!isObject(context)) throw invalidParams('"context" must be an object');
  const given = own(context, "arguments");
  if (given === undefined) return known;
  if (!isObject(given)) throw invalidParams('"context.arguments" must be an object');
  for (const [name, value] of Object.entries(given)) {
    if (typeof value !== "string") throw invalidParams(`"context.arguments.${name}" must be a string`);
    known[name] = value;
  }
  return known;
}

function limited({ values, total = values.length, hasMore }: Completion): Record<string, unknown> {
  const shown = values.slice(0, MOST);
  return { values: shown, total, hasMore: hasMore ?? total > shown.length };
}

/** What of a server can be completed, and how often clients may ask. */
export class Completing {
  /** Whether anything can: what was offered once stays a capability. */
  used = false;
  readonly #each: Allowances;
  readonly #all: Allowance;

  constructor({ limits, clock }: Installing) {
    this.#each = new Allowances(limits.maxCompletionsPerSecond, clock);
    this.#all = new Allowance(limits.maxCompletionsPerSecondInAll, clock);
  }

  /** Whether that client may ask for one more completion now. */
  allow(peer: Peer, principal: string | undefined): boolean {
    return this.#each.of(peer, principal).take() && this.#all.take();
  }
}

/** Completions of prompts' arguments and templates' variables. Page: `2026-07-28/server/utilities/completion`. */
export const completion: Feature = {
  name: "completion",
  limits: { maxCompletionsPerSecond: 50, maxCompletionsPerSecondInAll: 1000 },
  handlers: { "completion/complete": complete },
  install(server) {
    server.completion = new Completing(server);
  },
  capabilities: (server) => (server.completion.used ? { completions: {} } : {}),
};
