import { test } from "uvu";
import * as assert from "uvu/assert";
import { versions } from "../protocol/revisions/index.js";
import { createServer } from "../server/index.js";
import { CallFailed, connect, FakeClock } from "./test-client.js";

for (const revision of versions) {
  test(`all messages are there to look at, ${revision}`, async () => {
    const server = createServer({ name: "s", version: "1" });
    server.tool("who", {}, (_args, ctx) => String(ctx.auth?.principal));
    const client = await connect(server, { revision, auth: { principal: "ada" } });
    assert.equal((await client.callTool("who")).content, [{ type: "text", text: "ada" }]);
    const [asked, answered] = client.messages.slice(-2);
    assert.equal([asked?.from, asked?.message.method], ["client", "tools/call"]);
    assert.equal([answered?.from, answered?.message.id], ["server", asked?.message.id]);
    await client.close();
  });
}

test("time is turned by hand", async () => {
  const server = createServer({ name: "s", version: "1" });
  server.tool("hang", {}, () => new Promise(() => {}));
  const clock = new FakeClock();
  const client = await connect(server, { clock });
  const failed = client.callTool("hang").catch((error: unknown) => error);
  await clock.advance(60_000);
  const error = await failed;
  assert.ok(error instanceof CallFailed);
  assert.is(error.code, "request_timeout");
});

test.run();
