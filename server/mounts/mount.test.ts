import { test } from "uvu";
import * as assert from "uvu/assert";
import { connect, type TestClient } from "../../client/test-client.js";
import { middleware, mounts, createServer as createSmall, tools } from "../core.js";
import { createServer, embeddedResource, resourceLink, type Server, type ServerOptions } from "../index.js";
import { replaceable } from "../replaceable.js";
import { turn } from "../wire.test.kit.js";

const version = "1.0.0";
const revisions = ["2024-11-05", "2025-11-25", "2026-07-28"];
const input = { type: "object", properties: { city: { type: "string" } }, required: ["city"] } as const;
const asked = { type: "object", properties: { name: { type: "string" } }, required: ["name"] } as const;

/** A server with one of everything, that knows nothing of where it is mounted. */
function weather(options: ServerOptions = {}) {
  const server = createServer({ name: "weather", version }, options);
  server.tool("forecast", { description: "Tells it.", input }, ({ city }) => `Sun in ${city}`);
  server.prompt("report", { arguments: { city: { required: true, complete: ["Oslo", "Paris"] } } }, ({ city }) => city);
  server.resource("config://app", { title: "The units" }, () => "metric");
  server.resource(
    "cities://{name}/now",
    { complete: { name: ["Oslo", "Rome"] }, list: () => [{ uri: "cities://Oslo/now", name: "Oslo" }] },
    ({ name }) => `Rain in ${name}`,
  );
  server.resource("urn:isbn:{number}", {}, ({ number }) => `Book ${number}`);
  return server;
}

function main(options: ServerOptions = {}, inner: Server = weather()) {
  const server = createServer({ name: "main", version }, options);
  server.tool("own", {}, () => "main's");
  server.resource("config://app", {}, () => "main's");
  server.mount("weather", inner);
  return server;
}

const textOf = (result: { content: readonly unknown[] }) => (result.content[0] as { text: string }).text;
const read = async (client: TestClient, uri: string) => (await client.readResource(uri)).contents[0] as any;
const refusedBy = (call: Promise<unknown>) =>
  call.then(
    () => "done",
    ({ message }: Error) => message,
  );
const told = (client: TestClient) =>
  client.messages.flatMap(({ from, message: { method, params } }) =>
    from === "server" && typeof method === "string" ? [[method, params] as [string, any]] : [],
  );

for (const revision of revisions) {
  test(`names have the prefix, URIs have it behind their scheme (${revision})`, async () => {
    const client = await connect(main(), { revision });
    assert.equal(
      (await client.listTools()).map(({ name }) => name),
      ["own", "weather_forecast"],
    );
    assert.equal(
      (await client.listPrompts()).map(({ name }) => name),
      ["weather_report"],
    );
    assert.equal(
      (await client.listResources()).map(({ uri, name }) => [uri, name]),
      [
        ["config://app", "config://app"],
        ["config://weather/app", "config://weather/app"],
        ["cities://weather/Oslo/now", "weather_Oslo"],
      ],
    );
    assert.equal(
      (await client.listResourceTemplates()).map(({ uriTemplate }) => uriTemplate),
      ["cities://weather/{name}/now", "urn:weather/isbn:{number}"],
    );
  });

  test(`what is called, got, read and completed is the mounted server's (${revision})`, async () => {
    const client = await connect(main(), { revision });
    assert.is(textOf(await client.callTool("weather_forecast", { city: "Oslo" })), "Sun in Oslo");
    assert.is(await refusedBy(client.callTool("forecast", { city: "Oslo" })), "Unknown tool: forecast");
    const { messages } = await client.getPrompt("weather_report", { city: "Rome" });
    assert.is((messages[0]!.content as { text: string }).text, "Rome");
    assert.is((await read(client, "config://app")).text, "main's");
    assert.equal(await read(client, "config://weather/app"), {
      uri: "config://weather/app",
      mimeType: "text/plain",
      text: "metric",
    });
    assert.is((await read(client, "cities://weather/Rome/now")).text, "Rain in Rome");
    assert.is((await read(client, "urn:weather/isbn:7")).text, "Book 7");
    assert.match(await refusedBy(client.readResource("cities://Rome/now")), /not found/i);
    const complete = async (ref: any, name: string) =>
      (await client.complete({ ref, argument: { name, value: "o" } })).values;
    assert.equal(await complete({ type: "ref/prompt", name: "weather_report" }, "city"), ["Oslo"]);
    assert.equal(await complete({ type: "ref/resource", uri: "cities://weather/{name}/now" }, "name"), ["Oslo"]);
  });
}

