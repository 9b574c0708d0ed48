import { test } from "uvu";
import * as assert from "uvu/assert";
import { connectHttp } from "./testing/http-client.js";
import { revisions } from "./testing/rpc.js";
import { withServed } from "./testing/served.js";
import { withStdio } from "./testing/stdio-client.js";

const echo = { name: "echo", arguments: { message: "Grüße 🙂" } };

for (const revision of revisions) {
  test(`echoes over HTTP (${revision})`, () =>
    withServed("remote-echo", { args: ["--port", "0"], env: { PORT: "1" } }, async (url) => {
      const client = await connectHttp(url, revision);
      const { tools } = await client.request("tools/list");
      assert.equal(
        tools.map((tool: any) => tool.name),
        ["echo"],
      );
      const { content } = await client.request("tools/call", echo);
      assert.equal(content, [{ type: "text", text: "Grüße 🙂" }]);
    }));

  test(`echoes over stdio (${revision})`, () =>
    withStdio("remote-echo", { revision, args: ["--stdio"] }, async (client) => {
      const { content } = await client.request("tools/call", echo);
      assert.equal(content, [{ type: "text", text: "Grüße 🙂" }]);
    }));
}

test("serves both eras at the same time, on the port of the environment", () =>
  withServed("remote-echo", { env: { PORT: "0" } }, async (url) => {
    const clients = await Promise.all(revisions.map((revision) => connectHttp(url, revision)));
    const results = await Promise.all(clients.map((client) => client.request("tools/call", echo)));
    assert.equal(
      results.map(({ content }) => content[0].text),
      ["Grüße 🙂", "Grüße 🙂"],
    );
  }));

test.run();
