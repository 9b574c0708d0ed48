import { decodeBase64UrlText, encodeBase64Url } from "../protocol/base64.js";
import type { Clock } from "../protocol/clock.js";
import { internalError, invalidParams, Refusal, tooManyRequests } from "../protocol/errors.js";
import type { Exchange } from "../protocol/exchange.js";
import { isObject, own, type Params, type Request } from "../protocol/jsonrpc.js";
import { relatedTaskKey } from "../protocol/meta.js";
import { milliseconds, wholeNumber } from "../protocol/options.js";
import { randomId } from "../protocol/random-id.js";

type Result = Record<string, unknown>;

/** How a client keeps the tasks that it makes of a server's questions. All of it optional. */
export interface OwnTaskOptions {
  /** Milliseconds from its creation for which a task is kept, where the server asks for no time. Default 1 hour. */
  readonly ttlMs?: number;
  /** The longest that a server may ask a task to be kept, in milliseconds. Default 24 hours. */
  readonly maxTtlMs?: number;
  /** Milliseconds that the server shall wait between two polls; no task is kept for less. Default 1,000. */
  readonly pollIntervalMs?: number;
  /** Tasks kept at the same time, those that have ended included. More are refused. Default 1,000. */
  readonly maxTasks?: number;
  /** Tasks that are at work at the same time. More are refused. Default 64. */
  readonly maxWorking?: number;
  /** Requests about tasks in a second, for a while twice as many. More are refused. Default 100. */
  readonly maxRequestsPerSecond?: number;
  /** Tasks on one page of a list. Default 50. */
  readonly pageSize?: number;
}

/** The same with its defaults. */
export type OwnTaskSettings = Required<OwnTaskOptions>;

/** Fills in what is left out; undefined where the client has no tasks. Throws a TypeError that names the option. */
export function settleOwnTasks(option: boolean | OwnTaskOptions | undefined): OwnTaskSettings | undefined {
  if (option === undefined || option === false) return undefined;
  if (option !== true && !isObject(option)) throw new TypeError("ownTasks must be a boolean or an object");
  const { ttlMs, maxTtlMs, pollIntervalMs, maxTasks, maxWorking, maxRequestsPerSecond, pageSize }: OwnTaskOptions =
    option === true ? {} : option;
  return {
    ttlMs: milliseconds(ttlMs, 3_600_000, "ownTasks.ttlMs", 1),
    maxTtlMs: milliseconds(maxTtlMs, 86_400_000, "ownTasks.maxTtlMs", 1),
    pollIntervalMs: wholeNumber(pollIntervalMs, 1_000, "ownTasks.pollIntervalMs"),
    maxTasks: wholeNumber(maxTasks, 1_000, "ownTasks.maxTasks"),
    maxWorking: wholeNumber(maxWorking, 64, "ownTasks.maxWorking"),
    maxRequestsPerSecond: wholeNumber(maxRequestsPerSecond, 100, "ownTasks.maxRequestsPerSecond"),
    pageSize: wholeNumber(pageSize, 50, "ownTasks.pageSize"),
  };
}

/** The requests that may become tasks, as `tasks.requests` has them, by the capability that each needs. */
const AUGMENTED = {
  sampling: { method: "sampling/createMessage", request: "createMessage" },
  elicitation: { method: "elicitation/create", request: "create" },
} as const;

/** The capability `tasks` of a client that declares `others`; undefined where it can be asked nothing as a task. */
export function taskCapability(others: Readonly<Record<string, unknown>>): Record<string, unknown> | undefined {
  const requests = Object.entries(AUGMENTED).flatMap(([name, { request }]) =>
    others[name] ? [[name, { [request]: {} }]] : [],
  );
  return requests.length > 0 ? { list: {}, cancel: {}, requests: Object.fromEntries(requests) } : undefined;
}

/** Whether a request asks to become a task, and is of a kind that may where `others` are declared. */
export const asksForTask = (others: Readonly<Record<string, unknown>>, { method, params }: Request): boolean =>
  own(params, "task") !== undefined &&
  Object.entries(AUGMENTED).some(([name, one]) => one.method === method && others[name]);

