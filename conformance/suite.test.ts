import { test } from "uvu";
import * as assert from "uvu/assert";
import { covered } from "./coverage.js";
import { missing, takeInventory } from "./inventory.js";
import type { Judge } from "./judge.js";
import { failure, skips, summary, table } from "./report.js";
import { readAccounts } from "./accounts.js";
import { runSuite } from "./suite.js";
import type { Run } from "./suite.js";
import type { Json, JsonObject, Trace } from "./trace.js";
import { memorySubject } from "./wires/memory.js";
import type { Subject } from "./wires/wire.js";

const lenient: Judge = { unjudged: [], server: () => [] };
const ID = "2025-11-25/server/tools#capabilities/1";

/** A server of one legacy revision with two pages of tools. */
const small = () =>
  memorySubject(() => ({
    connect: (receive) => ({
      send(text) {
        const { id, method, params } = JSON.parse(text) as { id?: Json; method: string; params?: JsonObject };
        if (id === undefined) return;
        const results: Record<string, Json> = {
          initialize: {
            protocolVersion: "2025-11-25",
            capabilities: { tools: {}, logging: {} },
            serverInfo: { name: "s", version: "1" },
          },
          ping: {},
          "tools/list":
            params?.["cursor"] === undefined ? { tools: [{ name: "a" }], nextCursor: "2" } : { tools: [{ name: "b" }] },
        };
        const result = results[method];
        receive({ jsonrpc: "2.0", id, ...(result ? { result } : { error: { code: -32601, message: "unknown" } }) });
      },
      close: () => undefined,
    }),
  }));

const make = (path: string, trace: Partial<Trace>) => ({
  page: "page",
  path,
  trace: { title: path, revisions: "*", role: "server", steps: [{ quiet: true, covers: [ID] }], ...trace } as Trace,
});
const options = { revisions: ["2025-06-18", "2025-11-25"] as const, judge: lenient, timing: { timeoutMs: 50 } };

test("an inventory follows the pages and stays empty where a method is unknown", async () => {
  const inventory = await takeInventory(await small(), "2025-11-25");
  assert.ok(inventory);
  assert.equal([...(inventory?.tools ?? [])], ["a", "b"]);
  assert.equal([...(inventory?.prompts ?? [])], []);
});

test("a revision that the subject does not speak has no inventory", async () => {
  assert.is(await takeInventory(await small(), "2025-06-18"), undefined);
  assert.is(await takeInventory(await small(), "2026-07-28"), undefined);
});

test("what a trace needs and a subject lacks is named", async () => {
  const inventory = await takeInventory(await small(), "2025-11-25");
  if (!inventory) throw new Error("no inventory");
  const lacking = (fixture: Trace["fixture"]) =>
    missing({ title: "", revisions: "*", steps: [], ...(fixture ? { fixture } : {}) }, inventory);
  assert.is(lacking(undefined), undefined);
  assert.is(lacking({ tools: ["a", "b"], capabilities: ["logging"] }), undefined);
  assert.is(lacking({ tools: ["a", "c"] }), "tools without c");
  assert.is(lacking({ prompts: ["p"] }), "prompts without p");
  assert.is(lacking({ capabilities: ["tools.listChanged"] }), "capabilities without tools.listChanged");
  assert.is(lacking({ capabilities: ["constructor"] }), "capabilities without constructor");
});

test("what a trace does not want a subject to have is named", async () => {
  const inventory = await takeInventory(await small(), "2025-11-25");
  const lacking = (capability: string) =>
    missing({ title: "", revisions: "*", steps: [], fixture: { without: { capabilities: [capability] } } }, inventory!);
  assert.is(lacking("completions"), undefined);
  assert.is(lacking("logging.level"), undefined);
  assert.is(lacking("logging"), "capabilities with logging");
});

test("a variant is played where there is one; without any, only what the subject does not have admits it", async () => {
  const closed: string[] = [];
  const files = [
    make("page/odd.json", { fixture: { variant: "odd" } }),
    make("page/odd-again.json", { fixture: { variant: "odd" } }),
    make("page/without.json", { fixture: { variant: "odd", without: { capabilities: ["completions"] } } }),
    make("page/speaks.json", { fixture: { variant: "odd", without: { revisions: ["2025-11-25"] } } }),
  ];
  const play = async (subject: Subject) =>
    (await runSuite(files, subject, { ...options, revisions: ["2025-11-25"] })).map(({ outcome }) =>
      outcome.status === "skipped" ? outcome.reason : outcome.status,
    );
  const none = "the subject has no variants";
  assert.equal(await play(await small()), [none, none, "passed", "the subject speaks 2025-11-25"]);
  const started: string[] = [];
  const variant = async (name: string): Promise<Subject> => {
    started.push(name);
    return { ...(await small()), close: async () => void closed.push(name) };
  };
  assert.equal(await play({ ...(await small()), variant }), [
    "passed",
    "passed",
    "passed",
    "the subject speaks 2025-11-25",
  ]);
  assert.equal([started, closed], [["odd"], ["odd"]]);
});

