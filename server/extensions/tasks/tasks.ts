import type { Capabilities } from "../../../protocol/capabilities.js";
import { randomId } from "../../../protocol/random-id.js";
import { own } from "../../../protocol/jsonrpc.js";
import { internalError, invalidParams, tooManyRequests, type Refusal } from "../../../protocol/errors.js";
import { isExpired, MemoryTaskStore, type StoredTask, type TaskStore } from "../../../protocol/task-store.js";
import type { Known } from "../../asking/rounds.js";
import type { Call, Handler } from "../../call.js";
import type { Caller } from "../../caller.js";
import type { Server } from "../../server.js";
import type { Extension } from "../extension.js";
import { concernsTasks, orTask } from "./detach.js";
import { checkTimes, readTaskOption, type TaskOptions, type TaskPolicy } from "./options.js";
import { TaskRate } from "./rate.js";
import { rerunOn } from "./rerun.js";
import { TaskRun } from "./task-run.js";

/** Time between two looks for tasks that have expired. */
const SWEEP_MS = 60_000;
/** Timers of some platforms go off at once when they are set for longer than this. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** The tasks of a server: those at work in this process, and all that its store keeps. */
export class Tasks {
  readonly store: TaskStore;
  readonly maxTtlMs: number;
  readonly listAnonymous: boolean;
  readonly #server: Server;
  readonly #extension: Extension;
  readonly #options: Required<Pick<TaskOptions, "pollIntervalMs" | "slowMs">> & { readonly ttlMs: number | null };
  readonly #runs = new Map<string, TaskRun>();
  #lastOrder = 0;
  #nextSweep = 0;
  #rate: TaskRate | undefined;

  /** `extension` is what is offered once a tool may become a task. */
  constructor(server: Server, extension: Extension, options: TaskOptions = {}) {
    this.#extension = extension;
    const {
      store,
      ttlMs = 3_600_000,
      maxTtlMs = 24 * 3_600_000,
      pollIntervalMs = 1_000,
      slowMs = 5_000,
      listAnonymous = false,
    } = options;
    checkTimes({ ttlMs, maxTtlMs, pollIntervalMs, slowMs }, "tasks");
    this.#server = server;
    this.store = store ?? new MemoryTaskStore();
    this.maxTtlMs = maxTtlMs;
    this.listAnonymous = listAnonymous;
    this.#options = { ttlMs, pollIntervalMs, slowMs };
  }

  /** The tool's option, the call that concerns tasks, and its way: as the feature of tools sees them. */
  readonly policyOf = readTaskOption;
  readonly concerns = concernsTasks;
  readonly orTask = orTask;

