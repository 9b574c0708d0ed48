import { test } from "uvu";
import * as assert from "uvu/assert";
import { eachWay } from "./testing/example-file.js";
import { withStdio } from "./testing/stdio-client.js";

for (const [name, revision] of eachWay("config")) {
  test(`reads, lists and completes (${name}, ${revision})`, () =>
    withStdio(name, { revision }, async (client) => {
      const { resources } = await client.request("resources/list");
      const uris = resources.map(({ uri }: { uri: string }) => uri);
      assert.equal(uris, ["config://app", "users://1/profile", "users://2/profile", "users://17/profile"]);
      const { resourceTemplates } = await client.request("resources/templates/list");
      assert.is(resourceTemplates[0].uriTemplate, "users://{id}/profile");

      const read = async (uri: string) => {
        const { contents } = await client.request("resources/read", { uri });
        assert.is(contents[0].mimeType, "application/json");
        return JSON.parse(contents[0].text);
      };
      assert.is((await read("config://app")).theme, "dark");
      assert.equal(await read("users://17/profile"), { id: "17", name: "Margaret Hamilton", role: "editor" });
      const missing = await client.refusal("resources/read", { uri: "users://__proto__/profile" });
      assert.is(missing.code, revision === "2025-11-25" ? -32002 : -32602);

      const ref = { type: "ref/resource", uri: "users://{id}/profile" };
      const { completion } = await client.request("completion/complete", { ref, argument: { name: "id", value: "1" } });
      assert.equal(completion.values, ["1", "17"]);
    }));
}

test.run();