test("what does not share the subject can be played beside the rest; the runs keep their order", async () => {
  const files = [make("page/fresh.json", { fresh: true }), make("page/shared.json", {}), make("page/last.json", {})];
  const ended: string[] = [];
  let rest: () => void;
  const restEnded = new Promise<void>((resolve) => (rest = resolve));
  // Its own subject is there only when all the others have ended: one after the other, that would never be.
  const fresh = () => restEnded.then(small);
  const onRun = ({ file }: Run) => {
    ended.push(file.path);
    if (file.path === "page/last.json") rest();
  };
  const only = { ...options, revisions: ["2025-11-25"] as const, beside: true, onRun };
  const runs = await runSuite(files, { ...(await small()), fresh }, only);
  assert.equal(
    runs.map(({ file, outcome }) => `${file.path} ${outcome.status}`),
    ["page/fresh.json passed", "page/shared.json passed", "page/last.json passed"],
  );
  assert.equal(ended, ["page/shared.json", "page/last.json", "page/fresh.json"]);
});

async function run(): Promise<readonly Run[]> {
  const files = [
    make("page/passes.json", {}),
    make("page/fails.json", { steps: [{ send: { id: 1, method: "ping" } }, { expect: { id: 2 }, covers: [ID] }] }),
    make("page/lacks.json", { fixture: { tools: ["z"] } }),
    make("page/elsewhere.json", { wires: ["http"] }),
    make("page/fresh.json", {
      fresh: true,
      steps: [{ quiet: true, covers: ["2025-11-25/basic/utilities/ping#behavior-requirements/1"] }],
    }),
  ];
  return runSuite(files, await small(), options);
}

test("runs pass, fail and are skipped, never silently", async () => {
  const runs = (await run()).map(({ file, revision, outcome }) =>
    [file.path.slice(5, -5), revision, outcome.status].join(" "),
  );
  assert.equal(runs, [
    ...["passes", "fails", "lacks", "fresh"].map((name) => `${name} 2025-06-18 skipped`),
    "passes 2025-11-25 passed",
    "fails 2025-11-25 failed",
    "lacks 2025-11-25 skipped",
    "fresh 2025-11-25 passed",
  ]);
});

test("a trace with a caller or a path that the subject lacks is skipped, unless the step is for elsewhere", async () => {
  const by = (more: object) => [{ quiet: true }, { send: { id: 1, method: "ping" }, by: "bob", ...more }] as const;
  const files = [
    make("p/caller.json", { steps: by({}) }),
    make("p/path.json", { fixture: { paths: ["/elsewhere"] } }),
    make("p/http.json", { steps: by({ wires: ["http"] }) }),
  ];
  const runs = await runSuite(files, await small(), { ...options, revisions: ["2025-11-25"] });
  assert.equal(
    runs.map(({ outcome }) => ("reason" in outcome ? outcome.reason : outcome.status)),
    ["callers without bob", "paths without /elsewhere", "passed"],
  );
});

test("callers of a foreign server are named with their header fields; nobody has none", () => {
  assert.equal(readAccounts([], []), { headers: {}, callers: {} });
  assert.equal(readAccounts(["Authorization: Bearer a", "X-Key: k"], ["bob:Authorization: Bearer b", "bob:X-Key: j"]), {
    headers: { Authorization: "Bearer a", "X-Key": "k" },
    callers: { nobody: {}, bob: { Authorization: "Bearer b", "X-Key": "j" } },
  });
  for (const bad of ["bob", "bob:", "bob:Authorization", ":A: b"]) assert.throws(() => readAccounts([], [bad]), bad);
  assert.throws(() => readAccounts(["Bearer a"], []), "expected a header field");
});

test("a requirement that failed in one trace is not covered by another", async () => {
  assert.equal([...covered(await run())], ["2025-11-25/basic/utilities/ping#behavior-requirements/1"]);
});

test("the report tells the place of a failure, the reasons of what was skipped, and the sums", async () => {
  const runs = await run();
  const told = runs.map((one) => failure(one)).filter((text) => text !== undefined);
  assert.is(told.length, 1);
  for (const part of [
    "page/fails.json · 2025-11-25 · memory",
    "at step 2",
    "id differs",
    "expected 2",
    "received 1",
    `requirement ${ID}`,
  ]) {
    assert.match(told[0] ?? "", part);
  }
  assert.match(skips(runs), "skipped: 1 runs: tools without z");
  assert.match(skips(runs), "skipped: 4 runs: the subject does not speak 2025-06-18");
  assert.is(summary(runs), "1 requirements covered\n2 passed, 1 failed, 5 skipped");
  assert.match(table(runs), /page +4 +2\/1\/5 +– +– +– +1/);
});

test.run();
