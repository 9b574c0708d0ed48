import { test } from "uvu";
import * as assert from "uvu/assert";
import { createServer } from "../index.js";
import { Registry } from "../registry.js";
import { Client, connected, legacy, modernVersion, type Any } from "../wire.test.kit.js";

const forge = (position: unknown) => btoa(encodeURIComponent(JSON.stringify(["tools", position])));
const make = () => createServer({ name: "s", version: "1" }, { pageSize: 2 });
async function pages(
  client: Any,
  method: string,
  member: string,
  between: (page: number) => void = () => {},
): Promise<string[][]> {
  const found: string[][] = [];
  let cursor: string | undefined;
  do {
    const { result } = await client.askModern(method, cursor === undefined ? {} : { cursor });
    found.push(result[member].map((item: Any) => item.name));
    cursor = result.nextCursor;
    between(found.length);
  } while (cursor !== undefined && found.length < 20);
  return found;
}

test("pages are as long as asked for, and the last one has no cursor", async () => {
  for (const count of [0, 1, 2, 3, 4, 5]) {
    const server = createServer({ name: "s", version: "1" }, { pageSize: 2, offers: ["tools", "prompts"] });
    for (let i = 0; i < count; i++) server.tool(`t${i}`, {}, () => "");
    const found = await pages(await connected(server, modernVersion), "tools/list", "tools");
    assert.is(found.length, Math.max(1, Math.ceil(count / 2)));
    assert.equal(
      found.flat(),
      Array.from({ length: count }, (_, i) => `t${i}`),
    );
  }
});

test("a middleware may change the page that it is handed, for its caller alone", async () => {
  const server = make();
  for (const name of ["b", "a"]) server.tool(name, { description: "plain" }, () => "");
  const asked = async () => (await (await connected(server, modernVersion)).askModern("tools/list")).result.tools;
  const plain = await asked();
  const forget = server.use(async (_ctx, next) => {
    const result: Any = await next();
    result.tools?.reverse();
    for (const tool of result.tools ?? []) tool.description = "changed";
    return result;
  });
  assert.equal(
    (await asked()).map(({ name, description }: Any) => [name, description]),
    [
      ["a", "changed"],
      ["b", "changed"],
    ],
  );
  forget();
  assert.equal(await asked(), plain);
});

test("a page is remembered until the list changes, and only for a cursor that was given out", () => {
  const registry = new Registry<{ order: number; enabled: boolean }>(() => {});
  const { disable } = registry.add("a", "Thing", (order) => ({ order, enabled: true }));
  let made = 0;
  const make = () => ++made;
  assert.equal([registry.remembered("k", make), registry.remembered("k", make)], [1, 1]);
  disable();
  assert.is(registry.remembered("k", make), 2);
  assert.equal([registry.hasOrder(1), registry.hasOrder(2)], [true, false]);
});

test("every list is paged, the same in every revision", async () => {
  const server = make();
  for (const i of [1, 2, 3]) {
    server.tool(`${i}`, {}, () => "");
    server.prompt(`${i}`, {}, () => "");
    server.resource(`x://${i}`, { name: `${i}` }, () => "");
    server.resource(
      `x${i}://{a}`,
      {
        name: `${i}`,
        list: () => [
          { uri: `x${i}://1`, name: `${i}a` },
          { uri: `x${i}://2`, name: `${i}b` },
        ],
      },
      () => "",
    );
  }
  const client = await connected(server, modernVersion);
  assert.equal(await pages(client, "tools/list", "tools"), [["1", "2"], ["3"]]);
  assert.equal(await pages(client, "prompts/list", "prompts"), [["1", "2"], ["3"]]);
  assert.equal(await pages(client, "resources/templates/list", "resourceTemplates"), [["1", "2"], ["3"]]);
  assert.equal(await pages(client, "resources/list", "resources"), [
    ["1", "2"],
    ["3", "1a"],
    ["1b", "2a"],
    ["2b", "3a"],
    ["3b"],
  ]);
  for (const version of legacy) {
    const old = await connected(server, version);
    const first = (await old.ask("tools/list")).result;
    assert.is((await old.ask("tools/list", { cursor: first.nextCursor })).result.tools[0].name, "3");
  }
});

