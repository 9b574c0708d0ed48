import { fileURLToPath } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { check } from "./check.js";
import { readFixtureMap } from "./fixture-map.js";
import type { Permissions } from "./stand-ins.js";
import type { Revision } from "./trace.js";
import type { Fault } from "./testing/plain.js";
import type { Verdict } from "./verdict.js";
import { consoleReport } from "./verdict-console.js";
import { jsonReport, junitReport } from "./verdict-files.js";

const plain = fileURLToPath(new URL("./testing/plain.js", import.meta.url));
const NOTHING: Permissions = { calls: new Map(), map: readFixtureMap("{}") };

const play = (
  fault: Fault | "nothing",
  only: readonly string[],
  revisions: readonly Revision[],
  permissions = NOTHING,
): Promise<Verdict> => {
  const options = { name: "plain", ...permissions, only, revisions, timeoutMs: 1_000 };
  return check({ command: process.execPath, args: [plain, fault] }, options);
};
const BOTH: readonly Revision[] = ["2025-11-25", "2026-07-28"];
const standing = ({ requirements }: Verdict, id: string) => requirements.find((one) => one.id === id)?.standing;

/** Where each fault is looked for, and the sentence that it breaks. */
const BREAKS: readonly (readonly [Fault, string, string, "failed" | "warned"])[] = [
  ["id-as-text", "messages/unknown-method", "2025-11-25/basic/index#result-responses/1", "failed"],
  ["code-as-text", "messages/error-id-echo", "2026-07-28/basic/index#error-responses/3", "failed"],
  ["talks-on-stdout", "lifecycle/initialize.json", "2025-11-25/basic/transports#stdio/4", "failed"],
  ["version-refused", "lifecycle/version-future", "2025-11-25/basic/lifecycle#version-negotiation/4", "failed"],
  ["no-server-info", "lifecycle/initialize.json", "2025-11-25/schema#InitializeResult", "failed"],
  ["tool-without-schema", "tools/list-members", "2025-11-25/server/tools#tool/1", "failed"],
  ["tool-name-with-blanks", "tools/names-on", "2025-11-25/server/tools#tool-names/3", "warned"],
  ["no-ttl", "caching/hints-on", "2026-07-28/server/utilities/caching#cacheable-results/1.2", "failed"],
  ["no-result-type", "discover/result", "2026-07-28/basic/index#result-responses/4", "failed"],
  ["no-version-needed", "meta/client-capabilities-missing", "2026-07-28/basic/index#meta/8", "failed"],
  [
    "unknown-version-served",
    "meta/unsupported",
    "2026-07-28/basic/versioning#protocol-version-negotiation/1",
    "failed",
  ],
  ["progress-unasked", "progress/none", "2026-07-28/basic/patterns/progress#behavior-requirements/1.1", "failed"],
  ["any-cursor", "pagination/invalid", "2025-11-25/server/utilities/pagination#error-handling/1", "warned"],
  ["resource-missing-is-empty", "resources/not-found.json", "2026-07-28/server/resources#error-handling/4", "failed"],
  ["answers-a-notification", "messages/unknown-notif", "2025-11-25/basic/index#notifications/1", "failed"],
  ["ping-unanswered", "ping/", "2025-11-25/basic/utilities/ping#behavior-requirements/1", "failed"],
  ["resource-missing-is-empty", "uri-malformed", "2025-11-25/server/resources#security-considerations/1", "failed"],
  ["arguments-unchecked", "tools/required", "2025-11-25/server/tools#security-considerations/1.1", "failed"],
  ["asks-undeclared", "asking/no-tool", "2025-11-25/basic/lifecycle#operation/1.2", "failed"],
  ["asks-undeclared", "asking/no-tool", "2026-07-28/basic/index#meta/11", "failed"],
  ["latin-1", "id-of-any", "2026-07-28/basic/transports/stdio#top/4", "failed"],
  ["tools-undeclared", "tools/declared", "2026-07-28/server/tools#capabilities/1", "failed"],
  ["unknown-prompt-is-empty", "prompts/unknown", "2025-11-25/server/prompts#error-handling/1.1", "warned"],
];

