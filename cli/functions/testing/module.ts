import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { Server } from "../../../server/server.js";
import { importMade } from "../load-server.js";
import { makeModule, type MadeModule } from "../make-module.js";
import { Refused } from "../refused.js";

/** Writes modules into a folder of their own, by name, and runs `use` with the folder. Leaves nothing behind. */
export async function withFiles<T>(
  files: Readonly<Record<string, string>>,
  use: (folder: string) => T | Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "functions-test-"));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

type Source = string | Readonly<Record<string, string>>;

/** One reading of the libraries does for all the modules of a test. */
let earlier: MadeModule["program"];

const inFolder = <T>(source: Source, use: (make: () => MadeModule) => T | Promise<T>): Promise<T> =>
  withFiles(typeof source === "string" ? { "server.ts": source } : source, (folder) =>
    use(() => {
      earlier ??= makeModule(writeFirst(folder)).program;
      return makeModule(join(folder, "server.ts"), earlier);
    }),
  );

function writeFirst(folder: string): string {
  const path = join(folder, "first.ts");
  writeFileSync(path, 'import type { Context } from "barewire";\nexport function f(ctx: Context): void {}\n');
  return path;
}

/** What is made of the module `server.ts` of these files, or of one text. */
export const made = (source: Source): Promise<MadeModule> => inFolder(source, (make) => make());

/** The server that is made of a module. */
export const serverOf = (source: Source): Promise<Server> =>
  inFolder(source, async (make) => (await importMade(make())).server as Server);

/** Why a module is refused: `line:column: message` for each problem, behind the file's name where it is another. */
export const refusalOf = (source: Source): Promise<string[]> =>
  inFolder(source, (make) => {
    try {
      make();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return error.problems.map(({ file, line, column, message }) => {
        const name = basename(file);
        return `${name === "server.ts" ? "" : `${name}:`}${line}:${column}: ${message}`;
      });
    }
    throw new Error("the module was to be refused");
  });
