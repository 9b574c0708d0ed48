// @ts-check
// npm run size: how much each entry point, and each of the two smallest servers, weighs as a bundle (minified, gzip),
// and which files make the weight. Exit code 1 where one is over its budget in size-budgets.json. A budget is what keeps
// bundles from growing unseen; the aim beside it, where there is one, is what they shall come down to.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { bundle, entryPoints, KB, root } from "./bundle.mjs";

const SHOWN = 12;
const all = process.argv.includes("--all");
const budgets = JSON.parse(readFileSync(new URL("./size-budgets.json", import.meta.url), "utf8"));

const bundles = [
  { name: "a stdio server", entry: "bench/minimal/barewire-stdio.mjs", weigh: true },
  { name: "an HTTP server", entry: "bench/minimal/barewire-http.mjs", weigh: true },
  ...entryPoints().map(({ specifier, source }) => ({ name: specifier, entry: source, weigh: all })),
];

const kb = (/** @type {number} */ bytes) => (bytes / KB).toFixed(1).padStart(6);
let over = 0;
const lines = [];
for (const { name, entry, weigh } of bundles) {
  const { minified, gzipped, weights } = await bundle(join(root, entry), { format: "esm" });
  const { budget, aim } = budgets[name] ?? {};
  const tooMuch = budget === undefined || gzipped > budget * KB;
  if (tooMuch) over++;
  const said = budget === undefined ? "no budget" : `of ${kb(budget * KB)}${tooMuch ? "  OVER" : ""}${aim === undefined ? "" : `  (aim ${aim})`}`;
  lines.push(`${name.padEnd(24)} ${kb(minified)}  ${kb(gzipped)}  ${said}`);
  if (!weigh) continue;
  console.log(`${name}: ${weights.length} files; the heaviest, in KB minified`);
  for (const { path, bytes } of all ? weights : weights.slice(0, SHOWN)) console.log(`  ${kb(bytes)}  ${path}`);
  console.log();
}
console.log(`${"KB (1,024 bytes)".padEnd(24)}  minif.    gzip  budget`);
for (const line of lines) console.log(line);
for (const name of Object.keys(budgets)) {
  if (bundles.some((each) => each.name === name)) continue;
  console.log(`size-budgets.json: there is no bundle ${name}`);
  over++;
}
process.exitCode = over > 0 ? 1 : 0;
