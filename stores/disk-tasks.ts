import { mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { isExpired, isOver, type StoredTask, type TaskStore } from "../protocol/task-store.js";

export interface DiskTasksOptions {
  /** Told of files that hold no task, and of a folder that cannot be synced. Default: `console.error`. */
  readonly onError?: (error: unknown, where: string) => void;
}

/** What is known of a file without reading it. */
type Summary = Pick<StoredTask, "principal" | "order" | "createdAt" | "ttlMs" | "status">;

/**
 * Keeps tasks in a folder, one file each, so that they outlive the process, a `kill -9` and a loss of power: a task is
 * written beside its file, synced, renamed over it, and the folder is synced, before `put` resolves. The folder is made
 * where it is missing, for its owner alone, and read at first use. One process may use it at a time.
 */
export function diskTasks(folder: string, options: DiskTasksOptions = {}): TaskStore {
  return new DiskTaskStore(folder, options);
}

class DiskTaskStore implements TaskStore {
  readonly #folder: string;
  readonly #onError: (error: unknown, where: string) => void;
  #ready: Promise<Map<string, Summary>> | undefined;
  #writes = 0;

  constructor(
    folder: string,
    { onError = (error, where) => console.error(`barewire: ${where}:`, error) }: DiskTasksOptions,
  ) {
    this.#folder = folder;
    this.#onError = onError;
  }

  #index(): Promise<Map<string, Summary>> {
    this.#ready ??= this.#load();
    // What failed may work the next time.
    this.#ready.catch(() => (this.#ready = undefined));
    return this.#ready;
  }

  async #load(): Promise<Map<string, Summary>> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const index = new Map<string, Summary>();
    for (const name of await readdir(this.#folder)) {
      // A process that was killed while it wrote leaves its unfinished file; what it would have replaced is still
      // there.
      if (name.endsWith(temporary)) await rm(join(this.#folder, name), { force: true });
      if (!name.endsWith(suffix)) continue;
      const task = await this.#read(name.slice(0, -suffix.length));
      if (task) index.set(task.taskId, summaryOf(task));
    }
    return index;
  }

  async #read(taskId: string): Promise<StoredTask | undefined> {
    const path = this.#path(taskId);
    try {
      const task = JSON.parse(await readFile(path, "utf8")) as StoredTask;
      // A file system that knows no capital letters finds a file for an id that is spelled differently.
      return task.taskId === taskId ? task : undefined;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") this.#onError(error, `reading the task in ${path}`);
      return undefined;
    }
  }

  #path(taskId: string): string {
    return join(this.#folder, `${taskId}${suffix}`);
  }

  async put(task: StoredTask): Promise<void> {
    if (!isFileName.test(task.taskId))
      throw new TypeError(`A task's id must be letters, digits, "-" and "_" to name a file, got "${task.taskId}"`);
    const index = await this.#index();
    const path = this.#path(task.taskId);
    const beside = `${path}.${++this.#writes}${temporary}`;
    const file = await open(beside, "w", 0o600);
    try {
      await file.writeFile(JSON.stringify(task));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
    await this.#syncFolder();
    index.set(task.taskId, summaryOf(task));
  }

  /** The new name is as durable as the file only once its folder is. */
  async #syncFolder(): Promise<void> {
    const folder = await open(this.#folder, "r");
    try {
      await folder.sync();
    } catch (error) {
      // Windows cannot sync a folder; it need not be told so with every task.
      if ((error as NodeJS.ErrnoException).code !== "EPERM") throw error;
    } finally {
      await folder.close();
    }
  }

  async get(taskId: string): Promise<StoredTask | undefined> {
    return (await this.#index()).has(taskId) ? this.#read(taskId) : undefined;
  }

  async delete(taskId: string): Promise<void> {
    const index = await this.#index();
    if (!index.delete(taskId)) return;
    await rm(this.#path(taskId), { force: true });
  }

  async list(principal: string | undefined): Promise<readonly StoredTask[]> {
    return this.#readAll((summary) => summary.principal === principal);
  }

  async count(principal: string | undefined): Promise<number> {
    let count = 0;
    for (const summary of (await this.#index()).values()) if (summary.principal === principal) count += 1;
    return count;
  }

  async unfinished(): Promise<readonly StoredTask[]> {
    return this.#readAll((summary) => !isOver(summary));
  }

  async sweep(now: number): Promise<void> {
    for (const [taskId, summary] of [...(await this.#index())]) if (isExpired(summary, now)) await this.delete(taskId);
  }

  async #readAll(wanted: (summary: Summary) => boolean): Promise<readonly StoredTask[]> {
    const ids = [...(await this.#index())]
      .filter(([, summary]) => wanted(summary))
      .sort(([, a], [, b]) => a.order - b.order);
    const tasks: StoredTask[] = [];
    for (const [taskId] of ids) {
      const task = await this.#read(taskId);
      if (task) tasks.push(task);
    }
    return tasks;
  }
}

const suffix = ".json";
const temporary = ".tmp";
const isFileName = /^[A-Za-z0-9_-]{1,200}$/;

const summaryOf = ({ principal, order, createdAt, ttlMs, status }: StoredTask): Summary => ({
  ...(principal === undefined ? {} : { principal }),
  order,
  createdAt,
  ttlMs,
  status,
});
