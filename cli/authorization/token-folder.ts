import { createHash, randomUUID } from "node:crypto";
import { chmod, mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { AuthorizationStore, Kept } from "../../client/authorization/store.js";
import { here, settings, type Surroundings } from "../hosts/hosts.js";

const LEFT_BEHIND_MS = 60_000;

/** Where the tokens of the user lie. */
export const tokenFolder = (around: Surroundings = here()): string => join(settings(around), "barewire", "tokens");

/**
 * Keeps tokens and registrations in a folder that its user alone can read, each in a file of its own, so that processes
 * which save at the same time take nothing from each other.
 * 2026-07-28/basic/authorization/security-considerations#token-theft/1
 * 2025-03-26/basic/authorization#security-considerations/2
 */
export class TokenFolder implements AuthorizationStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  #path(kind: keyof Kept, of: string): string {
    const digest = createHash("sha256").update(of).digest("hex").slice(0, 32);
    return join(this.#folder, `${kind}-${digest}.json`);
  }

  /** Rejects where others can read or write the file: then what stands in it is nobody's secret, nor their word. */
  async load<K extends keyof Kept>(kind: K, of: string): Promise<Kept[K] | undefined> {
    const path = this.#path(kind, of);
    try {
      const { mode } = await stat(path);
      if (process.platform !== "win32" && (mode & 0o077) !== 0)
        throw new Error(`${path} can be read by others than you: take that from them, or remove it`);
      const kept = JSON.parse(await readFile(path, "utf8")) as { readonly of?: string; readonly what?: Kept[K] };
      return kept.of === of ? kept.what : undefined;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      if (error instanceof SyntaxError) throw new Error(`${path} holds no JSON: remove it, and sign in anew`);
      throw error;
    }
  }

  /** A process that was killed while it saved has left its secrets behind. */
  async #sweep(): Promise<void> {
    for (const name of (await readdir(this.#folder)).filter((one) => one.endsWith(".tmp"))) {
      const path = join(this.#folder, name);
      // A young one may be about to get its name by a process that is alive.
      const left = await stat(path).then(
        ({ mtimeMs }) => Date.now() - mtimeMs > LEFT_BEHIND_MS,
        () => false,
      );
      if (left) await rm(path, { force: true });
    }
  }

  async save<K extends keyof Kept>(kind: K, of: string, what: Kept[K] | undefined): Promise<void> {
    const path = this.#path(kind, of);
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await chmod(this.#folder, 0o700);
    await this.#sweep();
    if (what === undefined) return rm(path, { force: true });
    const draft = `${path}.${randomUUID()}.tmp`;
    try {
      await writeFile(draft, `${JSON.stringify({ of, what }, undefined, 2)}\n`, { mode: 0o600, flag: "wx" });
      await rename(draft, path);
    } finally {
      await rm(draft, { force: true });
    }
  }
}
