import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

/** Where this copy of barewire keeps what a module may import of it. */
export interface Home {
  /** The JavaScript of each entry point: by `barewire/http` and the like. */
  readonly scripts: ReadonlyMap<string, string>;
  /** The declarations of each. */
  readonly types: ReadonlyMap<string, string>;
  /** Whether a file is barewire's own code: in a checkout its sources are read in the place of declarations. */
  owns(file: string): boolean;
}

interface PackageFile {
  readonly name?: string;
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
}

function readPackage(folder: string): PackageFile | undefined {
  const path = join(folder, "package.json");
  if (!existsSync(path)) return undefined;
  const found = JSON.parse(readFileSync(path, "utf8")) as PackageFile;
  return found.name === "barewire" ? found : undefined;
}

/** Finds the package that this code is part of, as it was published or, in a checkout, as it was transpiled. */
export function findHome(): Home {
  const here = dirname(fileURLToPath(import.meta.url));
  let root = here;
  let found: PackageFile | undefined;
  while (!(found = readPackage(root))) {
    if (dirname(root) === root) throw new Error(`${here} is no part of the package "barewire"`);
    root = dirname(root);
  }
  const [outdir = "", ...below] = relative(root, here).split(/[\\/]/);
  const published = below.length === 0;
  const scripts = new Map<string, string>();
  const types = new Map<string, string>();
  for (const [path, entry] of Object.entries(found.exports)) {
    if (typeof entry === "string") continue;
    const name = `barewire${path.slice(1)}`;
    const source = entry.types.replace(/^\.\/dist\//, "").replace(/\.d\.ts$/, "");
    scripts.set(name, published ? join(root, entry.default) : join(root, outdir, `${source}.js`));
    types.set(name, published ? join(root, entry.types) : join(root, `${source}.ts`));
  }
  const folders = [...types.values()].map((path) => relative(root, path).split(/[\\/]/)[0]!);
  const own = published ? [] : [...new Set([...folders, "protocol"])].map((folder) => `${root}/${folder}/`);
  return { scripts, types, owns: (file) => own.some((folder) => file.startsWith(folder)) };
}
