import { test } from "uvu";
import * as assert from "uvu/assert";
import { settled } from "../protocol/fake-clock.js";
import { connect } from "./index.js";
import { legacyScript, type Wire } from "./testing/scripted.js";

const RELATED = "io.modelcontextprotocol/related-task";

/** What the server gets for questions with these params, in turn. */
async function answersTo(...asked: readonly object[]): Promise<Wire[]> {
  const elicit = { url: () => ({ action: "accept" as const, _meta: { "example.com/mine": 1 } }) };
  const script = legacyScript();
  await connect(script, { revision: "2025-11-25", elicit, roots: [] });
  for (const [index, { method, params }] of (asked as Wire[]).entries())
    script.say({ id: `q-${index}`, method, params });
  await settled();
  return asked.map((_, index) => script.sent.find(({ id }) => id === `q-${index}`));
}

test("the answer to a question of a task names the task, beside what else it says", async () => {
  const _meta = { [RELATED]: { taskId: "t-1" }, "example.com/theirs": 2 };
  const page = { mode: "url", message: "?", url: "https://example.com", elicitationId: "1" };
  const [roots, elicited, without] = await answersTo(
    { method: "roots/list", params: { _meta } },
    { method: "elicitation/create", params: { ...page, _meta } },
    { method: "elicitation/create", params: page },
  );
  assert.equal(roots.result, { roots: [], _meta: { [RELATED]: { taskId: "t-1" } } });
  assert.equal(elicited.result._meta, { "example.com/mine": 1, [RELATED]: { taskId: "t-1" } });
  assert.equal(without.result._meta, { "example.com/mine": 1 });
});

test("metadata that are none, and progress tokens that are none, are refused by name", async () => {
  const [meta, token] = await answersTo(
    { method: "roots/list", params: { _meta: 1 } },
    { method: "roots/list", params: { _meta: { progressToken: {} } } },
  );
  assert.equal([meta.error.code, token.error.code], [-32602, -32602]);
  assert.match(meta.error.message, "_meta");
  assert.match(token.error.message, "progressToken");
});

test.run();
