import { readFile } from "node:fs/promises";

/** The version of this barewire, as its package states it. */
export async function readVersion(): Promise<string> {
  const path = new URL(import.meta.resolve("barewire/package.json"));
  return (JSON.parse(await readFile(path, "utf8")) as { version: string }).version;
}
