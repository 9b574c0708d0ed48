import { CallFailed } from "../protocol/call-failed.js";
import { supports } from "../protocol/capabilities.js";
import { own, type Params } from "../protocol/jsonrpc.js";
import type { LoggingLevel } from "../protocol/logging-level.js";
import type {
  CallToolResult,
  CompleteRequestParams,
  CompleteResult,
  DiscoverResult,
  GetPromptResult,
  Implementation,
  Prompt,
  ReadResourceResult,
  Resource,
  ResourceTemplate,
  ServerCapabilities,
  Tool,
} from "../protocol/types/index.js";
import { Cache } from "./cache.js";
import type { Result } from "./calls.js";
import { checkComplete, listIn, requestComplete } from "./complete.js";
import type { Connection, Extra } from "./connection.js";
import type { ListenFilter, Listener, Subscription } from "./listening.js";
import type { RequestOptions } from "./options.js";
import { pages } from "./pages.js";
import { requestInRounds } from "./rounds.js";
import { awaitCoreTask, awaitTask, type TaskOptions, type TaskView } from "./tasks.js";
import { Tools } from "./tools.js";
import { inTime, timeOf } from "./within.js";

/** How a tool is called. */
export interface CallToolOptions extends TaskOptions {
  /**
   * Asks that the call be a task (2025-11-25), kept for `ttl` milliseconds. Done by itself for a listed tool that
   * demands it. Later servers decide by themselves.
   */
  readonly task?: boolean | { readonly ttl?: number };
}

const HEADER_MISMATCH = -32020;

/**
 * A connected client. Every call rejects with a {@link CallFailed}, whose `code` says why; a tool that failed is no
 * failed call but a result with `isError`.
 */
export class Client {
  readonly #connection: Connection;
  readonly #tools: Tools;
  readonly #cache: Cache | undefined;

