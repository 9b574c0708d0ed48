import { test } from "uvu";
import * as assert from "uvu/assert";
import { createServer } from "../index.js";
import {
  Client,
  connected,
  FakeClock,
  initializeParams,
  legacy,
  newPeer,
  post,
  turn,
  type Any,
} from "../wire.test.kit.js";

const everything = (options: Any = {}) => {
  const server = createServer({ name: "s", version: "1", instructions: "Use it." }, options);
  server.tool("t", {}, () => "x");
  server.resource("x://y", {}, () => "r");
  server.prompt("p", { arguments: { a: { complete: ["v"] } } }, () => "p");
  return server;
};
const methods: [string, Any][] = [
  ["ping", undefined],
  ["tools/list", {}],
  ["tools/call", { name: "t" }],
  ["resources/list", {}],
  ["resources/templates/list", {}],
  ["resources/read", { uri: "x://y" }],
  ["resources/subscribe", { uri: "x://y" }],
  ["resources/unsubscribe", { uri: "x://y" }],
  ["prompts/list", {}],
  ["prompts/get", { name: "p" }],
  ["completion/complete", { ref: { type: "ref/prompt", name: "p" }, argument: { name: "a", value: "" } }],
  ["logging/setLevel", { level: "error" }],
];

test("every method in every phase", async () => {
  for (const version of legacy) {
    const client = new Client(everything());
    for (const [method, params] of methods) {
      const response = await client.ask(method, params);
      if (method === "ping") assert.equal(response.result, {});
      else assert.is(response.error.code, -32600, `${version} ${method} before initialize`);
    }
    const opened = await client.ask("initialize", initializeParams(version));
    assert.is(opened.result.protocolVersion, version);
    for (const [method, params] of methods)
      assert.ok((await client.ask(method, params)).result, `${version} ${method} opening`);
    assert.is((await client.ask("initialize", initializeParams(version))).error.code, -32600);
    client.notify("notifications/initialized");
    for (const [method, params] of methods)
      assert.ok((await client.ask(method, params)).result, `${version} ${method} ready`);
    assert.is((await client.ask("initialize", initializeParams(version))).error.code, -32600);
    client.notify("notifications/initialized");
    assert.equal((await client.ask("ping")).result, {});
  }
});

test("a closed session serves nothing", async () => {
  const server = everything();
  const peer = newPeer(server);
  await post(
    server,
    { jsonrpc: "2.0", id: 1, method: "initialize", params: initializeParams("2025-11-25") },
    {},
    { peer },
  );
  peer.close();
  assert.is(peer.session?.phase, "closed");
  for (const [method, params] of methods) {
    const { response } = await post(server, { jsonrpc: "2.0", id: 2, method, params }, {}, { peer });
    assert.is(response.error.code, -32600);
  }
});

test("the version asked for is agreed on; any other gets the newest with a handshake", async () => {
  for (const version of legacy)
    assert.is(
      (await new Client(everything()).ask("initialize", initializeParams(version))).result.protocolVersion,
      version,
    );
  for (const version of ["2026-07-28", "2099-01-01", "1.0", "", "constructor", "__proto__", "2024-11-05 "]) {
    const { result } = await new Client(everything()).ask("initialize", initializeParams(version));
    assert.is(result.protocolVersion, "2025-11-25", version);
  }
});

test("a malformed initialize is -32602, names the member, and leaves the way open for another", async () => {
  const good: Any = initializeParams("2025-11-25");
  const cases: [string, Any][] = [
    ["protocolVersion", undefined],
    ["protocolVersion", 1],
    ["protocolVersion", null],
    ["capabilities", undefined],
    ["capabilities", []],
    ["capabilities", null],
    ["capabilities", "x"],
    ["clientInfo", undefined],
    ["clientInfo", null],
    ["clientInfo", {}],
    ["clientInfo", { name: "a" }],
    ["clientInfo", { name: 1, version: "1" }],
    ["clientInfo", []],
  ];
  const client = new Client(everything());
  for (const [member, value] of cases) {
    const { error } = await client.ask("initialize", { ...good, [member]: value });
    assert.is(error.code, -32602, `${member} ${JSON.stringify(value)}`);
    assert.match(error.message, member);
  }
  assert.is((await client.ask("initialize")).error.code, -32602);
  assert.ok((await client.ask("initialize", good)).result);
});

test("capabilities are those of what is there, in the revision's words", async () => {
  const capabilities = async (server: Any, version: string) =>
    (await new Client(server).ask("initialize", initializeParams(version))).result.capabilities;
  const full = {
    logging: {},
    completions: {},
    prompts: { listChanged: true },
    resources: { subscribe: true, listChanged: true },
    tools: { listChanged: true },
  };
  const { completions: _, ...without } = full;
  for (const version of legacy)
    assert.equal(await capabilities(everything(), version), version === "2024-11-05" ? without : full);
  const bare = createServer({ name: "s", version: "1" }, { logging: false });
  assert.equal(await capabilities(bare, "2025-11-25"), {});
  const later = createServer({ name: "s", version: "1" }, { logging: false, offers: ["tools", "resources"] });
  assert.equal(await capabilities(later, "2025-11-25"), { resources: full.resources, tools: full.tools });
  const { result } = await new Client(everything()).askModern("server/discover");
  assert.equal(result.capabilities, full);
});

