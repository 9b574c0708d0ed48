import { test } from "uvu";
import * as assert from "uvu/assert";
import { countClientMutants } from "./clients/mutants/run.js";
import { mutantSentence } from "./mutants/report.js";
import type { AnyRun } from "./any-run.js";
import type { Requirement } from "./requirements.js";
import { supportTable, withPart } from "./support-table.js";

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

test("the sentence about mutants counts those that were caught in all their trials", () => {
  const fates = [true, false, true].map((caught, at) => ({ name: `${at}`, group: "g", does: "d", caught, trials: [] }));
  const sentence = mutantSentence(fates, { mutants: 5, caught: 4 });
  assert.is(sentence, "Mutants caught: of servers 2 of 3, of clients 4 of 5.");
  const text = "<!-- mutants -->\n<!-- /mutants -->";
  assert.is(withPart(text, "mutants", sentence), `<!-- mutants -->\n\n${sentence}\n\n<!-- /mutants -->`);
});

test("a mutant of a client with a trial that it survived is not caught", () => {
  const fate = (name: string, caughtBy: readonly string[]) =>
    ({ name, requirement: "r", wire: "http", caughtBy, missed: [] }) as const;
  const fates = [fate("a", ["t"]), fate("a", []), fate("b", ["t"])];
  assert.equal(countClientMutants(fates), { mutants: 2, caught: 1 });
});

test("the table takes its place in a text", () => {
  const text = "a\n<!-- conformance -->\nold\n<!-- /conformance -->\nb\n";
  assert.is(withPart(text, "conformance", "new"), "a\n<!-- conformance -->\n\nnew\n\n<!-- /conformance -->\nb\n");
  assert.throws(() => withPart("nothing", "conformance", "new"), /conformance/);
});

test.run();
