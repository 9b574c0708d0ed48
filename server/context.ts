import { supports } from "../protocol/capabilities.js";
import type { Auth } from "../protocol/exchange.js";
import type { Params, RequestId } from "../protocol/jsonrpc.js";
import type { LoggingLevel } from "../protocol/logging-level.js";
import type { TraceContext } from "../protocol/trace-context.js";
import type {
  ClientCapabilities,
  CreateMessageRequestParams,
  CreateMessageResult,
  Implementation,
  Root,
} from "../protocol/types/index.js";
import type { Asker } from "./asking/asker.js";
import type { Call } from "./call.js";
import type { Elicited, FormQuestion, FormSchema, PageQuestion } from "./elicited.js";
import { installed } from "./feature.js";
import type { FromSchema } from "./infer.js";
import type { Contents } from "./features/resources.js";

/** A capability of a client, or a part of one. */
export type CapabilityPath =
  | "elicitation"
  | `elicitation.${"form" | "url"}`
  | "sampling"
  | `sampling.${"tools" | "context"}`
  | "roots"
  | "roots.listChanged"
  | `tasks${"" | `.${string}`}`
  | `${"experimental" | "extensions"}.${string}`;

/** What a handler can know of the client that called it. All of it is self-reported: for display and logs. */
export interface ClientView {
  /** The client's name and version, where it gave them. */
  readonly info: Implementation | undefined;
  readonly capabilities: ClientCapabilities;
  /** The protocol revision of this request. */
  readonly version: string;
  /** Whether the client declared a capability, by its path: `"sampling.tools"`. */
  supports(path: CapabilityPath): boolean;
}

/** The request behind a handler's `ctx`, for what stands between the handler and its server. */
export let callBehind: (ctx: Context<unknown>) => Call;

/** A handler's hold on the request that it works for. */
export class Context<State = undefined> {
  static {
    callBehind = (ctx) => ctx.#call;
  }
  readonly #call: Call;
  #client: ClientView | undefined;
  #asker: Asker | undefined;
  readonly #looked: (() => void) | undefined;

  /**
   * `looked` is told when somebody looks at who asks, instead of the call: what comes of the request may then be another
   * thing for another caller.
   */
  constructor(call: Call, looked?: () => void) {
    this.#call = call;
    this.#looked = looked;
  }

