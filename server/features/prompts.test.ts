import { test } from "uvu";
import * as assert from "uvu/assert";
import { createServer, embeddedResource, image, text } from "../index.js";
import { connected, legacy, modernVersion, turn, type Any } from "../wire.test.kit.js";

const versions = [...legacy, modernVersion];
const make = () => createServer({ name: "s", version: "1" }, { onError: () => {} });
const get = async (server: Any, params: Any, version = "2025-11-25") =>
  (await connected(server, version)).askIn(version, "prompts/get", params);

test("what a handler may return, and what becomes of it", async () => {
  const message = { role: "assistant", content: text("a") } as const;
  const rows: [Any, Any][] = [
    ["hi", { messages: [{ role: "user", content: text("hi") }] }],
    ["", { messages: [{ role: "user", content: text("") }] }],
    [message, { messages: [message] }],
    [[message, message], { messages: [message, message] }],
    [[], { messages: [] }],
    [{ messages: [message] }, { messages: [message] }],
    [
      { messages: [message], description: "d" },
      { messages: [message], description: "d" },
    ],
    [
      { role: "user", content: image("AA==", "image/png") },
      { messages: [{ role: "user", content: image("AA==", "image/png") }] },
    ],
    [
      { role: "user", content: embeddedResource("x://y", "t") },
      { messages: [{ role: "user", content: embeddedResource("x://y", "t") }] },
    ],
  ];
  for (const [value, result] of rows) {
    for (const handler of [() => value, async () => value]) {
      const server = make();
      server.prompt("p", {}, handler);
      assert.equal((await get(server, { name: "p" })).result, result);
    }
  }
  for (const value of [
    undefined,
    null,
    5,
    {},
    { role: "system", content: text("x") },
    [message, {}],
    { messages: "x" },
    { role: "user", content: "x" },
    { role: "user", content: [text("x")] },
    { role: "user", content: { type: "text" } },
  ]) {
    const server = make();
    server.prompt("p", {}, () => value as Any);
    const { error } = await get(server, { name: "p" });
    assert.is(error.code, -32603, JSON.stringify(value));
    assert.match(error.message, '"p"');
  }
});

test("the description is the prompt's where the handler gives none", async () => {
  const server = make();
  server.prompt("p", { description: "listed" }, () => "x");
  assert.is((await get(server, { name: "p" })).result.description, "listed");
});

test("arguments: strings, the required ones there; everything else is -32602 and named", async () => {
  const server = make();
  server.prompt("p", { arguments: { need: { required: true }, may: {} } }, ({ need, may }) => `${need} ${may}`);
  for (const version of versions) {
    const good = await get(server, { name: "p", arguments: { need: "a", extra: "b" } }, version);
    assert.is(good.result.messages[0].content.text, "a undefined");
    assert.is(
      (await get(server, { name: "p", arguments: { need: "" } }, version)).result.messages[0].content.text,
      " undefined",
    );
    const bad: [Any, string][] = [
      [undefined, "need"],
      [{}, "need"],
      [{ may: "x" }, "need"],
      [{ need: 1 }, "need"],
      [{ need: null }, "need"],
      [{ need: "a", may: {} }, "may"],
      [null, "arguments"],
      [[], "arguments"],
      ["x", "arguments"],
    ];
    for (const [args, member] of bad) {
      const { error } = await get(server, { name: "p", ...(args === undefined ? {} : { arguments: args }) }, version);
      assert.is(error?.code, -32602, JSON.stringify(args));
      assert.match(error.message, member);
    }
    for (const name of ["q", "", undefined, null, 1])
      assert.is((await get(server, { name }, version)).error.code, -32602);
  }
});

test("lists prompts with their arguments, never their completers", async () => {
  const server = make();
  const prompt = server.prompt(
    "p",
    {
      title: "P",
      description: "d",
      arguments: { a: { title: "A", description: "x", required: true, complete: ["v"] }, b: {} },
    },
    () => "x",
  );
  server.prompt("bare", {}, () => "x");
  const client = await connected(server, "2025-11-25");
  assert.equal((await client.ask("prompts/list")).result.prompts, [
    {
      name: "p",
      title: "P",
      description: "d",
      arguments: [{ name: "a", title: "A", description: "x", required: true }, { name: "b" }],
    },
    { name: "bare" },
  ]);
  prompt.disable();
  await turn();
  assert.equal((await client.ask("prompts/list")).result.prompts, [{ name: "bare" }]);
  assert.is((await client.ask("prompts/get", { name: "p" })).error.code, -32602);
  assert.is(client.notifications("notifications/prompts/list_changed").length, 1);
});

test("a definition that is no good is refused when it is given", () => {
  for (const [name, handler] of [
    ["", () => "x"],
    [1, () => "x"],
    ["p", undefined],
  ] as Any[])
    assert.throws(() => make().prompt(name, {}, handler), TypeError);
});

test.run();
