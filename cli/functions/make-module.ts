import { realpathSync } from "node:fs";
import { basename, resolve } from "node:path";
import type { ts } from "typescript-json-schema";
import { emitModule, emitWhole } from "./emit.js";
import { findHome, type Home } from "./home.js";
import { loadSchemaPackage } from "./packages.js";
import { readSources } from "./program.js";
import { readModule } from "./read-module.js";

/** What was made of a module of functions. */
export interface MadeModule {
  /** The module, with its links followed. */
  readonly file: string;
  /** The source of the module that makes a server of it. */
  readonly text: string;
  /** The author's files that were read for it. */
  readonly files: readonly string[];
  readonly home: Home;
  /** What a later reading can take over. */
  readonly program: ts.Program | undefined;
}

/** Whether a file has types to be read, and has to be built before it can run. */
export const isTypeScript = (file: string): boolean => /\.[cm]?tsx?$/.test(file);

/**
 * Reads the functions that a TypeScript module exports, and writes the module that serves them; one of JavaScript
 * exports its server. Throws a `Refused` for what the compiler finds wrong and for what cannot be served. `before` is an
 * earlier reading, which makes this one faster.
 */
export function makeModule(path: string, before?: ts.Program): MadeModule {
  const file = realpathSync(resolve(path)).replaceAll("\\", "/");
  const home = findHome();
  const from = `./${basename(file)}`;
  if (!isTypeScript(file)) return { file, text: emitWhole(from), files: [file], home, program: undefined };
  const packages = loadSchemaPackage(file);
  const sources = readSources(packages.ts, file, home, before);
  const text = emitModule(readModule(packages, sources), from);
  return { file, text, files: sources.files, home, program: sources.program };
}
