import { test } from "uvu";
import * as assert from "uvu/assert";
import { fileURLToPath } from "node:url";
import { versions } from "../protocol/revisions/index.js";
import { createServer } from "../server/index.js";
import { createHandler } from "../transports/http/fetch.js";
import { serveHttp } from "../transports/http/node.js";
import { spawnServer } from "../transports/spawn.js";
import { connect, httpTransport, type Change } from "./index.js";

const command = [fileURLToPath(new URL("testing/stdio-server.js", import.meta.url))];

function wired() {
  const server = createServer({ name: "wired", version: "1" });
  const region = { type: "string", "x-mcp-header": "Region" } as const;
  server.tool("region", { input: { type: "object", properties: { region } } }, (args) => String(args.region));
  server.tool("ask", {}, async (_args, ctx) => {
    const places = await ctx.roots();
    ctx.progress(1);
    return places.map(({ uri }) => uri).join();
  });
  server.resource("test://one", { name: "one" }, () => "one");
  return server;
}

const roots = [{ uri: "file:///here" }];

for (const revision of versions) {
  for (const reply of ["auto", "sse"] as const) {
    test(`over HTTP, ${revision}, ${reply}`, async () => {
      const server = wired();
      const running = await serveHttp(server, { port: 0, reply });
      const errors: unknown[] = [];
      const client = await connect(running.url, { revision, roots, onError: (error) => errors.push(error) });
      assert.is(client.revision, revision);
      await client.listTools();
      const said = await client.callTool("region", { region: "Grüße, 世界" });
      assert.equal(said.content, [{ type: "text", text: "Grüße, 世界" }]);
      assert.equal((await client.callTool("ask")).content, [{ type: "text", text: "file:///here" }]);
      const changes: Change[] = [];
      let heard!: () => void;
      const told = new Promise<void>((resolve) => (heard = resolve));
      const subscription = await client.listen(
        { toolsListChanged: true, resourceSubscriptions: ["test://one"] },
        (change) => {
          changes.push(change);
          if (changes.length === 2) heard();
        },
      );
      assert.equal(subscription.agreed, { toolsListChanged: true, resourceSubscriptions: ["test://one"] });
      server.updated("test://one");
      server.tool("another", {}, () => "");
      await told;
      assert.ok(changes.some((change) => "uri" in change && change.uri === "test://one"));
      assert.ok(changes.some((change) => "list" in change && change.list === "tools"));
      await subscription.close();
      assert.is(await subscription.ended, "closed");
      await client.close();
      await running.close();
      assert.equal(errors, []);
    });
  }

  test(`over stdio, ${revision}`, async () => {
    const client = await connect(spawnServer(process.execPath, command), { revision, roots });
    assert.is(client.revision, revision);
    assert.equal((await client.callTool("ask")).content, [{ type: "text", text: "file:///here" }]);
    await client.close();
  });
}

test("headers are learned when the server refuses a call for want of them", async () => {
  const handler = createHandler(wired());
  const client = await connect(
    httpTransport("http://127.0.0.1/mcp", { fetch: (...sent) => handler(new Request(...sent)) }),
  );
  assert.equal((await client.callTool("region", { region: "here" })).content, [{ type: "text", text: "here" }]);
  await client.close();
});

test("HTTP+SSE is found at the same address", async () => {
  const server = wired();
  const { createSseHandler } = await import("../transports/sse/fetch.js");
  const handler = createSseHandler(server);
  const transport = httpTransport("http://127.0.0.1/sse", { fetch: (...sent) => handler(new Request(...sent)) });
  const client = await connect(transport, { roots });
  assert.is(client.revision, "2025-11-25");
  assert.equal((await client.callTool("ask")).content, [{ type: "text", text: "file:///here" }]);
  await client.close();
  await handler.close();
});

test.run();
