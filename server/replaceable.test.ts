import { test } from "uvu";
import * as assert from "uvu/assert";
import { createServer, urlElicitationRequired, type ServerOptions } from "./index.js";
import { replaceable } from "./replaceable.js";
import type { Server } from "./server.js";
import { connected, deferred, modernVersion, turn } from "./wire.test.kit.js";

const version = "2025-11-25";
const info = { name: "s", version: "1" };
const make = (register: (server: Server) => void, options: ServerOptions = {}) => {
  const server = createServer(info, options);
  register(server);
  return server;
};
const withTool = (name: string, answer: () => unknown, options?: ServerOptions) =>
  make((server) => server.tool(name, {}, answer), options);
const changes = ["tools", "prompts", "resources"].map((list) => `notifications/${list}/list_changed`);

test("a session stays, calls go to the new handlers, and no list is told of that looks the same", async () => {
  const { server, replace } = replaceable(withTool("t", () => "one"));
  const client = await connected(server, version);
  const call = async () => (await client.ask("tools/call", { name: "t" })).result.content[0].text;
  assert.is(await call(), "one");
  await replace(withTool("t", () => "two"));
  assert.is(await call(), "two");
  await turn();
  for (const method of changes) assert.equal(client.notifications(method), []);
});

test("a list that looks different is told of, to sessions and to those who listen", async () => {
  const { server, replace } = replaceable(withTool("a", () => 1));
  const session = await connected(server, version);
  const modern = await connected(server, modernVersion);
  void modern.askModern("subscriptions/listen", {
    notifications: { toolsListChanged: true, promptsListChanged: true },
  });
  await turn();
  await replace(withTool("b", () => 1));
  await turn();
  for (const client of [session, modern]) {
    assert.is(client.notifications(changes[0]).length, 1);
    assert.is(client.notifications(changes[1]).length, 0);
  }
  const listed = async () => (await session.ask("tools/list")).result.tools.map(({ name }: { name: string }) => name);
  assert.equal(await listed(), ["b"]);
  assert.is((await session.ask("tools/call", { name: "a" })).error.code, -32602);
  await replace(
    make((next) => {
      next.prompt("p", {}, () => "p");
      next.resource("a://{b}", {}, ({ b }) => b);
    }),
  );
  await turn();
  assert.equal(
    changes.map((method) => session.notifications(method).length),
    [2, 1, 1],
  );
  assert.is((await session.ask("resources/read", { uri: "a://c" })).result.contents[0].text, "c");
  assert.equal(await listed(), []);
});

test("a call in flight ends with the handler that it began with", async () => {
  const waiting = deferred<string>();
  const begun = deferred();
  const slow = () => {
    begun.resolve();
    return waiting.promise;
  };
  const { server, replace } = replaceable(withTool("t", slow));
  const client = await connected(server, version);
  const answer = client.ask("tools/call", { name: "t" });
  await begun.promise;
  await replace(withTool("u", () => "two"));
  waiting.resolve("one");
  assert.is((await answer).result.content[0].text, "one");
});

test("the last lifespan goes down when the next is up; one that does not come up changes nothing", async () => {
  const told: string[] = [];
  const lasting = (name: string, fails = false) =>
    createServer(info, {
      lifespan: () => {
        if (fails) throw new Error("no");
        told.push(`${name} up`);
        return { state: name, stop: () => void told.push(`${name} down`) };
      },
    });
  const stated = (name: string, fails?: boolean) => {
    const server = lasting(name, fails);
    server.tool("state", {}, (_, ctx) => ctx.state);
    return server as unknown as Server;
  };
  const { server, replace } = replaceable(stated("a"));
  const client = await connected(server, version);
  const state = async () => (await client.ask("tools/call", { name: "state" })).result.content[0].text;
  assert.is(await state(), "a");
  await replace(stated("b"));
  assert.is(await state(), "b");
  assert.equal(told, ["a up", "b up", "a down"]);
  try {
    await replace(stated("c", true));
    assert.unreachable();
  } catch (error) {
    assert.is((error as Error).message, "no");
  }
  assert.is(await state(), "b");
  await server.close();
  assert.equal(told.at(-1), "b down");
});

test("what the module's own code registers and tells later is told, and no longer once it is replaced", async () => {
  const first = withTool("a", () => 1);
  const { server, replace } = replaceable(first);
  const client = await connected(server, version);
  await client.ask("resources/subscribe", { uri: "a://b" });
  const registration = first.tool("later", {}, () => 2);
  first.updated("a://b");
  await turn();
  await turn();
  assert.is(client.notifications(changes[0]).length, 1);
  assert.is(client.notifications("notifications/resources/updated").length, 1);
  assert.is((await client.ask("tools/call", { name: "later" })).result.content[0].text, "2");
  await replace(withTool("a", () => 1));
  registration.remove();
  first.updated("a://b");
  await turn();
  await turn();
  assert.is(client.notifications(changes[0]).length, 2);
  assert.is(client.notifications("notifications/resources/updated").length, 1);
});

test("what stands around every request stays, that of a module goes with it", async () => {
  const told: string[] = [];
  const around = (name: string) => async (_: unknown, next: () => Promise<Record<string, unknown>>) => {
    told.push(name);
    return next();
  };
  const first = withTool("t", () => 1);
  first.use(around("first"));
  const { server, replace } = replaceable(first, [around("outside")]);
  const client = await connected(server, version);
  told.length = 0;
  await client.ask("tools/list");
  assert.equal(told.splice(0), ["outside", "first"]);
  await replace(withTool("t", () => 1));
  await client.ask("tools/list");
  assert.equal(told, ["outside"]);
});

test("what may come later is offered from the start", async () => {
  const { server } = replaceable(withTool("t", () => 1));
  const { capabilities } = (await (await connected(server, modernVersion)).askModern("server/discover")).result;
  for (const name of ["tools", "prompts", "resources", "completions"]) assert.ok(name in capabilities, name);
});

test("who was sent to a page is told by the version that is served then", async () => {
  const pages = () =>
    withTool("t", () => {
      throw urlElicitationRequired({ message: "Sign in", url: "https://example.com/", elicitationId: "mine" });
    });
  const first = pages();
  const { server, replace } = replaceable(first);
  const client = await connected(server, version, { elicitation: { url: {} } });
  const told = () => client.notifications("notifications/elicitation/complete").map(({ params }) => params);
  const next = pages();
  for (const made of [first, next]) {
    if (made === next) await replace(next);
    assert.is((await client.ask("tools/call", { name: "t" })).error.code, -32042);
    made.elicitationCompleted("mine");
  }
  assert.equal(told(), [{ elicitationId: "mine" }, { elicitationId: "mine" }]);
});

test.run();
