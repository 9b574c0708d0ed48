// @ts-check
/**
 * Who is judged by the suite, and how it is reached: on a pipe (`stdio`), at a URL (`http`), or as a client.
 * @typedef {object} Subject
 * @property {string} name
 * @property {"server" | "client"} role
 * @property {"stdio" | "http" | undefined} wire
 * @property {string} program
 * @property {readonly string[]} args
 * @property {readonly string[]} options What else `barewire check` is told.
 */

/** @returns {Subject} */
const server = (
  /** @type {string} */ name,
  /** @type {"stdio" | "http"} */ wire,
  /** @type {string} */ program,
  /** @type {string[]} */ ...args
) => ({ name, role: "server", wire, program, args, options: [] });
/** @returns {Subject} */
const client = (/** @type {string} */ name, /** @type {string} */ program, /** @type {string[]} */ ...args) => ({
  name,
  role: "client",
  wire: undefined,
  program,
  args,
  // Each trace starts the client anew; the other wires are for `barewire check --client` by hand.
  options: ["--wire", "http"],
});

/** Those of the revisions that stand for the rest, where each connection takes its time: a process of its own, or a second. */
const only = (/** @type {string[]} */ ...revisions) => ({
  options: revisions.flatMap((revision) => ["--revision", revision]),
});
const everything = "node_modules/@modelcontextprotocol/server-everything/dist/index.js";

export const subjects = [
  server("mcp-lite", "http", "servers/small/mcp-lite.mjs"),
  server("tmcp", "http", "servers/small/tmcp.mjs"),
  { ...server("fastmcp", "http", "servers/small/fastmcp.mjs"), ...only("2025-03-26", "2025-11-25") },
  server("mcp-go", "stdio", "node_modules/mcp-time-linux-x64/bin/mcp-time"),
  server("everything over HTTP", "http", "servers/small/everything.mjs"),
  { ...server("everything on stdio", "stdio", everything, "stdio"), ...only("2025-03-26", "2025-11-25") },
  server("sdk-1 over HTTP", "http", "servers/small/sdk-1.mjs"),
  server("sdk-2 over HTTP", "http", "servers/small/sdk-2.mjs"),
  {
    ...server("sdk-2 on stdio", "stdio", "servers/small/sdk-2.mjs", "--stdio"),
    ...only("2025-03-26", "2026-07-28"),
  },
  client("ai-sdk client", "clients/ai-sdk.mjs"),
  client("mcp-client", "clients/mcp-client.mjs"),
  client("sdk-1 client", "suite-client.mjs", "1"),
  client("sdk-2 client", "suite-client.mjs", "2"),
];
