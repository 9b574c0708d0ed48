// @ts-check
// node scripts/requirements.mjs [--all] [--role client]: how the specification's mandatory statements stand, by
// revision, and the open ones (--all: those of a level below, too). Ends in the registry's defects; with SPEC_TOOLS
// (the folder of normative.py) set, it is held against the specification as well. Exit code 1 where there are defects.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { root } from "./transpile.mjs";

const all = process.argv.includes("--all");
const role = process.argv.includes("client") ? "client" : "server";
const folder = await mkdtemp(join(tmpdir(), "barewire-requirements-"));
try {
  await build({
    absWorkingDir: root,
    entryPoints: ["conformance/requirements.ts", "conformance/load.ts"],
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    format: "esm",
    platform: "node",
    logLevel: "warning",
  });
  const registry = await import(pathToFileURL(join(folder, "requirements.mjs")).href);
  const { loadTraces } = await import(pathToFileURL(join(folder, "load.mjs")).href);
  const requirements = registry.loadRequirements(join(root, "conformance/requirements"));
  const files = loadTraces(join(root, "conformance/traces"));

  const covering = registry.coveringTraces(files, role);
  for (const one of requirements) {
    if (!registry.bindsRole(one, role) || !(all || registry.isMandatory(one))) continue;
    const open = one.ids.filter((id) => registry.stateOf(one, id, role, covering) === "open");
    if (open.length > 0) console.log(`${one.level}: ${one.says}\n${open.map((id) => `    ${id}`).join("\n")}`);
  }

  const row = (...cells) => console.log(cells.map((cell, at) => (at === 0 ? String(cell).padEnd(12) : String(cell).padStart(10))).join(""));
  console.log(`\nMUST and MUST NOT that bind a ${role}`);
  row("revision", "all", "covered", "excused", "open");
  const sum = [0, 0, 0, 0];
  for (const [revision, { covered, excused, open }] of registry.countMandatory(requirements, files, role)) {
    const cells = [covered + excused + open, covered, excused, open];
    row(revision, ...cells);
    cells.forEach((cell, at) => (sum[at] += cell));
  }
  row("all", ...sum);

  const tools = process.env["SPEC_TOOLS"];
  if (tools === undefined) console.log("\nskipped: the registry against the specification (SPEC_TOOLS is not set)");
  const findings = registry.audit(requirements, files, tools === undefined ? undefined : registry.readStatements(tools));
  for (const finding of findings) console.log(finding);
  if (findings.length > 0) process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
