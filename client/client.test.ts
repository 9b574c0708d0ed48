import { test } from "uvu";
import * as assert from "uvu/assert";
import { versions } from "../protocol/revisions/index.js";
import { text } from "../server/index.js";
import { connect } from "./index.js";
import { everything } from "./testing/everything.js";

const roots = [{ uri: "file:///here" }];
const sample = () => ({ role: "assistant" as const, content: text("!"), model: "m" });

for (const revision of versions) {
  test(`everything in memory, ${revision}`, async () => {
    const server = everything();
    const client = await connect(server, { revision, roots, sample, info: { name: "tester", version: "2" } });
    assert.is(client.revision, revision);
    assert.is(client.serverInfo?.name, "everything");
    assert.equal(
      (await client.listTools()).map(({ name }) => name),
      ["add", "who", "fail", "survey", "steps", "form", "slow", "hang"],
    );
    assert.equal((await client.callTool("who")).content, [{ type: "text", text: `tester ${revision}` }]);
    const sum = await client.callTool("add", { a: 1 });
    assert.equal(JSON.parse((sum.content[0] as { text: string }).text), { sum: 2 });
    assert.is((await client.callTool("fail")).isError, true);
    assert.equal((await client.callTool("survey")).content, [{ type: "text", text: "m; file:///here" }]);
    const progress: unknown[] = [];
    await client.callTool("steps", {}, { onProgress: (told) => progress.push(told) });
    assert.is((progress[0] as { total: number }).total, 2);
    assert.is((await client.listResources()).length, 1);
    assert.is((await client.listResourceTemplates()).length, 1);
    assert.is((await client.readResource("test://one")).contents.length, 1);
    assert.is((await client.listPrompts()).length, 1);
    assert.is((await client.getPrompt("hello", { name: "you" })).messages.length, 1);
    const { values } = await client.complete({
      ref: { type: "ref/resource", uri: "test://{id}" },
      argument: { name: "id", value: "a" },
    });
    assert.equal(values, ["a", "ab"]);
    await client.close();
    await server.close();
  });
}

test("the newest revision is found by itself", async () => {
  const client = await connect(everything());
  assert.is(client.revision, versions.at(-1));
  await client.close();
});

test.run();
