import { test } from "uvu";
import * as assert from "uvu/assert";
import { eachWay } from "./testing/example-file.js";
import { withStdio } from "./testing/stdio-client.js";

for (const [name, revision] of eachWay("hello")) {
  test(`add and greeting (${name}, ${revision})`, () =>
    withStdio(name, { revision }, async (client) => {
      const { tools } = await client.request("tools/list");
      assert.equal(
        tools.map((tool: any) => tool.name),
        ["add"],
      );
      const { content } = await client.call("add", { a: 41, b: 1 });
      assert.equal(content, [{ type: "text", text: "42" }]);

      const bad = await client.call("add", { a: "41", b: 1 });
      assert.is(bad.isError, true);
      assert.match(bad.content[0].text, /"\/a"/);

      const { contents } = await client.request("resources/read", { uri: "greeting://Ada" });
      assert.equal(contents, [{ uri: "greeting://Ada", mimeType: "text/plain", text: "Hello, Ada!" }]);
    }));
}

test.run();
