import { test } from "uvu";
import * as assert from "uvu/assert";
import { connect, type TestClient } from "../client/test-client.js";
import type { Auth } from "../protocol/exchange.js";
import { createServer } from "./index.js";

const admins = (auth: Auth | undefined) => auth?.principal === "ada";

function made() {
  const server = createServer(
    { name: "rights", version: "1" },
    { cache: { ttlMs: 1000, cacheScope: "public" }, pageSize: 2 },
  );
  for (const name of ["a", "b", "c", "d"]) {
    const enabled = name === "b" || name === "d" ? { enabled: admins } : {};
    server.tool(name, enabled, () => name);
    server.prompt(name, { arguments: { x: { complete: ["one"] } }, ...enabled }, () => name);
    server.resource(`x://${name}`, enabled, () => name);
  }
  server.tool("inner", {}, () => "everybody's");
  return server;
}

const refusedBy = (call: Promise<unknown>) =>
  call.then(
    () => "done",
    ({ message }: Error) => message,
  );

for (const revision of ["2025-11-25", "2026-07-28"]) {
  const as = (principal?: string) =>
    connect(made(), { revision, ...(principal === undefined ? {} : { auth: { principal } }) });
  const names = async (client: TestClient) => [
    (await client.listTools()).map(({ name }) => name).join(""),
    (await client.listPrompts()).map(({ name }) => name).join(""),
    (await client.listResources()).map(({ uri }) => uri.at(-1)).join(""),
  ];

  test(`lists differ by who asks, page by page (${revision})`, async () => {
    assert.equal(await names(await as("ada")), ["abcdinner", "abcd", "abcd"]);
    assert.equal(await names(await as("bob")), ["acinner", "ac", "ac"]);
    assert.equal(await names(await as()), ["acinner", "ac", "ac"]);
  });

  test(`one server gives each caller its own list, whoever asked before (${revision})`, async () => {
    const server = made();
    for (const [principal, expected] of [
      ["ada", "abcdinner"],
      ["bob", "acinner"],
      ["ada", "abcdinner"],
    ] as const) {
      const client = await connect(server, { revision, auth: { principal } });
      assert.is((await client.listTools()).map(({ name }) => name).join(""), expected);
    }
  });

  test(`what somebody does not have does not exist for them (${revision})`, async () => {
    const [ada, bob] = [await as("ada"), await as("bob")];
    assert.is(((await ada.callTool("b")).content[0] as { text: string }).text, "b");
    assert.is(await refusedBy(bob.callTool("b")), "Unknown tool: b");
    assert.is(await refusedBy(ada.getPrompt("b")), "done");
    assert.is(await refusedBy(bob.getPrompt("b")), "Unknown prompt: b");
    const question = { ref: { type: "ref/prompt", name: "b" }, argument: { name: "x", value: "" } } as const;
    assert.equal((await ada.complete(question)).values, ["one"]);
    assert.is(await refusedBy(bob.complete(question)), "Unknown prompt: b");
    assert.is(await refusedBy(ada.readResource("x://b")), "done");
    assert.match(await refusedBy(bob.readResource("x://b")), /not found/i);
  });
}

test("a list that differs is for its caller alone; one that does not may be shared", async () => {
  const scopes = async (client: TestClient) => {
    const { cacheScope, ttlMs } = await client.request("tools/list");
    return [cacheScope, ttlMs];
  };
  assert.equal(await scopes(await connect(made(), { auth: { principal: "bob" } })), ["private", 1000]);
  const same = createServer({ name: "same", version: "1" }, { cache: { ttlMs: 1000, cacheScope: "public" } });
  same.tool("a", {}, () => "a");
  assert.equal(await scopes(await connect(same)), ["public", 1000]);
});

test.run();
