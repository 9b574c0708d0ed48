// @ts-check
// npm run broken: the official example server, broken in ten ways, before `barewire check`. Each has to be reported by
// the statement that it breaks, and the server as it is must not be reported by it.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { ways } from "./broken/ways.mjs";

const path = (/** @type {string} */ relative) => fileURLToPath(new URL(relative, import.meta.url));
const everything = "node_modules/@modelcontextprotocol/server-everything/dist/index.js";

/** The statements that a server breaks in some traces. */
function brokenBy(
  /** @type {readonly string[]} */ traces,
  /** @type {string} */ program,
  /** @type {string} */ argument,
) {
  const only = ["--revision", "2025-11-25", ...traces.flatMap((trace) => ["--only", trace])];
  const args = [path("../dist/barewire.js"), "check", ...only, "--json", "-", "--", process.execPath, path(program)];
  const { stdout, stderr } = spawnSync(process.execPath, [...args, argument], { encoding: "utf8", timeout: 60_000 });
  if (stdout === "") throw new Error(`nothing could be checked: ${stderr}`);
  const { requirements, runs } = JSON.parse(stdout);
  const broken = [...requirements.filter((/** @type {any} */ one) => ["failed", "warned"].includes(one.standing))];
  const ids = [
    ...broken.map(({ id }) => id),
    ...runs.flatMap((/** @type {any} */ run) => (run.status === "passed" ? [] : (run.requirements ?? []))),
  ];
  return { ids: new Set(ids), statuses: runs.map((/** @type {any} */ run) => run.status) };
}

let caught = 0;
for (const [number, { name, requirement, traces }] of ways.entries()) {
  const { ids } = brokenBy(traces, "broken/server.mjs", String(number));
  const whole = brokenBy(traces, everything, "stdio");
  const right = ids.has(requirement) && !whole.ids.has(requirement);
  if (right) caught += 1;
  const besides = [...ids].filter((id) => id !== requirement && !whole.ids.has(id));
  const why = right
    ? ""
    : ` (reported: ${[...ids].join(", ") || "nothing"}; of the whole server: ${[...whole.ids].join(", ") || "nothing"}; ${whole.statuses})`;
  console.log(
    `${right ? "reported" : "MISSED  "} ${name}: ${requirement}${why}${besides.length > 0 ? `; also ${besides.join(", ")}` : ""}`,
  );
}
console.log(`${caught} of ${ways.length} reported by the statement that they break`);
process.exitCode = caught === ways.length ? 0 : 1;
