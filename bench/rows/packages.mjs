// @ts-check
// What comes along: the size of a bundle, and the packages that an installation brings.
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { bundle, KB } from "../bundle.mjs";
import { single } from "./row.mjs";

/** @param {"stdio" | "http"} wire @param {string} title @returns {import("./row.mjs").Row} */
const size = (wire, title) => ({
  name: `size-${wire}`,
  group: "Size",
  title,
  columns: [
    { figure: "kb", title: "KB min+gzip", digits: 1 },
    { figure: "minified", title: "KB minified", digits: 1 },
  ],
  main: "kb",
  async run({ subjects }) {
    /** @type {import("./row.mjs").Figures} */
    const figures = {};
    for (const { name, files, wires, env } of subjects) {
      if (!wires.includes(wire)) continue;
      const entry = fileURLToPath(new URL(`../minimal/${files}-${wire}.mjs`, import.meta.url));
      const { gzipped, minified } = await bundle(entry, env.BAREWIRE_DIST ? { from: env.BAREWIRE_DIST } : {});
      figures[name] = { kb: single(gzipped / KB), minified: single(minified / KB) };
    }
    return figures;
  },
});

/** Every package that these bring, by the lock file. @param {readonly string[]} names */
function installed(names) {
  const { packages } = JSON.parse(readFileSync(new URL("../package-lock.json", import.meta.url), "utf8"));
  /** @type {Set<string>} */
  const found = new Set();
  /** As Node looks: in the folder of who asks, then further up. @param {string} name @param {string} from */
  const visit = (name, from) => {
    for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf("node_modules/") - 1))) {
      const path = `${at === "" ? "" : `${at}/`}node_modules/${name}`;
      if (packages[path]) {
        if (found.has(path)) return;
        found.add(path);
        const { dependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} } = packages[path];
        for (const each of Object.keys(dependencies)) visit(each, path);
        for (const each of Object.keys(peerDependencies)) if (!peerDependenciesMeta[each]?.optional) visit(each, path);
        return;
      }
      if (at === "") return;
    }
  };
  for (const name of names) visit(name, "");
  return found.size;
}

/** @type {import("./row.mjs").Row[]} */
export const packageRows = [
  size("stdio", "the smallest stdio server, bundled"),
  size("http", "the smallest HTTP server, bundled"),
  {
    name: "packages",
    group: "Size",
    title: "packages installed",
    columns: [{ figure: "count", title: "packages", digits: 0 }],
    main: "count",
    async run({ subjects }) {
      if (!existsSync(new URL("../package-lock.json", import.meta.url))) return {};
      const count = (/** @type {import("./row.mjs").Subject} */ { files, packages }) =>
        files === "floor" ? 0 : files === "barewire" ? 1 : installed(packages);
      return Object.fromEntries(subjects.map((subject) => [subject.name, { count: single(count(subject)) }]));
    },
  },
];
