import { systemClock, type Clock } from "../protocol/clock.js";
import { supports } from "../protocol/capabilities.js";
import type { Endpoint } from "../protocol/endpoint.js";
import type { Exchange } from "../protocol/exchange.js";
import { express } from "../protocol/express.js";
import type { CompileOptions } from "../protocol/json-schema.js";
import type { Response } from "../protocol/jsonrpc.js";
import { settleLimits, type Limits } from "../protocol/limits.js";
import { loggingLevels, type LoggingLevel } from "../protocol/logging-level.js";
import { milliseconds, oneOf, wholeNumber } from "../protocol/options.js";
import { metaKeys } from "../protocol/meta.js";
import type { Peer } from "../protocol/peer.js";
import { prepared } from "../protocol/prepared.js";
import type { Revision } from "../protocol/revision.js";
import { Spoken } from "../protocol/revisions/spoken.js";
import type { ClientInfo } from "../protocol/session.js";
import type { UriTemplateLimits } from "../protocol/uri-template.js";
import { RequestStates, type RequestStateOptions } from "./asking/request-state.js";
import { cachedMethods, readCacheHints, uncached, type CachedMethod, type CacheHints } from "./cache-hints.js";
import { Elicitations } from "./asking/elicitations.js";
import { LocalChangeBus, type ChangeBus, type ListKind } from "./changes.js";
import { receive } from "./dispatch.js";
import { makeExtension, type ExtensionDefinition } from "./extensions/extension.js";
import { Extensions } from "./extensions/extensions.js";
import { tasksExtension } from "./extensions/tasks/extension.js";
import type { TaskOptions } from "./extensions/tasks/options.js";
import { rerunOn } from "./extensions/tasks/rerun.js";
import { Tasks } from "./extensions/tasks/tasks.js";
import { tellChanges } from "./features/lifecycle.js";
import { ToldSessions } from "./features/told-sessions.js";
import { readLiveness, type LivenessOptions } from "./features/ping.js";
import { adviceOnName, checkIcons } from "./features/metadata.js";
import { makePrompt, type PromptDefinition, type PromptEntry, type PromptHandler } from "./features/prompts.js";
import {
  isTemplate,
  makeResource,
  makeTemplate,
  type ResourceDefinition,
  type ResourceEntry,
  type ResourceHandler,
  type TemplateEntry,
} from "./features/resources.js";
import { callTool, makeTool, type ToolDefinition, type ToolEntry, type ToolHandler } from "./features/tools.js";
import type { Middleware } from "./middleware.js";
import { Rates } from "./rates.js";
import type { PromptMethod, ResourceMethod, ToolMethod } from "./author.js";
import { Registry, type Entry, type Registration } from "./registry.js";
import type { Lifespan, ServerInfo } from "./server-info.js";
import { OpenSubscriptions } from "./features/open-subscriptions.js";

export type { Lifespan, ServerInfo };

/** All of it optional. */
export interface ServerOptions<State = undefined> {
  /** Brought up once, before the first of the author's handlers runs; its `stop` runs when the server closes. */
  readonly lifespan?: () => Lifespan<State> | Promise<Lifespan<State>>;
  /** Versions of the revisions that the server speaks. Default: all of them. */
  readonly revisions?: readonly string[];
  /** Items on one page of a list. Default 100. */
  readonly pageSize?: number;
  /** Hides the messages of errors that handlers throw; they go to `onError` instead. Default false. */
  readonly maskErrors?: boolean;
  /**
   * How long lists and resources may be taken as fresh, where nothing nearer says. Default `{ ttlMs: 0, cacheScope:
   * "private" }`.
   */
  readonly cache?: Partial<CacheHints>;
  /** The same for one kind of answer: `{ "tools/list": { ttlMs: 60_000, cacheScope: "public" } }`. */
  readonly caches?: Readonly<Partial<Record<CachedMethod, Partial<CacheHints>>>>;
  /** Whether log messages are offered at all. Default true. */
  readonly logging?: boolean;
  /** The level of a legacy session that never set one. Default "info". */
  readonly logLevel?: LoggingLevel;
  /** Lists that are offered although nothing is registered in them yet. */
  readonly offers?: readonly ListKind[];
  /** Pings legacy peers and closes those that do not answer. Default: none are sent. */
  readonly ping?: LivenessOptions;
  /** Milliseconds that a client, often a person, has to answer a question (legacy). Default 10 minutes. */
  readonly askTimeoutMs?: number;
  /** How what a call has to find again on its retry is sealed (modern): keys, expiry, size. */
  readonly requestState?: RequestStateOptions;
  /** How calls that became tasks are kept. Which tools may become tasks, their definitions say. */
  readonly tasks?: TaskOptions;
  /** The validator's bounds for tools' schemas, and whether `format` is held. */
  readonly schemas?: CompileOptions;
  /** Bounds on resource templates and the URIs matched with them. */
  readonly templates?: UriTemplateLimits;
  readonly limits?: Partial<Limits>;
  /** Told when a legacy client says that its roots have changed. Ask for them by `ctx.roots` in the next call. */
  readonly onRootsChanged?: (client: ClientInfo) => void;
  /** Told of what is allowed but not advised, such as a tool's name with spaces. Default: nobody is. */
  readonly onAdvice?: (text: string) => void;
  readonly clock?: Clock;
  readonly changes?: ChangeBus;
  /** Told of errors that clients do not see in full. Default: `console.error`. */
  readonly onError?: (error: unknown, where: string) => void;
}