for (const revision of ["2025-11-25", "2026-07-28"]) {
  test(`what it registers and tells later is told to clients of the outer one (${revision})`, async () => {
    const inner = weather();
    const server = main({ offers: ["tools", "prompts", "resources"] }, inner);
    const client = await connect(server, { revision });
    const watched = { toolsListChanged: true, resourceSubscriptions: ["config://weather/app"] };
    if (revision === "2026-07-28") await client.listen(watched, () => {});
    else await client.request("resources/subscribe", { uri: "config://weather/app" });
    await turn();
    const registration = inner.tool("later", {}, () => "late");
    assert.is(textOf(await client.callTool("weather_later")), "late");
    inner.updated("config://app");
    server.updated("config://app");
    await turn();
    await turn();
    const methods = () => told(client).map(([method]) => method);
    assert.is(methods().filter((method) => method === "notifications/tools/list_changed").length, 1);
    assert.equal(
      told(client).flatMap(([method, params]) => (method === "notifications/resources/updated" ? [params.uri] : [])),
      ["config://weather/app"],
    );
    registration.disable();
    await turn();
    await turn();
    assert.is(methods().filter((method) => method === "notifications/tools/list_changed").length, 2);
    assert.is(await refusedBy(client.callTool("weather_later")), "Unknown tool: weather_later");
  });

  test(`a handler sees its own server, and the client of the outer one (${revision})`, async () => {
    const told_: string[] = [];
    const inner = createServer(
      { name: "inner", version },
      { lifespan: () => ({ state: "inner's", stop: () => void told_.push("down") }) },
    );
    inner.resource("config://app", {}, (_, ctx) => `${ctx.state} ${ctx.method}`);
    inner.tool("look", {}, async (_, ctx) => {
      ctx.warning("look out");
      ctx.progress(1, 2);
      const [config] = await ctx.readResource("config://app");
      const made = await ctx.once("id", () => 7);
      const who = await ctx.elicit("who", { message: "Who?", schema: asked });
      const name = who.action === "accept" ? who.content.name : who.action;
      return [ctx.state, ctx.params.name, (config as { text: string }).text, made, name, ctx.auth?.principal].join();
    });
    const server = main({}, inner as unknown as Server);
    const client = await connect(server, {
      revision,
      auth: { principal: "ada" },
      elicit: () => ({ action: "accept", content: { name: "Ada" } }),
      logLevel: "info",
    } as never);
    const seen: number[] = [];
    const result = await client.callTool(
      "weather_look",
      {},
      { onProgress: ({ progress }: any) => seen.push(progress) },
    );
    assert.is(textOf(result), "inner's,look,inner's tools/call,7,Ada,ada");
    assert.ok(seen.includes(1));
    await server.close();
    assert.equal(told_, ["down"]);
  });

  test(`a call of it may become a task of the outer server (${revision})`, async () => {
    const inner = weather();
    inner.tool("long", { task: "always" }, async (_, ctx) => {
      await ctx.detach();
      return resourceLink("config://app", "units");
    });
    const server = main({}, inner);
    const client = await connect(server, { revision });
    const [tool] = (await client.listTools()).filter(({ name }) => name === "weather_long");
    if (revision === "2025-11-25") assert.equal(tool!.execution, { taskSupport: "optional" });
    const { content } = await client.callTool("weather_long", {}, { task: {} } as never);
    assert.equal(content, [{ type: "resource_link", uri: "config://weather/app", name: "units" }]);
  });

  test(`rights stay: enabled, scopes, hide, permits, and a list that differs is private (${revision})`, async () => {
    const inner = createServer({ name: "inner", version });
    const isAda = (auth: { principal?: string } | undefined) => auth?.principal === "ada";
    inner.tool("some", { enabled: isAda }, () => "done");
    inner.tool("scoped", { scopes: ["files:write"], hide: true }, () => "done");
    inner.resource("a://{x}", { permits: (ctx) => isAda(ctx.auth) }, ({ x }) => x);
    inner.resource("b://b", { scopes: ["b"] }, () => "b");
    const server = createServer({ name: "main", version }, { cache: { cacheScope: "public" } });
    server.mount("in", inner);
    const as = (principal: string, scopes: string[] = []) => connect(server, { revision, auth: { principal, scopes } });
    const [ada, bob, writer] = [await as("ada"), await as("bob"), await as("bob", ["files:write"])];
    const names = async (client: TestClient) => (await client.listTools()).map(({ name }) => name);
    assert.equal(await names(ada), ["in_some"]);
    assert.equal(await names(bob), []);
    assert.equal(await names(writer), ["in_scoped"]);
    assert.is(await refusedBy(bob.callTool("in_some")), "Unknown tool: in_some");
    assert.is(textOf(await ada.callTool("in_some")), "done");
    assert.match(await refusedBy(bob.callTool("in_scoped")), /scope/);
    assert.is(textOf(await writer.callTool("in_scoped")), "done");
    assert.is((await read(ada, "a://in/1")).text, "1");
    assert.match(await refusedBy(bob.readResource("a://in/1")), /not found/i);
    assert.match(await refusedBy(bob.readResource("b://in/b")), /scope/);
    if (revision === "2026-07-28") assert.is((await bob.request("tools/list")).cacheScope, "private");
  });

  test(`its middleware stands around its own requests, inside that of the outer server (${revision})`, async () => {
    const inner = weather();
    const server = main({}, inner);
    const seen: string[] = [];
    const around = (who: string) => (ctx: any, next: () => Promise<Record<string, unknown>>) => {
      if (ctx.method !== "initialize" && ctx.method !== "server/discover")
        seen.push(`${who} ${ctx.method} ${ctx.params.name ?? ctx.params.uri ?? ctx.params.ref?.name ?? ""}`);
      return next();
    };
    inner.use(around("inner"));
    server.use(around("outer"));
    const client = await connect(server, { revision });
    await client.callTool("weather_forecast", { city: "Oslo" });
    await client.callTool("own");
    await client.readResource("cities://weather/Rome/now");
    await client.complete({
      ref: { type: "ref/prompt", name: "weather_report" },
      argument: { name: "city", value: "" },
    });
    await client.request("tools/list");
    assert.equal(seen, [
      "outer tools/call weather_forecast",
      "inner tools/call forecast",
      "outer tools/call own",
      "outer resources/read cities://weather/Rome/now",
      "inner resources/read cities://Rome/now",
      "outer completion/complete weather_report",
      "inner completion/complete report",
      "outer tools/list ",
    ]);
  });

  test(`a mounted server may have another one mounted, before and after (${revision})`, async () => {
    const [inner, deep] = [weather(), weather()];
    const server = main({}, inner);
    deep.tool("state", {}, async (_, ctx) => {
      ctx.error("told from far inside");
      return ctx.params.name;
    });
    const seen: unknown[] = [];
    deep.use((ctx, next) => {
      seen.push(ctx.params.name);
      return next();
    });
    inner.mount("deep", deep);
    const client = await connect(server, { revision, onLog: () => {} } as never);
    assert.is(textOf(await client.callTool("weather_deep_forecast", { city: "Bonn" })), "Sun in Bonn");
    assert.is(textOf(await client.callTool("weather_deep_state")), "state");
    assert.equal(seen, ["forecast", "state"]);
    assert.is((await read(client, "config://weather/deep/app")).text, "metric");
    deep.tool("new", {}, () => "new");
    assert.is(textOf(await client.callTool("weather_deep_new")), "new");
    assert.equal(
      (await client.listTools()).map(({ name }) => name),
      ["own", "weather_forecast", "weather_deep_forecast", "weather_deep_state", "weather_deep_new"],
    );
  });
}

