import { test } from "uvu";
import * as assert from "uvu/assert";
import { loadTraces } from "./load.js";
import type { TraceFile } from "./load.js";
import { audit, countMandatory, loadRequirements, readStatements, stateOf, coveringTraces } from "./requirements.js";
import type { Requirement } from "./requirements.js";
import { REVISIONS } from "./trace.js";

const registry = loadRequirements("conformance/requirements");
const files = loadTraces();

const tools = process.env["SPEC_TOOLS"];
if (tools === undefined) console.log("skipped: the registry against the specification (SPEC_TOOLS is not set)");

test("the registry agrees with the traces and with the specification", () => {
  const findings = audit(registry, files, tools === undefined ? undefined : readStatements(tools));
  assert.equal(findings, []);
});

test("every revision has statements that bind a server, and most of them are not excused", () => {
  const counts = countMandatory(registry, files, "server");
  for (const revision of REVISIONS) {
    const count = counts.get(revision);
    assert.ok(count !== undefined && count.covered > 0, revision);
    const all = count.covered + count.excused + count.open;
    console.log(`${revision}: ${all} mandatory, ${count.covered} covered, ${count.excused} excused, ${count.open} open`);
    assert.ok(count.excused <= all / 4, `${revision}: ${count.excused} of ${all} are excused`);
  }
});

const plain: Requirement = { ids: ["r/page#top/1"], level: "MUST", binds: "server", says: "Something holds." };
const naming = (id: string, role: "server" | "client" = "server"): TraceFile => ({
  page: "p",
  path: "p/one.json",
  trace: { title: "One", revisions: "*", role, steps: [{ quiet: true, covers: [id] }] },
});

test("each kind of defect is found", () => {
  const other = naming("r/page#top/1");
  const cases: readonly [RegExp, readonly string[]][] = [
    [/not in the registry/, audit([plain], [naming("r/page#top/2")])],
    [/judges a server by it/, audit([{ ...plain, binds: "client" }], [other])],
    [/judges a client by it/, audit([plain], [naming("r/page#top/1", "client")])],
    [/unobservable, but covered/, audit([{ ...plain, unobservable: "Inside." }], [other])],
    [/unobservable, but covered/, audit([{ ...plain, binds: "both", unobservable: { server: "Inside." } }], [other])],
    [/are excused for servers/, audit([{ ...plain, unobservable: "Inside." }], [])],
    [/has two entries/, audit([plain, plain], [])],
    [/has no id/, audit([{ ...plain, ids: [] }], [])],
    [/no short sentence/, audit([{ ...plain, says: "" }], [])],
    [/gives no reason/, audit([{ ...plain, unobservable: " " }], [other])],
    [/level "MUSTARD"/, audit([{ ...plain, level: "MUSTARD" as "MUST" }], [])],
    [/binds "nobody"/, audit([{ ...plain, binds: "nobody" as "server" }], [])],
    [/is missing from/, audit([plain], [], [{ id: "r/page#top/2", level: "MUST", text: "Other." }])],
    [/is no statement/, audit([plain], [], [])],
    [/is SHOULD, not MUST/, audit([plain], [], [{ id: "r/page#top/1", level: "SHOULD", text: "Other." }])],
    [/word for word/, audit([plain], [], [{ id: "r/page#top/1", level: "MUST", text: "Something  holds" }])],
  ];
  for (const [what, findings] of cases) assert.ok(findings.some((one) => what.test(one)), `${String(what)}: ${findings.join()}`);
  assert.equal(audit([plain], [other], [{ id: "r/page#top/1", level: "MUST", text: "Some text." }]), []);
});

test("statements that open a list and pages about authorization need no entry", () => {
  const statements = [
    { id: "r/page#top/1", level: "MUST", text: "Some text." },
    { id: "r/page#top/2", level: "MUST", text: "Servers:", opens: true },
    { id: "r/basic/authorization#top/1", level: "MUST", text: "Tokens." },
    { id: "r/basic/authorization/index#top/1", level: "MUST", text: "Tokens." },
  ];
  assert.equal(audit([plain], [], statements), []);
});

test("a state is computed for the role in question", () => {
  const both: Requirement = { ...plain, binds: "both", unobservable: { server: "Inside." } };
  const id = "r/page#top/1";
  assert.is(stateOf(both, id, "server", new Map()), "excused");
  assert.is(stateOf(both, id, "client", new Map()), "open");
  assert.is(stateOf(plain, id, "server", coveringTraces([naming(id)], "server")), "covered");
  assert.is(stateOf(plain, id, "client", coveringTraces([naming(id)], "client")), "open");
  assert.is(stateOf({ ...plain, level: "MAY" }, id, "server", new Map()), "allowed");
});

test.run();
