import { test } from "uvu";
import * as assert from "uvu/assert";
import { metaKeys } from "../protocol/meta.js";
import type { Peer } from "../protocol/peer.js";
import { createServer } from "./index.js";
import {
  Client,
  connected,
  initializeParams,
  legacy,
  modernHeaders,
  modernMeta,
  modernVersion,
  newPeer,
  post,
  type Any,
} from "./wire.test.kit.js";

// The design's table "Which revision a message speaks", row by row, with an HTTP envelope and without.

const make = () => {
  const server = createServer({ name: "s", version: "1" });
  server.tool("t", {}, () => "x");
  return server;
};
const request = (method: string, params?: unknown) => ({
  jsonrpc: "2.0",
  id: 1,
  method,
  ...(params === undefined ? {} : { params }),
});
const listing = (meta: unknown) => request("tools/list", { _meta: meta });
const version = (named: unknown) => ({ ...modernMeta(), [metaKeys.protocolVersion]: named });

/** A peer with a session of that revision. */
async function session(server: Any, revision: string): Promise<Peer> {
  const peer = newPeer(server);
  await post(server, request("initialize", initializeParams(revision)), {}, { peer });
  assert.is(peer.session?.version, revision);
  return peer;
}

test("HTTP: _meta names the modern version, the header agrees", async () => {
  const { response, status } = await post(make(), listing(modernMeta()), modernHeaders("tools/list"));
  assert.is(status, 200);
  assert.is(response.result.resultType, "complete");
});

test("HTTP: a session id beside a modern request is ignored", async () => {
  const server = make();
  const unknown = await post(server, listing(modernMeta()), modernHeaders("tools/list"), { unknownSession: true });
  assert.is(unknown.response.result.resultType, "complete");
  const peer = await session(server, "2025-06-18");
  const inSession = await post(server, listing(modernMeta()), modernHeaders("tools/list"), { peer });
  assert.is(inSession.response.result.resultType, "complete");
});

test("HTTP: the header is missing or different: -32020 and 400", async () => {
  for (const headers of [
    {},
    { "mcp-protocol-version": "2025-11-25" },
    { "mcp-protocol-version": "2099-01-01" },
    { "mcp-protocol-version": "" },
  ]) {
    const { response, status } = await post(make(), listing(modernMeta()), { ...headers, "mcp-method": "tools/list" });
    assert.is(response.error.code, -32020, JSON.stringify(headers));
    assert.is(status, 400);
    assert.is(response.id, 1);
  }
});

test("HTTP: header and _meta agree on a version that is unknown or legacy: -32022 and 400, the modern ones are named", async () => {
  for (const named of ["2099-01-01", "1900-01-01", "", ...legacy]) {
    const { response, status } = await post(make(), listing(version(named)), {
      "mcp-protocol-version": named,
      "mcp-method": "tools/list",
    });
    assert.is(response.error.code, -32022, named);
    assert.equal(response.error.data, { supported: [modernVersion], requested: named });
    assert.is(status, 400);
  }
});

test("HTTP: a mismatch is found before an unknown version", async () => {
  const { response } = await post(make(), listing(version("2099-01-01")), modernHeaders("tools/list"));
  assert.is(response.error.code, -32020);
});

test("a version that is no string is -32602, over HTTP with 400", async () => {
  for (const named of [1, null, {}, ["2026-07-28"], true]) {
    const { response, status } = await post(make(), listing(version(named)), modernHeaders("tools/list"));
    assert.is(response.error.code, -32602);
    assert.is(status, 400);
    const piped = await new Client(make()).answerTo(listing(version(named)));
    assert.is(piped.error.code, -32602);
  }
});

test("pipe: _meta names the version; unknown and legacy ones are -32022", async () => {
  const client = new Client(make());
  assert.is((await client.askModern("tools/list")).result.resultType, "complete");
  for (const named of ["2099-01-01", ...legacy]) {
    const response = await client.ask("tools/list", { _meta: version(named) });
    assert.is(response.error.code, -32022);
    assert.equal(response.error.data, { supported: [modernVersion], requested: named });
  }
});

test("HTTP: a modern header without _meta is malformed: -32602 and 400, before anything else", async () => {
  const server = make();
  const peer = await session(server, "2025-11-25");
  for (const method of ["tools/list", "server/discover", "initialize", "no/such"]) {
    for (const params of [undefined, {}, { _meta: {} }]) {
      for (const more of [{}, { peer }, { unknownSession: true }, { stateless: true }]) {
        const { response, status } = await post(server, request(method, params), modernHeaders(method), more);
        assert.is(response.error.code, -32602, method);
        assert.is(status, 400);
      }
    }
  }
});

test("server/discover without _meta is -32602 with and without headers", async () => {
  const { response, status } = await post(make(), request("server/discover"), {});
  assert.is(response.error.code, -32602);
  assert.is(status, 400);
  assert.is((await new Client(make()).ask("server/discover")).error.code, -32602);
});