test("links in results lead to where a client finds them; what the server does not have stays", async () => {
  const inner = weather();
  inner.extension("io.modelcontextprotocol/ui");
  inner.tool("links", { _meta: { ui: { resourceUri: "ui://page" } } }, () => [
    resourceLink("cities://Oslo/now", "now"),
    resourceLink("file:///etc/motd", "elsewhere"),
    embeddedResource("config://app", "metric"),
  ]);
  inner.resource("ui://page", {}, () => ({ uri: "ui://page", text: "<p>" }));
  inner.prompt("linked", {}, () => ({ role: "user", content: embeddedResource("config://app", "metric") }));
  const client = await connect(main({}, inner));
  const { content } = await client.callTool("weather_links");
  assert.equal(
    content.map((block: any) => block.uri ?? block.resource.uri),
    ["cities://weather/Oslo/now", "file:///etc/motd", "config://weather/app"],
  );
  const { messages } = await client.getPrompt("weather_linked");
  assert.is((messages[0]!.content as any).resource.uri, "config://weather/app");
  const tool = (await client.listTools()).find(({ name }) => name === "weather_links");
  assert.equal(tool!._meta, { ui: { resourceUri: "ui://weather/page" } });
  assert.is((await read(client, "ui://weather/page")).uri, "ui://weather/page");
  assert.ok("io.modelcontextprotocol/ui" in (client.capabilities as any).extensions);
});