  constructor(connection: Connection) {
    const { settings } = connection;
    this.#connection = connection;
    this.#tools = new Tools((error, where) => settings.onError(error, where));
    this.#cache = settings.cache ? new Cache(settings.clock, settings.limits.maxCached) : undefined;
    connection.onNotification((notification) => this.#cache?.heed(notification));
  }

  /** The revision that is spoken. */
  get revision(): string {
    return this.#connection.revision.version;
  }

  /** What the server offers. */
  get capabilities(): ServerCapabilities {
    return this.#connection.server.capabilities;
  }

  /** What the server says of itself: for display and logs, never for decisions. */
  get serverInfo(): Implementation | undefined {
    return this.#connection.server.info;
  }

  /** How to use the server, written for a language model. */
  get instructions(): string | undefined {
    return this.#connection.server.instructions;
  }

  /** All tools, page by page. Over HTTP in 2026-07-28 those with malformed `x-mcp-header` annotations are left out. */
  async listTools(options: RequestOptions = {}): Promise<Tool[]> {
    const tools = (await this.#list("tools/list", "tools", options)) as Tool[];
    return this.#tools.learn(tools, this.#connection.mirrors);
  }

  /** All resources, page by page. */
  async listResources(options: RequestOptions = {}): Promise<Resource[]> {
    return (await this.#list("resources/list", "resources", options)) as Resource[];
  }

  /** All templates of resources, page by page. */
  async listResourceTemplates(options: RequestOptions = {}): Promise<ResourceTemplate[]> {
    return (await this.#list("resources/templates/list", "resourceTemplates", options)) as ResourceTemplate[];
  }

  /** All prompts, page by page. */
  async listPrompts(options: RequestOptions = {}): Promise<Prompt[]> {
    return (await this.#list("prompts/list", "prompts", options)) as Prompt[];
  }

  /** All tasks that this server keeps for this client, page by page (2025-11-25). */
  async listTasks(options: RequestOptions = {}): Promise<TaskView[]> {
    return (await this.#list("tasks/list", "tasks", options)) as TaskView[];
  }

  /**
   * Calls a tool and waits for its result, through questions and tasks. Where the tool was listed and has an output
   * schema, `structuredContent` is held against it (`validate`).
   */
  async callTool(name: string, args?: Record<string, unknown>, options: CallToolOptions = {}): Promise<CallToolResult> {
    const params = { name, ...(args === undefined ? {} : { arguments: args }) };
    const result = (await this.#callOrRelearn(params, options)) as unknown as CallToolResult;
    listIn(result, "content", "tools/call");
    if (this.#connection.settings.validate) this.#tools.checkResult(name, result);
    return result;
  }

  /** Reads a resource. */
  async readResource(uri: string, options: RequestOptions = {}): Promise<ReadResourceResult> {
    const result = await this.#cached("resources/read", { uri }, options);
    listIn(result, "contents", "resources/read");
    return result as unknown as ReadResourceResult;
  }

  /** Gets a prompt, filled in with arguments. */
  async getPrompt(name: string, args?: Record<string, string>, options: RequestOptions = {}): Promise<GetPromptResult> {
    const params = { name, ...(args === undefined ? {} : { arguments: args }) };
    const result = await this.#complete("prompts/get", params, options);
    listIn(result, "messages", "prompts/get");
    return result as unknown as GetPromptResult;
  }

  /** Asks how an argument could go on. `context` is left out where the revision has none. */
  async complete(
    { ref, argument, context }: Omit<CompleteRequestParams, "_meta">,
    options: RequestOptions = {},
  ): Promise<CompleteResult["completion"]> {
    const known = context && this.#connection.revision.facts.completionContext ? { context } : {};
    const result = await this.#complete("completion/complete", { ref, argument, ...known }, options);
    listIn(own(result, "completion"), "values", "completion/complete");
    return result.completion as CompleteResult["completion"];
  }

  /** Whether the server is there (up to 2025-11-25). */
  async ping(options: RequestOptions = {}): Promise<void> {
    await this.#connection.request("ping", {}, options);
  }

  /** The server's versions, capabilities and description, asked anew (2026-07-28). */
  async discover(options: RequestOptions = {}): Promise<DiscoverResult> {
    const result = await this.#cached("server/discover", {}, options);
    listIn(result, "supportedVersions", "server/discover");
    return result as unknown as DiscoverResult;
  }

  /**
   * Wants log messages of this level and above from now on: of the session, or (2026-07-28) of each further request.
   */
  async setLogLevel(level: LoggingLevel, options: RequestOptions = {}): Promise<void> {
    await this.#connection.behaviour.setLogLevel(this.#connection, level, options);
  }

  /**
   * Is told of changes: by `subscriptions/listen`, or (up to 2025-11-25) by what the session is told and
   * `resources/subscribe`. What the server does not tell of is missing in `agreed`.
   */
  listen(filter: ListenFilter, listener: Listener, options: RequestOptions = {}): Promise<Subscription> {
    return this.#connection.behaviour.listen(this.#connection, filter, listener, options);
  }

  /** Tells the server that the roots have changed (up to 2025-11-25; later it asks whenever it needs them). */
  async rootsChanged(): Promise<void> {
    const method = "notifications/roots/list_changed";
    if (this.#connection.revision.methods[method]) await this.#connection.notify(method);
  }

  /**
   * Any request by its method, as it is: only `_meta` is added. `input_required` is answered by the handlers; other
   * result types come back unread.
   */
  request(method: string, params: Params = {}, options: RequestOptions = {}): Promise<Result> {
    return requestInRounds(this.#connection, method, params, options, this.#extraFor(method, params));
  }

  /** Any notification by its method. */
  notify(method: string, params?: Params): Promise<void> {
    return this.#connection.notify(method, params);
  }

  /** Ends the connection: calls in flight fail, a session is ended, a server that was started is stopped. */
  close(): Promise<void> {
    return this.#connection.close();
  }

  /** Calls `run` when the connection is over, by whichever side; returns how to take that back. */
  onClose(run: (error: Error) => void): () => void {
    return this.#connection.onClose(run);
  }

  #complete(method: string, params: Params, options: RequestOptions, onId?: Extra["onId"]): Promise<Result> {
    const extra = { ...this.#extraFor(method, params), ...(onId ? { onId } : {}) };
    return requestComplete(this.#connection, method, params, options, extra);
  }

  /** The headers that repeat what the body says, where a binding has headers and the revision wants them. */
  #extraFor(method: string, params: Params): Extra {
    if (!this.#connection.mirrors) return {};
    // Methods of the tasks extension are in no revision's table.
    const member = this.#connection.revision.methods[method]?.mirrored ?? (method.startsWith("tasks/") ? "taskId" : "");
    const name = own(params, member);
    if (typeof name !== "string") return {};
    const { headers } = this.#connection.nameHeader(name);
    if (method !== "tools/call") return headers ? { headers } : {};
    return { headers: { ...headers, ...this.#tools.headersFor(name, own(params, "arguments")) } };
  }

  async #cached(method: string, params: Params, options: RequestOptions): Promise<Result> {
    if (!this.#cache) return this.#complete(method, params, options);
    const kept = this.#cache.find(method, params);
    if (kept) return kept;
    const changes = this.#cache.changesOf(method);
    let requests = 0;
    const result = await this.#complete(method, params, options, () => (requests += 1));
    // What came of answers to questions must not be kept (2026-07-28/server/utilities/caching#cache-key).
    if (requests === 1) this.#cache.keep(method, params, result, changes);
    return result;
  }

  async #list(method: string, member: string, options: RequestOptions): Promise<unknown[]> {
    const { maxPages } = this.#connection.settings.limits;
    const read = () => pages(method, member, maxPages, (params) => this.#cached(method, params, options));
    try {
      return await read();
    } catch (error) {
      // 2026-07-28/server/utilities/caching#interaction-with-pagination/4: pages that no longer fit are all dropped, and
      // the list is read from its start, once.
      const dropped = this.#cache?.drop(method) ?? 0;
      if (dropped === 0 || !(error instanceof CallFailed) || error.code !== "answer_error") throw error;
      return read();
    }
  }

  /** A refusal of the mirrored headers may mean that the tool has changed: it is listed anew, once. */
  async #callOrRelearn(params: { name: string; arguments?: unknown }, options: CallToolOptions): Promise<Result> {
    try {
      return await this.#call(params, options);
    } catch (error) {
      const stale = error instanceof CallFailed && error.rpcCode === HEADER_MISMATCH && this.#connection.mirrors;
      if (!stale) throw error;
      this.#cache?.drop("tools/list");
      await this.listTools();
      return this.#call(params, options);
    }
  }

  async #call(params: { name: string; arguments?: unknown }, options: CallToolOptions): Promise<Result> {
    const connection = this.#connection;
    const task = this.#taskFor(params.name, options.task);
    const rest = timeOf(connection, options);
    let endProgress = () => {};
    const extra = {
      ...this.#extraFor("tools/call", params),
      onId: (id: number | string) => {
        endProgress();
        endProgress = connection.calls.keepProgress(id, options.onProgress);
      },
    };
    try {
      const result = await requestInRounds(
        connection,
        "tools/call",
        task ? { ...params, task } : params,
        options,
        extra,
      );
      const byExtension = connection.settings.tasks && own(result, "resultType") === "task";
      const end = task && own(result, "task") ? awaitCoreTask : byExtension ? awaitTask : undefined;
      if (end) {
        const what = `The task of ${params.name}`;
        return await inTime(connection, what, options, rest(), (bounded) => end(connection, result, bounded));
      }
      checkComplete(connection, "tools/call", result);
      return result;
    } finally {
      endProgress();
    }
  }

  /** 2025-11-25/basic/utilities/tasks#tool-level-negotiation. */
  #taskFor(name: string, asked: CallToolOptions["task"]): object | undefined {
    const { facts } = this.#connection.revision;
    if (facts.tasks !== "requested") return undefined;
    if (!supports(this.capabilities as Record<string, unknown>, "tasks.requests.tools.call")) return undefined;
    const tool = this.#tools.get(name);
    // 2025-11-25/basic/utilities/tasks#tool-level-negotiation/2: what says nothing of tasks, forbids them.
    const support = tool ? (tool.execution?.taskSupport ?? "forbidden") : undefined;
    if (support === "required" || (asked && support !== "forbidden")) return typeof asked === "object" ? asked : {};
    return undefined;
  }
}
