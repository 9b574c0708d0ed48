import { CallFailed, connectionClosed } from "../protocol/call-failed.js";
import { supports } from "../protocol/capabilities.js";
import { messageOf } from "../protocol/errors.js";
import { encodeHeaderValue } from "../protocol/header-value.js";
import {
  isObject,
  kindOf,
  own,
  readableId,
  type Message,
  type Notification,
  type Params,
  type Request,
  type RequestId,
  type Response,
} from "../protocol/jsonrpc.js";
import type { LoggingLevel } from "../protocol/logging-level.js";
import { Peer } from "../protocol/peer.js";
import type { Revision } from "../protocol/revision.js";
import { revisions } from "../protocol/revisions/index.js";
import type { Receiver, Transport } from "../protocol/transport.js";
import type { Implementation, LoggingMessageNotificationParams, ServerCapabilities } from "../protocol/types/index.js";
import { Calls, type Result } from "./calls.js";
import { TASKS_EXTENSION } from "./declared.js";
import { eraOf, type Era } from "./era.js";
import type { RequestOptions, Settings } from "./options.js";
import { OwnTasks } from "./own-tasks.js";
import type { Questions } from "./questions.js";
import { Renewal } from "./renewal.js";
import { within } from "./within.js";

/** What the server says of itself. */
export interface ServerFace {
  readonly capabilities: ServerCapabilities;
  /** Self-reported: for display and logs, never for decisions. */
  readonly info: Implementation | undefined;
  readonly instructions: string | undefined;
}

/** How one message of this client is to be sent, beside what every one of its kind has. */
export interface Extra {
  readonly headers?: Readonly<Record<string, string>>;
  /** Told of the id before the request is sent. */
  readonly onId?: (id: RequestId) => void;
}

/** A resource that is listened to: by how many, and when it is subscribed to. */
export interface Watched {
  watchers: number;
  readonly subscribed: Promise<void>;
}

/**
 * One connection to a server: requests with their answers, questions of the server, notifications. Which revision it
 * speaks is set once it is agreed on; what follows from its era is asked of {@link Era}.
 */
export class Connection implements Receiver {
  readonly settings: Settings;
  readonly questions: Questions;
  readonly calls: Calls;
  /** What the server asked as tasks; undefined where this client has none. */
  readonly ownTasks: OwnTasks | undefined;
  /** The server's requests in flight. */
  peer: Peer;
  transport: Transport;
  server: ServerFace = { capabilities: {}, info: undefined, instructions: undefined };
  logLevel: LoggingLevel | undefined;
  /** Who listens to each resource of the session. */
  readonly watched = new Map<string, Watched>();
  /** Opens the session anew after the server has forgotten it. */
  reopen: (() => Promise<void>) | undefined;
  readonly #listeners = new Set<(notification: Notification) => void>();
  readonly #onClose = new Set<(error: Error) => void>();
  readonly #onUnheard = new Set<() => void>();
  #revision: Revision | undefined;
  #behaviour: Era | undefined;
  readonly #renewal: Renewal;
  #closed: Error | undefined;

  constructor(transport: Transport, settings: Settings, questions: Questions) {
    this.transport = transport;
    this.settings = settings;
    this.questions = questions;
    this.calls = new Calls(settings.clock, settings.limits.maxInFlight);
    this.ownTasks = settings.ownTasks && new OwnTasks(settings.clock, settings.ownTasks);
    this.#renewal = new Renewal(settings.clock, settings.limits.maxRenewals);
    this.peer = this.#makePeer();
  }

