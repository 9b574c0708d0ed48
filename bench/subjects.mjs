// @ts-check
// Who is measured. Each serves the tools of subjects/tools.mjs, from subjects/NAME-http.mjs and subjects/NAME-stdio.mjs.
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** @typedef {"legacy" | "modern"} Era */
/**
 * @typedef {object} Subject
 * @property {string} name
 * @property {string} files the name that its files in subjects/ and minimal/ begin with
 * @property {string} title
 * @property {readonly string[]} packages what its servers import
 * @property {readonly Era[]} eras
 * @property {readonly ("http" | "stdio")[]} wires
 * @property {readonly ("json" | "sse")[]} replies
 * @property {boolean} [refusesJson] whether it may refuse a client that takes JSON alone
 * @property {boolean} listens whether it serves subscriptions/listen
 * @property {Record<string, string>} env
 */

/** @typedef {readonly Era[]} Eras */
const both = /** @type {Eras} */ (["legacy", "modern"]);
const wires = /** @type {const} */ (["http", "stdio"]);
const replies = /** @type {const} */ (["json", "sse"]);

/** @type {Record<string, Omit<Subject, "name" | "files" | "env">>} */
const peers = {
  "sdk-2": {
    title: "official SDK 2",
    packages: ["@modelcontextprotocol/server", "@modelcontextprotocol/node", "zod"],
    eras: both,
    wires,
    replies,
    listens: true,
  },
  "sdk-1": {
    title: "official SDK 1",
    packages: ["@modelcontextprotocol/sdk", "zod"],
    eras: ["legacy"],
    wires,
    replies,
    listens: false,
  },
  "mcp-lite": {
    title: "mcp-lite",
    packages: ["mcp-lite", "@hono/node-server", "zod"],
    eras: ["legacy"],
    wires: ["http"],
    replies,
    listens: false,
  },
  tmcp: {
    title: "tmcp",
    packages: [
      "tmcp",
      "@tmcp/transport-http",
      "@tmcp/transport-stdio",
      "@tmcp/adapter-zod",
      "@hono/node-server",
      "zod",
    ],
    eras: both,
    wires,
    replies: ["sse"],
    listens: true,
  },
};

const here = fileURLToPath(new URL(".", import.meta.url));
const packageFile = (/** @type {string} */ name) => `${here}node_modules/${name}/package.json`;

/** The version of a package as it is installed here. @param {string} name @returns {string | undefined} */
export const versionOf = (name) =>
  existsSync(packageFile(name)) ? JSON.parse(readFileSync(packageFile(name), "utf8")).version : undefined;

/**
 * The floor, barewire, its variant if there is one, and the peers that are wanted and installed.
 *
 * @param {import("./options.mjs").Options} options
 * @returns {Subject[]}
 */
export function chooseSubjects({ quick, peers: wanted, dist, variant }) {
  const own = { packages: [], eras: both, wires, replies, listens: true };
  const chosen = /** @type {Subject[]} */ ([
    { ...own, name: "floor", files: "floor", title: "floor", env: {} },
    { ...own, name: "barewire", files: "barewire", title: "barewire", env: { BAREWIRE_DIST: dist } },
  ]);
  if (variant !== undefined)
    chosen.push({ ...own, name: "variant", files: "barewire", title: "variant", env: { BAREWIRE_DIST: variant } });
  for (const name of wanted ?? [])
    if (!(name in peers)) throw new Error(`--peers: ${name} is none of ${Object.keys(peers).join(", ")}`);
  for (const [name, peer] of Object.entries(peers)) {
    if (wanted ? !wanted.includes(name) : quick) continue;
    const missing = peer.packages.filter((each) => versionOf(each) === undefined);
    if (missing.length === 0) chosen.push({ ...peer, name, files: name, env: {} });
    else console.error(`${name} is left out: ${missing.join(", ")} not installed (npm --prefix bench install)`);
  }
  return chosen;
}
