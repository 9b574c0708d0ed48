import { test } from "uvu";
import * as assert from "uvu/assert";
import { revisions } from "./testing/rpc.js";
import { withStdio } from "./testing/stdio-client.js";

for (const revision of revisions) {
  test(`Zod, Valibot and ArkType (${revision})`, () =>
    withStdio("standard-schema", { revision }, async (client) => {
      const { tools } = await client.request("tools/list");
      assert.equal(
        tools.map((tool: any) => tool.name),
        ["book_zod", "book_valibot", "book_arktype"],
      );
      for (const { name, inputSchema } of tools) {
        assert.is(inputSchema.type, "object", name);
        assert.is(inputSchema.properties.guests.type, "integer", name);
        assert.is(inputSchema.properties.guests.minimum, 1, name);
        assert.equal([...inputSchema.required].sort(), ["guests", "name"], name);
      }

      const said = async (name: string, args: object) => (await client.call(name, args)).content[0].text;
      assert.is(await said("book_zod", { name: "Ada", guests: 2 }), "Ada: 2 guests, inside");
      assert.is(await said("book_valibot", { name: " Ada ", guests: 2 }), "Ada: 2 guests");
      assert.is(await said("book_arktype", { name: "Ada", guests: 2, diet: "vegan" }), "Ada: 2 guests, diet: vegan");

      for (const { name } of tools) {
        const { isError, content } = await client.call(name, { name: "Ada", guests: 0 });
        assert.is(isError, true, name);
        assert.match(content[0].text, /guests/, name);
        assert.match(content[0].text, new RegExp(`"${name}"`), name);
      }
    }));
}

test.run();
