// @ts-check
// wrk, where it is installed, told by a script of its own what to send.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** @type {string | undefined} */
let version;

export const wrkVersion = () =>
  (version ??=
    /^wrk [^\s]*\s*[\d.a-z+-]*/i.exec(spawnSync("wrk", ["-v"], { encoding: "utf8" }).stdout ?? "")?.[0].trim() ?? "");
export const hasWrk = () => wrkVersion() !== "";

/** A text of Lua, whatever stands in it. @param {string} text */
const quoted = (text) => `"${[...Buffer.from(text)].map((byte) => `\\${String(byte).padStart(3, "0")}`).join("")}"`;

/** @param {import("../requests.mjs").Post} post */
function formatted({ method, headers, body }) {
  const pairs = Object.entries(headers).filter(([name]) => name !== "Content-Length");
  const table = pairs.map(([name, value]) => `[${quoted(name)}]=${quoted(value)}`).join(",");
  return `wrk.format(${quoted(method)}, "/mcp", {${table}}, ${quoted(body)})`;
}

/**
 * @param {number} port
 * @param {readonly import("../requests.mjs").Post[]} posts
 * @param {{ connections: number; seconds: number }} how
 * @returns {Promise<import("./http.mjs").Load>}
 */
export async function runWrk(port, posts, { connections, seconds }) {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  const script = join(folder, "requests.lua");
  const requests = posts.map((post) => `    ${formatted(post)}`).join(",\n");
  writeFileSync(
    script,
    `local requests, at\ninit = function()\n  requests = {\n${requests}\n  }\n  at = 0\nend\n` +
      `request = function()\n  at = at % #requests + 1\n  return requests[at]\nend\n`,
  );
  const duration = `-d${Math.max(1, Math.round(seconds))}s`;
  // A busy machine may keep an answer waiting: that is slow, not wrong.
  const child = spawn("wrk", [
    "-t1",
    `-c${connections}`,
    duration,
    "--timeout",
    "30s",
    "-s",
    script,
    `http://127.0.0.1:${port}/mcp`,
  ]);
  let said = "";
  child.stdout.on("data", (chunk) => (said += chunk));
  child.stderr.on("data", (chunk) => (said += chunk));
  await new Promise((resolve) => child.on("close", resolve));
  rmSync(folder, { recursive: true });
  const counted = /(\d+) requests in ([\d.]+)(ms|s|m)/.exec(said);
  if (!counted) throw new Error(`wrk said:\n${said}`);
  const unit = { ms: 0.001, s: 1, m: 60 }[/** @type {"ms" | "s" | "m"} */ (counted[3])];
  const bad = Number(/Non-2xx or 3xx responses: (\d+)/.exec(said)?.[1] ?? 0);
  const [, ...errors] = /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(said) ?? [];
  const failed = bad + errors.reduce((sum, each) => sum + Number(each), 0);
  return { calls: Number(counted[1]), seconds: Number(counted[2]) * unit, failed };
}
