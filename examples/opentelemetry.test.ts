import { test } from "uvu";
import * as assert from "uvu/assert";
import { revisions } from "./testing/rpc.js";
import { withStdio } from "./testing/stdio-client.js";

for (const revision of revisions) {
  test(`a call becomes a span below the client's (${revision})`, async () => {
    let stderr = () => "";
    await withStdio("opentelemetry", { revision }, async (client) => {
      stderr = client.stderr;
      const traceparent = "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01";
      assert.equal((await client.call("greet", { name: "Ada" }, { traceparent })).content, [
        { type: "text", text: "Hello, Ada!" },
      ]);
    });
    const spans = [...stderr().matchAll(/^span (.*)$/gm)].map(([, json]) => JSON.parse(json!));
    const span = spans.find(({ name }) => name === "tools/call greet");
    assert.equal(span, {
      name: "tools/call greet",
      traceId: "0af7651916cd43dd8448eb211c80319c",
      parent: "00f067aa0ba902b7",
      "mcp.method.name": "tools/call",
      "mcp.protocol.version": revision,
    });
  });
}

test.run();