test("cursors stay good while entries come and go: nothing is left out, nothing comes twice", async () => {
  const server = make();
  const tools = ["a", "b", "c", "d", "e"].map((name) => server.tool(name, {}, () => ""));
  const client = await connected(server, modernVersion);
  const found = await pages(client, "tools/list", "tools", (page) => {
    if (page === 1) {
      tools[0]!.remove();
      tools[1]!.disable();
      server.tool("f", {}, () => "");
    }
    if (page === 2) tools[4]!.remove();
  });
  assert.equal(found, [["a", "b"], ["c", "d"], ["f"]]);
});

test("a cursor that this server never gave out for this list is -32602", async () => {
  const server = make();
  for (const i of [1, 2, 3]) {
    server.tool(`${i}`, {}, () => "");
    server.prompt(`${i}`, {}, () => "");
  }
  for (const version of [...legacy, modernVersion]) {
    const client = await connected(server, version);
    const { nextCursor } = (await client.askIn(version, "prompts/list")).result;
    const forged = [
      "",
      "x",
      "!",
      "null",
      nextCursor,
      `${nextCursor}x`,
      ...[{}, { order: 1 }, { order: -1, index: 0 }, { order: 1, index: 0.5 }, { order: 2 ** 53, index: 0 }].map(forge),
      forge({ order: 1, index: 0, key: 1 }),
      forge(null),
      btoa("%"),
    ];
    for (const cursor of [...forged, null, 1, {}, [], true]) {
      const { error } = await client.askIn(version, "tools/list", { cursor });
      assert.is(error?.code, -32602, `${version} ${JSON.stringify(cursor)}`);
      assert.match(error.message, "cursor");
    }
  }
});

test("pageSize is a whole number, 1 or more", () => {
  for (const pageSize of [0, -1, 1.5, Number.NaN, "5" as Any])
    assert.throws(() => createServer({ name: "s", version: "1" }, { pageSize }), /pageSize/);
});

test("a template's list may change between its pages: nothing comes twice, nothing that stays is left out", async () => {
  let names = ["a", "b", "c", "d", "e"];
  const server = createServer({ name: "s", version: "1" }, { pageSize: 2 });
  server.resource("x://{name}", { list: () => names.map((name) => ({ uri: `x://${name}` })) }, ({ name }) => name);
  const walk = async (change: () => void) => {
    const client = new Client(server);
    const found: string[] = [];
    for (let cursor: string | undefined, first = true; first || cursor !== undefined; first = false) {
      const { result } = await client.askModern("resources/list", cursor === undefined ? {} : { cursor });
      found.push(...result.resources.map(({ uri }: { uri: string }) => uri.slice(4)));
      cursor = result.nextCursor;
      if (first) change();
    }
    return found.join("");
  };
  assert.is(await walk(() => (names = ["z", ...names])), "abcde");
  names = ["a", "b", "c", "d", "e"];
  assert.is(await walk(() => (names = ["b", "c", "d", "e"])), "abcde");
  names = ["a", "b", "c", "d", "e"];
  assert.is(await walk(() => (names = ["a", "c", "d", "e"])), "abcde");
});

test("what a template's list gives has to be resources", async () => {
  for (const bad of [undefined, {}, [{}], [{ uri: 5 }], [{ uri: "x://a", name: 5 }], ["x://a"]]) {
    const server = createServer({ name: "s", version: "1" }, { onError: () => {} });
    server.resource("x://{name}", { list: () => bad as never }, ({ name }) => name);
    const { error } = await new Client(server).askModern("resources/list");
    assert.is(error.code, -32603);
    assert.match(error.message, /x:\/\/\{name\}.*list must return resources/);
  }
});

test.run();
