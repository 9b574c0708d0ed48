import { test } from "uvu";
import * as assert from "uvu/assert";
import { Refusal } from "../protocol/errors.js";
import { createServer } from "./index.js";
import {
  Client,
  connected,
  deferred,
  legacy,
  modernHeaders,
  modernMeta,
  modernVersion,
  newPeer,
  post,
  turn,
  type Any,
} from "./wire.test.kit.js";

const versions = [...legacy, modernVersion];
const make = (options: Any = {}) => {
  const server = createServer({ name: "s", version: "1" }, { onError: () => {}, ...options });
  server.tool("echo", { input: { type: "object" } }, (args) => JSON.stringify(args));
  return server;
};

test("every id comes back as it went out", async () => {
  for (const version of versions) {
    const client = await connected(make(), version);
    for (const id of ["a", "", "0", 0, -1, 77, Number.MAX_SAFE_INTEGER]) {
      const params = { name: "echo", ...(version === modernVersion ? { _meta: modernMeta() } : {}) };
      const response = await client.ask("tools/call", params, id);
      assert.is(response.id, id);
      assert.is(response.result.content[0].text, "{}");
    }
  }
});

test("a message that is none is answered without an id that could not be read", async () => {
  const cases: [unknown, number][] = [
    [{ jsonrpc: "2.0", id: null, method: "ping" }, -32600],
    [{ jsonrpc: "2.0", id: 1.5, method: "ping" }, -32600],
    [{ jsonrpc: "2.0", id: {}, method: "ping" }, -32600],
    ["x", -32600],
    [null, -32600],
    [1, -32600],
    [[], -32600],
  ];
  for (const [message, code] of cases) {
    const client = await connected(make(), "2025-06-18");
    client.connection.send(message);
    await turn();
    const last = client.received.at(-1);
    assert.equal(Object.keys(last).sort(), ["error", "jsonrpc"], JSON.stringify(message));
    assert.is(last.error.code, code);
    assert.equal((await client.ask("ping")).result, {});
  }
  const client = await connected(make(), "2025-06-18");
  client.connection.sendText("{nonsense");
  await turn();
  assert.is(client.received.at(-1).error.code, -32700);
  assert.not("id" in client.received.at(-1));
});

test("a malformed message whose id is readable is answered under it", async () => {
  const client = new Client(make());
  assert.is((await client.answerTo({ jsonrpc: "2.0", id: 5 })).error.code, -32600);
  assert.is((await client.answerTo({ jsonrpc: "1.0", id: 6, method: "ping" })).error.code, -32600);
  assert.is((await client.answerTo({ jsonrpc: "2.0", id: 7, method: "ping", params: [] })).error.code, -32602);
  assert.is((await client.answerTo({ jsonrpc: "2.0", id: 8, method: "ping", params: 1 })).error.code, -32600);
});

test("a message nested too deeply is refused under its id, whatever its era, and the next one is served", async () => {
  const client = await connected(make(), "2025-11-25");
  const deep = `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`;
  client.connection.sendText(
    `{"jsonrpc":"2.0","id":"deep","method":"tools/call","params":{"name":"echo","arguments":${deep}}}`,
  );
  await turn();
  assert.is(client.received.at(-1).id, "deep");
  assert.is(client.received.at(-1).error.code, -32600);
  client.connection.sendText(`{"jsonrpc":"2.0","method":"notifications/none","params":${deep}}`);
  await turn();
  assert.equal((await client.ask("ping")).result, {});
});

test("an id in flight is refused when used again; the first request goes on; afterwards it is free", async () => {
  for (const version of versions) {
    const server = make();
    const gate = deferred();
    server.tool("slow", {}, () => gate.promise.then(() => "done"));
    const client = await connected(server, version);
    const first = {
      jsonrpc: "2.0",
      id: "x",
      method: "tools/call",
      params: { name: "slow", _meta: modernMetaFor(version) },
    };
    client.connection.send(first);
    await turn();
    client.connection.send(first);
    await turn();
    const refused = client.received.at(-1);
    assert.is(refused.error.code, -32600);
    assert.is(refused.id, "x");
    const result = client.answerTo({ jsonrpc: "2.0", method: "notifications/none" }, "x");
    gate.resolve();
    assert.is((await result).result.content[0].text, "done");
    assert.ok((await client.ask("tools/call", { name: "echo", _meta: modernMetaFor(version) }, "x")).result);
  }
});
const modernMetaFor = (version: string) => (version === modernVersion ? modernMeta() : {});