/** Ties a result to a task. Page: `2025-11-25/basic/utilities/tasks#related-task-metadata`. */
export const relatedTo = (task: unknown, result: Result): Result => ({
  ...result,
  _meta: { ...(own(result, "_meta") as object), [relatedTaskKey]: task },
});

interface Kept {
  readonly order: number;
  readonly taskId: string;
  readonly createdAt: number;
  readonly ttl: number;
  readonly exchange: Exchange;
  readonly waiting: Set<() => void>;
  status: "working" | "completed" | "failed" | "cancelled";
  lastUpdatedAt: number;
  statusMessage: string | undefined;
  /** What the question came to: an answer, or the error that a question without a task would have got. */
  outcome: Result | Refusal | undefined;
  stopTimer(): void;
}

const iso = (ms: number): string => new Date(ms).toISOString();

/**
 * The tasks that a client makes of what one server asks: the client is the receiver. They live in memory and end with
 * the connection, whose server alone can see them.
 * Page: `2025-11-25/basic/utilities/tasks`.
 */
export class OwnTasks {
  readonly #kept = new Map<string, Kept>();
  readonly #clock: Clock;
  readonly #settings: OwnTaskSettings;
  #last = 0;
  #working = 0;
  /** Requests that may come at once, as of `#countedAt`. */
  #allowed: number;
  #countedAt: number;

  constructor(clock: Clock, settings: OwnTaskSettings) {
    this.#clock = clock;
    this.#settings = settings;
    this.#allowed = 2 * settings.maxRequestsPerSecond;
    this.#countedAt = clock.now();
  }

  /**
   * Makes a task whose work goes to `exchange`, which is aborted when it is cancelled or its time is over. `begin` runs
   * the work: once the task is answered. Throws -32602 for a malformed `task`, -32603 where a limit is reached.
   */
  create(params: Params | undefined, exchange: Exchange): { readonly result: Result; begin(work: Work): void } {
    const { maxTasks, maxWorking } = this.#settings;
    const ttl = this.#ttlOf(own(params, "task"));
    if (this.#kept.size >= maxTasks) throw tooManyRequests(`More than ${maxTasks} tasks are kept`);
    if (this.#working >= maxWorking) throw tooManyRequests(`More than ${maxWorking} tasks are at work`);
    const now = this.#clock.now();
    const task: Kept = {
      order: ++this.#last,
      taskId: randomId(),
      createdAt: now,
      lastUpdatedAt: now,
      ttl,
      exchange,
      waiting: new Set(),
      status: "working",
      statusMessage: undefined,
      outcome: undefined,
      stopTimer: this.#clock.after(ttl, () => this.#expire(task)),
    };
    this.#working += 1;
    this.#kept.set(task.taskId, task);
    return { result: { task: this.#shown(task) }, begin: (work) => void this.#run(task, work) };
  }

  #ttlOf(task: unknown): number {
    const { ttlMs, maxTtlMs, pollIntervalMs } = this.#settings;
    if (!isObject(task)) throw invalidParams('"task" must be an object');
    const asked = own(task, "ttl") ?? ttlMs;
    if (typeof asked !== "number" || !(asked >= 0))
      throw invalidParams('"task.ttl" must be a number of milliseconds, 0 or more');
    return Math.min(Math.max(asked, pollIntervalMs), maxTtlMs);
  }

  async #run(task: Kept, work: Work): Promise<void> {
    try {
      this.#end(task, "completed", (await work(task.taskId)) as Result);
    } catch (error) {
      const refusal = error instanceof Refusal ? error : internalError();
      this.#end(task, "failed", refusal, refusal.message);
    }
  }

  #end(task: Kept, status: Kept["status"], outcome: Result | Refusal, statusMessage?: string): void {
    if (task.status !== "working") return;
    this.#working -= 1;
    task.status = status;
    task.outcome = outcome;
    task.statusMessage = statusMessage;
    task.lastUpdatedAt = this.#clock.now();
    task.exchange.settle();
    for (const wake of task.waiting) wake();
  }

  #stop(task: Kept, error: Refusal): void {
    if (task.status === "working") task.exchange.abort(error);
    this.#end(task, "cancelled", error, error.message);
  }

