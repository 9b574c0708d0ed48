// Names inside and outside: which are taken, and that clients hear those outside alone.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { connect } from "../../client/test-client.js";
import { createServer as createSmall, mounts, tools } from "../core.js";
import { createServer, resourceLink, resourceNotFound } from "../index.js";
import { Client, turn } from "../wire.test.kit.js";

const made = (name: string) => createServer({ name, version: "1" }, { onError: () => {} });
const namesOf = (listed: readonly { name: string }[]) => listed.map(({ name }) => name);

test("a mount that is refused leaves everything as it was, who may see what included", async () => {
  const server = createServer({ name: "main", version: "1" }, { cache: { cacheScope: "public", ttlMs: 1 } });
  server.tool("secret", { scopes: ["x"], hide: true }, () => 1);
  server.tool("in_b", {}, () => 1);
  const inner = made("inner");
  inner.tool("b", {}, () => 1);
  assert.throws(() => server.mount("in", inner), 'Tool "in_b" is registered already');
  const client = await connect(server, { auth: { principal: "bob" } });
  const { tools: listed, cacheScope } = (await client.request("tools/list")) as any;
  assert.equal([namesOf(listed), cacheScope], [["in_b"], "private"]);
});

test("of extensions that are taken, none is brought", () => {
  const [server, inner] = [made("main"), made("inner")];
  const methods = { "x/run": () => ({}) };
  inner.extension("com.example/free", { methods: { "y/run": () => ({}) } });
  for (const one of [server, inner]) one.extension("com.example/x", { methods });
  assert.throws(() => server.mount("in", inner), 'Extension "com.example/x" is registered already');
  assert.equal(Object.keys(server.capabilities().extensions as object), ["com.example/x"]);
});

test("the outer server's own registration cannot take what a mounted one has, unless that is gone", () => {
  const [server, inner] = [made("main"), made("inner")];
  const registration = inner.tool("b", { scopes: ["x"] }, () => 1);
  server.mount("in", inner);
  assert.throws(() => server.tool("in_b", {}, () => 2), 'Tool "in_b" is registered already');
  assert.equal(server.tools.get("in_b")!.scopes, ["x"]);
  registration.remove();
  server.tool("in_b", {}, () => 2);
  assert.is(server.tools.get("in_b")!.scopes, undefined);
});

test("prefixes that begin alike meet where their names do", () => {
  const [server, a, ab] = [made("main"), made("a"), made("ab")];
  a.tool("b_c", {}, () => 1);
  ab.tool("c", {}, () => 1);
  a.resource("x://b_c/d", {}, () => "a");
  ab.resource("x://d", {}, () => "ab");
  server.mount("a", a);
  assert.throws(() => server.mount("a_b", ab), 'Tool "a_b_c" is registered already');
  assert.equal(
    [...server.resources].map(({ resource }) => resource.uri),
    ["x://a/b_c/d"],
  );
});

test("what one outer server has no place for, another one shows and tells", async () => {
  const [inner, one, other] = [made("inner"), made("one"), made("other")];
  inner.tool("first", {}, () => 1);
  one.mount("in", inner);
  other.mount("in", inner);
  one.tool("in_t", {}, () => 1);
  const client = await connect(other, { revision: "2025-11-25" });
  assert.throws(() => inner.tool("t", {}, () => 2), 'Tool "in_t" is registered already');
  assert.equal(namesOf(await client.listTools()), ["in_first", "in_t"]);
  await turn();
  assert.ok(client.messages.some(({ message }) => message.method === "notifications/tools/list_changed"));
});

test("small servers, each mounted before it has something mounted, pass on what comes later", async () => {
  const [deep, inner, outer] = ["deep", "inner", "outer"].map((name) =>
    createSmall({ name, version: "1" }, { features: [tools, mounts] }),
  );
  outer!.mount("i", inner!);
  inner!.mount("d", deep!);
  deep!.tool("new", {}, () => "new");
  assert.equal(namesOf(await (await connect(outer!)).listTools()), ["i_d_new"]);
});

test("the page of an app far inside is found, also where it comes behind its tool", async () => {
  const [deep, inner, outer] = [made("deep"), made("inner"), made("outer")];
  outer.mount("i", inner);
  inner.mount("d", deep);
  deep.tool("t", { _meta: { ui: { resourceUri: "ui://page" } } }, () => 1);
  deep.resource("ui://page", {}, () => "page");
  const [tool] = await (await connect(outer)).listTools();
  assert.equal(tool!._meta, { ui: { resourceUri: "ui://i/d/page" } });
});

test("URIs have the prefix where their template has it, and are told and read by that", async () => {
  const [server, inner] = [made("main"), made("inner")];
  const list = () => [{ uri: "x://a/b" }];
  inner.resource("x:{+rest}", { unconfined: true, list }, ({ rest }) => rest);
  server.mount("in", inner);
  const client = await connect(server, { revision: "2025-11-25" });
  const [{ uri } = { uri: "" }] = await client.listResources();
  assert.is(uri, "x:in///a/b");
  assert.equal((await client.readResource(uri)).contents, [{ uri, mimeType: "text/plain", text: "//a/b" }]);
  await client.request("resources/subscribe", { uri });
  inner.updated("x://a/b");
  await turn();
  const updated = client.messages.find(({ message }) => message.method === "notifications/resources/updated");
  assert.equal(updated?.message.params, { uri });
});

for (const revision of ["2025-11-25", "2026-07-28"]) {
  test(`a resource that is not there is told by its name outside (${revision})`, async () => {
    const [server, inner] = [made("main"), made("inner")];
    inner.resource("x://{id}", {}, ({ id }) => {
      throw resourceNotFound(`x://${id}`);
    });
    inner.tool("t", {}, async (_, ctx) => void (await ctx.readResource("x://1")));
    server.mount("in", inner);
    const client = await connect(server, { revision });
    const error: any = await client.readResource("x://in/1").catch((thrown: unknown) => thrown);
    assert.equal([error.message, error.data], ["Resource not found: x://in/1", { uri: "x://in/1" }]);
    const { content } = await client.callTool("in_t");
    assert.is((content[0] as { text: string }).text, "Resource not found: x://in/1");
  });
}

test("structured content is data, also where it looks like content", async () => {
  const [server, inner] = [made("main"), made("inner")];
  inner.resource("x://a", {}, () => "a");
  const data = { content: [resourceLink("x://a", "a")] };
  inner.tool("data", { output: { type: "object" } }, () => data);
  inner.tool("both", { output: { type: "object" } }, () => ({ ...data, structuredContent: data }));
  server.mount("in", inner);
  const client = await connect(server);
  assert.equal((await client.callTool("in_data")).structuredContent, data as never);
  const { content, structuredContent } = await client.callTool("in_both");
  assert.equal([(content[0] as { uri: string }).uri, structuredContent], ["x://in/a", data]);
});

test("a reference that is no text is the client's fault, whatever middleware the mounted server has", async () => {
  const [server, inner] = [made("main"), made("inner")];
  inner.resource("x://{rest}", { complete: { rest: ["a"] } }, ({ rest }) => rest);
  inner.prompt("p", {}, () => "p");
  inner.use((_, next) => next());
  server.mount("in", inner);
  for (const ref of [
    { type: "ref/resource", uri: ["x://in/{rest}"] },
    { type: "ref/prompt", name: ["in_p"] },
  ]) {
    const argument = { name: "rest", value: "" };
    const { error } = await new Client(server).askModern("completion/complete", { ref, argument });
    assert.is(error.code, -32602);
  }
});

test.run();