test('the id 1 and the id "1" are two', async () => {
  const server = make();
  const gate = deferred();
  server.tool("slow", {}, () => gate.promise.then(() => "done"));
  const client = await connected(server, "2025-11-25");
  const one = client.ask("tools/call", { name: "slow" }, 11);
  const other = client.ask("tools/call", { name: "slow" }, "11");
  await turn();
  gate.resolve();
  assert.is((await one).id, 11);
  assert.is((await other).id, "11");
});

test("requests in flight are bounded: 429 and -32603 with Retry-After", async () => {
  const server = createServer({ name: "s", version: "1" }, { limits: { maxInFlight: 1 } });
  const gate = deferred();
  server.tool("slow", {}, () => gate.promise.then(() => "done"));
  const client = await connected(server, "2025-11-25");
  const first = client.ask("tools/call", { name: "slow" });
  const second = await client.ask("tools/call", { name: "slow" });
  assert.is(second.error.code, -32603);
  gate.resolve();
  assert.ok((await first).result);
});

test("notifications are never answered, known, unknown or malformed", async () => {
  for (const version of versions) {
    const client = await connected(make(), version);
    const before = client.received.length;
    for (const method of [
      "notifications/cancelled",
      "notifications/progress",
      "notifications/none",
      "tools/call",
      "initialize",
      "",
      "constructor",
    ]) {
      for (const params of [undefined, {}, { requestId: null }, { requestId: {} }, [], "x", 1, { _meta: 1 }])
        client.notify(method, params);
    }
    await turn();
    assert.is(client.received.length, before);
    assert.ok((await client.askModern("tools/list")).result);
  }
});

test("responses nobody waits for are dropped", async () => {
  const client = await connected(make(), "2025-11-25");
  const before = client.received.length;
  for (const id of [1, "x", 0, null]) {
    client.connection.send({ jsonrpc: "2.0", id, result: {} });
    client.connection.send({ jsonrpc: "2.0", id, error: { code: 1, message: "m" } });
  }
  await turn();
  assert.is(client.received.length, before);
  assert.equal((await client.ask("ping")).result, {});
});

test("a method that only this side sends, or a notification's name, is no method: -32601", async () => {
  const server = make();
  for (const version of versions) {
    const client = await connected(server, version);
    for (const method of [
      "sampling/createMessage",
      "roots/list",
      "elicitation/create",
      "notifications/initialized",
      "notifications/message",
      "constructor",
      "__proto__",
      "toString",
      "hasOwnProperty",
      "Tools/list",
      "tools/list ",
      "",
    ]) {
      assert.is((await client.askIn(version, method)).error.code, -32601, `${version} ${method}`);
    }
  }
});

test("a capability that is not offered has no methods", async () => {
  const server = createServer({ name: "s", version: "1" }, { logging: false });
  for (const version of versions) {
    const client = await connected(server, version);
    for (const method of [
      "tools/list",
      "tools/call",
      "resources/list",
      "resources/read",
      "resources/templates/list",
      "resources/subscribe",
      "prompts/list",
      "prompts/get",
      "completion/complete",
      "logging/setLevel",
    ]) {
      assert.is((await client.askIn(version, method)).error.code, -32601, `${version} ${method}`);
    }
  }
});

test("what a handler throws outside a tool is -32603, masked where asked, and told to onError", async () => {
  for (const maskErrors of [false, true]) {
    const told: unknown[] = [];
    const server = createServer({ name: "s", version: "1" }, { maskErrors, onError: (error) => void told.push(error) });
    server.resource("x://y", {}, () => {
      throw new Error("secret");
    });
    const { error } = await (await connected(server, "2025-11-25")).ask("resources/read", { uri: "x://y" });
    assert.is(error.code, -32603);
    assert.is(error.message.includes("secret"), !maskErrors);
    assert.is(told.length, 1);
  }
});