/**
 * A server: what an author registered, and nothing of any client. Making one starts nothing.
 * It knows no transport; hand it to one (`serveStdio`, `createHandler`, `createListener`, `connectMemory`).
 */
export class Server<State = undefined> implements Endpoint {
  readonly info: ServerInfo;
  readonly limits: Limits;
  readonly clock: Clock;
  readonly revisions: Spoken;
  readonly changes: ChangeBus;
  readonly #caches = new Map<string, CacheHints>();
  readonly pageSize: number;
  readonly maskErrors: boolean;
  readonly defaultLogLevel: LoggingLevel;
  readonly ping: Required<LivenessOptions> | undefined;
  readonly askTimeoutMs: number;
  readonly requestStates: RequestStates;
  readonly elicitations: Elicitations;
  readonly subscriptions: OpenSubscriptions;
  readonly told: ToldSessions;
  readonly rates: Rates;
  extensions = new Extensions();
  readonly tasks: Tasks;
  tools: Registry<ToolEntry>;
  prompts: Registry<PromptEntry>;
  resources: Registry<ResourceEntry>;
  templates: Registry<TemplateEntry>;
  middleware: Middleware[] = [];
  started = false;
  state: State | undefined;
  readonly options: ServerOptions<State>;
  readonly #meta = new Map<Revision, Readonly<Record<string, unknown>>>();
  readonly #onClose = new Set<() => unknown>();
  #starting: Promise<void> | undefined;
  #stop: (() => void | Promise<void>) | undefined;
  readonly #cache: CacheHints;
  /** Whether anything can be completed. */
  completes = false;
  #capabilities: Record<string, unknown> | undefined;
  /** Whether each capability that was asked for is among them. */
  readonly #offers = new Map<string, boolean>();

  constructor(info: ServerInfo, options: ServerOptions<State> = {}) {
    for (const member of ["name", "version"] as const) {
      if (typeof info[member] !== "string") throw new TypeError(`A server needs a ${member}`);
    }
    checkIcons(info.icons, "The server");
    this.info = info;
    this.options = options;
    this.limits = settleLimits(options.limits);
    this.revisions = new Spoken(options.revisions);
    this.clock = options.clock ?? systemClock;
    this.changes = options.changes ?? new LocalChangeBus((error) => this.onError(error, "telling of a change"));
    this.#cache = readCacheHints(options.cache, "The server") ?? uncached;
    for (const [method, hints] of Object.entries(options.caches ?? {})) {
      if (!cachedMethods.includes(method as CachedMethod))
        throw new TypeError(`caches: "${method}" is none of ${cachedMethods.join(", ")}`);
      this.#caches.set(method, readCacheHints({ ...this.#cache, ...hints }, method)!);
    }
    this.pageSize = wholeNumber(options.pageSize, 100, "pageSize");
    this.maskErrors = options.maskErrors ?? false;
    this.defaultLogLevel = oneOf(options.logLevel, "info", loggingLevels, "logLevel");
    this.ping = options.ping && readLiveness(options.ping);
    for (const list of options.offers ?? []) oneOf(list, "tools", ["tools", "prompts", "resources"], "offers");
    this.askTimeoutMs = milliseconds(options.askTimeoutMs, 10 * 60_000, "askTimeoutMs", 1);
    this.requestStates = new RequestStates(options.requestState ?? {}, this.clock);
    this.elicitations = new Elicitations(this.clock, this.askTimeoutMs);
    this.subscriptions = new OpenSubscriptions(this as unknown as Server);
    this.told = new ToldSessions(this as unknown as Server);
    this.rates = new Rates(this.limits, this.clock);
    this.tasks = new Tasks(this as unknown as Server, options.tasks);
    const registry = <E extends Entry>(list: ListKind) => new Registry<E>(() => this.changed(list));
    this.tools = registry("tools");
    this.prompts = registry("prompts");
    this.resources = registry("resources");
    this.templates = registry("resources");
  }

