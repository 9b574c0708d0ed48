// @ts-check
// node scripts/requirements.mjs [--all] [--role client|authorization-server] [--audit] [--totals]: how the specification's
// mandatory statements stand, by revision, and the open ones (--all: those of a level below, too); authorization and the
// security practices in a table of their own. Ends in the registry's defects (--audit: these alone); with SPEC_TOOLS (the
// folder of normative.py) set, it is held against the specification as well, and the specification's example messages are
// looked for in the traces; --totals writes requirements/totals.json anew, against which the registry is held without. Exit
// code 1 where there are defects.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { root } from "./transpile.mjs";

const has = (word) => process.argv.includes(word);
const role = ["client", "authorization-server"].find(has) ?? "server";
const tools = process.env["SPEC_TOOLS"];
const folder = await mkdtemp(join(tmpdir(), "barewire-requirements-"));
try {
  await build({
    absWorkingDir: root,
    entryPoints: ["requirements", "examples", "load", "clients/load"].map((name) => `conformance/${name}.ts`),
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    format: "esm",
    platform: "node",
    logLevel: "warning",
  });
  const registry = await import(pathToFileURL(join(folder, "requirements.mjs")).href);
  const pages = await import(pathToFileURL(join(folder, "examples.mjs")).href);
  const { loadTraces } = await import(pathToFileURL(join(folder, "load.mjs")).href);
  const { loadClientTraces } = await import(pathToFileURL(join(folder, "clients/load.mjs")).href);
  const place = join(root, "conformance/requirements");
  const requirements = registry.loadRequirements(place);
  const clients = loadClientTraces(join(root, "conformance/client-traces"));
  const files = [...loadTraces(join(root, "conformance/traces")), ...clients];
  const statements = tools === undefined ? undefined : registry.readStatements(tools);

  const accounts = pages.loadAccounts(join(root, "conformance/examples.json"));
  const examples = tools === undefined ? undefined : pages.readExamples(tools);

  if (has("--totals") && statements !== undefined) {
    const totals = registry.totalsOf(statements.filter(({ opens }) => opens !== true));
    await writeFile(join(place, "totals.json"), `${JSON.stringify(totals, undefined, 2)}\n`);
  }
  if (!has("--audit")) {
    report("protocol");
    report("authorization");
    const totals = Object.values(registry.loadTotals(place));
    const sum = (name) => totals.reduce((all, total) => all + total[name], 0).toLocaleString("en");
    console.log(`\nthe registry: ${sum("statements")} statements, ${sum("mandatory")} of them mandatory`);
    if (examples !== undefined) {
      const accounted = (open) =>
        accounts.filter((one) => one.open === open).reduce((all, { ids }) => all + ids.length, 0);
      const shown = new Set(pages.labelsIn(files).map(({ id }) => id)).size;
      const rest = `${accounted(undefined)} excused, ${accounted(true)} open`;
      console.log(`the specification's examples: ${examples.length}, ${shown} stand in traces, ${rest}`);
    }
    if (tools === undefined)
      console.log("skipped: the registry and the examples against the specification (SPEC_TOOLS is not set)");
  }

  /** The open statements of one field, then its table. */
  function report(field) {
    const covering = registry.coveringTraces(files, role);
    for (const one of requirements) {
      if (!registry.bindsRole(one, role) || !(has("--all") || registry.isMandatory(one))) continue;
      const open = one.ids.filter(
        (id) => registry.fieldOf(id) === field && registry.stateOf(one, id, role, covering) === "open",
      );
      if (open.length > 0) console.log(`${one.level}: ${one.says}\n${open.map((id) => `    ${id}`).join("\n")}`);
    }
    const row = (...cells) =>
      console.log(cells.map((cell, at) => (at === 0 ? String(cell).padEnd(12) : String(cell).padStart(10))).join(""));
    const title = field === "protocol" ? "" : ": authorization and the security practices";
    console.log(`\nMUST and MUST NOT that bind ${role === "authorization-server" ? "an" : "a"} ${role}${title}`);
    row("revision", "all", "covered", "excused", "open");
    const sum = [0, 0, 0, 0];
    for (const [revision, { covered, excused, open }] of registry.countMandatory(requirements, files, role, field)) {
      const cells = [covered + excused + open, covered, excused, open];
      row(revision, ...cells);
      cells.forEach((cell, at) => (sum[at] += cell));
    }
    row("all", ...sum);
  }

  const findings = [
    ...registry.audit(requirements, files, statements),
    ...registry.auditTotals(requirements, registry.loadTotals(place)),
    ...(examples === undefined ? [] : pages.auditExamples(examples, files, accounts)),
  ];
  for (const finding of findings) console.log(finding);
  if (findings.length > 0) process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
