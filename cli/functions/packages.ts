import { createRequire } from "node:module";

/** The compiler's API, as typescript-json-schema brings it along: types of one copy mean nothing to another. */
export type Compiler = typeof import("typescript-json-schema").ts;
export type SchemaPackage = typeof import("typescript-json-schema");
export type Bundler = typeof import("esbuild");

const install = "npm install --save-dev typescript-json-schema esbuild";

/**
 * Reads a package that only `build`, `dev` and `run` of TypeScript need: from beside barewire, or else from beside the
 * module that is built. Throws an Error that tells how to install it.
 */
function load<T>(name: string, what: string, file: string): T {
  for (const from of [import.meta.url, file]) {
    try {
      return createRequire(from)(name) as T;
    } catch (error) {
      // Another failure is the package's own, and tells more than that it is missing.
      if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND" || !String(error).includes(`'${name}'`))
        throw error;
    }
  }
  throw new Error(`${what} by the package "${name}", which is not installed: ${install}`);
}

export const loadSchemaPackage = (file: string): SchemaPackage =>
  load("typescript-json-schema", "the types of a module are read", file);

export const loadBundler = (file: string): Bundler => load("esbuild", "a module is put into one file", file);
