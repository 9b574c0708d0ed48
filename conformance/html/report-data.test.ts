import { test } from "uvu";
import type { ClientTrace } from "../clients/trace.js";
import * as assert from "uvu/assert";
import { createFixture } from "../fixture/server.js";
import { createJudge } from "../judge.js";
import type { TraceFile } from "../load.js";
import { replay } from "../replay.js";
import type { Requirement } from "../requirements.js";
import type { Run } from "../suite.js";
import type { Trace } from "../trace.js";
import { memorySubject } from "../wires/memory.js";
import type { Row } from "./page-data.js";
import { htmlPage } from "./page.js";
import { reportData } from "./report-data.js";

const LISTED = "2026-07-28/server/tools#listing/1";
const ANSWERED = "2026-07-28/server/tools#calling/1";
const trace: Trace = {
  title: "A tool is called",
  revisions: ["2025-11-25", "2026-07-28"],
  steps: [
    { send: { id: 1, method: "tools/list" } },
    { expect: { id: 1, result: {} }, covers: [LISTED] },
    { send: { id: 2, method: "tools/call", params: { name: "nothing-of-this-name" } }, only: "modern" },
    { expect: { id: 2, result: {} }, covers: [ANSWERED], only: "modern" },
  ],
};
const file: TraceFile = { page: "tools", path: "tools/call.json", trace };
const registry: Requirement[] = [
  { ids: [LISTED, ANSWERED], level: "MUST", binds: "server", says: "Tools are listed." },
  {
    ids: ["2026-07-28/server/tools#else/1"],
    level: "MUST",
    binds: "server",
    says: "Others too.",
    unobservable: "hidden",
  },
];

async function runsOf(): Promise<readonly Run[]> {
  const subject = await memorySubject(() => createFixture({}), new Set());
  const judge = createJudge();
  const runs: Run[] = [];
  for (const revision of ["2025-11-25", "2026-07-28"] as const)
    runs.push({ file, revision, wire: "memory", outcome: await replay(trace, revision, subject, judge) });
  await subject.close();
  return runs;
}

test("each message stands at the step that sent or took it, and the one that failed is found", async () => {
  const { traces, texts, requirements } = reportData({ files: [file], registry, runs: await runsOf(), subject: "it" });
  const [legacy, modern] = traces[0]?.runs ?? [];
  const steps = (rows: readonly Row[] = []) => rows.map(([by, step]) => `${by} ${step}`);
  assert.equal(steps(legacy?.rows), ["client -1", "server -1", "client -1", "client 0", "server 1"]);
  assert.equal(steps(modern?.rows), ["client 0", "server 1", "client 2", "server 3"]);
  assert.is(legacy?.status, "passed");
  assert.is(modern?.status, "failed");
  assert.is(modern?.row, 3);
  assert.is(modern?.step, 3);
  assert.ok(texts[modern?.rows[3]?.[2] ?? 0]?.includes('"error"'));
  const states = requirements.map(({ id, state, wires }) => [id, state, wires]);
  assert.equal(states, [
    [ANSWERED, "failed", { memory: "failed" }],
    ["2026-07-28/server/tools#else/1", "excused", {}],
    [LISTED, "untested", { memory: "untested" }],
  ]);
});

test("without runs a trace is written out in each revision, dressed for it", () => {
  const { traces, texts, wires, requirements } = reportData({ files: [file], registry });
  const written = (revision: string) =>
    (traces[0]?.written[revision] ?? []).map(([by, step, text]) => [by, step, texts[text]]);
  assert.equal(wires, []);
  assert.is(written("2025-11-25").length, 5);
  assert.ok(String(written("2025-11-25")[0]?.[2]).includes('"method":"initialize"'));
  assert.is(written("2026-07-28").length, 4);
  assert.ok(String(written("2026-07-28")[0]?.[2]).includes("io.modelcontextprotocol/protocolVersion"));
  assert.equal(written("2026-07-28")[1]?.slice(0, 2), ["server", 1]);
  assert.equal(
    requirements.map(({ state }) => state),
    ["covered", "excused", "covered"],
  );
});

test("a text crosses into the page once, and a very long one in part", () => {
  const long = { ...file, trace: { ...trace, steps: [{ raw: "x".repeat(50_000) }] } };
  const { texts } = reportData({ files: [long, long], registry });
  assert.is(texts.filter((text) => text.startsWith("xxx")).length, 1);
  assert.ok(texts.every((text) => text.length < 9_000));
});

test("traces that judge clients are told apart, and what they showed on each wire too", () => {
  const id = registry[0]?.ids[0] ?? "";
  const trace: ClientTrace = {
    title: "A client says something",
    revisions: ["2026-07-28"],
    role: "client",
    scenario: { do: [{ action: "list-tools" }] },
    steps: [{ await: { method: "tools/list" }, covers: [id] }, { send: { id: 1, result: { tools: [] } } }],
  };
  const one = { page: "p", path: "clients/p/one.json", trace };
  const outcome = { status: "passed", covered: [id], crossings: [{ by: "client", text: "{}", step: 0 }] } as const;
  const clientRuns = [{ file: one, revision: "2026-07-28", wire: "http-json", outcome }] as const;
  const data = reportData({ files: [], registry, clients: [one], clientRuns });
  assert.equal(data.wires, ["client http-json"]);
  assert.is(data.traces[0]?.role, "client");
  assert.equal(data.traces[0]?.wires, ["memory", "stdio", "http", "http-json"]);
  assert.equal(data.requirements.find((entry) => entry.id === id)?.wires, { "client http-json": "passed" });
  const written = data.traces[0]?.written["2026-07-28"]?.map(([by, step]) => `${by} ${step}`);
  assert.equal(written, ["note -1", "client 0", "server 1"]);
});

test("nothing that a subject says can end the data or become a script of the page", () => {
  const subject = `</title></script><script>alert(1)</script>"'&`;
  const run: Run = {
    file,
    revision: "2026-07-28",
    wire: "http",
    outcome: {
      status: "failed",
      step: 1,
      reason: subject,
      expected: subject,
      received: subject,
      requirements: [],
      said: subject,
      crossings: [{ by: "server", text: subject, step: 1 }],
    },
  };
  const page = htmlPage(reportData({ files: [file], registry, runs: [run], subject }), { script: "void 0", style: "" });
  assert.is(page.split(/<script/i).length, 3);
  assert.is(page.split(/<\/script/i).length, 3);
  assert.is(page.split(/<\/title/i).length, 2);
  assert.not.match(page, "unsafe-inline");
});

test.run();