  /** Registers a tool. The handler's arguments have the type that `input` describes. */
  readonly tool: ToolMethod<State> = (name: string, definition: ToolDefinition, handler: ToolHandler): Registration =>
    this.tools.add(name, "Tool", (order) => {
      const entry = makeTool(name, definition, handler, order, this.options.schemas);
      const advice = adviceOnName(name);
      if (advice !== undefined) this.options.onAdvice?.(`Tool "${name}": ${advice}`);
      if (entry.task && !this.extensions.has(tasksExtension.id)) this.extensions.add(tasksExtension);
      return entry;
    });

  /** Registers a resource, or, where the URI has variables (RFC 6570), a template of resources. */
  readonly resource: ResourceMethod<State> = (
    uri: string,
    definition: ResourceDefinition,
    handler: ResourceHandler,
  ): Registration => {
    if (!isTemplate(uri))
      return this.resources.add(uri, "Resource", (order) => makeResource(uri, definition, handler, order));
    if (definition.complete) this.completes = true;
    return this.templates.add(uri, "Resource", (order) =>
      makeTemplate(uri, definition, handler, order, this.options.templates),
    );
  };

  /** Registers a prompt. */
  readonly prompt: PromptMethod<State> = (
    name: string,
    definition: PromptDefinition,
    handler: PromptHandler,
  ): Registration => {
    if (Object.values(definition.arguments ?? {}).some(({ complete }) => complete !== undefined)) this.completes = true;
    return this.prompts.add(name, "Prompt", (order) => makePrompt(name, definition, handler, order));
  };

  /**
   * Adds an extension: advertised to modern clients, its methods and result types known only to those that declare it.
   * `id` is a reversed domain name, a slash and a name. Throws a TypeError for a definition that is no good.
   * Page: `2026-07-28/basic/versioning#extension-negotiation`.
   */
  extension(id: string, definition: ExtensionDefinition = {}): void {
    this.extensions.add(makeExtension(id, definition));
    this.offersChanged();
  }

  /** How long the answer to a method may be taken as fresh, where the feature that answers knows nothing nearer. */
  cacheOf(method: string): CacheHints {
    return this.#caches.get(method) ?? this.#cache;
  }

  /** Hands on that a client's roots have changed. */
  rootsChanged(client: ClientInfo): void {
    try {
      this.options.onRootsChanged?.(client);
    } catch (error) {
      this.onError(error, "onRootsChanged");
    }
  }

  /** Puts a middleware around every request; those that came first stand outside. Returns how to take it away. */
  use(middleware: Middleware<State>): () => void {
    const entry = middleware as unknown as Middleware;
    this.middleware.push(entry);
    return () => {
      const at = this.middleware.indexOf(entry);
      if (at !== -1) this.middleware.splice(at, 1);
    };
  }

  /** Tells every client that listens that a list has changed. Registrations do so by themselves. */
  changed(list: ListKind): void {
    this.offersChanged();
    this.changes.publish({ list });
  }

  /** Tells every client that watches the resource that it has changed. */
  updated(uri: string): void {
    this.changes.publish({ uri });
  }

  /**
   * Tells the client that was sent to a page that the user is done there (2025-11-25; other revisions have no such
   * notification and hear nothing). `elicitationId` is what the page's `url` function was given.
   */
  elicitationCompleted(elicitationId: string): void {
    this.elicitations.complete(elicitationId);
  }

  /** What this server offers, as capabilities of the newest revision. */
  capabilities(): Readonly<Record<string, unknown>> {
    if (!this.#capabilities) {
      this.#capabilities = this.#offered();
      this.#offers.clear();
    }
    return this.#capabilities;
  }

  /** What is offered is looked up anew when it is asked for next. */
  offersChanged(): void {
    this.#capabilities = undefined;
  }

