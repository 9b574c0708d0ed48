import { test } from "uvu";
import * as assert from "uvu/assert";
import { loadTraces } from "./load.js";
import { loadRequirements } from "./requirements.js";
import type { Revision } from "./trace.js";
import { judgeRuns } from "./verdict.js";
import type { Verdict } from "./verdict.js";
import { consoleReport } from "./verdict-console.js";

const files = loadTraces();
const registry = loadRequirements();

/** What is said of a server whose run of one trace failed at its second step, by the statements of each revision. */
function told(path: string, wire: "http" | "sse", broken: Partial<Record<Revision, readonly string[]>>): Verdict {
  const file = files.find((one) => one.path === path);
  if (!file) throw new Error(`no trace ${path}`);
  const revisions = Object.entries(broken) as readonly (readonly [Revision, readonly string[]])[];
  const runs = revisions.map(([revision, requirements]) => ({
    file,
    revision,
    wire,
    outcome: {
      status: "failed" as const,
      step: 1,
      reason: "HTTP status differs",
      expected: "403",
      received: "200",
      requirements,
      said: "",
      crossings: [],
    },
  }));
  const offered = new Map(revisions.map(([revision]) => [revision, { capabilities: {} }] as const));
  return judgeRuns("a", wire, offered, runs, registry, files, true);
}

test("what 2024-11-05 says of HTTP with SSE is not held against Streamable HTTP", () => {
  const id = "2024-11-05/basic/transports#security-warning/1";
  const standing = (wire: "http" | "sse") =>
    told("http-sse/foreign-origin.json", wire, { "2024-11-05": [id] }).requirements.find((one) => one.id === id)
      ?.standing;
  assert.is(standing("sse"), "failed");
  assert.is(standing("http"), "inapplicable");
});

test("a sentence that recurs in several revisions is told once, below all its ids", () => {
  const [a, b] = ["2025-03-26", "2025-06-18"].map((revision) => `${revision}/basic/transports#security-warning/1`);
  const verdict = told("streamable-http/foreign-origin.json", "http", {
    "2025-03-26": [a as string],
    "2025-06-18": [b as string],
  });
  const lines = consoleReport(verdict, { alone: () => "" }).split("\n");
  const at = lines.indexOf(`  MUST ${a}`);
  assert.equal(lines.slice(at, at + 3), [
    `  MUST ${a}`,
    `  MUST ${b}`,
    "    A foreign Origin is recognised, against DNS rebinding.",
  ]);
});

test.run();
