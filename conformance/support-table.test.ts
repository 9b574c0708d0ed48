import { test } from "uvu";
import * as assert from "uvu/assert";
import type { AnyRun } from "./any-run.js";
import type { Requirement } from "./requirements.js";
import { supportTable, withTable } from "./support-table.js";

const OLD = "2025-11-25/page#top/1";
const NEW = "2026-07-28/page#top/1";
const run = (role: string, revision: string, wire: string, status: string, covers = OLD): AnyRun =>
  ({
    file: { path: `${role}-${covers}.json`, trace: { role, steps: [{ covers: [covers] }] } },
    revision,
    wire,
    outcome: { status, covered: [covers] },
  }) as unknown as AnyRun;
const registry: readonly Requirement[] = [
  { ids: [OLD, NEW], level: "MUST", binds: "both", says: "Something holds." },
  { ids: ["2025-11-25/page#top/2"], level: "MUST", binds: "client", says: "Nobody looks at this." },
];

test("each role has a row for each revision, and a cell for each wire", () => {
  const table = supportTable(
    [
      run("server", "2025-11-25", "memory", "passed"),
      run("server", "2025-11-25", "http", "failed"),
      run("client", "2025-11-25", "http-json", "passed"),
      run("client", "2026-07-28", "stdio", "passed", NEW),
    ],
    registry,
  );
  assert.ok(table.includes("| server 2025-11-25 | 1 of 1 | 1 | – | 0 (1 runs not passed) | – | – |"), table);
  assert.ok(table.includes("| client 2025-11-25 | 1 of 2 | – | – | – | 1 | – |"), table);
  assert.ok(table.includes("| client 2026-07-28 | 1 of 1 | – | 1 | – | – | – |"), table);
  assert.ok(table.includes("| server 2024-11-05 | 0 of 0 | – | – | – | – | – |"), table);
  assert.ok(table.includes("Servers: 1 traces, 2 runs (passed 1, not passed 1, not applicable 0)"), table);
});

test("the table takes its place in a text", () => {
  const text = "a\n<!-- conformance -->\nold\n<!-- /conformance -->\nb\n";
  assert.is(withTable(text, "new"), "a\n<!-- conformance -->\n\nnew\n\n<!-- /conformance -->\nb\n");
  assert.throws(() => withTable("nothing", "new"), /conformance/);
});

test.run();
