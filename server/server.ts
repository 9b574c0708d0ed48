import { supports } from "../protocol/capabilities.js";
import { systemClock, type Clock } from "../protocol/clock.js";
import type { Endpoint } from "../protocol/endpoint.js";
import type { Exchange } from "../protocol/exchange.js";
import { express } from "../protocol/express.js";
import { compilerOf, type Compile } from "../protocol/json-schema.js";
import { parseMessage, type Response } from "../protocol/jsonrpc.js";
import { coreLimits, settleLimits, type Limits } from "../protocol/limits.js";
import { loggingLevels, type LoggingLevel } from "../protocol/logging-level.js";
import { metaKeys } from "../protocol/meta.js";
import { oneOf, wholeNumber } from "../protocol/options.js";
import type { Peer } from "../protocol/peer.js";
import { prepared } from "../protocol/prepared.js";
import type { Revision } from "../protocol/revision.js";
import { Spoken } from "../protocol/revisions/spoken.js";
import type { Asking } from "./asking/asking.js";
import type { PromptMethod, ResourceMethod, ToolMethod } from "./author.js";
import type { CacheHints } from "./cache-hints.js";
import type { Handler } from "./call.js";
import type { ChangeBus, ListKind } from "./changes.js";
import { receive } from "./dispatch.js";
import type { ExtensionDefinition } from "./extensions/extension.js";
import type { Extensions } from "./extensions/extensions.js";
import type { Tasks } from "./extensions/tasks/tasks.js";
import type { AnyFeature } from "./feature.js";
import { checkAuthors } from "./features/author-checks.js";
import type { Completing } from "./features/completion.js";
import { discover } from "./features/discover.js";
import { lifecycle, tellChanges } from "./features/lifecycle.js";
import type { LivenessOptions } from "./features/liveness.js";
import type { Logging } from "./features/logging.js";
import type { Metadata } from "./features/metadata.js";
import type { OpenSubscriptions } from "./features/open-subscriptions.js";
import type { ParamHeaders } from "./features/param-headers.js";
import { ping } from "./features/ping.js";
import type { reportProgress } from "./features/progress.js";
import type { PromptEntry } from "./features/prompts.js";
import type { Reading, ResourceEntry, TemplateEntry } from "./features/resources.js";
import type { ToldSessions } from "./features/told-sessions.js";
import type { ToolEntry } from "./features/tools.js";
import type { Middleware, Through } from "./middleware.js";
import type { Rights } from "./rights.js";
import { Registry, type Entry } from "./registry.js";
import type { admitResult } from "./result-type.js";
import type { Lifespan, ServerInfo } from "./server-info.js";
import type { ServerOptions } from "./server-options.js";
import type { StandardSchemas } from "./standard-schema.js";
import type { WeakHosts } from "./weak-hosts/weak-hosts.js";

export type { Lifespan, ServerInfo, ServerOptions };

/**
 * A server: what an author registered, and nothing of any client. Making one starts nothing.
 * It knows no transport; hand it to one (`serveStdio`, `createHandler`, `createListener`, `connectMemory`).
 */
export class Server<State = undefined> implements Endpoint {
  readonly info: ServerInfo;
  readonly limits: Limits;
  readonly clock: Clock;
  readonly revisions: Spoken;
  readonly pageSize: number;
  readonly maskErrors: boolean;
  readonly defaultLogLevel: LoggingLevel;
  /** What it does for each method of a client, in whatever revision. */
  readonly handlers: Readonly<Record<string, Handler>>;
  /** Compiles an author's schemas. */
  readonly compile: Compile;

  // What features bring. Each is there when its feature is installed, and all of them are with `createServer` of
  // `barewire`; what looks at another feature's has to ask first. Not one of them is
  // a field of its own accord: a small server has few.