  #makePeer(): Peer {
    const { clock, limits } = this.settings;
    return new Peer({ push: (message) => this.post(message) }, { clock, maxInFlight: limits.maxQuestions });
  }

  get isClosed(): boolean {
    return this.#closed !== undefined;
  }

  get revision(): Revision {
    if (!this.#revision) throw connectionClosed("No revision is agreed on yet");
    return this.#revision;
  }

  get behaviour(): Era {
    return (this.#behaviour ??= eraOf(this.revision));
  }

  /** From here on this revision is spoken. */
  speak(revision: Revision, server: ServerFace): void {
    this.#revision = revision;
    this.#behaviour = undefined;
    this.server = server;
    this.transport.agree?.(this.behaviour.terms(revision));
  }

  /** The revision that is tried before one is agreed on. */
  try(revision: Revision): void {
    this.#revision = revision;
    this.#behaviour = undefined;
  }

  /**
   * Refuses, before anything is sent, what the revision does not have or the server did not declare
   * (2025-11-25/basic/lifecycle#operation). Methods that no revision knows are an extension's and pass.
   */
  admit(method: string): void {
    const { version, methods, shapes } = this.revision;
    const rule = methods[method];
    if (!rule || rule.from === "server") {
      const extension = method.startsWith("tasks/") && supports(this.server.capabilities as never, TASKS);
      if (extension || !revisions.some((other) => Object.hasOwn(other.methods, method))) return;
      throw new CallFailed("not_in_revision", `${version} has no ${method} that a client sends`);
    }
    const [name = ""] = rule.needs?.split(".") ?? [];
    // What the revision has no word for cannot be declared.
    if (rule.needs === undefined || !Object.hasOwn(shapes.ServerCapabilities ?? {}, name)) return;
    if (supports(this.server.capabilities as never, rule.needs)) return;
    throw new CallFailed(
      "missing_server_capability",
      `The server does not declare ${rule.needs}, which ${method} needs`,
    );
  }

  /** One request, one result; a session that the server has forgotten is opened anew first. */
  async request(method: string, params: Params = {}, options: RequestOptions = {}, extra: Extra = {}): Promise<Result> {
    this.admit(method);
    if (this.#renewal.needed) await this.#renewed(this.renew(), method, options);
    const renewals = this.#renewal.count;
    try {
      return await this.ask(method, params, options, extra);
    } catch (error) {
      if (!(error instanceof CallFailed) || error.code !== "session_ended" || !this.reopen) throw error;
      // The server has not looked at it: sending it again does nothing twice.
      if (renewals === this.#renewal.count) {
        this.#renewal.needed = true;
        await this.#renewed(this.renew(), method, options);
      }
      return this.ask(method, params, options, extra);
    }
  }

  /** The session is opened anew for all who wait for it, of whom each has a time and a signal of its own. */
  #renewed(renewal: Promise<void>, method: string, { timeoutMs, signal }: RequestOptions): Promise<void> {
    const { clock, timeoutMs: byDefault } = this.settings;
    const what = `Opening the session anew for ${method}`;
    return within({ clock, what, ms: timeoutMs ?? byDefault, signal }, () => renewal);
  }

  /** Opens the session anew, once for all who notice that it is over. */
  async renew(): Promise<void> {
    if (this.#closed) throw this.#closed;
    if (this.reopen) await this.#renewal.run(() => (this.#closed ? Promise.reject(this.#closed) : this.reopen!()));
  }

  /** The same without looking at what is allowed: for the handshake itself. */
  async ask(method: string, params: Params, options: RequestOptions = {}, extra: Extra = {}): Promise<Result> {
    if (this.#closed) throw this.#closed;
    const { revision, behaviour, transport, settings } = this;
    const rule = revision.methods[method];
    const abort = transport.shared ? undefined : new AbortController();
    const { id, answer } = this.calls.open({
      method,
      timeoutMs: options.timeoutMs ?? settings.timeoutMs,
      maxTotalMs: options.maxTotalMs ?? settings.maxTotalMs,
      options,
      takeBack: (id, reason) => {
        // 2025-11-25/basic/utilities/cancellation#behavior-requirements/2
        if (!rule?.uncancellable) behaviour.cancel(this, id, reason);
        abort?.abort();
      },
    });
    extra.onId?.(id);
    const meta = { ...options.meta, ...behaviour.meta(this, options), ...(own(params, "_meta") as object) };
    if (options.onProgress || options.resetOnProgress) Object.assign(meta, { progressToken: id });
    const withMeta = Object.keys(meta).length > 0 ? { ...params, _meta: meta } : params;
    const message: Request = {
      jsonrpc: "2.0",
      id,
      method,
      ...(Object.keys(withMeta).length > 0 ? { params: withMeta } : {}),
    };
    const headers = { ...this.#methodHeaders(method), ...extra.headers };
    const sending = { headers, ...(abort ? { signal: abort.signal } : {}) };
    transport.send(message, sending).catch((error: unknown) => this.calls.fail(id, failed(error)));
    return answer;
  }

  /** Whether headers repeat what the body says: the binding has headers, and the revision wants them. */
  get mirrors(): boolean {
    return !this.transport.shared && this.revision.facts.mirrorsHeaders;
  }

  #methodHeaders(method: string): Record<string, string> {
    return this.mirrors ? { "MCP-Protocol-Version": this.revision.version, "Mcp-Method": method } : {};
  }

  /** The header with the name of what a request is about. */
  nameHeader(name: string): Extra {
    return this.mirrors ? { headers: { "Mcp-Name": encodeHeaderValue(name) } } : {};
  }

  notify(method: string, params?: Params, signal?: AbortSignal): Promise<void> {
    const sending = { headers: this.#methodHeaders(method), ...(signal ? { signal } : {}) };
    return this.transport.send({ jsonrpc: "2.0", method, ...(params ? { params } : {}) }, sending);
  }

  /** Sends what nobody waits for. */
  post(message: Message): void {
    this.transport.send(message).catch((error: unknown) => {
      if (!this.#closed) this.settings.onError(error, "sending a message");
    });
  }

  message(message: unknown): void {
    if (this.#closed) return;
    if (Array.isArray(message) && this.#revision?.facts.batches) return message.forEach((one) => this.message(one));
    try {
      this.#take(message);
    } catch (error) {
      this.settings.onError(error, "taking a message of the server");
      const id = readableId(message);
      const answers = isObject(message) && !Object.hasOwn(message, "method") && id !== undefined;
      if (answers) this.calls.fail(id, new CallFailed("malformed_answer", messageOf(error)));
    }
  }

  #take(message: unknown): void {
    const kind = kindOf(message);
    if (kind === "request") this.behaviour.asked(this, message as Request);
    else if (kind === "notification") this.#notified(message as Notification);
    else if (!this.calls.answer(message as Response) && !this.calls.knows((message as Response).id)) {
      const { id, error } = message as { id?: RequestId; error?: unknown };
      const said = error === undefined ? "" : `: ${String(own(error, "message"))}`;
      this.settings.onError(
        new CallFailed("malformed_answer", `An answer to no request of this client (id ${JSON.stringify(id)})${said}`),
        "taking a message of the server",
      );
    }
  }

  #notified(notification: Notification): void {
    const { method, params } = notification;
    const { onNotification, onLog } = this.settings;
    this.#tell(() => onNotification?.(notification));
    if (method === "notifications/progress") this.#tell(() => this.calls.progress(params));
    else if (method === "notifications/message" && typeof own(params, "level") === "string") {
      this.#tell(() => onLog?.(params as unknown as LoggingMessageNotificationParams));
    } else if (method === "notifications/cancelled") this.peer.cancel(own(params, "requestId"), own(params, "reason"));
    for (const listener of [...this.#listeners]) this.#tell(() => listener(notification));
  }

  /** The fault of one who listens must not become that of others. */
  #tell(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.settings.onError(error, "telling a listener");
    }
  }

  /** Calls `listener` with each notification; returns how to end that. */
  onNotification(listener: (notification: Notification) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  onClose(run: (error: Error) => void): () => void {
    this.#onClose.add(run);
    return () => void this.#onClose.delete(run);
  }

  /** Calls `run` when the server can say nothing unasked any more; returns how to take that back. */
  onUnheard(run: () => void): () => void {
    this.#onUnheard.add(run);
    return () => void this.#onUnheard.delete(run);
  }

  unheard(error: Error): void {
    this.fault(error);
    for (const run of [...this.#onUnheard]) this.#tell(run);
  }

  fault(error: unknown, answered?: RequestId): void {
    if (this.#closed) return;
    this.settings.onError(error, "reading from the server");
    if (answered !== undefined) this.calls.fail(answered, new CallFailed("malformed_answer", messageOf(error)));
  }

  expired(): void {
    if (this.#closed || !this.reopen) return;
    this.#renewal.lost();
    this.renew().catch((error: unknown) => this.settings.onError(error, "opening the session anew"));
  }

  restarted(error: Error): void {
    if (this.#closed) return;
    this.calls.failAll(error);
    this.peer.close(error);
    this.ownTasks?.close();
    this.peer = this.#makePeer();
    this.expired();
  }

  closed(error: Error): void {
    void this.#end(error);
  }

  hold(): () => void {
    return this.calls.hold();
  }

  close(): Promise<void> {
    return this.#end(connectionClosed());
  }

  #end(error: Error): Promise<void> {
    if (!this.#closed) {
      this.#closed = error;
      this.calls.close(error);
      this.peer.close(error);
      this.ownTasks?.close();
      for (const run of [...this.#onClose]) this.#tell(() => run(error));
    }
    return this.transport.close();
  }
}

const TASKS = `extensions.${TASKS_EXTENSION}`;

const failed = (error: unknown): Error =>
  error instanceof Error ? error : new CallFailed("connection_failed", messageOf(error));
