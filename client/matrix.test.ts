// Every client before every server (2026-07-28/basic/versioning#compatibility-matrix): with each revision alone, and
// with all of them.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { versions } from "../protocol/revisions/index.js";
import { createServer } from "../server/index.js";
import { createHandler } from "../transports/http/fetch.js";
import { connect, httpTransport, memoryTransport } from "./index.js";
import { failureOf } from "./testing/scripted.js";

const sets = [...versions.map((version) => [version]), versions];
const named = (set: readonly string[]) => (set.length === 1 ? set[0] : "all");

/** What both speak, by the rules of the pages: the newest revision, and in the handshake what the server offers. */
function expected(client: readonly string[], server: readonly string[]): string | undefined {
  return versions.findLast((version) => client.includes(version) && server.includes(version));
}

for (const client of sets) {
  for (const server of sets) {
    test(`client: ${named(client)}, server: ${named(server)}`, async () => {
      const endpoint = createServer({ name: "s", version: "1" }, { revisions: server });
      endpoint.tool("who", {}, (_args, ctx) => ctx.client.version);
      const handler = createHandler(endpoint);
      const fetch = ((...sent: Parameters<typeof globalThis.fetch>) =>
        handler(new Request(...sent))) as typeof globalThis.fetch;
      const wires = [
        () => memoryTransport(endpoint),
        () => httpTransport("http://127.0.0.1/mcp", { fetch, sse: false }),
      ];
      const revision = expected(client, server);
      for (const wire of wires) {
        const connected = connect(wire(), { revision: client });
        if (revision === undefined) {
          const failure = await failureOf(connected);
          assert.ok(
            ["unsupported_protocol_version", "answer_error", "http_error"].includes(failure.code),
            failure.code,
          );
          continue;
        }
        const link = await connected;
        assert.is(link.revision, revision);
        assert.equal((await link.callTool("who")).content, [{ type: "text", text: revision }]);
        await link.close();
      }
      await endpoint.close();
    });
  }
}

test.run();
