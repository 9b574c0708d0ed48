import { invalidParams } from "../../protocol/errors.js";
import { given } from "../../protocol/given.js";
import { isObject, own } from "../../protocol/jsonrpc.js";
import type { Icon, MetaObject, Prompt, PromptMessage } from "../../protocol/types/index.js";
import type { PromptMethod } from "../author.js";
import type { Call } from "../call.js";
import { isContentBlock, text } from "../content.js";
import { Context } from "../context.js";
import { installed, type Feature } from "../feature.js";
import { OwnResult } from "../own-result.js";
import { isFor, type Enabled, type Entry, type Registration } from "../registry.js";
import type { Scoped } from "../rights.js";
import type { Server } from "../server.js";
import type { Completer, Completers } from "./completion.js";
import { checkAuthors, scopedOf } from "./author-checks.js";
import { argumentsOf, nameOf } from "./named.js";
import { samePage } from "./pagination.js";

/** What an author says of one argument of a prompt. Arguments are strings in every revision. */
export interface ArgumentDefinition {
  readonly title?: string;
  readonly description?: string;
  readonly required?: boolean;
  readonly complete?: Completer;
}

/** What an author says of a prompt. */
export interface PromptDefinition extends Scoped {
  readonly title?: string;
  readonly description?: string;
  readonly arguments?: Readonly<Record<string, ArgumentDefinition>>;
  readonly icons?: Icon[];
  readonly _meta?: MetaObject;
  /** Whether a caller, by its rights alone, has the prompt: to others it does not exist. Default: everybody has. */
  readonly enabled?: Enabled;
}

/** What a prompt's handler may return: the text of one user message, messages, or messages with a description. */
export type PromptReturn =
  | string
  | PromptMessage
  | readonly PromptMessage[]
  | { readonly description?: string; readonly messages: readonly PromptMessage[] };

export type PromptHandler = (args: never, ctx: Context<never>) => PromptReturn | Promise<PromptReturn>;

export interface PromptEntry extends Entry {
  readonly prompt: Prompt;
  readonly arguments: ReadonlyMap<string, ArgumentDefinition>;
  readonly complete: Completers;
  readonly handler: (args: unknown, ctx: Context) => unknown;
}

/** Prepares a prompt. Throws a TypeError that names it and what is wrong. */
export function makePrompt(
  server: Server,
  name: string,
  definition: PromptDefinition,
  handler: PromptHandler,
  order: number,
): PromptEntry {
  if (typeof name !== "string" || name === "") throw new TypeError("A prompt needs a name");
  if (typeof handler !== "function") throw new TypeError(`Prompt "${name}": the handler must be a function`);
  const { title, description, icons, _meta } = definition;
  checkAuthors(server, { icons, _meta }, `Prompt "${name}"`);
  const args = new Map(Object.entries(definition.arguments ?? {}));
  const prompt: Prompt = given({
    name,
    title,
    description,
    icons,
    arguments:
      args.size === 0
        ? undefined
        : [...args].map(([argument, { complete: _, ...rest }]) => ({ name: argument, ...rest })),
    _meta,
  });
  const complete: Record<string, Completer> = {};
  for (const [argument, { complete: completer }] of args) if (completer) complete[argument] = completer;
  if (Object.keys(complete).length > 0) installed(server, "completion", `Prompt "${name}": complete`).used = true;
  return {
    order,
    enabled: true,
    isFor: definition.enabled,
    ...scopedOf(server, definition, `Prompt "${name}"`),
    prompt,
    arguments: args,
    complete,
    handler: handler as unknown as PromptEntry["handler"],
  };
}

const listPrompts = (call: Call): Record<string, unknown> =>
  samePage(call, call.server.prompts, "prompts", "Prompt", ({ prompt }) => prompt);

/** Page: `2026-07-28/server/prompts#getting-a-prompt`, `#error-handling`. */
async function getPrompt(call: Call): Promise<Record<string, unknown>> {
  const { server, params } = call;
  const name = nameOf(params);
  const passed = argumentsOf(params);
  const entry = server.prompts.get(name);
  if (!entry || !isFor(entry, call)) throw invalidParams(`Unknown prompt: ${name}`);
  const args = Object.create(null) as Record<string, string>;
  for (const [argument, value] of Object.entries(passed)) {
    if (typeof value !== "string") throw invalidParams(`"arguments.${argument}" must be a string`);
    args[argument] = value;
  }
  for (const [argument, { required }] of entry.arguments) {
    if (required && !Object.hasOwn(passed, argument))
      throw invalidParams(`Prompt "${name}": the argument "${argument}" is required`);
  }
  const value = await entry.handler(args, new Context(call));
  if (value instanceof OwnResult) return value.toResult(call);
  const { description, messages } = toMessages(value, name);
  return given({ description: description ?? entry.prompt.description, messages });
}

function toMessages(value: unknown, name: string): { description?: string; messages: readonly PromptMessage[] } {
  if (typeof value === "string") return { messages: [{ role: "user", content: text(value) }] };
  if (isMessage(value)) return { messages: [value] };
  if (Array.isArray(value) && value.every(isMessage)) return { messages: value };
  if (isObject(value) && Array.isArray(value.messages) && value.messages.every(isMessage)) {
    return value as { description?: string; messages: PromptMessage[] };
  }
  throw new TypeError(
    `Prompt "${name}": the handler must return a text or messages, each with a role ("user" or "assistant") and a content block`,
  );
}

const isMessage = (value: unknown): value is PromptMessage =>
  (own(value, "role") === "user" || own(value, "role") === "assistant") && isContentBlock(own(value, "content"));

/** Prompts. Page: `2026-07-28/server/prompts`. */
export const prompts: Feature<"prompt"> = {
  name: "prompts",
  handlers: { "prompts/list": listPrompts, "prompts/get": getPrompt },
  install(server) {
    const registry = (server.prompts = server.registry("prompts"));
    const prompt = (name: string, definition: PromptDefinition, handler: PromptHandler): Registration =>
      registry.add(name, "Prompt", (order) => makePrompt(server as Server, name, definition, handler, order));
    server.prompt = prompt as PromptMethod<undefined>;
  },
  capabilities: (server) => server.listed("prompts", server.prompts.used),
};
