import { test } from "uvu";
import * as assert from "uvu/assert";
import { legacyRevision } from "../../protocol/revisions/index.js";
import { createServer } from "../index.js";
import { connected, FakeClock, legacy, modernVersion, type Any } from "../wire.test.kit.js";

const versions = [...legacy, modernVersion];
const many = Array.from({ length: 150 }, (_, i) => `v${i}`);
function make() {
  const seen: Any[] = [];
  const server = createServer({ name: "s", version: "1" }, { onError: () => {} });
  server.prompt(
    "p",
    {
      arguments: {
        list: { complete: ["Alpha", "alps", "Beta"] },
        many: { complete: many },
        call: {
          complete: (value, known, ctx) => {
            seen.push([value, { ...known.arguments }, ctx.client.version]);
            return [`${value}!`];
          },
        },
        later: { complete: async () => ({ values: ["a"], total: 7, hasMore: true }) },
        part: { complete: () => ({ values: ["a", "b"], total: 80 }) },
        bad: { complete: () => 5 as Any },
        none: {},
      },
    },
    () => "x",
  );
  server.resource("u://{id}/{kind}", { complete: { id: ["1", "12", "2"] } }, () => "u");
  server.resource("x://y", {}, () => "y");
  return { server, seen };
}
const ofPrompt = (name: string, value: string, more: Any = {}) => ({
  ref: { type: "ref/prompt", name: "p" },
  argument: { name, value },
  ...more,
});
const ofTemplate = (name: string, value: string) => ({
  ref: { type: "ref/resource", uri: "u://{id}/{kind}" },
  argument: { name, value },
});

test("lists are completed by their beginning, else by likeness, in either case; functions as they say", async () => {
  for (const version of versions) {
    const { server, seen } = make();
    const client = await connected(server, version);
    const complete = async (params: Any) =>
      (await client.askIn(version, "completion/complete", params)).result.completion;
    assert.equal(await complete(ofPrompt("list", "al")), { values: ["Alpha", "alps"], total: 2, hasMore: false });
    assert.equal(await complete(ofPrompt("list", "AL")), { values: ["Alpha", "alps"], total: 2, hasMore: false });
    assert.equal(await complete(ofPrompt("list", "")), { values: ["Alpha", "alps", "Beta"], total: 3, hasMore: false });
    assert.equal(await complete(ofPrompt("list", "a")), { values: ["Alpha", "alps"], total: 2, hasMore: false });
    assert.equal(await complete(ofPrompt("list", "PS")), { values: ["alps"], total: 1, hasMore: false });
    assert.equal(await complete(ofPrompt("list", "bta")), { values: ["Beta"], total: 1, hasMore: false });
    assert.equal(await complete(ofPrompt("list", "z")), { values: [], total: 0, hasMore: false });
    assert.equal(await complete(ofTemplate("id", "1")), { values: ["1", "12"], total: 2, hasMore: false });
    assert.equal(await complete(ofPrompt("call", "x", { context: { arguments: { list: "Alpha" } } })), {
      values: ["x!"],
      total: 1,
      hasMore: false,
    });
    await complete(ofPrompt("call", "y"));
    // A revision that has no context for completions does not look at one.
    const known = legacyRevision(version)?.facts.completionContext === false ? {} : { list: "Alpha" };
    assert.equal(seen, [
      ["x", known, version],
      ["y", {}, version],
    ]);
    assert.equal(await complete(ofPrompt("later", "")), { values: ["a"], total: 7, hasMore: true });
  }
});

test("at most 100 values, and it is said when there are more", async () => {
  const { server } = make();
  const client = await connected(server, modernVersion);
  const complete = async (name: string) =>
    (await client.askModern("completion/complete", ofPrompt(name, ""))).result.completion;
  const all = await complete("many");
  assert.equal(all, { values: many.slice(0, 100), total: 150, hasMore: true });
  assert.equal(await complete("part"), { values: ["a", "b"], total: 80, hasMore: true });
});

