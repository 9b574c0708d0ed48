import { test } from "uvu";
import * as assert from "uvu/assert";
import { createJudge } from "../judge.js";
import { loadTraces } from "../load.js";
import { bindsRole, loadRequirements } from "../requirements.js";
import type { WireName } from "../trace.js";
import { groups } from "./all.js";
import { ofMessages } from "./mutant.js";
import type { Mutant } from "./mutant.js";
import { countLine, fateOf, told } from "./report.js";
import { fixtureStart } from "./subjects.js";
import { Court, trialsOf } from "./trial.js";

const registry = loadRequirements();
const all = groups(registry);
const mutants = all.flatMap((group) => group.mutants);
const files = loadTraces();
const program = new URL("../fixture/main.js", import.meta.url).pathname;
const court = new Court({ start: fixtureStart(program), judge: createJudge(), timeoutMs: 1_500 });

const named = (name: string): Mutant => {
  const found = mutants.find((one) => one.name === name);
  if (!found) throw new Error(`no mutant is called ${name}`);
  return found;
};
async function verdictOf(mutant: Mutant, wire: WireName) {
  const [trial] = trialsOf(mutant, files, { wires: [wire], most: 1 });
  if (!trial) throw new Error(`${mutant.name} is not tried on ${wire}`);
  return court.judge({ ...trial, others: [] });
}

test("every mutant has a name of its own and breaks statements of the registry that bind a server", () => {
  assert.is(new Set(mutants.map(({ name }) => name)).size, mutants.length);
  const binding = new Set(registry.filter((one) => bindsRole(one, "server")).flatMap(({ ids }) => ids));
  for (const { name, breaks, does } of mutants) {
    assert.ok(breaks.length > 0, name);
    for (const id of breaks) assert.ok(binding.has(id), `${name}: ${id}`);
    assert.match(does, /^[A-Z].*\.$/, name);
  }
});

test("enough statements are broken, on every wire and in every revision", () => {
  const written = all.filter(({ name }) => name !== "planted before").flatMap((group) => group.mutants);
  const ids = new Set(written.flatMap(({ breaks }) => breaks));
  assert.ok(ids.size >= 150, String(ids.size));
  for (const revision of ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28", "extensions"])
    assert.ok(
      [...ids].some((id) => id.startsWith(`${revision}/`)),
      revision,
    );
  assert.ok(mutants.filter(({ fault }) => fault !== undefined).length <= 40, "in the fixture");
});

// One of each kind: of messages in both eras, of what the client sends, of HTTP in its parts, of lines, of the fixture.
const CHOSEN: readonly (readonly [string, WireName])[] = [
  ["id-as-text", "memory"],
  ["no-other-version", "memory"],
  ["progress-after-the-end", "http"],
  ["asks-any-model", "memory"],
  ["a-form-for-everybody", "http"],
  ["accepted-with-a-body", "http"],
  ["session-revived", "http"],
  ["notifications-on-two-streams", "http"],
  ["stream-never-closed", "http"],
  ["no-stream-to-get", "sse"],
  ["log-on-stdout", "stdio"],
  ["one-caller-for-all", "memory"],
  ["expired-token-taken", "http"],
  ["metadata-of-another", "sse"],
];
for (const [name, wire] of CHOSEN) {
  test(`${name} is caught on ${wire} by the statement that it breaks`, async () => {
    const { caughtBy, trial } = await verdictOf(named(name), wire);
    assert.ok(caughtBy.length > 0, `${trial.requirement}: ${trial.files.map(({ path }) => path).join(", ")}`);
  });
}

test("a wire that changes nothing catches nothing", async () => {
  const same = (breaks: readonly string[]): Mutant => ({
    ...ofMessages("the-same", breaks, "Changes nothing.", () => ({
      toServer: (message) => message,
      fromServer: (message) => [message],
    })),
    http: () => ({ request: (sent) => sent, reply: (answer) => answer, event: (event) => [event] }),
    stdout: (line) => line,
  });
  for (const [name, wire] of CHOSEN) {
    const { caughtBy, alsoFailed, unusable } = await verdictOf(same(named(name).breaks), wire);
    assert.equal([caughtBy, alsoFailed, unusable], [[], [], []], name);
  }
});

test("a mutant that no trace covers survives, and the report says so", async () => {
  const mutant = ofMessages("unheard-of", ["2025-11-25/basic/index#no-such/1"], "Does nothing.", () => ({}));
  const trials = trialsOf(mutant, files);
  const verdicts = await Promise.all(trials.map((trial) => court.judge({ ...trial, others: [] })));
  const fate = fateOf({ name: "g", mutants: [mutant] }, verdicts);
  assert.is(fate.caught, false);
  assert.match(told(fate), /^SURVIVED unheard-of: Does nothing\.\n.*no trace covers it/);
  assert.is(countLine([fate]), "1 mutants, 1 statements: 0 caught, 1 survived");
});

test.run();
