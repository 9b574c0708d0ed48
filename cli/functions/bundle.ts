import { readFile } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { BuildOptions, Loader, Plugin } from "esbuild";
import type { MadeModule } from "./make-module.js";
import { loadBundler } from "./packages.js";

/** Where a built file shall run. */
export const targets = ["node", "workerd", "deno", "bun", "browser"] as const;
export type Target = (typeof targets)[number];

/** Serves on standard streams where the file itself is what was started. Elsewhere it is a module as any other. */
const startsItself = `
import { realpathSync } from "node:fs";
import { argv } from "node:process";
import { pathToFileURL } from "node:url";
import { serveStdio } from "barewire/stdio";
const here = () => argv[1] !== undefined && pathToFileURL(realpathSync(argv[1])).href === import.meta.url;
if (import.meta.main ?? here()) await serveStdio(server);
`;

const handles = 'import { createHandler } from "barewire/http";\n';
// By a name of its own: what Bun finds in the default export, it serves at once.
const fetches = `${handles}export const fetch = createHandler(server);\n`;

/** What each target gets beside the server. */
const faces: Readonly<Record<Target, string>> = {
  node: `export default server;\n${startsItself}`,
  deno: `export default server;\n${fetches}${startsItself}`,
  bun: `export default server;\n${fetches}${startsItself}`,
  workerd: `${handles}export { server };\nexport default { fetch: createHandler(server) };\n`,
  browser: "export default server;\n",
};

const onServers: BuildOptions = {
  platform: "node",
  // What was written for require finds it.
  banner: {
    js: 'import { createRequire as barewire_createRequire } from "node:module"; globalThis.require ??= barewire_createRequire(import.meta.url);',
  },
};
const platforms: Readonly<Record<Target, BuildOptions>> = {
  node: onServers,
  deno: { ...onServers, conditions: ["deno", "module"] },
  bun: { ...onServers, conditions: ["bun", "module"] },
  workerd: { platform: "browser", conditions: ["workerd", "worker", "module"], external: ["node:*", "cloudflare:*"] },
  browser: { platform: "browser" },
};

/** Names of barewire's entry points lead to this copy of it. */
const barewireFrom = (scripts: ReadonlyMap<string, string>, external: boolean): Plugin => ({
  name: "barewire",
  setup(build) {
    build.onResolve({ filter: /^barewire(?:\/|$)/ }, ({ path }) => {
      const found = scripts.get(path);
      if (found === undefined) return { errors: [{ text: `barewire has no ${path}` }] };
      return external ? { path: pathToFileURL(found).href, external } : { path: found, sideEffects: false };
    });
  },
});

/** Modules of packages stay where they are, with what they read beside themselves. */
const packagesApart: Plugin = {
  name: "packages-apart",
  setup(build) {
    build.onResolve({ filter: /^[^./]/ }, async ({ path, importer, kind, resolveDir, pluginData }) => {
      if (pluginData === "apart" || kind === "entry-point" || /^[a-z]+:/.test(path)) return undefined;
      const {
        path: found,
        external,
        errors,
      } = await build.resolve(path, {
        importer,
        kind,
        resolveDir,
        pluginData: "apart",
      });
      if (errors.length > 0 || external || !found.includes("/node_modules/")) return undefined;
      return { path: pathToFileURL(found).href, external: true };
    });
  },
};

/** What a file of the author's says of its own place stays true, although it runs elsewhere. */
const ownPlaces: Plugin = {
  name: "own-places",
  setup(build) {
    build.onLoad({ filter: /\.[cm]?[jt]sx?$/ }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      if (!/\bimport\.meta\.(?:url|filename|dirname)\b/.test(text)) return undefined;
      const loader = /\.[cm]?([jt]sx?)$/.exec(path)![1] as Loader;
      const url = pathToFileURL(path).href;
      const values = { url, filename: path, dirname: dirname(path) };
      return {
        loader,
        contents: text.replace(/\bimport\.meta\.(url|filename|dirname)\b/g, (_, member: keyof typeof values) =>
          JSON.stringify(values[member]),
        ),
      };
    });
  },
};

const shared = ({ file, text }: MadeModule, face: string): BuildOptions => ({
  absWorkingDir: dirname(file),
  stdin: { contents: `${inner(text)}${face}`, resolveDir: dirname(file), sourcefile: `${basename(file)}.server.js` },
  bundle: true,
  write: false,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  logLevel: "silent",
});

/** The server under its name, for what a target exports. */
const inner = (text: string): string =>
  text.replace(/^export \{ default \} from (.*);$/m, "import server from $1;").replace(/^export default server;$/m, "");

/**
 * Writes a module as one ESM file for a target, with its source map: with the schemas, barewire and all that it
 * imports, save for the packages in `external`. The same sources give the same bytes.
 */
export async function bundleFor(
  made: MadeModule,
  {
    target,
    outfile,
    external = [],
  }: { readonly target: Target; readonly outfile: string; readonly external?: readonly string[] },
): Promise<readonly { readonly path: string; readonly contents: Uint8Array }[]> {
  const platform = platforms[target];
  const { outputFiles = [] } = await loadBundler(made.file).build({
    ...shared(made, faces[target]),
    ...platform,
    external: [...(platform.external ?? []), ...external],
    outfile,
    sourcemap: "linked",
    minifyWhitespace: true,
    minifySyntax: true,
    plugins: [barewireFrom(made.home.scripts, false)],
  });
  return outputFiles;
}

/** A module as JavaScript that this process can import from anywhere, and the files that went into it. */
export async function bundleHere(
  made: MadeModule,
): Promise<{ readonly code: string; readonly files: readonly string[] }> {
  const root = dirname(made.file);
  const { outputFiles = [], metafile } = await loadBundler(made.file).build({
    ...shared(made, "export default server;\n"),
    platform: "node",
    conditions: [],
    outfile: "server.mjs",
    sourcemap: "inline",
    // It runs elsewhere; what is thrown shall tell where it was written.
    sourceRoot: `${pathToFileURL(root).href}/`,
    metafile: true,
    plugins: [barewireFrom(made.home.scripts, true), packagesApart, ownPlaces],
  });
  const files = Object.keys(metafile?.inputs ?? {}).map((path) => resolve(root, path));
  return { code: outputFiles[0]!.text, files };
}
