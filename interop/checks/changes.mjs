// @ts-check
import { deepEqual, equal, ok } from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { isModern, pages, texts, tools } from "./expectations.mjs";

export const changes = [
  {
    name: "list change",
    async run(link) {
      const name = `grown-${randomUUID()}`;
      equal(link.lists.all.length, 0, "a change was told before there was one");
      await link.call({ name: "grow", arguments: { name } });
      // The client hears of it, lists again, and gives what it got to its callback: all pages, or the first.
      const names = await link.lists.until(() => true);
      deepEqual(names.slice(0, 3), tools.slice(0, 3));
      const items = await pages((params) => link.client.listTools(params), "tools");
      ok(
        items.some((tool) => tool.name === name),
        "the new list lacks the new tool",
      );
      deepEqual(texts(await link.call({ name, arguments: {} })), [`I am ${name}`]);
    },
  },
  {
    name: "resource update",
    async run(link) {
      const { client } = link;
      const uri = "test://static";
      const subscription = isModern(link)
        ? await client.listen({ resourceSubscriptions: [uri] })
        : await client.subscribeResource({ uri });
      if (isModern(link)) deepEqual(subscription.honoredFilter, { resourceSubscriptions: [uri] });
      await link.call({ name: "touch", arguments: { uri: "test://bytes" } });
      await link.call({ name: "touch", arguments: { uri } });
      const first = await link.updates.until(() => true);
      equal(first.uri, uri, "an update of a resource that nobody watches");
      equal(link.updates.all.length, 1);
      if (isModern(link)) await subscription.close();
      else await client.unsubscribeResource({ uri });
    },
  },
];