test("initialize and discover tell name, version and instructions; no instructions, no member", async () => {
  const { result } = await new Client(everything()).ask("initialize", initializeParams("2024-11-05"));
  assert.equal(result.serverInfo, { name: "s", version: "1" });
  assert.is(result.instructions, "Use it.");
  const bare = createServer({ name: "s", version: "1" });
  assert.not("instructions" in (await new Client(bare).ask("initialize", initializeParams("2025-11-25"))).result);
  const discovered = (await new Client(bare).askModern("server/discover")).result;
  assert.not("instructions" in discovered);
  assert.equal(discovered._meta["io.modelcontextprotocol/serverInfo"], { name: "s", version: "1" });
  assert.equal(discovered.supportedVersions, ["2026-07-28"]);
  assert.is(discovered.ttlMs, 0);
  assert.is(discovered.cacheScope, "private");
});

test("the server only sends pings and log messages until the client is ready", async () => {
  const clock = new FakeClock();
  const server = everything({ clock, ping: { everyMs: 10 } });
  const client = new Client(server);
  await client.ask("initialize", initializeParams("2025-11-25"));
  await client.ask("resources/subscribe", { uri: "x://y" });
  server.changed("tools");
  server.updated("x://y");
  await clock.advance(100);
  assert.equal(client.notifications(), []);
  client.notify("notifications/initialized");
  server.changed("tools");
  server.updated("x://y");
  await turn();
  assert.equal(
    client.notifications().map(({ method }) => method),
    ["notifications/tools/list_changed", "notifications/resources/updated"],
  );
  client.notify("notifications/initialized");
  server.changed("tools");
  await turn();
  assert.is(client.notifications("notifications/tools/list_changed").length, 2);
});

test("initialize cannot be cancelled", async () => {
  const client = new Client(everything());
  const opened = client.ask("initialize", initializeParams("2025-11-25"), 1);
  client.cancel(1);
  assert.ok((await opened).result);
});

test("a request right behind initialize, without waiting, finds the session", async () => {
  const client = new Client(everything());
  const [opened, listed] = await Promise.all([
    client.ask("initialize", initializeParams("2025-06-18")),
    client.ask("tools/list"),
  ]);
  assert.ok(opened.result);
  assert.is(listed.result.tools.length, 1);
});

test("a list that came up after the handshake is not announced where it was not offered", async () => {
  const server = createServer({ name: "s", version: "1" });
  const before = await connected(server, "2025-11-25");
  server.tool("t", {}, () => "x");
  await turn();
  assert.equal(before.notifications(), []);
  const after = await connected(server, "2025-11-25");
  server.tool("u", {}, () => "x");
  await turn();
  assert.equal(before.notifications(), []);
  assert.is(after.notifications("notifications/tools/list_changed").length, 1);
});

test("dead peers are found by pings, those that answer stay", async () => {
  const clock = new FakeClock();
  const told: unknown[] = [];
  const server = everything({
    clock,
    ping: { everyMs: 1000, timeoutMs: 100, failures: 2 },
    onError: (error: unknown) => told.push(error),
  });
  const client = await connected(server, "2025-11-25");
  await turn();
  const pings = () => client.received.filter(({ method, id }) => method === "ping" && id !== undefined);
  assert.is(pings().length, 0);
  for (const [n, answer] of [{ result: {} }, { error: { code: -32601, message: "no ping here" } }].entries()) {
    await clock.advance(1000);
    assert.is(pings().length, n + 1);
    client.connection.send({ jsonrpc: "2.0", id: pings()[n].id, ...answer });
    await turn();
  }
  // One that goes unanswered is forgiven when the next is answered.
  await clock.advance(1100);
  assert.is(client.notifications("notifications/cancelled").length, 1);
  await clock.advance(1000);
  client.connection.send({ jsonrpc: "2.0", id: pings().at(-1).id, result: {} });
  await turn();
  await clock.advance(1100);
  assert.is(told.length, 0);
  assert.ok((await client.ask("tools/list")).result);
  await clock.advance(1100);
  assert.is(told.length, 1);
  const count = client.received.length;
  server.changed("tools");
  await clock.advance(100_000);
  assert.is(client.received.length, count);
  assert.is(clock.waiting, 0);
});

test("no ping is sent unless asked for, none to a modern peer, none after the end", async () => {
  const clock = new FakeClock();
  const silent = await connected(everything({ clock }), "2025-11-25");
  const modern = new Client(everything({ clock, ping: { everyMs: 10 } }));
  await modern.askModern("tools/list");
  await clock.advance(10_000);
  assert.is(silent.received.filter(({ method }) => method).length, 0);
  assert.is(modern.received.filter(({ method }) => method).length, 0);
  const gone = await connected(everything({ clock, ping: { everyMs: 10 } }), "2025-11-25");
  await turn();
  gone.connection.close();
  await clock.advance(1000);
  assert.is(gone.received.filter(({ method }) => method === "ping").length, 0);
  assert.is(clock.waiting, 0);
});

test("a peer that goes right after its answer leaves no timer behind", async () => {
  const clock = new FakeClock();
  const client = await connected(everything({ clock, ping: { everyMs: 10 } }), "2025-11-25");
  await clock.advance(10);
  client.connection.send({
    jsonrpc: "2.0",
    id: client.received.find(({ method }) => method === "ping").id,
    result: {},
  });
  client.connection.close();
  await turn();
  assert.is(clock.waiting, 0);
});

test.run();