test("a modern request without capabilities is -32602, over HTTP with 400", async () => {
  const { [metaKeys.clientCapabilities]: _, ...meta } = modernMeta();
  const { response, status } = await post(make(), listing(meta), modernHeaders("tools/list"));
  assert.is(response.error.code, -32602);
  assert.match(response.error.message, "clientCapabilities");
  assert.is(status, 400);
});

test("initialize without modern _meta opens a session; with it the method is unknown: -32601 and 404", async () => {
  const server = make();
  const peer = newPeer(server);
  const opened = await post(
    server,
    request("initialize", { ...initializeParams("2025-06-18"), _meta: { other: 1 } }),
    {},
    { peer },
  );
  assert.is(opened.response.result.protocolVersion, "2025-06-18");
  const refused = await post(
    server,
    request("initialize", { ...initializeParams("2025-06-18"), _meta: modernMeta() }),
    modernHeaders("initialize"),
  );
  assert.is(refused.response.error.code, -32601);
  assert.is(refused.status, 404);
  const piped = await new Client(server).askModern("initialize", initializeParams("2025-06-18"));
  assert.is(piped.error.code, -32601);
});

test("HTTP: initialize agrees on a version in its body, whatever legacy version its header names; an unknown one is 400", async () => {
  for (const header of legacy) {
    const { response } = await post(make(), request("initialize", initializeParams("2025-06-18")), {
      "mcp-protocol-version": header,
    });
    assert.is(response.result.protocolVersion, "2025-06-18");
  }
  const { status } = await post(make(), request("initialize", initializeParams("2025-06-18")), {
    "mcp-protocol-version": "2099-01-01",
  });
  assert.is(status, 400);
});

test("a request that names its client but no version is malformed modern metadata, unless a session speaks", async () => {
  const { "io.modelcontextprotocol/protocolVersion": _, ...meta } = modernMeta();
  const client = new Client(make());
  assert.is((await client.ask("tools/list", { _meta: meta })).error.code, -32602);
  await client.open("2025-06-18");
  assert.ok((await client.ask("tools/list", { _meta: meta })).result);
});

test("HTTP: initialize in an unknown session is 404", async () => {
  const { status } = await post(
    make(),
    request("initialize", initializeParams("2025-06-18")),
    {},
    { unknownSession: true },
  );
  assert.is(status, 404);
});

test("HTTP: a session speaks its revision; another supported header is tolerated, an unsupported one is 400", async () => {
  const server = make();
  for (const revision of legacy) {
    const peer = await session(server, revision);
    for (const header of [undefined, ...legacy]) {
      const { response, status } = await post(
        server,
        request("tools/list"),
        header === undefined ? {} : { "mcp-protocol-version": header },
        { peer },
      );
      assert.is(status, 200);
      assert.equal(Object.keys(response.result), ["tools"]);
    }
    for (const header of ["2099-01-01", "nonsense", ""]) {
      const { response, status } = await post(
        server,
        request("tools/list"),
        { "mcp-protocol-version": header },
        { peer },
      );
      assert.is(status, 400);
      assert.ok(response.error.message.includes("2025-11-25"), response.error.message);
    }
  }
});

test("HTTP: an unknown, dead or foreign session is 404", async () => {
  for (const method of ["tools/list", "ping", "server/discover"]) {
    const { response, status } = await post(make(), request(method), {}, { unknownSession: true });
    assert.is(status, 404, method);
    assert.ok(response.error);
  }
  const notification = await post(
    make(),
    { jsonrpc: "2.0", method: "notifications/initialized" },
    {},
    { unknownSession: true },
  );
  assert.is(notification.status, 404);
  assert.is(notification.response, undefined);
  const answer = await post(make(), { jsonrpc: "2.0", id: 1, result: {} }, {}, { unknownSession: true });
  assert.is(answer.status, 404);
  assert.is(answer.response, undefined);
});

test("HTTP: no session, sessions on: 400", async () => {
  for (const message of [
    request("tools/list"),
    request("ping"),
    { jsonrpc: "2.0", method: "notifications/initialized" },
    { jsonrpc: "2.0", id: 1, result: {} },
  ]) {
    for (const headers of [{}, { "mcp-protocol-version": "2025-11-25" }]) {
      const { status } = await post(make(), message, headers);
      assert.is(status, 400);
    }
  }
});

test("HTTP: no session, stateless: the header's revision, without one 2025-03-26", async () => {
  const server = make();
  server.tool(
    "rich",
    { title: "Rich", annotations: { title: "R" }, icons: [{ src: "https://x" }], output: { type: "object" } },
    () => ({}),
  );
  const members: Record<string, string[]> = {
    "2024-11-05": ["inputSchema", "name"],
    "2025-03-26": ["annotations", "inputSchema", "name"],
    "2025-06-18": ["annotations", "inputSchema", "name", "outputSchema", "title"],
    "2025-11-25": ["annotations", "icons", "inputSchema", "name", "outputSchema", "title"],
  };
  const members2 = async (headers: Record<string, string>) => {
    const { response } = await post(server, request("tools/list"), headers, { stateless: true });
    return Object.keys(response.result.tools[1]).sort();
  };
  for (const revision of legacy) assert.equal(await members2({ "mcp-protocol-version": revision }), members[revision]);
  assert.equal(await members2({}), members["2025-03-26"]);
  const { status } = await post(
    server,
    request("tools/list"),
    { "mcp-protocol-version": "2099-01-01" },
    { stateless: true },
  );
  assert.is(status, 400);
});

