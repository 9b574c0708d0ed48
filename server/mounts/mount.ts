import { own, type Params } from "../../protocol/jsonrpc.js";
import { Refusal, internalError } from "../../protocol/errors.js";
import type { Call } from "../call.js";
import { callBehind, Context } from "../context.js";
import { isThenable } from "../features/tools.js";
import { Detour } from "../own-result.js";
import type { Extension } from "../extensions/extension.js";
import type { Entry } from "../registry.js";
import type { Server } from "../server.js";
import { thrown } from "./links.js";
import { innerUri, outerUri } from "./uris.js";

/** One server inside another, under a prefix. */
export class Mount {
  readonly outer: Server;
  readonly inner: Server;
  readonly prefix: string;
  /** What stands outside for something of the inner server. */
  readonly entries = new WeakSet<Entry>();
  /** Extensions of the inner server, by what stands outside for them. */
  readonly extensions = new WeakMap<Extension, Extension>();
  #cameUp = false;

  constructor(outer: Server, inner: Server, prefix: string) {
    this.outer = outer;
    this.inner = inner;
    this.prefix = prefix;
  }

  readonly named = (name: string): string => `${this.prefix}_${name}`;
  readonly uri = (uri: string): string => outerUri(this.prefix, uri);

  /** What a URI of the inner server is called outside, if that has something behind it. */
  known(uri: string): string | undefined {
    const { resources, templates } = this.inner;
    if (!resources) return undefined;
    if (resources.get(uri)) return this.uri(uri);
    for (const { template, unconfined } of templates)
      if (template.match(uri, { unconfined })) return outerUri(this.prefix, uri, template.template);
    return undefined;
  }

  /** The same for any URI. */
  link(uri: string): string {
    return this.known(uri) ?? this.uri(uri);
  }

  /** Does something with the inner server once that is up. */
  up<T>(work: () => T): T | Promise<Awaited<T>> {
    const { inner } = this;
    if (inner.started) return work();
    this.#cameUp = true;
    return inner.start().then(work) as Promise<Awaited<T>>;
  }

  /** Takes the inner server down, if it came up here. */
  async down(): Promise<void> {
    if (!this.#cameUp) return;
    this.#cameUp = false;
    await this.inner.close();
  }

  /** The request of a handler's `ctx` as the inner server's own handlers see it. */
  context(ctx: Context): Context {
    const call = callBehind(ctx);
    return new Context(this.call(call, this.paramsOf(call) ?? call.params));
  }

  /**
   * A request as the inner server sees it: with what that server keeps, under the names that it gave itself. How the
   * client is told and asked, and what becomes a task, are the outer server's.
   */
  call(call: Call, params: Params = call.params): Call {
    const above = call.server;
    const parts = {
      offers: (path: string) => above.offers(path),
      logging: above.logging && {
        send: (_: Call, ...told: Tail<Server["logging"]["send"]>) => above.logging.send(call, ...told),
      },
      progress: above.progress && ((_: Call, ...told: Tail<Server["progress"]>) => above.progress(call, ...told)),
      asking: above.asking && { asker: () => above.asking.asker(call) },
      tasks: above.tasks && { detach: () => above.tasks.detach(call) },
    };
    return Object.create(call, {
      rule: { value: this.#extensionOf(call)?.methods.get(call.method) ?? call.rule },
      server: { value: Object.create(this.inner, Object.getOwnPropertyDescriptors(parts)) },
      params: { value: params },
      personal: {
        get: () => call.personal,
        set: (personal: boolean) => {
          call.personal = personal;
        },
      },
    }) as Call;
  }

  /** The parameters of a request by the inner server's own names; undefined where it is about something else. */
  paramsOf(call: Call): Params | undefined {
    const { server, method, params } = call;
    const mine = (entry: Entry | undefined) => entry !== undefined && this.entries.has(entry);
    const ref = own(params, "ref");
    const name = own(params, "name");
    const uri = own(params, "uri");
    switch (method) {
      case "tools/call":
        return mine(server.tools?.get(String(name))) ? { ...params, name: this.#unnamed(name) } : undefined;
      case "prompts/get":
        return mine(server.prompts?.get(String(name))) ? { ...params, name: this.#unnamed(name) } : undefined;
      case "resources/read":
      case "resources/subscribe":
      case "resources/unsubscribe":
        return [...at(server, uri)].some(mine) ? { ...params, uri: innerUri(this.prefix, uri as string) } : undefined;
      case "completion/complete": {
        const of = own(ref, "type") === "ref/prompt" ? "name" : "uri";
        const key = own(ref, of);
        if (typeof key !== "string" || !mine((of === "name" ? server.prompts : server.templates)?.get(key)))
          return undefined;
        const inside = of === "name" ? this.#unnamed(key) : innerUri(this.prefix, key);
        return { ...params, ref: { ...(ref as object), [of]: inside } };
      }
      default:
        return this.#extensionOf(call) && params;
    }
  }

  #extensionOf({ rule }: Call): Extension | undefined {
    return "extension" in rule ? this.extensions.get(rule.extension) : undefined;
  }

  #unnamed(name: unknown): string {
    return (name as string).slice(this.prefix.length + 1);
  }

  /**
   * Runs what an author wrote. What it throws is masked where the inner server masks; `failed` makes what is seen of a
   * tool in its place.
   */
  run<T>(where: string, work: () => T, failed?: () => Error): T | Promise<Awaited<T>> {
    const { inner } = this;
    const mask = (error: unknown): never => {
      // To a tool that looks for a resource in vain, that is a failure like any other.
      const said = error instanceof Refusal && !(failed && error.code === "resource_not_found");
      if (!inner.maskErrors || said || error instanceof Detour) throw thrown(this, error);
      inner.onError(error, where);
      throw failed?.() ?? internalError();
    };
    try {
      const value = this.up(work);
      return isThenable(value) ? (Promise.resolve(value).catch(mask) as Promise<Awaited<T>>) : value;
    } catch (error) {
      return mask(error);
    }
  }
}

type Tail<F extends (call: Call, ...rest: never) => unknown> = F extends (call: Call, ...rest: infer Rest) => unknown
  ? Rest
  : never;

/** All that a URI may lead to: which of several templates answers, only their handlers know. */
function* at({ resources, templates }: Server, uri: unknown): Generator<Entry> {
  if (!resources || typeof uri !== "string") return;
  const resource = resources.get(uri);
  if (resource) return yield resource;
  for (const entry of templates) if (entry.template.match(uri, { unconfined: entry.unconfined })) yield entry;
}
