// A tool that logs, reports progress and reads resources of its own server. Run it, built, with a folder; the default
// is the current one. Nothing outside that folder can be read.
import { readFile, realpath } from "node:fs/promises";
import { join, sep } from "node:path";
import type { Context } from "barewire";

const root = await realpath(process.argv[2] ?? ".");

/** A text file of the folder, by its path in it.
 *  @resource file:///{path*}
 *  @mimeType text/plain */
export async function file(path: string): Promise<string | undefined> {
  // The template lets no `..` through; what is left is a symbolic link that leads out.
  const found = await realpath(join(root, path)).catch(() => undefined);
  if (!found?.startsWith(root.endsWith(sep) ? root : root + sep)) return undefined; // is not found
  return readFile(found, "utf8").catch(() => undefined); // nor is a folder a file
}

interface Paths {
  /**
   * @minItems 1
   * @maxItems 1000
   */
  paths: string[];
}

interface Counted {
  path: string;
  lines: number;
  words: number;
}

/** Counts the lines and words of files.
 *  @name process_files
 *  @readonly */
export async function processFiles({ paths }: Paths, ctx: Context): Promise<{ files: Counted[]; failed: string[] }> {
  const files: Counted[] = [];
  const failed: string[] = [];
  for (const [index, path] of paths.entries()) {
    ctx.signal.throwIfAborted();
    try {
      const uri = `file:///${path.split("/").map(encodeURIComponent).join("/")}`;
      const [contents] = await ctx.readResource(uri);
      const text = contents && "text" in contents ? contents.text : "";
      files.push({ path, lines: text.split("\n").length - 1, words: text.match(/\S+/g)?.length ?? 0 });
      ctx.info(`Processed ${path}`);
    } catch (error) {
      failed.push(path);
      ctx.warning(`${path}: ${(error as Error).message}`);
    }
    ctx.progress(index + 1, paths.length, path);
  }
  return { files, failed };
}