test("what has no completer completes to nothing", async () => {
  const { server } = make();
  const client = await connected(server, "2025-11-25");
  const empty = { values: [], total: 0, hasMore: false };
  assert.equal((await client.ask("completion/complete", ofPrompt("none", "x"))).result.completion, empty);
  assert.equal((await client.ask("completion/complete", ofTemplate("kind", "x"))).result.completion, empty);
  assert.equal(
    (
      await client.ask("completion/complete", {
        ref: { type: "ref/resource", uri: "x://y" },
        argument: { name: "a", value: "" },
      })
    ).result.completion,
    empty,
  );
});

test("what does not exist or is malformed is -32602 and named", async () => {
  const good: Any = ofPrompt("list", "a");
  const bad: [Any, RegExp][] = [
    [{}, /argument/],
    [{ ...good, ref: undefined }, /ref/],
    [{ ...good, ref: null }, /ref/],
    [{ ...good, ref: "p" }, /ref/],
    [{ ...good, ref: { type: "ref/tool", name: "p" } }, /ref\.type/],
    [{ ...good, ref: { type: "ref/prompt" } }, /ref\.name/],
    [{ ...good, ref: { type: "ref/prompt", name: "q" } }, /q/],
    [{ ...good, ref: { type: "ref/resource" } }, /ref\.uri/],
    [{ ...good, ref: { type: "ref/resource", uri: "none://{x}" } }, /none/],
    [{ ...good, argument: undefined }, /argument/],
    [{ ...good, argument: [] }, /argument/],
    [{ ...good, argument: { name: "list" } }, /argument\.value/],
    [{ ...good, argument: { value: "" } }, /argument\.name/],
    [{ ...good, argument: { name: "list", value: 1 } }, /argument\.value/],
    [ofPrompt("unknown", ""), /unknown/],
    [ofPrompt("constructor", ""), /constructor/],
    [ofTemplate("unknown", ""), /unknown/],
    [{ ...good, context: null }, /context/],
    [{ ...good, context: [] }, /context/],
    [{ ...good, context: { arguments: null } }, /context\.arguments/],
    [{ ...good, context: { arguments: { a: 1 } } }, /context\.arguments\.a/],
  ];
  const { server } = make();
  for (const version of versions) {
    const client = await connected(server, version);
    for (const [params, why] of bad) {
      if ("context" in params && legacyRevision(version)?.facts.completionContext === false) continue;
      const { error } = await client.askIn(version, "completion/complete", params);
      assert.is(error?.code, -32602, JSON.stringify(params));
      assert.match(error.message, why);
    }
  }
});

test("a completer that breaks is -32603", async () => {
  const { server } = make();
  assert.is(
    (await (await connected(server, "2025-11-25")).ask("completion/complete", ofPrompt("bad", ""))).error.code,
    -32603,
  );
});

test("completions are offered only where there are some; a disabled prompt has none", async () => {
  const bare = createServer({ name: "s", version: "1" });
  bare.prompt("p", { arguments: { a: {} } }, () => "x");
  const client = await connected(bare, "2025-11-25");
  assert.is((await client.ask("completion/complete", ofPrompt("a", ""))).error.code, -32601);
  assert.not("completions" in bare.capabilities());
  bare.resource("u://{id}", { complete: { id: ["1"] } }, () => "x");
  assert.equal(bare.capabilities().completions, {});
});

test("completions are bounded for each client, and for all together", async () => {
  const limits = { maxCompletionsPerSecond: 2, maxCompletionsPerSecondInAll: 3 };
  const clock = new FakeClock();
  const server = createServer({ name: "s", version: "1" }, { limits, clock });
  server.prompt("p", { arguments: { list: { complete: ["a"] } } }, () => "x");
  const [one, two] = [await connected(server, "2025-11-25"), await connected(server, "2025-11-25")];
  const ask = async (client: Any) => {
    const { result, error } = await client.ask("completion/complete", ofPrompt("list", ""));
    return error?.code ?? result.completion.values.length;
  };
  assert.equal([await ask(one), await ask(one), await ask(one)], [1, 1, -32603]);
  assert.equal([await ask(two), await ask(two)], [1, -32603]);
  assert.equal((await one.ask("ping")).result, {});
  await clock.advance(1000);
  assert.is(await ask(one), 1);
});

test.run();