  /** A tool may become a task: the extension is offered from here on. */
  use(): void {
    const { extensions } = this.#server;
    if (!extensions.has(this.#extension.id)) extensions.add(this.#extension);
  }

  /** What is offered to a client: one of whom nobody knows who it is cannot list tasks. */
  capabilitiesFor(principal: string | undefined, capabilities: Capabilities): Capabilities {
    if (principal !== undefined || this.listAnonymous || !capabilities.tasks) return capabilities;
    const { list: _, ...tasks } = capabilities.tasks as Record<string, unknown>;
    return { ...capabilities, tasks };
  }

  /** Makes a call a task from here on, as `ctx.detach` does. */
  async detach({ task }: Call): Promise<void> {
    if (!task) throw new TypeError('Only a tool whose definition says so (task: "detach") can become a task');
    await task.detach();
  }

  /** Throws 429 for a client that asks about tasks too often. */
  admit({ peer, caller, server: { limits, clock } }: Call): void {
    const rate = (this.#rate ??= new TaskRate(limits.maxTaskRequestsPerSecond, clock));
    if (!rate.take(peer, caller.principal))
      throw tooManyRequests(`More than ${limits.maxTaskRequestsPerSecond} requests about tasks in a second`);
  }

  slowMs(policy: TaskPolicy): number {
    return policy.slowMs ?? this.#options.slowMs;
  }

  /** Makes a call a task. Resolves when the task is kept. Throws 429 where the principal has too many. */
  async create(call: Call, policy: TaskPolicy, known: Known | undefined, askedTtlMs?: number): Promise<TaskRun> {
    const { clock, limits } = this.#server;
    const { caller, id, method, params } = call;
    const now = clock.now();
    if (now >= this.#nextSweep) {
      this.#nextSweep = now + SWEEP_MS;
      await this.store.sweep(now);
    }
    if ((await this.store.count(caller.principal)) >= limits.maxTasks)
      throw tooManyRequests(`More than ${limits.maxTasks} tasks are kept`);
    const ttlMs = policy.ttlMs === undefined ? this.#options.ttlMs : policy.ttlMs;
    this.#lastOrder = Math.max(this.#lastOrder + 1, now);
    const task: StoredTask = {
      // 192 random bits: an id is all that keeps an anonymous client's task from others.
      taskId: randomId(),
      order: this.#lastOrder,
      version: caller.revision.version,
      ...(caller.principal === undefined ? {} : { principal: caller.principal }),
      status: "working",
      createdAt: now,
      lastUpdatedAt: now,
      ttlMs: askedTtlMs === undefined ? ttlMs : Math.min(askedTtlMs, this.maxTtlMs),
      pollIntervalMs: policy.pollIntervalMs ?? this.#options.pollIntervalMs,
      request: {
        id,
        method,
        params: { name: params.name, ...(params.arguments === undefined ? {} : { arguments: params.arguments }) },
        ...(caller.clientInfo === undefined ? {} : { clientInfo: caller.clientInfo }),
        clientCapabilities: caller.clientCapabilities,
      },
      restart: policy.restart,
      questions: {},
      known: known?.answers ?? {},
      once: known?.once ?? {},
      ...(known?.given.inputResponses === undefined && known?.given.requestState === undefined
        ? {}
        : { given: known.given as NonNullable<StoredTask["given"]> }),
    };
    await this.store.put(task);
    return this.start(call, task);
  }

  /** Takes a task up that is kept already. */
  start(call: Call, task: StoredTask): TaskRun {
    const { taskId, createdAt, ttlMs } = task;
    let stopTimer = () => {};
    const run = new TaskRun(call, task, this.store, () => {
      stopTimer();
      this.#runs.delete(taskId);
    });
    this.#runs.set(taskId, run);
    this.#lastOrder = Math.max(this.#lastOrder, task.order);
    const { clock } = this.#server;
    const left = ttlMs === null ? LONGEST_TIMER : createdAt + ttlMs - clock.now();
    if (left < LONGEST_TIMER)
      stopTimer = clock.after(Math.max(left, 0), () => void this.drop(run, "The task has expired"));
    return run;
  }

  /** Forgets a task; with `why`, its handler is told to stop. Never rejects. */
  async drop(run: TaskRun, why?: string): Promise<void> {
    if (why === undefined) run.end();
    else run.stop(why);
    try {
      await this.store.delete(run.state.taskId);
    } catch (error) {
      this.#server.onError(error, "dropping a task");
    }
  }

  /**
   * The task that a request names: its client's own. Throws -32602, the same for a task that is unknown, expired, or
   * another's, and what a call of its tool would be refused by.
   */
  async find(call: Call): Promise<StoredTask> {
    const taskId = own(call.params, "taskId");
    if (typeof taskId !== "string") throw invalidParams('"taskId" must be a string');
    const task = await this.lookUp(taskId, call.caller);
    if (!task) throw unknownTask(taskId);
    this.#server.rights?.admitTool(call, task.request.params.name);
    return task;
  }

  /** Whether a client may use a task of its own now: it may have come by credentials that allowed more. */
  allows(call: Call, { request }: StoredTask): boolean {
    return this.#server.rights?.allowsTool(call, request.params.name) ?? true;
  }

  /** The same, without an error. */
  async lookUp(taskId: string, { principal, revision }: Caller): Promise<StoredTask | undefined> {
    const task = await this.store.get(taskId);
    if (!task || task.principal !== principal || task.version !== revision.version) return undefined;
    if (!isExpired(task, this.#server.clock.now())) return task;
    const run = this.#runs.get(taskId);
    if (run) await this.drop(run, "The task has expired");
    else await this.store.delete(taskId);
    return undefined;
  }

  /** The run of a task that has not ended. Throws -32603 where this process does not run it. */
  runOf({ taskId }: StoredTask): TaskRun {
    const run = this.#runs.get(taskId);
    if (!run) throw internalError("The task is run by another process");
    return run;
  }

  /** The task with what its handler said last of its progress. */
  shown(task: StoredTask): StoredTask {
    const message = this.#runs.get(task.taskId)?.message;
    return message === undefined || task.status !== "working" ? task : { ...task, statusMessage: message };
  }

  /** Takes up what an earlier process left unfinished: a task runs again or, where it cannot, fails. */
  async recover(): Promise<void> {
    const { clock } = this.#server;
    const rerun = rerunOn(this.#server);
    for (const task of await this.store.unfinished()) {
      if (this.#runs.has(task.taskId)) continue;
      if (isExpired(task, clock.now())) await this.store.delete(task.taskId);
      else if (task.restart !== "rerun" || !rerun(task)) {
        const message = "The server ended while it worked on the task";
        await this.store.put({
          ...task,
          status: "failed",
          statusMessage: message,
          error: { code: -32603, message },
          lastUpdatedAt: clock.now(),
        });
      }
    }
  }

  /** Has every handler stop. What the store keeps stays as it is: the next start takes it up. */
  stop(): void {
    for (const run of [...this.#runs.values()]) run.stop("The server is shutting down");
  }
}

/** A method about tasks, of which each client has so many. */
export const rated =
  (serve: Handler): Handler =>
  (call) => {
    call.server.tasks.admit(call);
    return serve(call);
  };

const unknownTask = (taskId: string): Refusal => invalidParams(`No task "${taskId.slice(0, 100)}", or it has expired`);
