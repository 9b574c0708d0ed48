import { test } from "uvu";
import * as assert from "uvu/assert";
import { createServer } from "./index.js";
import { connected, deferred, initializeParams, Client, turn, type Any } from "./wire.test.kit.js";

test("making a server starts nothing, and neither do the handshake and discovery", async () => {
  let started = 0;
  const server = createServer({ name: "s", version: "1" }, { lifespan: () => ({ state: (started += 1) }) });
  server.tool("t", {}, () => "x");
  const client = await connected(server, "2025-11-25");
  await client.ask("ping");
  await client.askModern("server/discover");
  assert.is(started, 0);
});

test("lifespan starts once, before the first handler, and its state is there", async () => {
  const order: string[] = [];
  const gate = deferred();
  const server = createServer(
    { name: "s", version: "1" },
    {
      lifespan: async () => {
        order.push("starting");
        await gate.promise;
        order.push("started");
        return { state: { n: 5 }, stop: async () => void order.push("stopped") };
      },
    },
  );
  server.tool("t", {}, (_args, ctx) => {
    order.push("handler");
    return ctx.state.n;
  });
  server.prompt("p", {}, (_args, ctx) => String(ctx.state.n));
  const client = await connected(server, "2025-11-25");
  const answers = [
    client.ask("tools/call", { name: "t" }),
    client.ask("prompts/get", { name: "p" }),
    client.askModern("tools/call", { name: "t" }),
  ];
  await turn();
  assert.equal(order, ["starting"]);
  gate.resolve();
  assert.is((await answers[0]).result.content[0].text, "5");
  assert.is((await answers[1]).result.messages[0].content.text, "5");
  await answers[2];
  assert.equal(order, ["starting", "started", "handler", "handler"]);
  await server.close();
  await server.close();
  assert.equal(order.slice(4), ["stopped"]);
});

test("a lifespan that fails is an error, and the next request tries again", async () => {
  let tries = 0;
  const told: unknown[] = [];
  const server = createServer(
    { name: "s", version: "1" },
    {
      onError: (error) => void told.push(error),
      lifespan: () => {
        if (++tries < 3) throw new Error("the database is down");
        return { state: tries };
      },
    },
  );
  let ran = 0;
  server.tool("t", {}, (_args, ctx) => {
    ran += 1;
    return ctx.state;
  });
  const client = await connected(server, "2025-11-25");
  for (const n of [1, 2]) {
    const { error } = await client.ask("tools/call", { name: "t" });
    assert.is(error.code, -32603);
    assert.match(error.message, "database is down");
    assert.is(told.length, n);
  }
  assert.is((await client.ask("tools/call", { name: "t" })).result.content[0].text, "3");
  assert.is(ran, 1);
});

test("a closed server may be started again; one never started stops nothing", async () => {
  let [started, stopped] = [0, 0];
  const server = createServer(
    { name: "s", version: "1" },
    { lifespan: () => ({ state: ++started, stop: () => void (stopped += 1) }) },
  );
  server.tool("t", {}, (_args, ctx) => ctx.state);
  await server.close();
  assert.is(stopped, 0);
  const client = await connected(server, "2025-11-25");
  await client.ask("tools/call", { name: "t" });
  await server.close();
  assert.equal([started, stopped], [1, 1]);
  assert.is((await client.ask("tools/call", { name: "t" })).result.content[0].text, "2");
});

test("closing while starting waits, and stops what came up", async () => {
  const gate = deferred();
  let stopped = 0;
  const server = createServer(
    { name: "s", version: "1" },
    { lifespan: async () => (await gate.promise, { state: 1, stop: () => void (stopped += 1) }) },
  );
  const starting = server.start();
  const closing = server.close();
  gate.resolve();
  await Promise.all([starting, closing]);
  assert.is(stopped, 1);
});

test("a server needs a name and a version", () => {
  for (const info of [{}, { name: "s" }, { version: "1" }, { name: 1, version: "1" }] as Any[])
    assert.throws(() => createServer(info), TypeError);
});

test("one server, many clients: nothing of one is the other's", async () => {
  const server = createServer({ name: "s", version: "1" });
  server.tool("who", {}, (_args, ctx) => `${ctx.client.info?.name} ${ctx.client.version}`);
  const names = ["ada", "bob", "eve"];
  const clients = await Promise.all(
    names.map(async (name, i) => {
      const client = new Client(server);
      await client.ask("initialize", {
        ...initializeParams(["2024-11-05", "2025-06-18", "2025-11-25"][i]!),
        clientInfo: { name, version: "1" },
      });
      client.notify("notifications/initialized");
      return client;
    }),
  );
  const said = await Promise.all(clients.map((client) => client.ask("tools/call", { name: "who" }, 1)));
  assert.equal(
    said.map(({ result }) => result.content[0].text),
    ["ada 2024-11-05", "bob 2025-06-18", "eve 2025-11-25"],
  );
});

test.run();