test("what is thrown need not be an error", async () => {
  const odd = [
    Object.assign(new Error("x"), { message: undefined }),
    new Error(""),
    new (class extends Error {
      override get message(): string {
        throw 1;
      }
    })(),
  ];
  for (const thrown of ["text", undefined, null, 5, { a: 1 }, Object.create(null), ...odd]) {
    const server = make();
    server.tool("t", {}, () => {
      throw thrown;
    });
    server.prompt("p", {}, () => {
      throw thrown;
    });
    const client = await connected(server, "2025-11-25");
    const { result } = await client.ask("tools/call", { name: "t" });
    assert.is(result.isError, true);
    assert.ok(result.content[0].text.length > 0);
    assert.is((await client.ask("prompts/get", { name: "p" })).error.code, -32603);
  }
});

test("an onError that throws keeps nobody from getting a response", async () => {
  const { error: write } = console;
  const written: unknown[][] = [];
  console.error = (...words) => written.push(words);
  try {
    const server = make({
      maskErrors: true,
      onError: () => {
        throw new Error("the log is full");
      },
    });
    server.tool("t", {}, () => {
      throw new Error("x");
    });
    server.prompt("p", {}, () => {
      throw new Error("x");
    });
    const client = await connected(server, "2025-11-25");
    assert.is((await client.ask("tools/call", { name: "t" })).result.isError, true);
    assert.is((await client.ask("prompts/get", { name: "p" })).error.code, -32603);
  } finally {
    console.error = write;
  }
  assert.is(written.length, 2);
});

test("a refusal of the author goes out as it is, from a tool too", async () => {
  const server = make();
  server.tool("t", {}, () => {
    throw new Refusal("custom", 4711, "no", { data: { why: 1 } });
  });
  const { error } = await (await connected(server, "2025-11-25")).ask("tools/call", { name: "t" });
  assert.equal(error, { code: 4711, message: "no", data: { why: 1 } });
});

test("prototype members in params reach nothing", async () => {
  const server = make();
  const seen: unknown[] = [];
  server.tool(
    "closed",
    { input: { type: "object", properties: { a: { type: "string" } }, additionalProperties: false } },
    (args) => {
      seen.push(args);
      return "ok";
    },
  );
  server.prompt(
    "p",
    { arguments: { who: {} } },
    (args: Any) => `${String(args.constructor)} ${String(args.toString)} ${String(args.who)}`,
  );
  server.resource("u://{id}", { complete: { id: ["constructor"] } }, ({ id }) => id);
  for (const version of versions) {
    const client = await connected(server, version);
    const ask = (method: string, params: Any) => client.askIn(version, method, params);
    assert.equal(
      (await ask("prompts/get", { name: "p" })).result.messages[0].content.text,
      "undefined undefined undefined",
    );
    for (const name of ["constructor", "__proto__", "toString", "valueOf"]) {
      assert.is((await ask("tools/call", { name })).error.code, -32602);
      assert.is((await ask("prompts/get", { name })).error.code, -32602);
      assert.ok((await ask("resources/read", { uri: name })).error);
      const completing = { ref: { type: "ref/prompt", name: "p" }, argument: { name, value: "" } };
      assert.is((await ask("completion/complete", completing)).error.code, -32602);
    }
    // An own member may have such a name; it is data like any other.
    const prompted = await ask("prompts/get", { name: "p", arguments: { constructor: "own" } });
    assert.match(prompted.result.messages[0].content.text, "own undefined undefined");
  }
  const client = await connected(server, "2025-11-25");
  client.connection.sendText(
    '{"jsonrpc":"2.0","id":90,"method":"tools/call","params":{"name":"closed","arguments":{"__proto__":{"a":1}}}}',
  );
  client.connection.sendText(
    '{"jsonrpc":"2.0","id":91,"method":"tools/call","params":{"__proto__":{"name":"closed"}}}',
  );
  client.connection.sendText('{"jsonrpc":"2.0","id":92,"__proto__":{"method":"ping"}}');
  client.connection.sendText(
    '{"jsonrpc":"2.0","id":93,"method":"tools/call","params":{"name":"closed","arguments":{"constructor":1}}}',
  );
  await turn();
  const byId = (id: number) => client.received.find((message) => message.id === id);
  assert.equal(seen, [{}]);
  assert.is(byId(91).error.code, -32602);
  assert.is(byId(92).error.code, -32600);
  assert.ok(byId(93).result.isError);
  assert.match(byId(93).result.content[0].text, "constructor");
});

