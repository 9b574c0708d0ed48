import { lstat, mkdir, readFile, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** The text of a file, empty where there is none. */
export async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw error;
  }
}

const exists = async (path: string): Promise<boolean> => {
  try {
    await lstat(path);
    return true;
  } catch {
    return false;
  }
};

/**
 * Replaces a file in one step, so that its host never reads half of it, and keeps what was there as `FILE.bak` (the
 * next free `.bak.2` and so on). Gives the path of that copy, none where there was no file. A link stays one.
 */
export async function replaceFile(path: string, text: string): Promise<string | undefined> {
  await mkdir(dirname(path), { recursive: true });
  const there = await exists(path);
  const target = there ? await realpath(path) : path;
  // What holds keys stays as closed as it was; a new one begins closed.
  const mode = there ? (await stat(target)).mode & 0o777 : 0o600;
  let backup: string | undefined;
  if (there) {
    backup = `${target}.bak`;
    for (let number = 2; await exists(backup); number += 1) backup = `${target}.bak.${number}`;
    await writeFile(backup, await readFile(target), { mode, flag: "wx" });
  }
  const draft = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
  try {
    await writeFile(draft, text, { mode, flag: "wx" });
    await rename(draft, target);
  } finally {
    await rm(draft, { force: true });
  }
  return backup;
}
