import { invalidParams, methodNotFound, missingClientCapability, type Refusal } from "../../protocol/errors.js";
import { isObject, own, type Params } from "../../protocol/jsonrpc.js";
import { isPrefixedKey } from "../../protocol/meta.js";
import type { MethodRule } from "../../protocol/revision.js";
import { revisions } from "../../protocol/revisions/index.js";
import { InputRequest, wished } from "../asking/rounds.js";
import type { Call, Handler } from "../call.js";
import type { Caller } from "../caller.js";
import { Context } from "../context.js";
import { OwnResult } from "../own-result.js";
import { admitResult } from "../result-type.js";

type Awaitable<T> = T | Promise<T>;

/**
 * Answers one method of an extension. What it returns is the result (one of a type of the extension's own by
 * {@link typedResult}); what it throws becomes the error.
 */
export type ExtensionHandler = (
  params: Params,
  ctx: Context,
) => Awaitable<Readonly<Record<string, unknown>> | TypedResult | InputRequest>;

/** A method of an extension, with what else there is to say of it. */
export interface ExtensionMethod {
  readonly handler: ExtensionHandler;
  /** Whether the handler may ask the client. Default false. */
  readonly asks?: boolean;
}

/** A member that an extension adds to the filter of `subscriptions/listen`. */
export interface ExtensionSubscription {
  /** What of the client's wish is agreed to, as it is acknowledged; undefined: nothing. Throws for a malformed wish. */
  accept(wanted: unknown, ctx: Context): unknown;
  /** Begins to tell; `send` takes each notification. Returns how to stop. */
  listen(agreed: unknown, send: (method: string, params: Readonly<Record<string, unknown>>) => void): () => void;
}

/** What an author says of an extension. All of it optional. */
export interface ExtensionDefinition {
  /** What is advertised with it. Default `{}`. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Its methods, by name. */
  readonly methods?: Readonly<Record<string, ExtensionHandler | ExtensionMethod>>;
  /** The values of `resultType` that it adds: results of these types go only to clients that declared the extension. */
  readonly resultTypes?: readonly string[];
  /** What clients can subscribe to, by the member of the filter. */
  readonly subscriptions?: Readonly<Record<string, ExtensionSubscription>>;
  /**
   * What a client hears that uses the extension without having declared it. `unknown` (default): that there is no such
   * method. `required`: that it has to declare the extension (-32021).
   */
  readonly undeclared?: "unknown" | "required";
}

/** The rule of a method that an extension adds, with the extension and the handler behind it. */
export interface ExtensionRule extends MethodRule {
  readonly extension: Extension;
  readonly serve: Handler;
}

/** A subscription of an extension as the engine sees it. */
export interface SubscriptionKind {
  accept(wanted: unknown, call: Call): unknown;
  listen(
    agreed: unknown,
    send: (method: string, params: Readonly<Record<string, unknown>>) => void,
    call: Call,
  ): () => void;
}

/** An extension in the engine's terms. */
export interface Extension {
  readonly id: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly methods: ReadonlyMap<string, ExtensionRule>;
  readonly resultTypes: readonly string[];
  readonly subscriptions: ReadonlyMap<string, SubscriptionKind>;
  readonly undeclared: "unknown" | "required";
}

/**
 * Whether the client declared an extension for this request. Page: `2026-07-28/basic/versioning#extension-negotiation`.
 */
export const declares = ({ revision, clientCapabilities }: Caller, id: string): boolean =>
  revision.facts.extensions && isObject(own(own(clientCapabilities, "extensions"), id));

/** -32021: the client has to declare the extension. */
export const extensionRequired = (id: string): Refusal => missingClientCapability({ extensions: { [id]: {} } });

/** Refuses the use of a method by a client that did not declare its extension. */
export function admitExtension({ id, undeclared }: Extension, caller: Caller, method: string): void {
  if (declares(caller, id)) return;
  if (undeclared === "required") throw extensionRequired(id);
  throw methodNotFound(method, caller.revision.facts.unknownMethodStatus);
}

