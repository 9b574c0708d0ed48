import { test } from "uvu";
import * as assert from "uvu/assert";
import { createServer } from "../index.js";
import { Client, FakeExchange, modernHeaders, modernMeta, newPeer, turn, type Any } from "../wire.test.kit.js";

const ID = "io.modelcontextprotocol/subscriptionId";
const everything = {
  toolsListChanged: true,
  promptsListChanged: true,
  resourcesListChanged: true,
  resourceSubscriptions: ["x://y"],
};
function make(options: Any = {}) {
  const server = createServer({ name: "s", version: "1" }, { onError: () => {}, ...options });
  server.tool("t", {}, () => "x");
  server.resource("x://y", {}, () => "r");
  server.prompt("p", {}, () => "p");
  return server;
}
/** Opens a subscription and waits for its acknowledgement. */
async function listen(client: Client, notifications: Any, id: string | number) {
  const result = client.askModern("subscriptions/listen", { notifications }, {}, id);
  await turn();
  return { result };
}

test("the acknowledgement comes first and names what is honoured", async () => {
  for (const id of ["sub", 0, "", 7]) {
    const client = new Client(make());
    await listen(client, everything, id);
    assert.equal(client.received, [
      {
        jsonrpc: "2.0",
        method: "notifications/subscriptions/acknowledged",
        params: { _meta: { [ID]: id }, notifications: everything },
      },
    ]);
  }
});

test("only what was asked for and is offered is honoured and told", async () => {
  const cases: [Any, Any][] = [
    [{}, {}],
    [{ toolsListChanged: false }, {}],
    [{ toolsListChanged: true, promptsListChanged: true }, { toolsListChanged: true }],
    [{ resourceSubscriptions: ["x://y"], resourcesListChanged: true }, {}],
    [{ tasks: true, constructor: true }, {}],
  ];
  for (const [asked, agreed] of cases) {
    const server = createServer({ name: "s", version: "1" });
    server.tool("t", {}, () => "x");
    const client = new Client(server);
    await listen(client, asked, 1);
    assert.equal(client.received[0].params.notifications, agreed);
    server.changed("tools");
    server.changed("prompts");
    server.changed("resources");
    server.updated("x://y");
    await turn();
    assert.equal(
      client
        .notifications()
        .slice(1)
        .map(({ method }) => method),
      agreed.toolsListChanged ? ["notifications/tools/list_changed"] : [],
    );
  }
});

test("each subscription hears its own, under its own id", async () => {
  const server = make();
  const client = new Client(server);
  await listen(client, { toolsListChanged: true, resourceSubscriptions: ["x://y", "x://y"] }, "a");
  await listen(client, { resourceSubscriptions: ["x://y", "x://z"] }, "b");
  assert.equal(client.received[0].params.notifications.resourceSubscriptions, ["x://y"]);
  client.received.length = 0;
  server.updated("x://y");
  server.updated("x://z");
  server.updated("x://other");
  server.changed("tools");
  await turn();
  assert.equal(
    client.received.map(({ method, params }) => [params._meta[ID], method.replace("notifications/", ""), params.uri]),
    [
      ["a", "resources/updated", "x://y"],
      ["b", "resources/updated", "x://y"],
      ["b", "resources/updated", "x://z"],
      ["a", "tools/list_changed", undefined],
    ],
  );
});

test("a filter that is malformed is -32602 and nothing is acknowledged", async () => {
  const bad: [Any, RegExp][] = [
    [undefined, /notifications/],
    [null, /notifications/],
    [[], /notifications/],
    ["x", /notifications/],
    [{ toolsListChanged: "yes" }, /toolsListChanged/],
    [{ promptsListChanged: null }, /promptsListChanged/],
    [{ resourceSubscriptions: "x" }, /resourceSubscriptions/],
    [{ resourceSubscriptions: [1] }, /resourceSubscriptions/],
    [{ resourceSubscriptions: null }, /resourceSubscriptions/],
    [{ resourceSubscriptions: ["a:1", "a:2", "a:3"] }, /at most 2/],
  ];
  const client = new Client(make({ limits: { maxWatchedUris: 2 } }));
  for (const [notifications, why] of bad) {
    const { error } = await client.askModern("subscriptions/listen", { notifications });
    assert.is(error?.code, -32602, JSON.stringify(notifications));
    assert.match(error.message, why);
  }
  assert.equal(client.notifications(), []);
});

test("cancelling ends it without a word; its place is free again", async () => {
  const server = make({ limits: { maxSubscriptions: 1 } });
  const client = new Client(server);
  await listen(client, everything, "a");
  const refused = await client.askModern("subscriptions/listen", { notifications: {} }, {}, "b");
  assert.is(refused.error.code, -32603);
  client.received.length = 0;
  client.cancel("a");
  server.changed("tools");
  await turn();
  assert.equal(client.received, []);
  await listen(client, everything, "a");
  assert.is(client.received[0].method, "notifications/subscriptions/acknowledged");
});