  #installed<Part extends "asking" | "logging" | "metadata" | "progress" | "resources" | "tasks">(
    part: Part,
    member: string,
  ) {
    return installed(this.#call.server, part, `ctx.${member}`);
  }

  #asks(member: string): Asker {
    return (this.#asker ??= this.#installed("asking", member).asker(this.#call));
  }

  /** What the server's `lifespan` option returned when it started. */
  get state(): State {
    return this.#call.server.state as State;
  }

  /** The JSON-RPC id of the request. */
  get requestId(): RequestId {
    return this.#call.id;
  }

  /** The method that was asked for, and its parameters as they came. */
  get method(): string {
    return this.#call.method;
  }
  get params(): Params {
    return this.#call.params;
  }

  /** Where the request stands in a distributed trace. Page: `2026-07-28/basic/index#meta`. */
  get trace(): TraceContext {
    return this.#installed("metadata", "trace").readTraceContext(this.#call.params);
  }

  /** Aborts when the client cancels, is gone, or the tool's `timeoutMs` is over. */
  get signal(): AbortSignal {
    return this.#call.exchange.signal;
  }

  /** Who is asking, as the transport's authorization found out; undefined without one. */
  get auth(): Auth | undefined {
    if (this.#looked) this.#looked();
    else this.#call.personal = true;
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
    this.#installed("logging", "log").send(this.#call, level, data, logger);
  }

  /** Logs at the level `debug`. */
  debug(data: unknown, logger?: string): void {
    this.log("debug", data, logger);
  }
  /** Logs at the level `info`. */
  info(data: unknown, logger?: string): void {
    this.log("info", data, logger);
  }
  /** Logs at the level `notice`. */
  notice(data: unknown, logger?: string): void {
    this.log("notice", data, logger);
  }
  /** Logs at the level `warning`. */
  warning(data: unknown, logger?: string): void {
    this.log("warning", data, logger);
  }
  /** Logs at the level `error`. */
  error(data: unknown, logger?: string): void {
    this.log("error", data, logger);
  }

  /**
   * Tells the client how far the work is, if it asked to hear of it. Only growth is told: a value that is not greater
   * than the last one is dropped (2026-07-28/basic/patterns/progress#progress-flow).
   */
  progress(done: number, total?: number, message?: string): void {
    this.#installed("progress", "progress")(this.#call, done, total, message);
  }

  /**
   * Ends the connection that carries this call's answer, not the call: the client comes back after a while for what it
   * missed, the answer included, so that a long call need not hold a connection. Does nothing on a pipe, over HTTP+SSE,
   * where a server answers with JSON alone, where streams are not resumable, and in every revision but 2025-11-25.
   * Page: `2025-11-25/basic/transports#sending-messages-to-the-server`.
   */
  closeStream(): void {
    this.#call.exchange.closeStream();
  }

  /**
   * Ends the connections that carry what belongs to no call, not their streams: the client comes back after a while for
   * what it missed. Does nothing in the same cases as {@link closeStream}.
   * Page: `2025-11-25/basic/transports#listening-for-messages-from-the-server`.
   */
  closeSessionStreams(): void {
    this.#call.exchange.closeSessionStreams();
  }

  /**
   * Reads a resource of this server on behalf of the same caller. Throws {@link resourceNotFound} for one that does not
   * exist.
   */
  async readResource(uri: string): Promise<Contents[]> {
    this.#installed("resources", "readResource");
    this.#call.server.rights?.admitUri(this.#call, uri);
    return this.#call.server.reading.read(this.#call, uri);
  }

  /**
   * Asks the user: with `schema`, to fill in a form; with `url`, to visit a page. `key` names the question within this
   * call. Resolves with what the user did; a form's `content` has been held against the schema. Rejects with a refusal
   * when the client cannot be asked, and, in legacy revisions, when it does not answer.
   * Page: `2026-07-28/client/elicitation`.
   */
  elicit<const Form extends FormSchema>(key: string, form: FormQuestion<Form>): Promise<Elicited<FromSchema<Form>>>;
  elicit(key: string, page: PageQuestion): Promise<Elicited<undefined>>;
  elicit(key: string, asked: FormQuestion<FormSchema> | PageQuestion): Promise<Elicited<unknown>> {
    return this.#asks("elicit").elicit(key, asked);
  }

  /**
   * Asks the client's model. A model that is given tools may want them for ever: `limits.maxToolRounds` bounds how often
   * it is asked so. Page: `2026-07-28/client/sampling`.
   */
  sample(key: string, params: CreateMessageRequestParams): Promise<CreateMessageResult> {
    return this.#asks("sample").sample(key, params);
  }

  /** Asks the client for the directories and files that it works in. Page: `2026-07-28/client/roots`. */
  roots(key?: string): Promise<Root[]> {
    return this.#asks("roots").roots(key);
  }

  /**
   * Does something once, however often the handler runs again to be given answers: later runs get what the first one
   * made. The value must be JSON; `undefined` comes back as null.
   */
  async once<T>(key: string, make: () => T | Promise<T>): Promise<T> {
    return (await this.#asks("once").once(key, make)) as T;
  }

  /**
   * Makes the call a task from here on, where the client can have one: it is answered, and the handler works on. For
   * others, nothing changes. Questions before it are asked by the retry pattern; so what is still open ends this run,
   * and the next one comes back to here with the answers. Only for tools whose definition has a `task`.
   * Page: the extension `io.modelcontextprotocol/tasks`, "Task Creation".
   */
  async detach(): Promise<void> {
    await this.#installed("tasks", "detach").detach(this.#call);
  }

  /**
   * For handlers that return {@link inputRequired}: the client's answers by key, as they came. Check them before use.
   */
  get inputResponses(): Readonly<Record<string, unknown>> | undefined {
    return this.#call.rounds?.given.inputResponses;
  }

  /**
   * For handlers that return {@link inputRequired}: what the last round's `requestState` was. Nobody else can have made
   * it.
   */
  get requestState(): unknown {
    return this.#call.rounds?.given.requestState;
  }
}
