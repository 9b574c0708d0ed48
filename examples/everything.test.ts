import { test } from "uvu";
import * as assert from "uvu/assert";
import { revisions, type Revision } from "./testing/rpc.js";
import { withStdio, type StdioClient } from "./testing/stdio-client.js";

const everything = (revision: Revision, use: (client: StdioClient) => Promise<void>) =>
  withStdio("main", { revision, args: ["--stdio"] }, use);
const names = (items: any[]) => items.map(({ name }) => name);

for (const revision of revisions) {
  test(`tools (${revision})`, () =>
    everything(revision, async (client) => {
      const sum = await client.call("add", { a: 1.5, b: 2 });
      assert.equal(sum.structuredContent, { sum: 3.5 });
      assert.equal(sum.content, [{ type: "text", text: '{"sum":3.5}' }]);

      const counted = await client.call("count", { to: 3, intervalMs: 0 }, { progressToken: "p" });
      assert.equal(counted.content, [{ type: "text", text: "Counted to 3" }]);
      const told = client.notifications.map(({ method, params }) => [method, params.data ?? params.progress]);
      const progress = [1, 2, 3].map((n) => ["notifications/progress", n]);
      assert.equal(told, [["notifications/message", "Counting to 3"], ...progress]);

      const { content: picture } = await client.call("show_picture");
      assert.equal(
        picture.map(({ type }: any) => type),
        ["text", "image"],
      );
      assert.is(Buffer.from(picture[1].data, "base64").subarray(1, 4).toString(), "PNG");
      const { content: guide } = await client.call("show_guide");
      assert.equal(
        guide.map(({ type }: any) => type),
        ["resource", "resource_link"],
      );

      const failed = await client.call("fail");
      assert.equal([failed.isError, failed.content[0].text], [true, "This tool always fails"]);
    }));

  test(`a call that is cancelled ends (${revision})`, () =>
    everything(revision, async (client) => {
      void client.call("count", { to: 20, intervalMs: 5 }, { progressToken: "p" });
      const requestId = client.lastId();
      await client.notification("notifications/progress");
      client.notify("notifications/cancelled", { requestId });
      // This one ends after the other would have.
      await client.call("count", { to: 40, intervalMs: 5 });
      assert.is(
        client.lines.some((line) => JSON.parse(line).id === requestId),
        false,
      );
    }));

  test(`resources, prompts and completion (${revision})`, () =>
    everything(revision, async (client) => {
      const { resources } = await client.request("resources/list");
      const contents = async (uri: string) => (await client.request("resources/read", { uri })).contents[0];
      const uris = resources.map(({ uri }: any) => uri);
      assert.equal(uris, ["docs://guide", "image://square", "users://1/profile", "users://2/profile"]);
      assert.match((await contents("docs://guide")).text, /^# Guide/);
      assert.is(Buffer.from((await contents("image://square")).blob, "base64").length, resources[1].size);
      assert.equal(JSON.parse((await contents("users://2/profile")).text), { id: "2", name: "Grace Hopper" });
      await client.refusal("resources/read", { uri: "users://9/profile" });

      const args = { code: "let a", language: "rust" };
      const { messages } = await client.request("prompts/get", { name: "review", arguments: args });
      assert.is(messages[0].content.text, "Review this rust code for mistakes:\n\nlet a");
      const ref = { type: "ref/prompt", name: "review" };
      const argument = { name: "language", value: "T" };
      const { completion } = await client.request("completion/complete", { ref, argument });
      assert.equal(completion.values, ["typescript"]);
    }));
}

test("the list of tools changes, and a legacy client is told (2025-11-25)", () =>
  everything("2025-11-25", async (client) => {
    const before = names((await client.request("tools/list")).tools);
    assert.is(before.includes("bonus"), false);
    await client.call("toggle_bonus");
    await client.notification("notifications/tools/list_changed");
    assert.is(names((await client.request("tools/list")).tools).includes("bonus"), true);
    assert.is((await client.call("bonus")).content[0].text, "You found it");
    await client.call("toggle_bonus");
    await client.notification("notifications/tools/list_changed");
    assert.equal(names((await client.request("tools/list")).tools), before);
  }));

test("the list of tools changes, and a modern client that listens is told (2026-07-28)", () =>
  everything("2026-07-28", async (client) => {
    void client.request("subscriptions/listen", { notifications: { toolsListChanged: true } });
    await client.notification("notifications/subscriptions/acknowledged");
    await client.call("toggle_bonus");
    await client.notification("notifications/tools/list_changed");
    assert.is(names((await client.request("tools/list")).tools).includes("bonus"), true);
  }));

test.run();
