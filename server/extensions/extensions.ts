import { invalidRequest } from "../../protocol/errors.js";
import type { Caller } from "../caller.js";
import type { Feature } from "../feature.js";
import { admitResult } from "../result-type.js";
import {
  admitExtension,
  declares,
  extensionRequired,
  makeExtension,
  type Extension,
  type ExtensionRule,
  type SubscriptionKind,
} from "./extension.js";

/** The extensions of a server. */
export class Extensions {
  readonly #byId = new Map<string, Extension>();
  readonly #rules = new Map<string, ExtensionRule>();
  readonly #byResultType = new Map<string, Extension>();
  readonly #bySubscription = new Map<string, { readonly extension: Extension; readonly kind: SubscriptionKind }>();

  /** Throws an Error for an identifier, a method or a type that is taken. */
  add(extension: Extension): void {
    this.checkFree(extension);
    const { id, methods, resultTypes, subscriptions } = extension;
    this.#byId.set(id, extension);
    for (const [name, rule] of methods) this.#rules.set(name, rule);
    for (const type of resultTypes) this.#byResultType.set(type, extension);
    for (const [member, kind] of subscriptions) this.#bySubscription.set(member, { extension, kind });
  }

  /** Throws the error of {@link add}, and adds nothing. */
  checkFree({ id, methods, resultTypes, subscriptions }: Extension): void {
    if (this.#byId.has(id)) throw new Error(`Extension "${id}" is registered already`);
    const free = (taken: ReadonlyMap<string, unknown>, what: string, name: string) => {
      if (taken.has(name)) throw new Error(`Extension "${id}": the ${what} "${name}" is registered already`);
    };
    for (const name of methods.keys()) free(this.#rules, "method", name);
    for (const type of resultTypes) free(this.#byResultType, "resultType", type);
    for (const member of subscriptions.keys()) free(this.#bySubscription, "subscription", member);
  }

  has(id: string): boolean {
    return this.#byId.has(id);
  }

  get used(): boolean {
    return this.#byId.size > 0;
  }

  [Symbol.iterator](): Iterator<Extension> {
    return this.#byId.values();
  }

  /** What is advertised: the settings of each extension by its identifier. */
  settings(): Record<string, unknown> {
    return Object.fromEntries([...this.#byId].map(([id, { settings }]) => [id, settings]));
  }

  readonly admitRequest = admitExtension;

  ruleOf(method: string): ExtensionRule | undefined {
    return this.#rules.get(method);
  }

  get subscriptions(): Iterable<[member: string, { readonly extension: Extension; readonly kind: SubscriptionKind }]> {
    return this.#bySubscription;
  }

  /**
   * Holds the type of a result against what the client declared: a type that it does not know never leaves. False for a
   * type that no extension adds. Throws -32021 where the client did not declare the type's extension.
   */
  admit(resultType: string, caller: Caller): boolean {
    const extension = this.#byResultType.get(resultType);
    if (!extension || declares(caller, extension.id)) return extension !== undefined;
    if (caller.revision.facts.extensions) throw extensionRequired(extension.id);
    throw invalidRequest(
      `this needs the extension "${extension.id}", which revision ${caller.revision.version} does not have`,
      200,
    );
  }
}

/** Extensions of the protocol. Page: `2026-07-28/basic/versioning#extension-negotiation`. */
export const extensions: Feature<"extension"> = {
  name: "extensions",
  install(server) {
    server.admitResult = admitResult;
    const kept = (server.extensions = new Extensions());
    server.extension = (id, definition = {}) => {
      kept.add(makeExtension(id, definition));
      server.offersChanged();
    };
  },
  capabilities: ({ extensions }) => (extensions.used ? { extensions: extensions.settings() } : {}),
};
