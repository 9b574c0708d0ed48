import { resourceNotFound } from "../protocol/errors.js";
import { supports } from "../protocol/capabilities.js";
import type { Auth } from "../protocol/exchange.js";
import { express } from "../protocol/express.js";
import type { Params, RequestId } from "../protocol/jsonrpc.js";
import { isLoudEnough, type LoggingLevel } from "../protocol/logging-level.js";
import type { ClientCapabilities, Implementation } from "../protocol/types/index.js";
import type { Call } from "./call.js";
import { readContents, type Contents } from "./features/resources.js";

/** What a handler can know of the client that called it. All of it is self-reported: for display and logs. */
export interface ClientView {
  /** The client's name and version, where it gave them. */
  readonly info: Implementation | undefined;
  readonly capabilities: ClientCapabilities;
  /** The protocol revision of this request. */
  readonly version: string;
  /** Whether the client declared a capability, by its path: `"sampling.tools"`. */
  supports(path: string): boolean;
}

/** A handler's hold on the request that it works for. */
export class Context<State = undefined> {
  readonly #call: Call;
  #client: ClientView | undefined;

  constructor(call: Call) {
    this.#call = call;
  }

  /** What the server's `lifespan` option returned when it started. */
  get state(): State {
    return this.#call.server.state as State;
  }

  get requestId(): RequestId {
    return this.#call.id;
  }

  /** Aborts when the client cancels, is gone, or the tool's `timeoutMs` is over. */
  get signal(): AbortSignal {
    return this.#call.exchange.signal;
  }

  /** Who is asking, as the transport's authorization found out; undefined without one. */
  get auth(): Auth | undefined {
    return this.#call.exchange.auth;
  }

  get client(): ClientView {
    const { caller } = this.#call;
    return (this.#client ??= {
      info: caller.clientInfo as Implementation | undefined,
      capabilities: caller.clientCapabilities as ClientCapabilities,
      version: caller.revision.version,
      supports: (path) => supports(caller.clientCapabilities, path),
    });
  }

  /**
   * Sends a log message to the client, if it wants messages of this level; nothing otherwise. `data` is any JSON value.
   * Page: `2026-07-28/server/utilities/logging`.
   */
  log(level: LoggingLevel, data: unknown, logger?: string): void {
    const { caller, server } = this.#call;
    if (caller.logLevel === undefined || !server.offers("logging") || !isLoudEnough(level, caller.logLevel)) return;
    this.#notify("notifications/message", "LoggingMessageNotificationParams", {
      level,
      ...(logger === undefined ? {} : { logger }),
      data: data === undefined ? null : data,
    });
  }

  debug(data: unknown, logger?: string): void {
    this.log("debug", data, logger);
  }
  info(data: unknown, logger?: string): void {
    this.log("info", data, logger);
  }
  notice(data: unknown, logger?: string): void {
    this.log("notice", data, logger);
  }
  warning(data: unknown, logger?: string): void {
    this.log("warning", data, logger);
  }
  error(data: unknown, logger?: string): void {
    this.log("error", data, logger);
  }

  /**
   * Tells the client how far the work is, if it asked to hear of it. Only growth is told: a value that is not greater
   * than the last one is dropped (2026-07-28/basic/patterns/progress#progress-flow).
   */
  progress(done: number, total?: number, message?: string): void {
    const call = this.#call;
    const { progressToken } = call;
    if (progressToken === undefined || !Number.isFinite(done) || (call.progress !== undefined && done <= call.progress)) return;
    call.progress = done;
    this.#notify("notifications/progress", "ProgressNotificationParams", {
      progressToken,
      progress: done,
      ...(total === undefined || !Number.isFinite(total) ? {} : { total }),
      ...(message === undefined ? {} : { message }),
    });
  }

  /** Reads a resource of this server on behalf of the same caller. Throws {@link resourceNotFound} for one that does not exist. */
  async readResource(uri: string): Promise<Contents[]> {
    const found = await readContents(this.#call, uri);
    if (!found) throw resourceNotFound(uri);
    return found.contents;
  }

  #notify(method: string, shape: string, params: Params): void {
    const { caller, exchange } = this.#call;
    exchange.send({ jsonrpc: "2.0", method, params: express(caller.revision, shape, params) });
  }
}
