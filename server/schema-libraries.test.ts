// Schemas of other people's libraries, by the Standard Schema interface alone.
import { type } from "arktype";
import { test } from "uvu";
import * as assert from "uvu/assert";
import * as v from "valibot";
import { z } from "zod";
import { createServer } from "./index.js";
import { connected, type Any } from "./wire.test.kit.js";

const answer = async (server: Any, args: unknown) =>
  (await (await connected(server, "2025-11-25")).ask("tools/call", { name: "t", arguments: args })).result;
const listed = async (server: Any) =>
  (await (await connected(server, "2025-11-25")).ask("tools/list")).result.tools[0].inputSchema;

test("Zod: arguments typed, defaults filled in, problems named", async () => {
  const server = createServer({ name: "s", version: "1" });
  server.tool(
    "t",
    { input: z.object({ a: z.number(), b: z.string().default("x") }), output: z.object({ sum: z.string() }) },
    ({ a, b }) => ({ sum: `${a.toFixed()}${b.toUpperCase()}` }),
  );
  assert.equal((await answer(server, { a: 1 })).structuredContent, { sum: "1X" });
  const bad = await answer(server, { a: "1" });
  assert.is(bad.isError, true);
  assert.match(bad.content[0].text, '"/a"');
  const schema = await listed(server);
  assert.is(schema.properties.a.type, "number");
  assert.equal(schema.required, ["a"]);
});

test("Zod: a check that takes its time", async () => {
  const server = createServer({ name: "s", version: "1" });
  server.tool(
    "t",
    { input: z.object({ a: z.string().refine(async (text) => text !== "taken", "is taken") }) },
    ({ a }) => a,
  );
  assert.is((await answer(server, { a: "free" })).content[0].text, "free");
  assert.match((await answer(server, { a: "taken" })).content[0].text, '"/a": is taken');
});

test("ArkType: a callable schema", async () => {
  const server = createServer({ name: "s", version: "1" });
  server.tool("t", { input: type({ a: "number", "b?": "string" }) }, ({ a }) => a.toFixed(2));
  assert.is((await answer(server, { a: 1 })).content[0].text, "1.00");
  assert.is((await answer(server, { a: "1" })).isError, true);
  assert.is((await listed(server)).properties.a.type, "number");
});

test("Valibot: tells no JSON Schema of itself, so the author passes one", async () => {
  const input = v.object({ a: v.pipe(v.string(), v.transform(Number)) });
  const server = createServer({ name: "s", version: "1" });
  assert.throws(() => server.tool("t", { input }, ({ a }) => a.toFixed()), /Pass the JSON Schema of its input as well/);
  const inputSchema = { type: "object" as const, properties: { a: { type: "string" } } };
  server.tool("t", { input, inputSchema }, ({ a }) => a.toFixed(1));
  assert.is((await answer(server, { a: "2" })).content[0].text, "2.0");
  assert.equal(await listed(server), inputSchema);
});

test.run();
