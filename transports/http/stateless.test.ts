import { test } from "uvu";
import * as assert from "uvu/assert";
import { both } from "../testing/both.js";
import { Events } from "../testing/http-wire.js";
import { call, initialize, initialized, legacy, notification } from "../testing/messages.js";

const sessions = { sessions: false };
const statusOf = async (answer: Promise<Response>) => {
  const { status, body } = await answer;
  await body?.cancel();
  return status;
};
const asVersion = (version: string) => ({ "MCP-Protocol-Version": version });

both(
  "initialize is answered without a session id, and opens nothing",
  async (wire) => {
    for (const version of ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"]) {
      const answer = await wire.send({ body: initialize(version) });
      assert.equal([answer.status, answer.headers.get("mcp-session-id")], [200, null]);
      assert.is((await answer.json()).result.protocolVersion, version);
    }
    assert.is(await statusOf(wire.send({ body: initialized })), 202);
    assert.is((await (await wire.send({ body: initialize() })).json()).id, "init", "again, since nothing remembers");
  },
  sessions,
);

both(
  "each request stands alone, in its header's revision, or in 2025-03-26 without one",
  async (wire, { server }) => {
    server.tool("version", {}, (_args, ctx) => ctx.client.version);
    const spoken = async (headers: Record<string, string>) =>
      (await (await wire.send({ body: legacy(1, "tools/call", call("version")), headers })).json()).result.content[0]
        .text;
    assert.is(await spoken({}), "2025-03-26");
    for (const version of ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"])
      assert.is(await spoken(asVersion(version)), version);
    assert.is(await spoken({ "Mcp-Session-Id": "whatever" }), "2025-03-26", "a session id means nothing here");
    assert.is(await statusOf(wire.send({ body: legacy(1, "ping"), headers: asVersion("1999-01-01") })), 400);
    const both = await Promise.all([1, 1].map((id) => wire.send({ body: legacy(id, "ping") })));
    assert.equal(
      both.map(({ status }) => status),
      [200, 200],
      "the same id twice at once: they know nothing of each other",
    );
    for (const answer of both) await answer.text();
  },
  sessions,
);

both(
  "batches: without a header and in 2025-03-26, not in others",
  async (wire) => {
    const batch = [legacy(1, "ping"), legacy(2, "ping")];
    for (const headers of [{}, asVersion("2025-03-26")]) {
      const answer = await wire.send({ body: batch, headers });
      assert.equal(
        (await answer.json()).map(({ id }: { id: number }) => id),
        [1, 2],
      );
    }
    for (const version of ["2024-11-05", "2025-06-18", "2025-11-25"])
      assert.is(await statusOf(wire.send({ body: batch, headers: asVersion(version) })), 400);
  },
  sessions,
);

both(
  "GET and DELETE are 405, and the reply says what is allowed",
  async (wire) => {
    for (const method of ["GET", "DELETE"]) {
      const answer = await wire.send({ method, headers: { Accept: "text/event-stream" } });
      assert.equal([answer.status, answer.headers.get("allow")], [405, "POST, OPTIONS"]);
      await answer.text();
    }
  },
  sessions,
);

both(
  "streams have no ids, and closeStream does nothing",
  async (wire, { server }) => {
    server.tool("polled", {}, (_args, ctx) => {
      ctx.progress(1);
      ctx.closeStream();
      return "done";
    });
    const body = legacy(1, "tools/call", call("polled", {}, { progressToken: "p" }));
    const events = new Events(await wire.send({ body, headers: asVersion("2025-11-25") }));
    assert.equal([(await events.rest()).length, events.ids], [2, []]);
  },
  sessions,
);

both(
  "the client cannot be asked, and the tool is told why; an answer that comes all the same is 400",
  async (wire, { server }) => {
    server.tool("ask", {}, async (_args, ctx) => {
      try {
        await ctx.elicit("name", { message: "Name?", schema: { type: "object", properties: {} } });
        return "answered";
      } catch (error) {
        return (error as Error).message;
      }
    });
    const answer = await wire.send({ body: legacy(1, "tools/call", call("ask")), headers: asVersion("2025-11-25") });
    assert.match((await answer.json()).result.content[0].text, "does not support elicitation/create");
    const response = await wire.send({ body: { jsonrpc: "2.0", id: 1, result: {} } });
    assert.equal([response.status, (await response.json()).error.code], [400, -32600]);
  },
  sessions,
);

both(
  "a cancellation reaches no other request",
  async (wire, { gate, waiting, log }) => {
    const posted = wire.send({ body: legacy(1, "tools/call", call("wait")) });
    await waiting;
    assert.is(await statusOf(wire.send({ body: notification("notifications/cancelled", { requestId: 1 }) })), 202);
    gate.open();
    assert.is((await (await posted).json()).id, 1);
    assert.equal(log, ["called", "done"]);
  },
  sessions,
);

test.run();
