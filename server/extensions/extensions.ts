import { internalError, invalidRequest } from "../../protocol/errors.js";
import type { MethodRule } from "../../protocol/revision.js";
import type { Call } from "../call.js";
import { declares, extensionRequired, type Extension, type ExtensionRule, type SubscriptionKind } from "./extension.js";

/** The extensions of a server. */
export class Extensions {
  readonly #byId = new Map<string, Extension>();
  readonly #rules = new Map<string, ExtensionRule>();
  readonly #byResultType = new Map<string, Extension>();
  readonly #bySubscription = new Map<string, { readonly extension: Extension; readonly kind: SubscriptionKind }>();

  /** Throws an Error for an identifier, a method or a type that is taken. */
  add(extension: Extension): void {
    const { id, methods, resultTypes, subscriptions } = extension;
    if (this.#byId.has(id)) throw new Error(`Extension "${id}" is registered already`);
    const free = (taken: ReadonlyMap<string, unknown>, what: string, name: string) => {
      if (taken.has(name)) throw new Error(`Extension "${id}": the ${what} "${name}" is registered already`);
    };
    for (const name of methods.keys()) free(this.#rules, "method", name);
    for (const type of resultTypes) free(this.#byResultType, "resultType", type);
    for (const member of subscriptions.keys()) free(this.#bySubscription, "subscription", member);
    this.#byId.set(id, extension);
    for (const [name, rule] of methods) this.#rules.set(name, rule);
    for (const type of resultTypes) this.#byResultType.set(type, extension);
    for (const [member, kind] of subscriptions) this.#bySubscription.set(member, { extension, kind });
  }

  has(id: string): boolean {
    return this.#byId.has(id);
  }

  get used(): boolean {
    return this.#byId.size > 0;
  }

  /** What is advertised: the settings of each extension by its identifier. */
  settings(): Record<string, unknown> {
    return Object.fromEntries([...this.#byId].map(([id, { settings }]) => [id, settings]));
  }

  ruleOf(method: string): ExtensionRule | undefined {
    return this.#rules.get(method);
  }

  get subscriptions(): Iterable<[member: string, { readonly extension: Extension; readonly kind: SubscriptionKind }]> {
    return this.#bySubscription;
  }

  /**
   * Holds the type of a result, where it is not one of the core's, against what the client declared: a type that it
   * does not know never leaves. Throws -32021 where it did not declare the type's extension, -32603 for a type that
   * nobody registered. 2026-07-28/basic/index#resulttype.
   */
  admitResult(resultType: unknown, { caller, method }: Call, rule?: MethodRule): void {
    if (resultType === "complete") return;
    if (resultType === "input_required") {
      // 2026-07-28/basic/patterns/mrtr#supported-requests/2: on no other requests.
      if ((rule ?? caller.revision.methods[method])?.asks) return;
      throw internalError(`${method} cannot end in input_required`);
    }
    const extension = this.#byResultType.get(String(resultType));
    if (!extension)
      throw internalError(
        `${method} came to a result of the type "${String(resultType)}", which no extension of this server has`,
      );
    if (declares(caller, extension.id)) return;
    if (caller.revision.facts.extensions) throw extensionRequired(extension.id);
    throw invalidRequest(
      `this needs the extension "${extension.id}", which revision ${caller.revision.version} does not have`,
      200,
    );
  }
}