  #offered(): Record<string, unknown> {
    const offered = new Set(this.options.offers);
    const listed = { listChanged: true };
    return {
      ...(this.options.logging === false ? {} : { logging: {} }),
      ...(this.completes ? { completions: {} } : {}),
      ...(this.prompts.used || offered.has("prompts") ? { prompts: listed } : {}),
      ...(this.resources.used || this.templates.used || offered.has("resources")
        ? { resources: { subscribe: true, listChanged: true } }
        : {}),
      ...(this.tools.used || offered.has("tools") ? { tools: listed } : {}),
      ...(this.extensions.has(tasksExtension.id)
        ? { tasks: { list: {}, cancel: {}, requests: { tools: { call: {} } } } }
        : {}),
      ...(this.extensions.used ? { extensions: this.extensions.settings() } : {}),
    };
  }

  /** What this server offers to a client: who is not known cannot list tasks. */
  capabilitiesFor(principal: string | undefined): Readonly<Record<string, unknown>> {
    const capabilities = this.capabilities();
    if (principal !== undefined || this.tasks.listAnonymous || !this.offers("tasks.list")) return capabilities;
    const { list: _, ...tasks } = capabilities.tasks as Record<string, unknown>;
    return { ...capabilities, tasks };
  }

  /** Whether a capability is offered, by its path: `"resources.subscribe"`. */
  offers(path: string): boolean {
    const capabilities = this.capabilities();
    let offered = this.#offers.get(path);
    if (offered === undefined) {
      offered = supports(capabilities, path);
      this.#offers.set(path, offered);
    }
    return offered;
  }

  /** The server's name and version in a revision's vocabulary. */
  describe(revision: Revision): Record<string, unknown> {
    return this.metaFor(revision)[metaKeys.serverInfo] as Record<string, unknown>;
  }

  /** What every result says of the server in its `_meta`. Page: `2026-07-28/basic/index#meta`. */
  metaFor(revision: Revision): Readonly<Record<string, unknown>> {
    let meta = this.#meta.get(revision);
    if (!meta) {
      const { instructions: _, ...implementation } = this.info;
      meta = prepared({ [metaKeys.serverInfo]: express(revision, "Implementation", implementation) });
      this.#meta.set(revision, meta);
    }
    return meta;
  }

  receive(message: unknown, peer: Peer, exchange: Exchange): Response | undefined | Promise<Response | undefined> {
    return receive(this as unknown as Server, message, peer, exchange);
  }

  resume(peer: Peer): void {
    tellChanges(this as unknown as Server, peer);
  }

  start(): Promise<void> {
    if (!this.#starting) {
      const starting = this.#start();
      this.#starting = starting;
      // The next request tries again: what failed may be up by then.
      starting.catch(() => {
        if (this.#starting === starting) this.#starting = undefined;
      });
    }
    return this.#starting;
  }

  async #start(): Promise<void> {
    const lifespan = await this.options.lifespan?.();
    this.state = lifespan?.state;
    this.#stop = lifespan?.stop;
    try {
      await this.tasks.recover(rerunOn(this as unknown as Server, callTool));
    } catch (error) {
      this.#stop = undefined;
      await lifespan?.stop?.();
      throw error;
    }
    this.started = true;
  }

  /**
   * Ends all subscriptions, whatever transports still serve over HTTP, and the work on tasks, then stops what
   * `lifespan` started. The server may be started again.
   */
  async close(): Promise<void> {
    const ending = [...this.#onClose].map((run) => run());
    this.#onClose.clear();
    this.tasks.stop();
    await Promise.all(ending);
    await this.#starting?.catch(() => {});
    const stop = this.#stop;
    this.#stop = undefined;
    this.#starting = undefined;
    this.started = false;
    this.state = undefined;
    await stop?.();
  }

  /** Calls `run` when the server closes; returns how to take that back. */
  onClose(run: () => unknown): () => void {
    this.#onClose.add(run);
    return () => this.#onClose.delete(run);
  }

  onError(error: unknown, where: string): void {
    const { onError } = this.options;
    if (!onError) return console.error(`barewire: ${where}:`, error);
    try {
      onError(error, where);
    } catch (failure) {
      // Whoever waits for a response gets it all the same.
      console.error("barewire: onError:", failure, `while it was told of an error in ${where}:`, error);
    }
  }
}