test("addresses of the web stay what they are", async () => {
  const inner = weather();
  inner.resource("https://example.com/doc", {}, () => "doc");
  const client = await connect(main({}, inner));
  assert.is((await read(client, "https://example.com/doc")).text, "doc");
});

test("what a mounted server masks stays masked, and is told to it", async () => {
  const heard: string[] = [];
  const onError = (error: unknown, where: string) => void heard.push(`${where}: ${(error as Error).message}`);
  const inner = weather({ maskErrors: true, onError });
  const fail = () => {
    throw new Error("secret");
  };
  inner.tool("fails", {}, fail);
  inner.tool("fails_late", {}, async () => fail());
  inner.prompt("fails", {}, fail);
  inner.resource("c://c", {}, fail);
  const client = await connect(main({ onError: () => {} }, inner));
  assert.is(textOf(await client.callTool("weather_fails")), 'Tool "weather_fails" failed');
  assert.is(textOf(await client.callTool("weather_fails_late")), 'Tool "weather_fails_late" failed');
  for (const call of [client.getPrompt("weather_fails"), client.readResource("c://weather/c")])
    assert.not.match(await refusedBy(call), /secret/);
  assert.equal(heard, ["tool fails: secret", "tool fails_late: secret", "prompt fails: secret", "a resource: secret"]);
});

test("options for weak hosts hold for what they were given to", async () => {
  const inner = weather({ repairArguments: () => {} });
  const number = {
    type: "object",
    properties: { n: { $ref: "#/$defs/N" } },
    $defs: { N: { type: "number" } },
  } as const;
  inner.tool("double", { input: number }, ({ n }) => 2 * (n as number));
  const client = await connect(main({ inlineRefs: true }, inner));
  const tool = (await client.listTools()).find(({ name }) => name === "weather_double");
  assert.equal((tool!.inputSchema as any).properties.n, { type: "number" });
  assert.is(textOf(await client.callTool("weather_double", { n: "21" })), "42");
});

