import { setMaxListeners } from "node:events";
import { encodeHeader } from "../dress.js";
import { isObject, member } from "../trace.js";
import type { Json, JsonObject } from "../trace.js";
import type { Asked } from "../clients/subject.js";
import type { Target } from "../clients/wires/wire.js";
import { answerTo, askedInResult } from "./plain-client-answers.js";
import { PlainAuthorization } from "./plain-client-authorization.js";
import { headersOf, mirror } from "./plain-client-headers.js";
import { PlainTasks } from "./plain-client-tasks.js";
import { openPlain } from "./plain-client-wires.js";
import type { PlainWire } from "./plain-client-wires.js";

/** The server knows the session no more. */
const SESSION_GONE = "the session is gone";
const NEWEST = "2026-07-28";
const USES: Readonly<Record<string, readonly string[]>> = {
  "list-prompts": ["prompts"],
  "get-prompt": ["prompts"],
  "list-resources": ["resources"],
  "read-resource": ["resources"],
  subscribe: ["resources", "subscribe"],
  "set-log-level": ["logging"],
  "list-tasks": ["tasks", "list"],
};
/** Errors that only a server of the modern revision gives. */
const isModernError = (error: unknown): boolean =>
  error instanceof Refused && [-32020, -32021, -32022].includes(Number(member(error.error, "code")));
const KEY = "io.modelcontextprotocol/";

class Refused extends Error {
  constructor(readonly error: Json) {
    super(JSON.stringify(error));
  }
}

/** What goes out in place of a message; undefined for nothing. */
export type Spoil = (message: JsonObject) => JsonObject | undefined;

interface Waiting {
  resolve(result: JsonObject): void;
  reject(error: Error): void;
}

/**
 * A client of the least that every scenario needs, in all revisions, written apart from barewire's own: what the suite
 * says of it is no news of the suite's own author's client, and it can be understood in one sitting.
 */
export class PlainClient {
  readonly #open = new Map<Json, Waiting>();
  readonly #progress = new Map<Json, () => void>();
  readonly #wakes: { method: string; wake: () => void }[] = [];
  readonly #given = new Map<string, number>();
  readonly #tools = new Map<string, JsonObject>();
  readonly #withdrawn = new Set<Json>();
  readonly #tasks = new PlainTasks();
  #roots: Json;
  #listens: JsonObject | undefined;
  #revision: string;
  #offered: Json | undefined;
  #wire: PlainWire | undefined;
  readonly #authorization: PlainAuthorization | undefined;
  #next = 0;

  constructor(
    readonly asked: Asked,
    readonly target: Target,
    readonly signal: AbortSignal,
    readonly spoil: Spoil = (message) => message,
  ) {
    this.#revision = asked.revision === "any" ? NEWEST : asked.revision;
    setMaxListeners(0, signal);
    const { authorization } = this.asked;
    if (authorization && "url" in target)
      this.#authorization = new PlainAuthorization(authorization, target.url, this.#revision, signal);
    this.#roots = member(this.asked.answers as Json, "roots") ?? [];
  }