for (const [fault, where, id, expected] of BREAKS) {
  test(`${fault} is reported as ${id}`, async () => {
    const verdict = await play(
      fault,
      [where],
      BOTH.filter((revision) => id.startsWith(revision)),
    );
    assert.is(standing(verdict, id), expected);
    assert.is(
      verdict.broken.some(({ mandatory }) => mandatory),
      expected === "failed",
    );
  });
}

test("a server without a fault breaks nothing, and what it lacks counts neither as kept nor as broken", async () => {
  const verdict = await play(
    "nothing",
    BREAKS.map(([, where]) => where),
    ["2025-06-18", ...BOTH],
  );
  assert.equal(verdict.revisions, BOTH);
  assert.equal(verdict.broken, []);
  assert.equal(verdict.unclear, []);
  for (const [, , id, expected] of BREAKS)
    if (expected === "failed" && !id.includes("/schema#") && !id.includes("#stdio/"))
      assert.is(standing(verdict, id), "passed", id);
  const text = consoleReport(verdict, { alone: () => "" });
  assert.match(text, "0 MUST broken, 0 SHOULD broken");
});

test("tools are called that only read; others only where that is allowed, with the arguments given", async () => {
  const trace = ["meta/unknown-keys"];
  const called = async (permissions: Permissions) =>
    (await play("nothing", trace, ["2026-07-28"], permissions)).runs.map(({ outcome }) =>
      outcome.status === "passed"
        ? outcome.crossings.filter(({ text }) => text.includes("tools/call"))[0]?.text
        : outcome.status,
    );
  const [reading] = await called(NOTHING);
  assert.match(reading ?? "", '"name":"echo","_meta"');
  assert.match(reading ?? "", '"arguments":{"text":"a"}');
  const [allowed] = await called({ ...NOTHING, calls: new Map([["erase", { all: true }]]) });
  assert.match(allowed ?? "", '"name":"erase"');
  assert.match(allowed ?? "", '"arguments":{"all":true}');
  const map = readFixtureMap(
    '{ "tools": { "test_simple_text": { "name": "echo", "arguments": { "text": "mapped" } } } }',
  );
  const [mapped] = await called({ ...NOTHING, map });
  assert.match(mapped ?? "", '"arguments":{"text":"mapped"}');
});

test("what needs the fixture is untested, what needs a capability that is not declared does not apply", async () => {
  const { runs } = await play("nothing", ["messages/nested-arguments", "logging/set-level"], BOTH);
  const said = runs.map(({ outcome }) => outcome.status === "skipped" && [outcome.applies, outcome.reason]);
  assert.equal(said, [
    [false, "capabilities without logging"],
    [true, "nothing in the place of the fixture's echo_arguments"],
    [true, "nothing in the place of the fixture's echo_arguments"],
  ]);
});

test("the reports name the sentence, what came, and the command that shows it alone", async () => {
  const verdict = await play("no-ttl", ["caching/hints-on-tools", "logging/set-level"], BOTH);
  const id = "2026-07-28/server/utilities/caching#cacheable-results/1.2";
  const text = consoleReport(verdict, { alone: (path, revision) => `ALONE ${path} ${revision}` });
  for (const part of ["BROKEN", `MUST ${id}`, "expected", "received", "ALONE caching/hints-on-tools.json 2026-07-28"])
    assert.ok(text.includes(part), part);
  const json = JSON.parse(jsonReport(verdict)) as {
    runs: { status: string; messages?: unknown[] }[];
    summary: { must: object };
  };
  assert.equal(
    json.runs.map(({ status }) => status),
    ["inapplicable", "failed"],
  );
  assert.ok((json.runs[1]?.messages?.length ?? 0) >= 2);
  const xml = junitReport(verdict);
  assert.match(xml, /<testsuite name="2026-07-28 stdio" tests="1" failures="1" skipped="0" errors="0">/);
  assert.match(xml, /<skipped message="inapplicable: capabilities without logging"\/>/);
  assert.ok(xml.includes(`<failure message="${id}`));
});

test.run();
