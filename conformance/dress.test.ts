import { test } from "uvu";
import * as assert from "uvu/assert";
import { dressHeaders, dressMessage, encodeHeader, overlay } from "./dress.js";
import type { Dress } from "./dress.js";
import type { JsonObject } from "./trace.js";

const legacy: Dress = { revision: "2025-06-18", capabilities: {}, sessionId: "s1" };
const modern: Dress = { revision: "2026-07-28", capabilities: { roots: {} } };
const META = "io.modelcontextprotocol/";

test("jsonrpc is added, and stays where it is given", () => {
  assert.equal(dressMessage({ id: 1, method: "ping" }, legacy), { jsonrpc: "2.0", id: 1, method: "ping" });
  assert.equal(dressMessage({ jsonrpc: "1.0", id: 1 }, legacy), { jsonrpc: "1.0", id: 1 });
});

test("a modern request gets its metadata, beside what it carries", () => {
  const sent = dressMessage(
    { id: 1, method: "tools/list", params: { cursor: "c", _meta: { progressToken: 1 } } },
    modern,
  ) as JsonObject;
  const params = sent["params"] as JsonObject;
  const meta = params["_meta"] as JsonObject;
  assert.is(params["cursor"], "c");
  assert.is(meta["progressToken"], 1);
  assert.is(meta[`${META}protocolVersion`], "2026-07-28");
  assert.equal(meta[`${META}clientCapabilities`], { roots: {} });
  assert.type(meta[`${META}clientInfo`], "object");
});

test("$absent takes a member of the metadata away, a value replaces it", () => {
  const given = { [`${META}clientInfo`]: { $absent: true }, [`${META}protocolVersion`]: "1900-01-01" };
  const sent = dressMessage({ id: 1, method: "x", params: { _meta: given } }, modern) as {
    params: { _meta: JsonObject };
  };
  assert.not.ok(Object.hasOwn(sent.params._meta, `${META}clientInfo`));
  assert.is(sent.params._meta[`${META}protocolVersion`], "1900-01-01");
});

test("notifications, legacy requests and malformed params are left alone", () => {
  assert.equal(dressMessage({ method: "notifications/cancelled" }, modern), {
    jsonrpc: "2.0",
    method: "notifications/cancelled",
  });
  assert.equal(dressMessage({ id: 1, method: "x", params: [1] }, modern), {
    jsonrpc: "2.0",
    id: 1,
    method: "x",
    params: [1],
  });
  assert.equal(dressMessage({ id: 1, method: "x", params: {} }, legacy), {
    jsonrpc: "2.0",
    id: 1,
    method: "x",
    params: {},
  });
});

test("members of a batch are dressed one by one", () => {
  assert.equal(dressMessage([{ id: 1, method: "ping" }, 5], legacy), [{ jsonrpc: "2.0", id: 1, method: "ping" }, 5]);
});

test("modern headers mirror the body", () => {
  const headers = dressHeaders({ method: "tools/call", params: { name: "echo" } }, modern);
  assert.is(headers["MCP-Protocol-Version"], "2026-07-28");
  assert.is(headers["Mcp-Method"], "tools/call");
  assert.is(headers["Mcp-Name"], "echo");
  assert.is(headers["Accept"], "application/json, text/event-stream");
  assert.is(dressHeaders({ method: "resources/read", params: { uri: "a:b" } }, modern)["Mcp-Name"], "a:b");
  assert.not.ok("Mcp-Name" in dressHeaders({ method: "tools/list", params: { name: "x" } }, modern));
  assert.not.ok("Mcp-Session-Id" in dressHeaders({ method: "tools/list" }, { ...modern, sessionId: "s" }));
});

test("legacy headers name the session and, from 2025-06-18 on, the version, after initialize", () => {
  assert.is(dressHeaders({ method: "ping" }, legacy)["Mcp-Session-Id"], "s1");
  assert.is(dressHeaders({ method: "ping" }, legacy)["MCP-Protocol-Version"], "2025-06-18");
  assert.not.ok("Mcp-Session-Id" in dressHeaders({ method: "initialize" }, legacy));
  assert.not.ok("MCP-Protocol-Version" in dressHeaders({ method: "ping" }, { ...legacy, revision: "2025-03-26" }));
  assert.equal(dressHeaders(undefined, legacy, "GET"), {
    Accept: "text/event-stream",
    "Mcp-Session-Id": "s1",
    "MCP-Protocol-Version": "2025-06-18",
  });
});

test("a step's headers replace the runner's without regard to case, null takes them away", () => {
  assert.equal(overlay({ Accept: "a", "Mcp-Name": "n" }, { accept: "b", "mcp-name": null, X: "1" }), {
    accept: "b",
    X: "1",
  });
});

test("values that a header cannot carry are encoded, and so are those that look encoded", () => {
  assert.is(encodeHeader("plain name"), "plain name");
  assert.is(encodeHeader("世界"), "=?base64?5LiW55WM?=");
  assert.is(encodeHeader(" x"), "=?base64?IHg=?=");
  assert.is(encodeHeader("=?base64?x?="), "=?base64?PT9iYXNlNjQ/eD89?=");
});

test.run();
