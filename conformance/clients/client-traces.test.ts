import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { createJudge } from "../judge.js";
import { MATCHERS } from "../match.js";
import { drivePlain } from "../testing/plain-client.js";
import { belongsTo, holdsIn, isObject, REVISIONS } from "../trace.js";
import type { Json } from "../trace.js";
import { loadRequirements } from "../requirements.js";
import { isMandatoryLevel } from "../verdict.js";
import { loadClientTraces } from "./load.js";
import type { ClientOutcome } from "./outcome.js";
import { ownClient } from "./own.js";
import { functionClient } from "./subject.js";
import type { ClientSubject } from "./subject.js";
import { appliesThere, runClientSuite } from "./suite.js";
import { CLIENT_WIRES, isDue } from "./trace.js";
import type { ClientStep } from "./trace.js";

const files = loadClientTraces();
const judge = createJudge();

test("every trace of a client has the form that its schema describes", () => {
  const schema = JSON.parse(readFileSync("conformance/clients/client-trace.schema.json", "utf8")) as object;
  const validate = new Ajv2020({ strict: false }).compile(schema);
  for (const { path, trace } of files) assert.ok(validate(trace), `${path}: ${JSON.stringify(validate.errors?.[0])}`);
  const [first] = files;
  assert.not.ok(validate({ ...first?.trace, steps: [{ await: { method: "ping" } }, { sned: {} }] }));
  assert.not.ok(validate({ ...first?.trace, scenario: { do: [{ action: "dance" }] } }));
});

test("there are many, each with a title of its own, in every revision and on every wire", () => {
  assert.ok(files.length >= 100, `${files.length} traces`);
  assert.is(new Set(files.map(({ trace }) => trace.title)).size, files.length);
  for (const revision of REVISIONS)
    for (const wire of CLIENT_WIRES)
      if (wire !== "sse" || holdsIn("legacy", revision))
        assert.ok(files.filter((file) => appliesThere(file, revision, wire)).length >= 30, `${revision} ${wire}`);
});

function matcherNames(pattern: Json | undefined): string[] {
  if (Array.isArray(pattern)) return pattern.flatMap((item: Json) => matcherNames(item));
  if (!isObject(pattern)) return [];
  return Object.entries(pattern).flatMap(([key, value]) =>
    key === "$exact" ? [key] : [...(key.startsWith("$") ? [key] : []), ...matcherNames(value)],
  );
}

const patterns = (step: ClientStep): readonly Json[] => {
  if ("never" in step) return [step.never];
  if ("came" in step) return [step.came];
  const looked = "headers" in step && ("await" in step || "expect" in step) ? [step.headers as Json] : [];
  return [
    ...("await" in step ? [step.await] : []),
    ...("expect" in step && step.expect ? [step.expect] : []),
    ...looked,
  ];
};

test("patterns use known matchers only", () => {
  for (const { path, trace } of files)
    for (const name of trace.steps.flatMap((step) => patterns(step).flatMap(matcherNames)))
      assert.ok(MATCHERS.includes(name), `${path}: ${name}`);
});

test("what a step covers belongs to a revision in which it is played", () => {
  for (const { path, trace } of files)
    for (const step of trace.steps)
      for (const id of step.covers ?? [])
        assert.ok(
          REVISIONS.some(
            (revision) =>
              belongsTo(id, revision) &&
              holdsIn(trace.revisions, revision) &&
              CLIENT_WIRES.some((wire) => isDue(step, revision, wire)),
          ),
          `${path}: ${id}`,
        );
});

/** What a client without a cache cannot be tried for. */
const CACHED = "clients/caching/cursor-refused.json";

const wrong = async (subject: ClientSubject, excused: (outcome: ClientOutcome) => boolean): Promise<string[]> => {
  const runs = await runClientSuite(files, subject, REVISIONS, ["memory"], { judge, jobs: 8 });
  return runs.flatMap(({ file, revision, outcome }) =>
    outcome.status === "passed" || excused(outcome) ? [] : [`${file.path} ${revision}: ${outcome.reason}`],
  );
};

test("barewire's client passes every trace in memory that applies to it", async () => {
  assert.equal(await wrong(ownClient, (outcome) => outcome.status === "skipped" && !outcome.applies), []);
});

test("a plain client passes every trace in memory, but for what is only recommended", async () => {
  const levels = new Map(loadRequirements().flatMap(({ ids, level }) => ids.map((id) => [id, level] as const)));
  const mandatory = (id: string) => isMandatoryLevel(levels.get(id) ?? "MUST");
  const isWarning = (outcome: ClientOutcome) =>
    outcome.status === "failed" && outcome.requirements.length > 0 && !outcome.requirements.some(mandatory);
  const told = await wrong(functionClient("plain", CLIENT_WIRES, drivePlain), isWarning);
  assert.equal(
    told.filter((one) => !one.startsWith(CACHED)),
    [],
  );
});

test("a client that does nothing, or nothing but connect, shows nothing of what it is asked", async () => {
  const nothing = functionClient("nothing", CLIENT_WIRES, () => Promise.resolve());
  const idle = await runClientSuite(files, nothing, REVISIONS, ["memory"], { judge, jobs: 8 });
  for (const { file, outcome } of idle) {
    assert.is(outcome.status, "skipped", file.path);
    if (outcome.status === "skipped") assert.equal([outcome.applies, outcome.covered], [true, []], file.path);
  }
  // It knows no scenario: what it sends by itself is judged, and what it was asked for is untested.
  const ignorant = functionClient("ignorant", CLIENT_WIRES, (asked, target, signal) =>
    drivePlain({ ...asked, do: [], capabilities: {}, answers: {} }, target, signal),
  );
  const runs = await runClientSuite(files, ignorant, ["2025-11-25"], ["memory"], { judge, jobs: 8 });
  for (const { file, outcome } of runs) {
    assert.is.not(outcome.status, "failed", file.path);
    if (outcome.status === "passed") assert.match(file.path, /^clients\/lifecycle\//);
  }
  assert.ok(runs.some(({ outcome }) => outcome.status === "passed"));
});

test.run();
