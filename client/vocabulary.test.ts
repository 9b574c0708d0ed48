// What the client sends fits the schema of the revision that it speaks.
import { readFileSync } from "node:fs";
import { Ajv, type ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { versions } from "../protocol/revisions/index.js";
import { text } from "../server/index.js";
import { connect, type TestClient } from "./test-client.js";
import { everything } from "./testing/everything.js";

/** Uses all that the client can do. */
async function useAll(client: TestClient): Promise<void> {
  const unless = (error: { code?: unknown }) => {
    if (error.code !== "not_in_revision" && error.code !== "answer_error") throw error;
  };
  await client.listTools({ meta: { "example.com/trace": "1" } });
  await client.listPrompts();
  await client.listResources();
  await client.listResourceTemplates();
  await client.callTool("add", { a: 1 }, { onProgress: () => {}, logLevel: "info" });
  for (const name of ["survey", "form"]) await client.callTool(name, {}).catch(unless);
  await client.callTool("slow", {}, { task: { ttl: 1000 } });
  await client.callTool("hang", {}, { signal: AbortSignal.timeout(1) }).catch(() => {});
  await client.readResource("test://one");
  await client.getPrompt("hello", { name: "you" });
  const ref = { type: "ref/prompt" as const, name: "hello" };
  const context = { arguments: { other: "x" } };
  await client.complete({ ref, argument: { name: "name", value: "" }, context }).catch(unless);
  await client.setLogLevel("debug");
  await client.ping().catch(unless);
  await client.discover().catch(unless);
  const filter = { toolsListChanged: true, resourceSubscriptions: ["test://one"] };
  const subscription = await client.listen(filter, () => {});
  await subscription.close();
  await client.rootsChanged();
}

for (const revision of versions) {
  test(revision, async () => {
    const client = await connect(everything(), {
      revision,
      info: { name: "tester", version: "1", title: "Tester", description: "Tests", websiteUrl: "https://example.com" },
      roots: [{ uri: "file:///a" }],
      sample: { handle: () => ({ role: "assistant", content: text("!"), model: "m" }), tools: true, context: true },
      elicit: { form: () => ({ action: "accept", content: { name: "x" } }), url: () => ({ action: "decline" }) },
    });
    await useAll(client);
    const schema = JSON.parse(readFileSync(`protocol/schema/${revision}.json`, "utf8"));
    const key = "$defs" in schema ? "$defs" : "definitions";
    const options = { validateFormats: false, strict: false };
    const ajv = key === "$defs" ? new Ajv2020(options) : new Ajv(options);
    ajv.addSchema(schema, "schema");
    const judge = (name: string, value: unknown) => {
      const validate = ajv.getSchema(`schema#/${key}/${name}`) as ValidateFunction;
      assert.ok(validate(value), `${ajv.errorsText(validate.errors)} in ${JSON.stringify(value)}`);
    };
    const sent = client.messages.filter(({ from }) => from === "client").map(({ message }) => message);
    const legacy = sent.some(({ method }) => method === "initialize");
    assert.is(legacy, revision !== "2026-07-28");
    const seen = { requests: 0, notifications: 0, results: 0 };
    for (const message of sent) {
      // Those of the tasks extension are in a schema of their own.
      if (!legacy && String(message.method).startsWith("tasks/")) continue;
      judge("JSONRPCMessage", message);
      if (message.method === undefined) {
        judge("ClientResult", message.result);
        seen.results += 1;
      } else if (message.id === undefined) {
        judge("ClientNotification", message);
        seen.notifications += 1;
      } else {
        judge("ClientRequest", message);
        seen.requests += 1;
      }
    }
    assert.ok(seen.requests >= 14, `${seen.requests} requests`);
    assert.ok(seen.notifications >= (legacy ? 3 : 2), `${seen.notifications} notifications`);
    assert.is(seen.results > 0, legacy);
    await client.close();
  });
}

test.run();