/** Checks an extension's identifier. Throws a TypeError. Page: `2026-07-28/basic/versioning#extension-negotiation`. */
export function checkIdentifier(id: unknown): asserts id is string {
  if (isPrefixedKey(id)) return;
  throw new TypeError(
    `"${String(id)}" cannot name an extension: it must be a reversed domain name, a slash and a name, like "com.example/search"`,
  );
}

/** Prepares an author's extension. Throws a TypeError that names the extension and what is wrong with it. */
export function makeExtension(id: string, definition: ExtensionDefinition): Extension {
  checkIdentifier(id);
  const where = `Extension "${id}"`;
  const { settings = {}, resultTypes = [], undeclared = "unknown" } = definition;
  if (!isObject(settings)) throw new TypeError(`${where}: settings must be an object`);
  for (const type of resultTypes) {
    if (reservedTypes.includes(type)) throw new TypeError(`${where}: the resultType "${type}" is not its own to add`);
  }
  const methods = new Map<string, ExtensionRule>();
  const extension: Extension = {
    id,
    settings,
    methods,
    resultTypes,
    undeclared,
    subscriptions: subscriptionsOf(definition),
  };
  for (const [name, method] of Object.entries(definition.methods ?? {})) {
    if (name.startsWith("tasks/") || revisions.some((revision) => revision.methods[name])) {
      throw new TypeError(`${where}: the method "${name}" belongs to the specification`);
    }
    const { handler, asks = false } = typeof method === "function" ? { handler: method } : method;
    if (typeof handler !== "function") throw new TypeError(`${where}: the handler of "${name}" must be a function`);
    const serve = async (call: Call) => {
      const result = await handler(call.params, new Context(call));
      if (result instanceof InputRequest && asks) return { [wished]: result };
      if (result instanceof TypedResult) return result.toResult(call);
      if (isObject(result) && !(result instanceof InputRequest)) return result;
      throw new TypeError(
        `${where}: the handler of "${name}" must return an object${asks ? "" : ", and may ask nothing"}`,
      );
    };
    methods.set(name, { from: "client", needs: "extensions", ...(asks ? { asks } : {}), extension, serve });
  }
  return extension;
}

const reservedTypes = ["complete", "input_required", "task"];
const coreFilter = [
  "toolsListChanged",
  "promptsListChanged",
  "resourcesListChanged",
  "resourceSubscriptions",
  "taskIds",
];

function subscriptionsOf({ subscriptions = {} }: ExtensionDefinition): ReadonlyMap<string, SubscriptionKind> {
  const kinds = new Map<string, SubscriptionKind>();
  for (const [member, { accept, listen }] of Object.entries(subscriptions)) {
    if (coreFilter.includes(member))
      throw new TypeError(`The member "${member}" of a subscription's filter belongs to the specification`);
    kinds.set(member, {
      accept: (wanted, call) => accept(wanted, new Context(call)),
      listen: (agreed, send) => listen(agreed, send),
    });
  }
  return kinds;
}

/** A result of a type that an extension adds. Made by {@link typedResult}. */
export class TypedResult extends OwnResult {
  readonly resultType: string;
  readonly members: Readonly<Record<string, unknown>>;

  constructor(resultType: string, members: Readonly<Record<string, unknown>>) {
    super();
    this.resultType = resultType;
    this.members = members;
  }

  toResult(call: Call): Record<string, unknown> {
    admitResult(this.resultType, call);
    return { ...this.members, resultType: this.resultType };
  }
}

/**
 * Returned by a tool or by a method of an extension: a result of a type that an extension of this server adds, which
 * only clients that declared the extension can take. Others are told so (-32021); ask
 * `ctx.client.supports("extensions.com.example/search")` first.
 */
export const typedResult = (resultType: string, members: Readonly<Record<string, unknown>>): TypedResult =>
  new TypedResult(resultType, members);

/** -32602 for a wish in a subscription's filter that has the wrong form. */
export const malformedWish = (member: string, expected: string): Refusal =>
  invalidParams(`"notifications.${member}" must be ${expected}`);