test("an extension's methods are served by the server that has it", async () => {
  const id = "com.example/search";
  const inner = createServer({ name: "inner", version }, { lifespan: () => ({ state: { found: 7 } }) });
  inner.extension(id, { methods: { "search/run": (_, ctx) => ({ ...(ctx.state as unknown as object) }) } });
  const client = await connect(main({}, inner as unknown as Server), { extensions: { [id]: {} } } as never);
  assert.is(((await client.request("search/run" as never)) as any).found, 7);
});

test("pages go over all of it, and stay good while something is registered", async () => {
  const inner = weather();
  const server = createServer({ name: "main", version }, { pageSize: 2 });
  server.mount("a", inner);
  server.mount("b", weather());
  inner.tool("two", {}, () => 2);
  const client = await connect(server);
  const namesOf = ({ tools: listed }: any) => listed.map(({ name }: { name: string }) => name);
  const first = await client.request("tools/list");
  assert.equal(namesOf(first), ["a_forecast", "b_forecast"]);
  server.tool("own", {}, () => 1);
  const second = await client.request("tools/list", { cursor: first.nextCursor });
  assert.equal(namesOf(second), ["a_two"]);
  assert.is((await client.listTools()).length, 4);
});

test("names that are taken are refused, at the mount and later, and nothing is taken then", () => {
  const server = createServer({ name: "main", version });
  server.tool("weather_forecast", {}, () => 1);
  const inner = weather();
  assert.throws(() => server.mount("weather", inner), 'Tool "weather_forecast" is registered already');
  assert.equal([...server.prompts], []);
  server.mount("w", inner);
  server.tool("w_late", {}, () => 1);
  assert.throws(() => inner.tool("late", {}, () => 2), 'Tool "w_late" is registered already');
  inner.tool("later", {}, () => 2);
  assert.ok(server.tools.get("w_later"));
});

test("what cannot be mounted is told", () => {
  const [server, inner, small] = [weather(), weather(), createSmall({ name: "s", version }, { features: [tools] })];
  assert.throws(() => server.mount("a b", inner), 'the prefix must be letters, digits, ".", "_" and "-", got "a b"');
  assert.throws(() => server.mount("a", {} as never), "what createServer returns is expected");
  assert.throws(() => server.mount("a", server), "cannot be mounted in itself");
  server.mount("a", inner);
  assert.throws(() => inner.mount("b", server), "cannot be mounted in itself");
  assert.is((small as any).mount, undefined);
  const some = createSmall({ name: "s", version }, { features: [tools, mounts, middleware] });
  assert.throws(() => some.mount("a", weather()), 'mount "a" needs the feature "resources" of barewire/core');
});

test("a small server in a small server", async () => {
  const inner = createSmall({ name: "s", version }, { features: [tools] });
  const server = createSmall({ name: "m", version }, { features: [tools, mounts] });
  inner.tool("add", { input }, ({ city }) => city);
  server.mount("x", inner);
  const client = await connect(server);
  assert.is(textOf(await client.callTool("x_add", { city: "Oslo" })), "Oslo");
});

test("a version that is replaced takes its mounted servers down", async () => {
  const downs: string[] = [];
  const version = (name: string) => {
    const inner = createServer(
      { name, version: "1" },
      { lifespan: () => ({ state: name, stop: () => void downs.push(name) }) },
    );
    inner.tool("state", {}, (_, ctx) => ctx.state);
    return main({}, inner as unknown as Server);
  };
  const { server, replace } = replaceable(version("one"));
  const client = await connect(server);
  assert.is(textOf(await client.callTool("weather_state")), "one");
  await replace(version("two"));
  assert.equal(downs, ["one"]);
  assert.is(textOf(await client.callTool("weather_state")), "two");
  await server.close();
  assert.equal(downs, ["one", "two"]);
});

test.run();
