/**
 * A task as it is kept: plain JSON, and all that another process needs to answer for it or to run it again.
 * Pages: the tasks extension (`io.modelcontextprotocol/tasks`), `2025-11-25/basic/utilities/tasks`.
 */
export interface StoredTask {
  readonly taskId: string;
  /** Grows with every task of a server: the order in which tasks are listed. */
  readonly order: number;
  /** The revision that the task was made in; only clients that speak it find the task. */
  readonly version: string;
  /** Whose task it is; undefined: the shared anonymous. */
  readonly principal?: string;
  readonly status: TaskState;
  readonly statusMessage?: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** Milliseconds since the epoch. */
  readonly lastUpdatedAt: number;
  /** Milliseconds from `createdAt` for which the task is kept; null: for ever. */
  readonly ttlMs: number | null;
  readonly pollIntervalMs: number;
  /** The request that became a task, for running it again. */
  readonly request: {
    readonly id: string | number;
    readonly method: string;
    readonly params: Readonly<Record<string, unknown>>;
    readonly clientInfo?: unknown;
    readonly clientCapabilities: Readonly<Record<string, unknown>>;
  };
  /** What becomes of it when the process that runs it ends before it does. */
  readonly restart: "fail" | "rerun";
  /** Every question that was asked, by the key that it had on the wire: a key is never used twice. */
  readonly questions: Readonly<Record<string, StoredQuestion>>;
  /** Answers that were known before the call became a task, by the handler's keys. */
  readonly known: Readonly<Record<string, { readonly question: string; readonly answer: unknown }>>;
  /** The values of `ctx.once`. */
  readonly once: Readonly<Record<string, unknown>>;
  /** What a handler of the bare pattern was given last. */
  readonly given?: { readonly inputResponses?: Readonly<Record<string, unknown>>; readonly requestState?: unknown };
  /** What the call came to: its result, or its JSON-RPC error. */
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
}

export type TaskState = "working" | "input_required" | "completed" | "failed" | "cancelled";

export interface StoredQuestion {
  /** The handler's own key. */
  readonly key: string;
  /** The question in full, as text that is the same whenever the same is asked. */
  readonly text: string;
  /** The question as the client sees it. */
  readonly asked: Readonly<Record<string, unknown>>;
  /** Absent as long as it is open. */
  readonly answer?: unknown;
}

/** Whether a task has come to its end: nothing changes it any more. */
export const isOver = ({ status }: { readonly status: TaskState }): boolean =>
  status === "completed" || status === "failed" || status === "cancelled";

/** Whether the time for which a task is kept is over. `now` in milliseconds since the epoch. */
export const isExpired = ({ createdAt, ttlMs }: Pick<StoredTask, "createdAt" | "ttlMs">, now: number): boolean =>
  ttlMs !== null && now >= createdAt + ttlMs;

/**
 * Keeps tasks. What `put` was given is kept for good when its promise resolves: the server answers only then. One
 * server uses a store at a time; it never puts the same task twice at the same time.
 */
export interface TaskStore {
  /** Keeps a task in place of what was kept under its id. */
  put(task: StoredTask): void | Promise<void>;
  get(taskId: string): StoredTask | undefined | Promise<StoredTask | undefined>;
  delete(taskId: string): void | Promise<void>;
  /** The tasks of one principal, in their order. */
  list(principal: string | undefined): readonly StoredTask[] | Promise<readonly StoredTask[]>;
  /** How many tasks of one principal are kept. */
  count(principal: string | undefined): number | Promise<number>;
  /** All tasks that have not ended: asked once, when a server starts, to find what an earlier process left. */
  unfinished(): readonly StoredTask[] | Promise<readonly StoredTask[]>;
  /** Forgets the tasks whose time is over. `now` in milliseconds since the epoch. */
  sweep(now: number): void | Promise<void>;
}

/** Keeps tasks in memory: they end with the process. */
export class MemoryTaskStore implements TaskStore {
  // As text, so that nobody's later change of an object reaches what is kept.
  readonly #tasks = new Map<
    string,
    { readonly text: string; readonly task: Pick<StoredTask, "principal" | "order" | "createdAt" | "ttlMs" | "status"> }
  >();

  put(task: StoredTask): void {
    const { principal, order, createdAt, ttlMs, status } = task;
    this.#tasks.set(task.taskId, {
      text: JSON.stringify(task),
      task: { ...(principal === undefined ? {} : { principal }), order, createdAt, ttlMs, status },
    });
  }

  get(taskId: string): StoredTask | undefined {
    const kept = this.#tasks.get(taskId);
    return kept && (JSON.parse(kept.text) as StoredTask);
  }

  delete(taskId: string): void {
    this.#tasks.delete(taskId);
  }

  list(principal: string | undefined): readonly StoredTask[] {
    const own = [...this.#tasks.values()].filter(({ task }) => task.principal === principal);
    return own.sort((a, b) => a.task.order - b.task.order).map(({ text }) => JSON.parse(text) as StoredTask);
  }

  count(principal: string | undefined): number {
    let count = 0;
    for (const { task } of this.#tasks.values()) if (task.principal === principal) count += 1;
    return count;
  }

  unfinished(): readonly StoredTask[] {
    return [...this.#tasks.values()]
      .filter(({ task }) => !isOver(task))
      .map(({ text }) => JSON.parse(text) as StoredTask);
  }

  sweep(now: number): void {
    for (const [taskId, { task }] of this.#tasks) if (isExpired(task, now)) this.#tasks.delete(taskId);
  }
}
