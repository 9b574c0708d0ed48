import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { loadTraces } from "./load.js";
import { MATCHERS } from "./match.js";
import { appliesTo, belongsTo, holdsIn, isObject, REVISIONS, speaks, WIRES } from "./trace.js";
import type { Json, Step } from "./trace.js";

const files = loadTraces();

test("every trace has the form that its schema describes", () => {
  const schema = JSON.parse(readFileSync("conformance/trace.schema.json", "utf8")) as object;
  const validate = new Ajv2020({ strict: false }).compile(schema);
  for (const { path, trace } of files) assert.ok(validate(trace), `${path}: ${JSON.stringify(validate.errors?.[0])}`);
  assert.not.ok(validate({ title: "A trace without steps", revisions: "*", role: "server", steps: [] }));
  const odd = {
    title: "A trace with an odd step",
    revisions: "*",
    role: "server",
    steps: [{ quiet: true }, { sned: {} }],
  };
  assert.not.ok(validate(odd));
});

test("there are at least 80 traces, each with a title of its own", () => {
  assert.ok(files.length >= 80, `${files.length} traces`);
  assert.is(new Set(files.map(({ trace }) => trace.title)).size, files.length);
});

/** Every member name that begins with `$` where a pattern stands, outside of literal values. */
function matcherNames(pattern: Json | undefined): string[] {
  if (Array.isArray(pattern)) return pattern.flatMap((item: Json) => matcherNames(item));
  if (!isObject(pattern)) return [];
  return Object.entries(pattern).flatMap(([key, value]) => {
    if (key === "$exact") return [key];
    return [...(key.startsWith("$") ? [key] : []), ...matcherNames(value)];
  });
}

function patterns(step: Step): Json[] {
  if ("expect" in step) return [step.expect, step.status ?? null, step.headers ?? null];
  if ("poll" in step || "repeat" in step) return [step.until];
  if ("pass" in step) return [step.pass];
  if ("expectAll" in step) return [...step.expectAll];
  if ("stream" in step) return [step.events];
  if ("reply" in step) return [step.reply.status ?? null, step.reply.headers ?? null, step.reply.body ?? null];
  return [];
}

test("patterns use known matchers only", () => {
  for (const { path, trace } of files) {
    for (const name of trace.steps.flatMap((step) => patterns(step).flatMap(matcherNames))) {
      assert.ok(MATCHERS.includes(name), `${path}: ${name}`);
    }
  }
});

test("every step is played somewhere, and every trace expects something wherever it is replayed", () => {
  for (const { path, trace } of files) {
    const played = new Set<Step>();
    for (const revision of REVISIONS.filter((one) => holdsIn(trace.revisions, one))) {
      for (const wire of WIRES.filter((one) => appliesTo(trace.wires, one) && speaks(one, revision))) {
        const due = trace.steps.filter((step) => holdsIn(step.only, revision) && appliesTo(step.wires, wire));
        for (const step of due) played.add(step);
        const looks = due.some((step) => patterns(step).length > 0 || "quiet" in step || "close" in step);
        assert.ok(looks, `${path} expects nothing in ${revision} on ${wire}`);
      }
    }
    for (const step of trace.steps) assert.ok(played.has(step), `${path}: nobody plays ${JSON.stringify(step)}`);
  }
});

test("a trace that demands the id of a session says that it needs sessions with ids, which a server need not have", () => {
  const demands = ({ headers }: { readonly headers?: Readonly<Record<string, Json>> }) =>
    Object.entries(headers ?? {}).some(
      ([name, value]) =>
        name.toLowerCase() === "mcp-session-id" && !JSON.stringify(value).includes("$absent") && isObject(value),
    );
  const demanding = files.filter(({ trace }) =>
    trace.steps.some((step) => "expect" in step && (step.covers ?? []).length > 0 && demands(step as never)),
  );
  assert.ok(demanding.length > 0);
  for (const { path, trace } of demanding) assert.is(trace.fixture?.sessions, true, path);
});

test("requirements belong to a revision in which their step is played", () => {
  for (const { path, trace } of files) {
    for (const step of trace.steps) {
      const set = REVISIONS.filter((revision) => holdsIn(trace.revisions, revision) && holdsIn(step.only, revision));
      for (const id of step.covers ?? [])
        assert.ok(
          set.some((revision) => belongsTo(id, revision)),
          `${path}: ${id}`,
        );
    }
  }
});

const tools = process.env["SPEC_TOOLS"];
if (tools === undefined) console.log("skipped: requirement ids against the specification (SPEC_TOOLS is not set)");
else {
  test("every requirement id exists", () => {
    const program = join(tools, "normative.py");
    assert.ok(existsSync(program), `${program} is missing`);
    const text = execFileSync("python3", [program], { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
    const known = new Set(
      text
        .trim()
        .split("\n")
        .map((line) => (JSON.parse(line) as { id: string }).id),
    );
    for (const { path, trace } of files) {
      for (const step of trace.steps) for (const id of step.covers ?? []) assert.ok(known.has(id), `${path}: ${id}`);
    }
  });
}

test.run();