  get #modern(): boolean {
    return this.#revision >= "2026";
  }

  async #say(message: JsonObject, headers: Record<string, string>): Promise<void> {
    const said = this.spoil(message);
    if (said) await this.#wire?.send(said, headers);
  }

  async run(): Promise<void> {
    await this.#connect();
    try {
      for (const action of this.asked.do as readonly JsonObject[]) {
        if (this.signal.aborted) break;
        const failed = await this.#act(action).catch(async (error: Error) => {
          if (error.message !== SESSION_GONE) return error;
          await this.#connect();
          return this.#act(action).catch((second: Error) => second);
        });
        if (failed instanceof Error && this.asked.untilFailure) break;
      }
    } finally {
      await this.#wire?.close();
    }
  }

  /** Asks in the modern way first where it has to find out, and in the old one when that is not understood. */
  async #connect(): Promise<void> {
    if (this.asked.revision !== "any" || !this.#modern) return this.#begin();
    try {
      await this.#begin();
      if ("url" in this.target) await this.#request("server/discover", {});
    } catch (error) {
      if (isModernError(error)) throw error;
      await this.#fallBack();
    }
  }

  async #fallBack(): Promise<void> {
    await this.#wire?.close();
    this.#revision = "2025-11-25";
    await this.#begin();
  }

  async #begin(): Promise<void> {
    const lost = () => {
      for (const { reject } of this.#open.values()) reject(new Error("the connection is lost"));
      this.#open.clear();
    };
    const hear = (message: Json) => this.#hear(message);
    this.#wire = await openPlain(this.target, this.#modern, hear, lost, this.signal, this.#authorization?.fetch);
    if (this.#modern) {
      if ("url" in this.target) return;
      await this.#request("server/discover", {});
      return;
    }
    const [protocolVersion, { capabilities }] = [this.#revision, this.asked];
    const clientInfo = { name: "plain", version: "1.0.0" };
    const answer = await this.#request("initialize", {
      protocolVersion,
      capabilities: capabilities as Json,
      clientInfo,
    });
    if (answer["protocolVersion"] !== protocolVersion) throw new Error("another version");
    this.#offered = answer["capabilities"];
    this.#wire.ready(protocolVersion);
    await this.#notify("notifications/initialized");
    await this.#wire.listen();
  }

  /** Whether the server declared what an action uses. */
  #offers(action: JsonObject): boolean {
    const path = USES[String(action["action"])];
    if (this.#modern || path === undefined) return true;
    return path.reduce<Json | undefined>((at, name) => member(at, name), this.#offered) !== undefined;
  }

  async #act(action: JsonObject): Promise<void> {
    if (!this.#offers(action)) return;
    const rest = Object.fromEntries(Object.entries(action).filter(([name]) => name !== "action"));
    const named = (...names: readonly string[]): JsonObject =>
      Object.fromEntries(names.flatMap((name) => (rest[name] === undefined ? [] : [[name, rest[name]]])));
    switch (action["action"]) {
      case "list-tools":
        return this.#list("tools/list", "tools");
      case "list-prompts":
        return this.#list("prompts/list", "prompts");
      case "list-resources":
        return this.#list("resources/list", "resources");
      case "list-resource-templates":
        return this.#list("resources/templates/list", "resourceTemplates");
      case "list-tasks":
        return this.#list("tasks/list", "tasks");
      case "call-tool":
        return this.#call(action, { ...named("name", "arguments"), ...this.#taskOf(action) });
      case "get-prompt":
        return void (await this.#ask("prompts/get", named("name", "arguments")));
      case "read-resource":
        return void (await this.#ask("resources/read", named("uri")));
      case "complete":
        if (!this.#modern && this.#revision > "2025" && member(this.#offered, "completions") === undefined) return;
        return void (await this.#ask("completion/complete", named("ref", "argument")));
      case "set-log-level":
        return void (await this.#ask("logging/setLevel", named("level")));
      case "ping":
        return void (await this.#ask("ping", {}));
      case "subscribe":
        return void (await this.#ask("resources/subscribe", named("uri")));
      case "unsubscribe":
        return void (await this.#ask("resources/unsubscribe", named("uri")));
      case "listen":
        this.#listens = action;
        void this.#ask("subscriptions/listen", named("notifications")).catch(() => undefined);
        return this.#comes("notifications/subscriptions/acknowledged");
      case "change-roots":
        this.#roots = action["roots"] as Json;
        return this.#notify("notifications/roots/list_changed");
      case "wait":
        return this.#comes(String(action["for"]));
      case "reconnect":
        await this.#wire?.close();
        await this.#connect();
        return this.#listens ? this.#act(this.#listens) : undefined;
      case "together":
        await Promise.allSettled((action["do"] as readonly JsonObject[]).map((one) => this.#act(one)));
        return;
      case "follow-task":
        return this.#follow(String(action["taskId"]));
      case "cancel-task":
        return void (await this.#ask("tasks/cancel", named("taskId")));
      default:
        return;
    }
  }

  #comes(method: string): Promise<void> {
    const before = this.#given.get(method) ?? 0;
    if (before > 0) return (this.#given.set(method, before - 1), Promise.resolve());
    return new Promise((wake) => this.#wakes.push({ method, wake }));
  }

  async #list(method: string, name: string): Promise<void> {
    let cursor: Json | undefined;
    do {
      const result = await this.#ask(method, cursor === undefined ? {} : { cursor });
      if (name === "tools" && Array.isArray(result["tools"]))
        for (const tool of result["tools"] as readonly JsonObject[])
          if (!this.#modern || headersOf(tool)) this.#tools.set(String(tool["name"]), tool);
      cursor = result["nextCursor"];
    } while (cursor !== undefined && cursor !== null);
  }

  async #call(action: JsonObject, params: JsonObject): Promise<void> {
    const tool = this.#tools.get(String(params["name"]));
    if (this.#modern && !tool && this.#tools.size > 0) return;
    const args = (params["arguments"] ?? {}) as JsonObject;
    const mirrored = tool ? mirror(tool, args) : {};
    const token = action["progress"] === true || action["cancel"] === "progress" ? `p${++this.#next}` : undefined;
    const asked = token === undefined ? params : { ...params, _meta: { progressToken: token } };
    const control = new AbortController();
    if (token !== undefined && action["cancel"] === "progress") this.#progress.set(token, () => control.abort());
    const ms = action["timeoutMs"];
    const timer = typeof ms === "number" ? setTimeout(() => control.abort(), ms) : undefined;
    try {
      const result = await this.#ask("tools/call", asked, mirrored, control.signal).catch(async (error: unknown) => {
        if (!(error instanceof Refused) || member(error.error, "code") !== -32020) throw error;
        await this.#list("tools/list", "tools");
        const listed = this.#tools.get(String(params["name"]));
        return this.#ask("tools/call", asked, listed ? mirror(listed, args) : {}, control.signal);
      });
      const id = member(member(result, "task"), "taskId") ?? result["taskId"];
      if (typeof id === "string" && action["cancel"] === "task") await this.#ask("tasks/cancel", { taskId: id });
      else if (typeof id === "string") await this.#follow(id);
    } finally {
      clearTimeout(timer);
    }
  }

  /** 2025-11-25: what asks for a task, where server and tool allow one. */
  #taskOf({ name, task }: JsonObject): JsonObject {
    const offered = member(member(member(this.#offered, "tasks"), "requests"), "tools");
    const support = member(member(this.#tools.get(String(name)), "execution"), "taskSupport");
    if (this.#revision !== "2025-11-25" || member(offered, "call") === undefined) return {};
    const wanted = support === "required" || (support === "optional" && task !== undefined);
    return wanted ? { task: task ?? {} } : {};
  }

  /** Polls a task to its end, answers its questions, and takes its outcome. */
  async #follow(taskId: string): Promise<void> {
    const answered = new Set<string>();
    for (;;) {
      const task = await this.#ask("tasks/get", { taskId });
      const status = task["status"];
      if (status === "completed" || status === "failed" || status === "cancelled") {
        if (!this.#modern) await this.#ask("tasks/result", { taskId });
        return;
      }
      if (status === "input_required") {
        if (!this.#modern) return void (await this.#ask("tasks/result", { taskId }));
        const open = Object.entries((task["inputRequests"] ?? {}) as JsonObject).filter(([key]) => !answered.has(key));
        const inputResponses = Object.fromEntries(
          open.map(([key, one]) => [key, askedInResult(one as JsonObject, this.asked, this.#roots)]),
        );
        for (const [key] of open) answered.add(key);
        if (open.length > 0) await this.#ask("tasks/update", { taskId, inputResponses });
      }
      const pause = Number(task["pollInterval"] ?? task["pollIntervalMs"] ?? 100);
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }

  /** A request to its end: in the modern revision its questions are answered by asking again. */
  async #ask(method: string, params: JsonObject, headers?: Record<string, string>, signal?: AbortSignal) {
    let more: JsonObject = {};
    for (;;) {
      const result = await this.#request(method, { ...params, ...more }, headers, signal);
      const type = result["resultType"] ?? "complete";
      if (!this.#modern || type === "complete" || type === "task") return result;
      if (type !== "input_required") throw new Error(`resultType ${String(type)}`);
      const questions = result["inputRequests"] as JsonObject | undefined;
      const state = result["requestState"];
      more = {
        ...(questions
          ? {
              inputResponses: Object.fromEntries(
                Object.entries(questions).map(([key, one]) => [
                  key,
                  askedInResult(one as JsonObject, this.asked, this.#roots),
                ]),
              ),
            }
          : {}),
        ...(state === undefined ? {} : { requestState: state }),
      };
    }
  }

  #request(method: string, given: JsonObject, headers: Record<string, string> = {}, signal?: AbortSignal) {
    const id = ++this.#next;
    const meta = {
      [`${KEY}protocolVersion`]: this.#revision,
      [`${KEY}clientInfo`]: { name: "plain", version: "1.0.0" },
      [`${KEY}clientCapabilities`]: this.asked.capabilities as Json,
    };
    const params = this.#modern
      ? { ...given, _meta: { ...(given["_meta"] as JsonObject | undefined), ...meta } }
      : given;
    const message = { jsonrpc: "2.0", id, method, ...(Object.keys(params).length > 0 ? { params } : {}) };
    const name = member(params, "name") ?? member(params, "uri") ?? member(params, "taskId");
    const routing = this.#modern
      ? {
          "MCP-Protocol-Version": this.#revision,
          "Mcp-Method": method,
          ...(typeof name === "string" ? { "Mcp-Name": encodeHeader(name) } : {}),
          ...headers,
        }
      : {};
    const limit = this.asked.timeoutMs;
    return new Promise<JsonObject>((resolve, reject) => {
      this.#open.set(id, { resolve, reject });
      if (limit !== undefined && method === "initialize")
        setTimeout(() => reject(new Error("too late")), limit).unref();
      const give = () => {
        this.#open.delete(id);
        reject(new Error("given up"));
        if (this.#modern && "url" in this.target) this.#wire?.abandon(id);
        else void this.#notify("notifications/cancelled", { requestId: id, reason: "no longer needed" });
      };
      signal?.addEventListener("abort", give, { once: true });
      this.signal.addEventListener("abort", () => reject(new Error("stopped")), { once: true });
      this.#say(message, routing).catch(reject);
    });
  }

  #notify(method: string, params?: JsonObject): Promise<void> {
    const message = { jsonrpc: "2.0", method, ...(params ? { params } : {}) };
    return (
      this.#say(message, this.#modern ? { "MCP-Protocol-Version": this.#revision, "Mcp-Method": method } : {}) ??
      Promise.resolve()
    );
  }

  #hear(message: Json): void {
    if (Array.isArray(message)) for (const one of message) this.#hear(one as Json);
    if (!isObject(message)) return;
    const { id, method } = message;
    if (method === undefined) {
      const waiting = this.#open.get(id as Json);
      this.#open.delete(id as Json);
      if (Object.hasOwn(message, "error")) waiting?.reject(new Refused(message["error"] as Json));
      else waiting?.resolve(message["result"] as JsonObject);
      return;
    }
    if (id === undefined) return this.#note(String(method), message);
    if (this.#modern) return;
    const send = (answer: JsonObject) => {
      if (!this.#withdrawn.has(id as Json)) this.#say({ jsonrpc: "2.0", id, ...answer }, {}).catch(() => undefined);
    };
    if (String(method).startsWith("tasks/") && this.#takesTasks("list"))
      return void this.#tasks.answer(String(method), message["params"]).then(send);
    const answer = answerTo(message, this.asked, this.#roots);
    const later = method === "ping" ? undefined : member(this.asked.answers as Json, "afterMs");
    const work = new Promise<JsonObject>((resolve) =>
      typeof later === "number" ? setTimeout(() => resolve(answer), later) : resolve(answer),
    );
    const task =
      member(message["params"], "task") !== undefined && this.#takesTasks("requests", ...String(method).split("/"));
    if (task) send(this.#tasks.make(message["params"], work));
    else if (typeof later === "number") void work.then(send);
    else send(answer);
  }

  #takesTasks(...path: readonly string[]): boolean {
    const declared = member(this.asked.capabilities as Json, "tasks");
    return path.reduce<Json | undefined>((at, name) => member(at, name), declared) !== undefined;
  }

  #note(method: string, message: JsonObject): void {
    const token = member(message["params"], "progressToken");
    if (method === "notifications/cancelled") this.#withdrawn.add(member(message["params"], "requestId") ?? null);
    if (method === "notifications/progress") this.#progress.get(token as Json)?.();
    const at = this.#wakes.findIndex((one) => one.method === method);
    const [found] = at < 0 ? [] : this.#wakes.splice(at, 1);
    if (found) found.wake();
    else this.#given.set(method, (this.#given.get(method) ?? 0) + 1);
  }
}

/** Does what is asked, and settles when it is done. */
export const drivePlain = (asked: Asked, target: Target, signal: AbortSignal, spoil?: Spoil): Promise<void> =>
  new PlainClient(asked, target, signal, spoil).run();
