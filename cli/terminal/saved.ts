import { statSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Bytes of a result, which no terminal shows. */
export interface Blob {
  readonly data: string;
  readonly mimeType: string | undefined;
}

const extensions: Readonly<Record<string, string>> = {
  "audio/mpeg": "mp3",
  "audio/x-wav": "wav",
  "image/jpeg": "jpg",
  "image/svg+xml": "svg",
  "text/plain": "txt",
};

function extensionOf(mimeType = ""): string {
  const [type = ""] = mimeType.split(";");
  return extensions[type] ?? (/\/(?:x-)?([a-z0-9]+)$/.exec(type)?.[1] || "bin");
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

/**
 * Writes what is no text to `out`: to that file where there is one blob, to numbered files in it where it is a folder,
 * and beside it (`out-2.png`) for each further one. Gives a line about each, for the person.
 */
export async function save(blobs: readonly Blob[], out: string | undefined): Promise<string[]> {
  const lines: string[] = [];
  for (const [at, { data, mimeType }] of blobs.entries()) {
    const bytes = Buffer.from(data, "base64");
    const what = `${mimeType ?? "bytes"}, ${bytes.length} bytes`;
    if (out === undefined) {
      lines.push(`${what}: --out FILE saves it`);
      continue;
    }
    const extension = extensionOf(mimeType);
    const beside = () => `${out.replace(/\.[^./\\]*$/, "")}-${at + 1}.${extension}`;
    const path = isFolder(out) ? join(out, `${at + 1}.${extension}`) : at === 0 ? out : beside();
    await writeFile(path, bytes);
    lines.push(`${what}: saved as ${path}`);
  }
  return lines;
}
