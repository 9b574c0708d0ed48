import { test } from "uvu";
import * as assert from "uvu/assert";
import { supportTable, withTable } from "./support-table.js";
import type { Run } from "./suite.js";

const run = (path: string, revision: string, wire: string, status: string): Run =>
  ({ file: { path, trace: { steps: [] } }, revision, wire, outcome: { status, covered: [] } }) as unknown as Run;

test("a trace counts where it passed on every wire", () => {
  const table = supportTable([
    run("traces/tools/call.json", "2025-11-25", "memory", "passed"),
    run("traces/tools/call.json", "2025-11-25", "http", "passed"),
    run("traces/tools/list.json", "2025-11-25", "memory", "passed"),
    run("traces/tools/list.json", "2025-11-25", "http", "failed"),
    run("traces/ping/ping.json", "2024-11-05", "stdio", "passed"),
  ]);
  assert.ok(table.includes("| tools | – | – | – | 1 of 2 | – |"), table);
  assert.ok(table.includes("| ping | 1 | – | – | – | – |"), table);
  assert.ok(table.includes("3 traces, 5 runs (passed: memory 2, stdio 1, http 1"), table);
  assert.ok(table.includes("not passed: 1"), table);
});

test("the table takes its place in a text", () => {
  const text = "a\n<!-- conformance -->\nold\n<!-- /conformance -->\nb\n";
  assert.is(withTable(text, "new"), "a\n<!-- conformance -->\n\nnew\n\n<!-- /conformance -->\nb\n");
  assert.throws(() => withTable("nothing", "new"), /conformance/);
});

test.run();
