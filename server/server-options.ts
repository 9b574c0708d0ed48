import type { Clock } from "../protocol/clock.js";
import type { CompileOptions } from "../protocol/json-schema.js";
import type { Limits } from "../protocol/limits.js";
import type { LoggingLevel } from "../protocol/logging-level.js";
import type { ClientInfo } from "../protocol/session.js";
import type { UriTemplateLimits } from "../protocol/uri-template.js";
import type { RequestStateOptions } from "./asking/request-state.js";
import type { CachedMethod, CacheHints } from "./cache-hints.js";
import type { ChangeBus, ListKind } from "./changes.js";
import type { TaskOptions } from "./extensions/tasks/options.js";
import type { LivenessOptions } from "./features/liveness.js";
import type { Lifespan } from "./server-info.js";
import type { Repair } from "./weak-hosts/weak-hosts.js";

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
  /**
   * Lists tools with schemas in which every `$ref` is replaced by what it refers to, for hosts that follow none. What
   * refers to itself stays. Default false.
   */
  readonly inlineRefs?: boolean;
  /**
   * Reads arguments that came as strings ("10", "true", JSON) where the tool's schema asks for another type and would
   * take them so. Each such call is counted and told to the function, or by `console.error`. Default false.
   */
  readonly repairArguments?: boolean | ((repair: Repair) => void);
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