  /** Registers a tool. The handler's arguments have the type that `input` describes. */
  declare readonly tool: ToolMethod<State>;
  declare tools: Registry<ToolEntry>;
  /** Registers a resource, or, where the URI has variables (RFC 6570), a template of resources. */
  declare readonly resource: ResourceMethod<State>;
  declare resources: Registry<ResourceEntry>;
  declare templates: Registry<TemplateEntry>;
  declare readonly reading: Reading;
  /** Registers a prompt. */
  declare readonly prompt: PromptMethod<State>;
  declare prompts: Registry<PromptEntry>;
  declare readonly completion: Completing;
  declare readonly logging: Logging;
  declare readonly progress: typeof reportProgress;
  /** How long the answer to a method may be taken as fresh, where the feature that answers knows nothing nearer. */
  declare readonly cacheOf: (method: string) => CacheHints;
  declare readonly metadata: Metadata;
  declare readonly paramHeaders: ParamHeaders;
  declare readonly standardSchemas: StandardSchemas;
  /** There where an option asks for it. */
  declare readonly weakHosts: WeakHosts | undefined;
  declare readonly asking: Asking;
  /**
   * Tells the client that was sent to a page that the user is done there (2025-11-25; other revisions have no such
   * notification and hear nothing). `elicitationId` is what the page's `url` function was given.
   */
  declare readonly elicitationCompleted: (elicitationId: string) => void;
  declare readonly changes: ChangeBus;
  declare readonly told: ToldSessions;
  /** Holds the type of a result against what this request can end in. */
  declare readonly admitResult: typeof admitResult;
  declare readonly subscriptions: OpenSubscriptions;
  /** Tells every client that listens that a list has changed. Registrations do so by themselves. */
  declare readonly changed: (list: ListKind) => void;
  /** Tells every client that watches the resource that it has changed. */
  declare readonly updated: (uri: string) => void;
  declare readonly ping: Required<LivenessOptions> | undefined;
  /**
   * Adds an extension: advertised to modern clients, its methods and result types known only to those that declare it.
   * `id` is a reversed domain name, a slash and a name. Throws a TypeError for a definition that is no good.
   * Page: `2026-07-28/basic/versioning#extension-negotiation`.
   */
  declare readonly extension: (id: string, definition?: ExtensionDefinition) => void;
  declare extensions: Extensions;
  declare readonly tasks: Tasks;
  /** Puts a middleware around every request; those that came first stand outside. Returns how to take it away. */
  declare readonly use: (middleware: Middleware<State>) => () => void;
  declare middleware: readonly Middleware[];
  declare readonly through: Through;
  declare readonly rights: Rights;
  /**
   * Makes what another server has, and will have, part of this one: its tools and prompts as `prefix_name`, its resources
   * with the prefix as the first step of their URIs (`config://app` is `config://prefix/app`). Its handlers, its
   * middleware and its `lifespan` stay its own; what it tells clients goes to those of this server. Throws where a name
   * is taken, and a TypeError where this one lacks a feature that the other has.
   */
  declare readonly mount: (prefix: string, other: Endpoint) => void;
  declare readonly mounted: readonly Server[];

  started = false;
  state: State | undefined;
  readonly #features: readonly AnyFeature[];
  readonly options: ServerOptions<State>;
  readonly #meta = new Map<Revision, Readonly<Record<string, unknown>>>();
  readonly #onClose = new Set<() => unknown>();
  #starting: Promise<void> | undefined;
  #stop: (() => void | Promise<void>) | undefined;
  #capabilities: Record<string, unknown> | undefined;
  /** Whether each capability that was asked for is among them. */
  readonly #offers = new Map<string, boolean>();

  constructor(info: ServerInfo, options: ServerOptions<State>, features: readonly AnyFeature[]) {
    for (const member of ["name", "version"] as const) {
      if (typeof info[member] !== "string") throw new TypeError(`A server needs a ${member}`);
    }
    this.info = info;
    this.options = options;
    this.#features = features;
    this.limits = settleLimits(
      options.limits,
      Object.assign({}, coreLimits, ...features.map(({ limits }) => limits)) as Limits,
    );
    this.revisions = new Spoken(options.revisions);
    this.clock = options.clock ?? systemClock;
    this.pageSize = wholeNumber(options.pageSize, 100, "pageSize");
    this.maskErrors = options.maskErrors ?? false;
    this.defaultLogLevel = oneOf(options.logLevel, "info", loggingLevels, "logLevel");
    for (const list of options.offers ?? []) oneOf(list, "tools", ["tools", "prompts", "resources"], "offers");
    this.compile = compilerOf(this.#features.flatMap(({ schemas }) => schemas ?? []));
    this.handlers = Object.assign(
      Object.create(null),
      lifecycle,
      ping,
      discover,
      ...this.#features.map(({ handlers }) => handlers),
    ) as Record<string, Handler>;
    for (const feature of this.#features) feature.install?.(this as never, options as never);
    for (const feature of this.#features) feature.check?.(this as unknown as Server);
    checkAuthors(this as unknown as Server, { icons: info.icons }, "The server");
  }

  /** A registry whose changes clients are told of. */
  registry<E extends Entry>(list: ListKind): Registry<E> {
    return new Registry<E>(() => {
      try {
        this.offersChanged();
      } finally {
        this.changed?.(list);
      }
    });
  }

  /** What is offered is looked up anew when it is asked for next. */
  offersChanged(): void {
    this.#capabilities = undefined;
  }

  /** The capability of a list, where anything ever was in it or the author says that it is offered. */
  listed(list: ListKind, used: boolean, more?: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    if (!used && !this.options.offers?.includes(list)) return {};
    // Without the feature that tells of changes, nobody is promised to hear of them.
    return { [list]: this.told ? { ...more, listChanged: true } : {} };
  }

  /** What this server offers, as capabilities of the newest revision. */
  capabilities(): Readonly<Record<string, unknown>> {
    if (!this.#capabilities) {
      const features = this.#features.map((feature) => feature.capabilities?.(this as unknown as Server));
      this.#capabilities = Object.assign({}, ...features) as Record<string, unknown>;
      this.#offers.clear();
    }
    return this.#capabilities;
  }

  /** What this server offers to a client: who is not known cannot list tasks. */
  capabilitiesFor(principal: string | undefined): Readonly<Record<string, unknown>> {
    const capabilities = this.capabilities();
    return this.tasks?.capabilitiesFor(principal, capabilities) ?? capabilities;
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

  parse(text: string): unknown {
    return parseMessage(text, this.limits.maxDepth);
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
      await this.tasks?.recover();
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
    this.tasks?.stop();
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