test("subscriptions of all peers together are bounded, and their places come back", async () => {
  const server = make({ limits: { maxSubscriptionsInAll: 2 } });
  const clients = [new Client(server), new Client(server), new Client(server)];
  await listen(clients[0]!, {}, 1);
  await listen(clients[1]!, {}, 1);
  assert.ok((await clients[2]!.askModern("subscriptions/listen", { notifications: {} })).error);
  clients[0]!.connection.close();
  await turn();
  await listen(clients[2]!, {}, "again");
  assert.is(clients[2]!.received.at(-1).method, "notifications/subscriptions/acknowledged");
});

test("a server that closes says so for each: on a shared channel cancelled, then the result", async () => {
  const server = make();
  const client = new Client(server);
  const a = await listen(client, everything, "a");
  const b = await listen(client, everything, 2);
  client.received.length = 0;
  await server.close();
  const [first, second] = [await a.result, await b.result];
  for (const [response, id] of [
    [first, "a"],
    [second, 2],
  ]) {
    assert.is(response.result.resultType, "complete");
    assert.is(response.result._meta[ID], id);
    assert.is(response.result._meta["io.modelcontextprotocol/serverInfo"].name, "s");
    const ofThis = client.received.filter((message) => message.id === id || message.params?.requestId === id);
    assert.equal(
      ofThis.map(({ method }) => method),
      ["notifications/cancelled", undefined],
    );
  }
  const count = client.received.length;
  server.changed("tools");
  await turn();
  assert.is(client.received.length, count);
});

test("a channel of its own (HTTP) gets the result alone", async () => {
  const server = make();
  const exchange = new FakeExchange(modernHeaders("subscriptions/listen"));
  const message = {
    jsonrpc: "2.0",
    id: 1,
    method: "subscriptions/listen",
    params: { notifications: everything, _meta: modernMeta() },
  };
  const answer = server.receive(message, newPeer(server), exchange);
  await turn();
  await server.close();
  const response: Any = await answer;
  assert.is(response.result._meta[ID], 1);
  assert.equal(
    exchange.sent.map(({ method }) => method),
    ["notifications/subscriptions/acknowledged"],
  );
});

test("a peer that ends (stdin closed) lets subscriptions finish; a lost one (HTTP) leaves nothing behind", async () => {
  const server = make({ limits: { maxSubscriptions: 1 } });
  const peer = newPeer(server);
  const message = (id: number) => ({
    jsonrpc: "2.0",
    id,
    method: "subscriptions/listen",
    params: { notifications: everything, _meta: modernMeta() },
  });
  const first = server.receive(message(1), peer, new FakeExchange(modernHeaders("subscriptions/listen")));
  await turn();
  peer.end();
  assert.is(((await first) as Any).result.resultType, "complete");
  const lost = new FakeExchange(modernHeaders("subscriptions/listen"));
  const second = server.receive(message(2), peer, lost);
  await turn();
  lost.abort(new Error("gone"));
  assert.is(await second, undefined);
  const sent = lost.sent.length;
  server.changed("tools");
  await turn();
  assert.is(lost.sent.length, sent);
  const third = server.receive(message(3), peer, new FakeExchange(modernHeaders("subscriptions/listen")));
  await turn();
  peer.end();
  assert.ok(((await third) as Any).result);
});

test("a subscription does not hold up other requests, nor does it start what lifespan starts", async () => {
  let started = 0;
  const server = make({ lifespan: () => ({ state: (started += 1) }) });
  const client = new Client(server);
  await listen(client, everything, "a");
  assert.is(started, 0);
  assert.ok((await client.askModern("tools/call", { name: "t" })).result);
  assert.is(started, 1);
});

test("HTTP: an id of its own on each POST, equal ids do not meet", async () => {
  const server = make();
  const exchanges = [1, 1].map(() => new FakeExchange(modernHeaders("subscriptions/listen")));
  const answers = exchanges.map((exchange) =>
    server.receive(
      {
        jsonrpc: "2.0",
        id: 1,
        method: "subscriptions/listen",
        params: { notifications: { toolsListChanged: true }, _meta: modernMeta() },
      },
      newPeer(server),
      exchange,
    ),
  );
  await turn();
  server.changed("tools");
  await turn();
  for (const { sent } of exchanges)
    assert.equal(
      sent.map(({ params }) => params._meta[ID]),
      [1, 1],
    );
  await server.close();
  for (const answer of answers) assert.ok(((await answer) as Any).result);
});

test.run();
