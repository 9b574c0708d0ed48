import type { Clock } from "../protocol/clock.js";
import { systemClock } from "../protocol/clock.js";
import type { HttpAuthorization } from "../protocol/http-authorization.js";
import { wholeNumber, milliseconds } from "../protocol/options.js";
import { versions } from "../protocol/revisions/index.js";
import { Spoken } from "../protocol/revisions/spoken.js";
import type { ClientInfo } from "../protocol/session.js";
import type { LoggingLevel } from "../protocol/logging-level.js";
import type { LoggingMessageNotificationParams, ProgressNotificationParams } from "../protocol/types/index.js";
import { settleOwnTasks, type OwnTaskOptions, type OwnTaskSettings } from "./own-tasks.js";
import type { Handlers } from "./questions.js";

/** How one request is made. All of it optional. */
export interface RequestOptions {
  /** Takes the request back: the server is told to stop, and the call fails with `request_cancelled`. */
  readonly signal?: AbortSignal;
  /**
   * Milliseconds without an answer until the request is cancelled; each retry of a multi-round request counts anew, and
   * what this client's own handlers take does not count. Default: that of the client.
   */
  readonly timeoutMs?: number;
  /**
   * Milliseconds in all, whatever progress there is: retries of a multi-round request, this client's own handlers and a
   * task that comes of the call included. Default: that of the client.
   */
  readonly maxTotalMs?: number;
  /** Whether progress begins `timeoutMs` anew. Default false. */
  readonly resetOnProgress?: boolean;
  /** Asks for progress, and is told of it. */
  readonly onProgress?: (progress: Omit<ProgressNotificationParams, "progressToken">) => void;
  /** The least severe log message that the server is to send about this request (2026-07-28). */
  readonly logLevel?: LoggingLevel;
  /** Further members of the request's `_meta`. */
  readonly meta?: Readonly<Record<string, unknown>>;
}

/** The bounds that a client keeps. All have safe defaults. */
export interface ClientLimits {
  /** Requests in flight at the same time. Default 1,024. */
  readonly maxInFlight: number;
  /** Pages of one list that are followed. Default 1,000. */
  readonly maxPages: number;
  /** Times that one request may end in `input_required`. Default 16. */
  readonly maxRounds: number;
  /** Questions of the server that are answered at the same time. Default 64. */
  readonly maxQuestions: number;
  /** Answers kept by `cache`. Default 256. */
  readonly maxCached: number;
  /** Sessions opened anew within a minute, after the server lost the one before. Default 10. */
  readonly maxRenewals: number;
}

/** What a client is connected with. All of it optional. */
export interface ConnectOptions extends Handlers {
  /** What the client says of itself. Default: `{ name: "barewire", version: "0" }`. */
  readonly info?: ClientInfo;
  /**
   * The revision to speak, or those that may be spoken. Default: every one, the newest first. One alone is a pin: a
   * server that does not speak it is refused.
   */
  readonly revision?: string | readonly string[];
  /** Default 60,000. See {@link RequestOptions.timeoutMs}. */
  readonly timeoutMs?: number;
  /** Default 600,000. */
  readonly maxTotalMs?: number;
  /**
   * Milliseconds that a server on a pipe has to answer the first `server/discover`, before it is taken for one of a
   * revision with a handshake. Where it refuses the handshake, a later answer still counts. A client that may speak
   * modern revisions alone waits for `timeoutMs` instead. Default 5,000.
   */
  readonly probeMs?: number;
  /** Whether structured results are held against the output schema of a tool that was listed. Default true. */
  readonly validate?: boolean;
  /**
   * Whether answers are kept for as long as their `ttlMs` says (2026-07-28), and served again without a request.
   * Default false.
   */
  readonly cache?: boolean;
  /** Whether the server may make a call a task, which is then awaited (2026-07-28). Default true. */
  readonly tasks?: boolean;
  /**
   * Whether the server may put what it asks of a user or a model as tasks of this client's (2025-11-25), which it polls
   * instead of waiting; and how those are kept. Default false.
   */
  readonly ownTasks?: boolean | OwnTaskOptions;
  /** Extensions that this client speaks, by identifier, with their settings (2026-07-28). */
  readonly extensions?: Readonly<Record<string, Record<string, unknown>>>;
  /**
   * Gets tokens where a server over HTTP asks for them, as `authorizationCode` of `barewire/client/authorization` does.
   * Default: none; a server that asks for one is `unauthorized`.
   */
  readonly authorization?: HttpAuthorization;
  /** Told of each log message. */
  readonly onLog?: (message: LoggingMessageNotificationParams) => void;
  /** The log level to begin with: asked for once (legacy) or with each request (2026-07-28). Default: none. */
  readonly logLevel?: LoggingLevel;
  /** Told of every notification of the server, before anything else is done with it. */
  readonly onNotification?: (notification: { method: string; params?: Readonly<Record<string, unknown>> }) => void;
  /** Told of what goes wrong without a call that could fail by it: malformed messages, tools that are left out. */
  readonly onError?: (error: unknown, where: string) => void;
  readonly limits?: Partial<ClientLimits>;
  /** Default: the machine's own. */
  readonly clock?: Clock;
}

/** Options with their defaults. */
export interface Settings {
  readonly info: ClientInfo;
  readonly spoken: Spoken;
  readonly timeoutMs: number;
  readonly maxTotalMs: number;
  readonly probeMs: number;
  readonly validate: boolean;
  readonly cache: boolean;
  readonly tasks: boolean;
  /** Undefined: no question becomes a task. */
  readonly ownTasks: OwnTaskSettings | undefined;
  readonly extensions: Readonly<Record<string, Record<string, unknown>>>;
  readonly logLevel: LoggingLevel | undefined;
  readonly limits: ClientLimits;
  readonly clock: Clock;
  readonly onLog: ConnectOptions["onLog"];
  readonly onNotification: ConnectOptions["onNotification"];
  onError(error: unknown, where: string): void;
}

/** Fills in what is left out. Throws a TypeError that names the option which makes no sense. */
export function settle(options: ConnectOptions): Settings {
  const { revision = versions, limits = {}, onError, info = { name: "barewire", version: "0" } } = options;
  if (typeof info.name !== "string" || typeof info.version !== "string")
    throw new TypeError("info must have a name and a version, both strings");
  const limit = (name: keyof ClientLimits, byDefault: number) => wholeNumber(limits[name], byDefault, `limits.${name}`);
  return {
    info,
    spoken: new Spoken(typeof revision === "string" ? [revision] : revision),
    timeoutMs: milliseconds(options.timeoutMs, 60_000, "timeoutMs", 1),
    maxTotalMs: milliseconds(options.maxTotalMs, 600_000, "maxTotalMs", 1),
    probeMs: milliseconds(options.probeMs, 5_000, "probeMs", 1),
    validate: options.validate ?? true,
    cache: options.cache ?? false,
    tasks: options.tasks ?? true,
    ownTasks: settleOwnTasks(options.ownTasks),
    extensions: options.extensions ?? {},
    logLevel: options.logLevel,
    limits: {
      maxInFlight: limit("maxInFlight", 1024),
      maxPages: limit("maxPages", 1000),
      maxRounds: limit("maxRounds", 16),
      maxQuestions: limit("maxQuestions", 64),
      maxCached: limit("maxCached", 256),
      maxRenewals: limit("maxRenewals", 10),
    },
    clock: options.clock ?? systemClock,
    onLog: options.onLog,
    onNotification: options.onNotification,
    onError(error, where) {
      try {
        onError?.(error, where);
      } catch {
        // Whoever is told of errors must not make further ones.
      }
    },
  };
}
