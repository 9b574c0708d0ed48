import type { TaskStore } from "../../../protocol/task-store.js";

/**
 * Whether a tool's call may become a task. `never`: it does not. `detach`: where its handler says so, by
 * `ctx.detach()`.
 * `slow`: when it has not come to its end after a while. `always`: at once.
 */
export type TaskOption = "never" | "detach" | "slow" | "always" | TaskDefinition;

export interface TaskDefinition {
  readonly when: "never" | "detach" | "slow" | "always";
  /** Milliseconds after which a `slow` call becomes a task. Default: the server's, 5,000. */
  readonly slowMs?: number;
  /** Milliseconds from its creation for which a task is kept; null: without end. Default: the server's, 1 hour. */
  readonly ttlMs?: number | null;
  /** Milliseconds that a client shall wait between two polls. Default: the server's, 1,000. */
  readonly pollIntervalMs?: number;
  /**
   * What becomes of a task whose process ended before it did. `fail` (default): it fails. `rerun`: its handler runs
   * again, and finds the answers it had and the values of `ctx.once`; everything else it does happens twice.
   */
  readonly restart?: "fail" | "rerun";
  /** Refuses clients that cannot have tasks, instead of working without one for them. Default false. */
  readonly required?: boolean;
}

/** How a server keeps tasks. All of it optional. */
export interface TaskOptions {
  /** Default: in memory, where tasks end with the process. */
  readonly store?: TaskStore;
  /** Default of all tools. Default 1 hour. */
  readonly ttlMs?: number | null;
  /** The longest that a client may ask a task to be kept, in milliseconds (2025-11-25). Default 24 hours. */
  readonly maxTtlMs?: number;
  readonly pollIntervalMs?: number;
  readonly slowMs?: number;
  /**
   * Whether clients without a principal may list tasks (2025-11-25): all of them share one list. Only for servers that
   * have one user. Default false.
   */
  readonly listAnonymous?: boolean;
}

/** What a tool's definition says of tasks, read. */
export interface TaskPolicy {
  readonly when: "detach" | "slow" | "always";
  readonly slowMs: number | undefined;
  readonly ttlMs: number | null | undefined;
  readonly pollIntervalMs: number | undefined;
  readonly restart: "fail" | "rerun";
  readonly required: boolean;
}

/** Reads a tool's option. Throws a TypeError that names `where`. */
export function readTaskOption(option: TaskOption | undefined, where: string): TaskPolicy | undefined {
  const definition = typeof option === "object" ? option : { when: option ?? "never" };
  const { when, slowMs, ttlMs, pollIntervalMs, restart = "fail", required = false }: TaskDefinition = definition;
  if (!["never", "detach", "slow", "always"].includes(when))
    throw new TypeError(`${where}: task must be "never", "detach", "slow" or "always"`);
  checkTimes({ slowMs, ttlMs, pollIntervalMs }, `${where}: task`);
  if (restart !== "fail" && restart !== "rerun")
    throw new TypeError(`${where}: task.restart must be "fail" or "rerun"`);
  return when === "never" ? undefined : { when, slowMs, ttlMs, pollIntervalMs, restart, required };
}

/** Throws a TypeError for a time that is no whole number of milliseconds. */
export function checkTimes(times: Readonly<Record<string, number | null | undefined>>, where: string): void {
  for (const [name, ms] of Object.entries(times)) {
    if (ms === undefined || (ms === null && name === "ttlMs")) continue;
    if (!Number.isSafeInteger(ms) || (ms as number) < 1)
      throw new TypeError(`${where}.${name} must be a whole number of milliseconds, 1 or more`);
  }
}
