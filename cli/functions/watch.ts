import { watch as watchFolder, type FSWatcher } from "node:fs";
import { dirname, join } from "node:path";

/** Milliseconds without another event after which a save is taken for done: editors write in several steps. */
const QUIET_MS = 40;

const isSource = /\.(?:[cm]?[jt]sx?|json)$/;

/** Looks at the folders of files. Folders, since editors put a new file in the place of the old one. */
export class Watch {
  readonly #folders = new Map<string, FSWatcher>();
  readonly #saved: () => void;
  #files: ReadonlySet<string> = new Set();
  #any = false;
  #timer: NodeJS.Timeout | undefined;

  /** `saved` is told when one of the files was saved, once for each save. */
  constructor(saved: () => void) {
    this.#saved = saved;
  }

  /** Looks at these files from now on, or, with `any`, at all sources beside them: one may have been missing. */
  of(files: Iterable<string>, any = false): void {
    this.#files = new Set(files);
    this.#any = any;
    const wanted = new Set([...this.#files].map((file) => dirname(file)));
    for (const [folder, watcher] of this.#folders) {
      if (wanted.has(folder)) continue;
      watcher.close();
      this.#folders.delete(folder);
    }
    for (const folder of wanted) {
      if (this.#folders.has(folder)) continue;
      const watcher = watchFolder(folder, (_, name) => this.#happened(folder, name));
      // A folder that is gone has nothing to tell.
      watcher.on("error", () => {});
      this.#folders.set(folder, watcher);
    }
  }

  #happened(folder: string, name: string | null): void {
    const known = name === null || this.#files.has(join(folder, name)) || (this.#any && isSource.test(name));
    if (!known) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#saved, QUIET_MS);
  }

  close(): void {
    clearTimeout(this.#timer);
    for (const watcher of this.#folders.values()) watcher.close();
    this.#folders.clear();
  }
}
