import { createContext, runInContext } from "node:vm";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { revisions, type Message } from "./testing/rpc.js";
import { withStdio } from "./testing/stdio-client.js";

const uiCapabilities = { extensions: { "io.modelcontextprotocol/ui": { mimeTypes: ["text/html;profile=mcp-app"] } } };

for (const revision of revisions) {
  test(`the tool names its page, the page is there, and the result does without (${revision})`, () =>
    withStdio("apps", { revision }, async (client) => {
      const { tools } = await client.request("tools/list");
      const { resourceUri } = tools[0]._meta.ui;
      assert.match(resourceUri, /^ui:\/\//);
      const { contents } = await client.request("resources/read", { uri: resourceUri });
      assert.is(contents[0].mimeType, "text/html;profile=mcp-app");
      assert.match(contents[0].text, /^<!doctype html>/);
      const { structuredContent, content } = await client.call("roll_dice", { dice: 3 });
      assert.is(structuredContent.rolls.length, 3);
      assert.equal(JSON.parse(content[0].text), structuredContent);
    }));
}

test("the extension is advertised, and clients may declare it", () =>
  withStdio("apps", { revision: "2026-07-28" }, async (client) => {
    const { capabilities } = await client.request("server/discover");
    assert.equal(capabilities.extensions, { "io.modelcontextprotocol/ui": {} });
    const meta = { "io.modelcontextprotocol/clientCapabilities": uiCapabilities };
    assert.is((await client.call("roll_dice", { dice: 1 }, meta)).resultType, "complete");
  }));

test("in a host, the page shows the result and rolls again", () =>
  withStdio("apps", { revision: "2026-07-28" }, async (client) => {
    const { contents } = await client.request("resources/read", { uri: "ui://dice/app.html" });
    const script = /<script>([\s\S]*)<\/script>/.exec(contents[0].text as string)![1]!;
    const shown = { textContent: "" };
    const sent: Message[] = [];
    let receive!: (event: object) => void;
    let click!: () => Promise<void>;
    const parent = { postMessage: (message: Message) => void sent.push(structuredClone(message)) };
    const again = { addEventListener: (_: string, run: typeof click) => (click = run) };
    const page = {
      parent,
      addEventListener: (_: string, run: typeof receive) => (receive = run),
      document: { getElementById: (id: string) => (id === "rolls" ? shown : again) },
    };
    runInContext(script, createContext(page));
    const host = (data: object) => receive({ data, source: parent });

    assert.is(sent[0]?.method, "ui/initialize");
    host({ id: sent[0]!.id, result: {} });
    await new Promise(setImmediate);
    assert.is(sent[1]?.method, "ui/notifications/initialized");

    host({ method: "ui/notifications/tool-result", params: { structuredContent: { rolls: [1, 6], sum: 7 } } });
    assert.is(shown.textContent, "⚀ ⚅ = 7");
    receive({
      data: { method: "ui/notifications/tool-result", params: { structuredContent: { rolls: [1], sum: 1 } } },
      source: {},
    });
    assert.is(shown.textContent, "⚀ ⚅ = 7", "only the host is listened to");

    const rolled = click();
    assert.equal(sent[2]?.params, { name: "roll_dice", arguments: { dice: 2 } });
    const result = await client.request("tools/call", sent[2]!.params);
    host({ id: sent[2]!.id, result });
    await rolled;
    assert.ok(shown.textContent.endsWith(`= ${result.structuredContent.sum}`));
  }));

test.run();
