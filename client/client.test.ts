import { test } from "uvu";
import * as assert from "uvu/assert";
import { versions } from "../protocol/revisions/index.js";
import { createServer, text } from "../server/index.js";
import { connect } from "./index.js";

/** A server with one of everything. */
function everything() {
  const server = createServer({ name: "everything", version: "1" }, { pageSize: 2 });
  const input = { type: "object", properties: { a: { type: "number" } }, required: ["a"] } as const;
  const output = { type: "object", properties: { sum: { type: "number" } }, required: ["sum"] } as const;
  server.tool("add", { input, output }, ({ a }) => ({ sum: a + 1 }));
  server.tool("who", {}, (_args, { client }) => `${client.info?.name} ${client.version}`);
  server.tool("fail", {}, () => {
    throw new Error("it broke");
  });
  server.tool("survey", {}, async (_args, ctx) => {
    const [opinion, places] = await Promise.all([
      ctx.sample("opinion", { messages: [{ role: "user", content: { type: "text", text: "?" } }], maxTokens: 1 }),
      ctx.roots(),
    ]);
    return `${opinion.model}; ${places.map(({ uri }) => uri).join()}`;
  });
  server.tool("steps", {}, (_args, ctx) => {
    ctx.progress(1, 2, "half");
    return "done";
  });
  server.resource("test://one", { name: "one" }, () => "one");
  server.resource("test://{id}", { name: "many", complete: { id: ["a", "ab"] } }, ({ id }) => String(id));
  server.prompt("hello", { arguments: { name: { required: true } } }, ({ name }) => `Hello ${name}`);
  return server;
}

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
      ["add", "who", "fail", "survey", "steps"],
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
