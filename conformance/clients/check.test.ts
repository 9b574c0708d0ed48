import { test } from "uvu";
import * as assert from "uvu/assert";
import { checkClient } from "./check.js";
import { functionClient } from "./subject.js";

const initialize = {
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "old", version: "1" } },
};

/** Speaks 2025-11-25 alone, and asks for JSON alone, which each of its messages breaks a rule by. */
const old = functionClient("old", ["http"], async (_asked, target, signal) => {
  if (!("url" in target)) throw new Error("it speaks HTTP alone");
  const post = (message: object, session = {}) =>
    fetch(target.url, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json", ...session },
      body: JSON.stringify(message),
      signal,
    });
  const opened = await post(initialize);
  if (!opened.ok) return;
  const session = {
    "mcp-session-id": opened.headers.get("mcp-session-id") ?? "",
    "mcp-protocol-version": "2025-11-25",
  };
  await opened.body?.cancel();
  await post({ jsonrpc: "2.0", method: "notifications/initialized" }, session);
});

test("a client that breaks a rule in its first message is not taken to speak what it never spoke", async () => {
  const revisions = ["2025-11-25", "2026-07-28"] as const;
  const only = ["clients/lifecycle/client-info.json"];
  const [verdict, ...others] = await checkClient(old, { revisions, only, timeoutMs: 1_000 });
  assert.equal(others, []);
  assert.equal(verdict?.revisions, ["2025-11-25"]);
  const broken = verdict?.broken.flatMap(({ ids }) => ids) ?? [];
  assert.ok(broken.includes("2025-11-25/basic/transports#sending-messages-to-the-server/3"), String(broken));
});

test.run();