test("pipe: without a session only initialize and ping pass, the rest is -32600", async () => {
  const client = new Client(make());
  assert.equal((await client.ask("ping")).result, {});
  for (const method of ["tools/list", "tools/call", "logging/setLevel", "resources/list", "no/such"]) {
    assert.is((await client.ask(method)).error.code, -32600, method);
  }
  assert.is((await client.ask("initialize", initializeParams("2025-11-25"))).result.protocolVersion, "2025-11-25");
});

test("pipe: both eras at the same time, neither disturbs the other", async () => {
  const server = make();
  const client = await connected(server, "2025-06-18");
  const [modern, old, again] = await Promise.all([
    client.askModern("tools/list"),
    client.ask("tools/list"),
    client.askModern("server/discover"),
  ]);
  assert.is(modern.result.resultType, "complete");
  assert.equal(Object.keys(old.result), ["tools"]);
  assert.equal(again.result.supportedVersions, [modernVersion]);
  assert.is((await client.askModern("ping")).error.code, -32601);
  assert.equal((await client.ask("ping")).result, {});
});

test("pipe: a modern request before any handshake needs none", async () => {
  const client = new Client(make());
  assert.is((await client.askModern("tools/call", { name: "t" })).result.content[0].text, "x");
  assert.is((await client.ask("tools/list")).error.code, -32600);
});

test("an unknown method is 404 in modern HTTP, 200 in legacy HTTP, -32601 in both", async () => {
  const server = make();
  const modern = await post(server, request("no/such", { _meta: modernMeta() }), modernHeaders("no/such"));
  assert.is(modern.status, 404);
  assert.is(modern.response.error.code, -32601);
  const old = await post(server, request("no/such"), {}, { peer: await session(server, "2025-11-25") });
  assert.is(old.status, 200);
  assert.is(old.response.error.code, -32601);
});

test("HTTP: a notification with a modern header is accepted, whatever it is", async () => {
  for (const method of ["notifications/cancelled", "notifications/initialized", "notifications/none"]) {
    const { response, status } = await post(
      make(),
      { jsonrpc: "2.0", method },
      { "mcp-protocol-version": modernVersion },
    );
    assert.is(response, undefined);
    assert.is(status, 200);
  }
});

test("a notification in the modern vocabulary does not open a legacy session", async () => {
  const server = make();
  const peer = await session(server, "2025-11-25");
  await post(
    server,
    { jsonrpc: "2.0", method: "notifications/initialized", params: { _meta: modernMeta() } },
    { "mcp-protocol-version": modernVersion },
    { peer },
  );
  assert.is(peer.session?.phase, "opening");
});

test("a server of modern revisions alone names them when it refuses a handshake", async () => {
  const server = createServer({ name: "s", version: "1" }, { revisions: [modernVersion] });
  const initialize = request("initialize", initializeParams("2025-11-25"));
  const data = { supported: [modernVersion], requested: "2025-11-25" };
  const refused = await post(server, initialize, {});
  assert.equal([refused.status, refused.response.error.code, refused.response.error.data], [400, -32022, data]);
  const client = new Client(server);
  const answer = await client.ask("initialize", initializeParams("2025-11-25"));
  assert.equal([answer.error.code, answer.error.data], [-32022, data]);
  assert.is((await client.ask("tools/list")).error.code, -32602);
  assert.is((await client.askModern("server/discover")).result.supportedVersions[0], modernVersion);
});

test("a server of some revisions offers the newest of them, and no other", async () => {
  const server = createServer({ name: "s", version: "1" }, { revisions: ["2024-11-05", "2025-06-18"] });
  for (const [asked, agreed] of [
    ["2024-11-05", "2024-11-05"],
    ["2025-11-25", "2025-06-18"],
    ["2099-01-01", "2025-06-18"],
  ] as const) {
    const client = new Client(server);
    assert.is((await client.ask("initialize", initializeParams(asked))).result.protocolVersion, agreed);
  }
  const refused = await new Client(server).askModern("tools/list");
  assert.equal([refused.error.code, refused.error.data.supported], [-32022, []]);
});

test("revisions that do not exist are refused by name", () => {
  const make = (revisions: Any) => () => createServer({ name: "s", version: "1" }, { revisions });
  assert.throws(make(["2020-01-01"]), /"2020-01-01" is none of/);
  assert.throws(make([]), /list of versions/);
  assert.throws(make("2025-11-25"), /list of versions/);
});

test.run();