test("capabilities are read from own members only", async () => {
  const server = make();
  server.tool("can", {}, (_args, ctx) =>
    ["constructor", "toString", "a.constructor", "__proto__", "a", "a.b", "extensions.x.y/z"].map((path) =>
      ctx.client.supports(path as never),
    ),
  );
  const client = new Client(server);
  const { result } = await client.askModern(
    "tools/call",
    { name: "can" },
    {
      "io.modelcontextprotocol/clientCapabilities": { a: { b: {} }, extensions: { "x.y/z": {} } },
    },
  );
  assert.equal(JSON.parse(result.content[0].text), [false, false, false, false, true, true, true]);
});

test("_meta and the progress token are looked at before the handler runs", async () => {
  let ran = 0;
  const server = make();
  server.tool("t", {}, (_args, ctx) => {
    ran += 1;
    ctx.progress(1);
    return "x";
  });
  for (const version of versions) {
    const client = await connected(server, version);
    for (const progressToken of [null, 1.5, {}, [], true]) {
      const meta = version === modernVersion ? modernMeta({ progressToken }) : { progressToken };
      const response = await client.ask("tools/call", { name: "t", _meta: meta });
      assert.is(response.error?.code, -32602, `${version} ${JSON.stringify(progressToken)}`);
    }
    for (const _meta of [null, 1, "x", []]) {
      const response = await client.ask("tools/call", { name: "t", _meta });
      // Without a session, a request that names no version is no modern one either.
      assert.is(response.error?.code, version === modernVersion ? -32600 : -32602, JSON.stringify(_meta));
    }
  }
  assert.is(ran, 0);
});

test("HTTP: mirrored headers are held against the body", async () => {
  const server = make();
  server.resource("x://y", {}, () => "r");
  server.prompt("p", {}, () => "p");
  const send = (method: string, params: Any, headers: Record<string, string>) =>
    post(server, { jsonrpc: "2.0", id: 1, method, params: { ...params, _meta: modernMeta() } }, headers);
  const refused = async (method: string, params: Any, headers: Record<string, string>, why: string) => {
    const { response, status } = await send(method, params, headers);
    assert.is(response.error?.code, -32020, why);
    assert.match(response.error.message, why);
    assert.is(status, 400);
  };
  const rows: [string, Any, string][] = [
    ["tools/call", { name: "echo" }, "echo"],
    ["resources/read", { uri: "x://y" }, "x://y"],
    ["prompts/get", { name: "p" }, "p"],
  ];
  for (const [method, params, name] of rows) {
    assert.is((await send(method, params, modernHeaders(method, name))).status, 200);
    assert.is((await send(method, params, modernHeaders(method, `=?base64?${btoa(name)}?=`))).status, 200);
    await refused(method, params, { "mcp-protocol-version": modernVersion }, "Mcp-Method");
    await refused(method, params, modernHeaders(method.toUpperCase(), name), "Mcp-Method");
    await refused(method, params, modernHeaders(method), "Mcp-Name");
    await refused(method, params, modernHeaders(method, `${name}x`), "Mcp-Name");
    await refused(method, params, modernHeaders(method, "=?base64?!?="), "Mcp-Name");
  }
  await refused("tools/list", {}, modernHeaders("tools/call"), "Mcp-Method");
  // A body without the member is refused as what it is.
  assert.is((await send("tools/call", {}, modernHeaders("tools/call", "echo"))).response.error.code, -32602);
  // Legacy requests mirror nothing.
  const peer = newPeer(server);
  await post(
    server,
    {
      jsonrpc: "2.0",
      id: 1,
      method: "initialize",
      params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "a", version: "1" } },
    },
    {},
    { peer },
  );
  const old = await post(
    server,
    { jsonrpc: "2.0", id: 2, method: "tools/call", params: { name: "echo" } },
    { "mcp-method": "x", "mcp-name": "y" },
    { peer },
  );
  assert.ok(old.response.result);
});

test.run();