  #expire(task: Kept): void {
    this.#kept.delete(task.taskId);
    this.#stop(task, invalidParams("The task has expired"));
  }

  /** The connection is over: what is at work is stopped, and everything forgotten. */
  close(): void {
    for (const task of this.#kept.values()) {
      task.stopTimer();
      this.#stop(task, new Refusal("connection_closed", -32603, "The connection is closed"));
    }
    this.#kept.clear();
  }

  /** Answers one of the `tasks/…` requests; undefined for every other method. `exchange`: that of the request. */
  serve(method: string, params: Params | undefined, exchange: Exchange): Promise<Result> | Result | undefined {
    if (!method.startsWith("tasks/")) return undefined;
    this.#count();
    if (method === "tasks/get") return this.#shown(this.#find(params));
    if (method === "tasks/result") return this.#result(this.#find(params), exchange);
    if (method === "tasks/cancel") return this.#cancel(this.#find(params));
    return method === "tasks/list" ? this.#list(params) : undefined;
  }

  /** 2025-11-25/basic/utilities/tasks#task-isolation-and-access-control/7 */
  #count(): void {
    const { maxRequestsPerSecond: most } = this.#settings;
    const now = this.#clock.now();
    this.#allowed = Math.min(2 * most, this.#allowed + (Math.max(0, now - this.#countedAt) / 1000) * most);
    this.#countedAt = now;
    if (this.#allowed < 1) throw tooManyRequests(`More than ${most} requests about tasks in a second`);
    this.#allowed -= 1;
  }

  #find(params: Params | undefined): Kept {
    const task = this.#kept.get(own(params, "taskId") as string);
    if (!task) throw invalidParams('"taskId" names no task, or one that has expired');
    return task;
  }

  async #result(task: Kept, exchange: Exchange): Promise<Result> {
    if (task.status === "working") {
      await new Promise<void>((resolve) => {
        task.waiting.add(resolve);
        exchange.onAbort(() => {
          task.waiting.delete(resolve);
          resolve();
        });
      });
    }
    // Nobody hears the answer to a request that was taken back.
    if (!task.outcome) throw new Refusal("connection_closed", -32603, "Cancelled");
    if (task.outcome instanceof Refusal) throw task.outcome;
    return relatedTo({ taskId: task.taskId }, task.outcome);
  }

  #cancel(task: Kept): Result {
    if (task.status !== "working") throw invalidParams(`The task cannot be cancelled: it is ${task.status}`);
    this.#stop(task, new Refusal("custom", -32603, "The task was cancelled"));
    return this.#shown(task);
  }

  #list(params: Params | undefined): Result {
    const after = this.#readCursor(own(params, "cursor"));
    const rest = [...this.#kept.values()].filter(({ order }) => order > after);
    const page = rest.slice(0, this.#settings.pageSize);
    const last = page.at(-1);
    const more = last !== undefined && rest.length > page.length;
    return {
      tasks: page.map((task) => this.#shown(task)),
      ...(more ? { nextCursor: encodeBase64Url(new TextEncoder().encode(`tasks:${last.order}`)) } : {}),
    };
  }

  /** The place that a cursor points behind: it stays good when tasks before or after it expire. */
  #readCursor(cursor: unknown): number {
    if (cursor === undefined) return 0;
    const text = typeof cursor === "string" ? decodeBase64UrlText(cursor) : undefined;
    const order = Number(/^tasks:(\d{1,15})$/.exec(text ?? "")?.[1]);
    if (!(order >= 1 && order <= this.#last)) throw invalidParams('"cursor" is not one that this client gave out');
    return order;
  }

  #shown({ taskId, status, statusMessage, createdAt, lastUpdatedAt, ttl }: Kept): Result {
    return {
      taskId,
      status,
      ...(statusMessage === undefined ? {} : { statusMessage }),
      createdAt: iso(createdAt),
      lastUpdatedAt: iso(lastUpdatedAt),
      ttl: ttl === Infinity ? null : ttl,
      pollInterval: this.#settings.pollIntervalMs,
    };
  }
}

/** The work of a task, which is told its id. */
type Work = (taskId: string) => Promise<unknown>;
