import { test } from "uvu";
import * as assert from "uvu/assert";
import { loadClientTraces } from "./clients/load.js";
import { loadTraces } from "./load.js";
import type { TraceFile } from "./load.js";
import {
  audit,
  auditTotals,
  bindsRole,
  countMandatory,
  coveringTraces,
  fieldOf,
  loadRequirements,
  loadTotals,
  readStatements,
  stateOf,
  totalsOf,
} from "./requirements.js";
import type { Requirement } from "./requirements.js";
import { REVISIONS } from "./trace.js";

const registry = loadRequirements("conformance/requirements");
const files = [...loadTraces(), ...loadClientTraces()];

const tools = process.env["SPEC_TOOLS"];
if (tools === undefined) console.log("skipped: the registry against the specification (SPEC_TOOLS is not set)");

test("the registry agrees with the traces and with the specification", () => {
  const findings = audit(registry, files, tools === undefined ? undefined : readStatements(tools));
  assert.equal(findings, []);
});

for (const role of ["server", "client"] as const)
  test(`every revision has statements that bind a ${role}`, () => {
    const counts = countMandatory(registry, files, role);
    for (const revision of REVISIONS) {
      const count = counts.get(revision);
      assert.ok(count !== undefined && count.covered > 0, revision);
      const { covered, excused, open } = count;
      const all = covered + excused + open;
      console.log(`${role} ${revision}: ${all} mandatory, ${covered} covered, ${excused} excused, ${open} open`);
      if (role === "server") assert.ok(excused <= all / 4, `${revision}: ${excused} of ${all} are excused`);
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
    [/binds nobody on a wire/, audit([{ ...plain, binds: "host" }], [])],
    [/servers \(authorization\)/, audit([{ ...plain, ids: ["security/a#top/1"], unobservable: "Inside." }], [])],
    [/is missing from/, audit([plain], [], [{ id: "r/page#top/2", level: "MUST", text: "Other." }])],
    [/is no statement/, audit([plain], [], [])],
    [/is SHOULD, not MUST/, audit([plain], [], [{ id: "r/page#top/1", level: "SHOULD", text: "Other." }])],
    [/word for word/, audit([plain], [], [{ id: "r/page#top/1", level: "MUST", text: "Something  holds" }])],
  ];
  for (const [what, findings] of cases)
    assert.ok(
      findings.some((one) => what.test(one)),
      `${String(what)}: ${findings.join()}`,
    );
  assert.equal(audit([plain], [other], [{ id: "r/page#top/1", level: "MUST", text: "Some text." }]), []);
});

test("a statement that opens a list needs no entry; one about authorization does", () => {
  const statements = [
    { id: "r/page#top/1", level: "MUST", text: "Some text." },
    { id: "r/page#top/2", level: "MUST", text: "Servers:", opens: true },
  ];
  assert.equal(audit([plain], [], statements), []);
  for (const page of ["r/basic/authorization", "r/basic/authorization/index", "extensions/auth/a", "security/b"]) {
    const id = `${page}#top/1`;
    assert.is(fieldOf(id), "authorization");
    assert.equal(audit([plain], [], [...statements, { id, level: "MUST", text: "Tokens." }]), [
      `${id}: is missing from the registry`,
    ]);
  }
});

test("authorization is counted by itself, for each whom it binds", () => {
  const id = "r/basic/authorization#top/1";
  const tokens: Requirement = { ...plain, ids: [id], binds: ["client", "authorization-server"] };
  const open = { covered: 0, excused: 0, open: 1, allowed: 0 };
  for (const party of ["client", "authorization-server"] as const) {
    assert.is(countMandatory([tokens], [], party).size, 0);
    assert.equal(countMandatory([tokens], [], party, "authorization").get("r"), open);
  }
  assert.is(countMandatory([tokens], [], "server", "authorization").size, 0);
  assert.not.ok(bindsRole({ ...plain, binds: "both" }, "authorization-server"));
});

test("the registry has as many statements as the totals say, and the totals are those of the specification", () => {
  const totals = loadTotals("conformance/requirements");
  assert.equal(auditTotals(registry, totals), []);
  if (tools !== undefined) assert.equal(totalsOf(readStatements(tools).filter(({ opens }) => opens !== true)), totals);
});

test("a missing, an unknown and a wrong statement are each found by the totals alone", () => {
  const two: Requirement = { ...plain, ids: ["r/page#top/1", "r/page#top/2"] };
  const totals = totalsOf(two.ids.map((id) => ({ id, level: "MUST" })));
  assert.equal(auditTotals([two], totals), []);
  const wrong: readonly Requirement[] = [
    plain,
    { ...two, ids: [...two.ids, "r/page#top/3"] },
    { ...two, level: "SHOULD" },
    { ...two, ids: [...two.ids, "q/page#top/1"] },
  ];
  for (const one of wrong) assert.is(auditTotals([one], totals).length, 1, JSON.stringify(one));
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
