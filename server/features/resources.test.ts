import { test } from "uvu";
import * as assert from "uvu/assert";
import { createServer, resourceNotFound } from "../index.js";
import { Client, connected, legacy, modernVersion, turn, type Any } from "../wire.test.kit.js";

const versions = [...legacy, modernVersion];
const make = (options: Any = {}) => createServer({ name: "s", version: "1" }, { onError: () => {}, ...options });
const read = async (server: Any, uri: unknown, version = "2025-11-25") =>
  (await connected(server, version)).askIn(version, "resources/read", { uri });

test("what a handler may return, and what becomes of it", async () => {
  const uri = "x://y";
  const rows: [Any, Any, Any][] = [
    [{}, "text", [{ uri, mimeType: "text/plain", text: "text" }]],
    [{}, "", [{ uri, mimeType: "text/plain", text: "" }]],
    [{ mimeType: "text/markdown" }, "text", [{ uri, mimeType: "text/markdown", text: "text" }]],
    [{}, new Uint8Array([1, 2, 3]), [{ uri, mimeType: "application/octet-stream", blob: "AQID" }]],
    [{ mimeType: "image/png" }, new Uint8Array([1, 2, 3]), [{ uri, mimeType: "image/png", blob: "AQID" }]],
    [{}, new Uint8Array(), [{ uri, mimeType: "application/octet-stream", blob: "" }]],
    [{}, { text: "t" }, [{ uri, text: "t" }]],
    [
      { mimeType: "a/b" },
      { text: "t", mimeType: "c/d", uri: "x://z", _meta: { a: 1 } },
      [{ uri: "x://z", mimeType: "c/d", text: "t", _meta: { a: 1 } }],
    ],
    [{}, { blob: new Uint8Array([255]) }, [{ uri, blob: "/w==" }]],
    [{}, { blob: "/w==" }, [{ uri, blob: "/w==" }]],
    [
      {},
      ["a", { text: "b", uri: "x://b" }],
      [
        { uri, mimeType: "text/plain", text: "a" },
        { uri: "x://b", text: "b" },
      ],
    ],
    [{}, [], []],
  ];
  for (const [definition, value, contents] of rows) {
    for (const handler of [() => value, async () => value]) {
      const server = make();
      server.resource(uri, definition, handler);
      assert.equal((await read(server, uri)).result, { contents });
    }
  }
  for (const value of [5, null, {}, { text: 5 }, { blob: 5 }, ["a", 5], true]) {
    const server = make();
    server.resource(uri, {}, () => value as Any);
    const { error } = await read(server, uri);
    assert.is(error.code, -32603, JSON.stringify(value));
    assert.match(error.message, uri);
  }
});

test("not found: -32002 up to 2025-11-25, -32602 after, with the URI", async () => {
  const server = make();
  server.resource("x://gone", {}, () => undefined);
  server.resource("x://thrown", {}, () => {
    throw resourceNotFound("x://thrown");
  });
  server.resource("u://{id}", {}, ({ id }) => (id === "1" ? "one" : undefined));
  for (const version of versions) {
    for (const uri of ["x://none", "x://gone", "x://thrown", "u://2", "nonsense", ""]) {
      const { error } = await read(server, uri, version);
      assert.is(error.code, version === modernVersion ? -32602 : -32002, `${version} ${uri}`);
      assert.equal(error.data, { uri });
    }
    for (const uri of [undefined, null, 1, {}, []]) assert.is((await read(server, uri, version)).error.code, -32602);
  }
});

test("templates hand their variables on; a handler that knows nothing leaves the next one to try", async () => {
  const server = make();
  server.resource("users://{id}/profile", {}, ({ id }) => `profile ${id}`);
  server.resource("file:///{path*}", {}, ({ path }) => path);
  server.resource("search://x{?q,lang}", {}, ({ q, lang }) => `${q} ${lang}`);
  server.resource("t://{a}", {}, ({ a }) => (a === "1" ? "first" : undefined));
  server.resource("t://{b*}", {}, ({ b }) => `second ${b}`);
  server.resource("t://static", {}, () => "static");
  const rows: [string, string][] = [
    ["users://ada/profile", "profile ada"],
    ["users://a%20b/profile", "profile a b"],
    ["file:///a/b/c.txt", "a/b/c.txt"],
    ["search://x?q=1", "1 undefined"],
    ["search://x", "undefined undefined"],
    ["search://x?lang=de&q=a%2Bb", "a+b de"],
    ["t://1", "first"],
    ["t://2", "second 2"],
    ["t://static", "static"],
  ];
  for (const [uri, text] of rows)
    assert.equal((await read(server, uri)).result?.contents, [{ uri, mimeType: "text/plain", text }], uri);
});

test("a template's values cannot climb out, unless it says so", async () => {
  const attempts = [
    "../etc/passwd",
    "a/../../b",
    "..%2fetc",
    "%2e%2e/etc",
    "%2E%2E%2Fetc",
    "a%2Fb",
    "..",
    ".",
    "a/./b",
    "a%5Cb",
    "a\\b",
    "%252e%252e%252fetc",
    "a%00b",
    "/etc/passwd",
    "a//b",
    "%2fetc",
  ];
  for (const unconfined of [false, true]) {
    const server = make();
    const seen: string[] = [];
    server.resource("file:///{path*}", unconfined ? { unconfined } : {}, ({ path }) => {
      seen.push(path);
      return path;
    });
    for (const attempt of attempts) await read(server, `file:///${attempt}`);
    if (unconfined) assert.ok(seen.includes("../etc/passwd"));
    else assert.equal(seen, []);
    assert.ok((await read(server, "file:///a/b..c/.d")).result);
  }
  const server = make();
  server.resource("search://x{?q}", {}, ({ q }) => String(q));
  assert.ok((await read(server, "search://x?q=a%2Fb")).error);
  assert.ok((await read(server, "search://x?q=..")).error);
});

test("lists show resources, what templates list, and templates, with what was said of them", async () => {
  const server = make();
  const described = {
    title: "T",
    description: "d",
    mimeType: "text/plain",
    annotations: { priority: 1 },
    icons: [{ src: "https://example.com/i.png" }],
    _meta: { a: 1 },
  };
  server.resource(
    "u://{id}",
    {
      ...described,
      name: "u",
      list: async () => [{ uri: "u://1" }, { uri: "u://2", name: "two", title: "Two", size: 7 }],
    },
    ({ id }) => id,
  );
  server.resource("x://y", { ...described, name: "y", size: 5 }, () => "y");
  server.resource("x://bare", {}, () => "bare");
  server.resource("v://{id}", {}, ({ id }) => id);
  const client = await connected(server, "2025-11-25");
  assert.equal((await client.ask("resources/list")).result, {
    resources: [
      { uri: "x://y", name: "y", ...described, size: 5 },
      { uri: "x://bare", name: "x://bare" },
      { ...described, uri: "u://1", name: "u://1" },
      { ...described, uri: "u://2", name: "two", title: "Two", size: 7 },
    ],
  });
  assert.equal((await client.ask("resources/templates/list")).result, {
    resourceTemplates: [
      { uriTemplate: "u://{id}", name: "u", ...described },
      { uriTemplate: "v://{id}", name: "v://{id}" },
    ],
  });
});

test("a list callback that fails is -32603 and leaves the rest alone", async () => {
  for (const list of [() => Promise.reject(new Error("x")), () => 5 as Any]) {
    const server = make();
    server.resource("u://{id}", { list }, ({ id }) => id);
    const client = await connected(server, "2025-11-25");
    assert.is((await client.ask("resources/list")).error.code, -32603);
    assert.ok((await client.ask("resources/read", { uri: "u://1" })).result);
  }
});

test("disabled and removed resources are neither listed nor read; each change is announced", async () => {
  const server = make();
  const fixed = server.resource("x://y", {}, () => "y");
  const template = server.resource("u://{id}", {}, ({ id }) => id);
  const client = await connected(server, "2025-11-25");
  const state = async () => [
    (await client.ask("resources/list")).result.resources.length,
    (await client.ask("resources/templates/list")).result.resourceTemplates.length,
    (await client.ask("resources/read", { uri: "x://y" })).error?.code,
    (await client.ask("resources/read", { uri: "u://1" })).error?.code,
    client.notifications("notifications/resources/list_changed").length,
  ];
  assert.equal(await state(), [1, 1, undefined, undefined, 0]);
  fixed.disable();
  assert.equal(await state(), [0, 1, -32002, undefined, 1]);
  template.disable();
  assert.equal(await state(), [0, 0, -32002, -32002, 2]);
  fixed.enable();
  template.remove();
  assert.equal(await state(), [1, 0, undefined, -32002, 3]);
});

test("subscriptions of a legacy session: only what it watches, only as long as it does", async () => {
  for (const version of legacy) {
    const server = make({ limits: { maxWatchedUris: 2 } });
    server.resource("x://y", {}, () => "y");
    const client = await connected(server, version);
    const other = await connected(server, version);
    const updates = () => client.notifications("notifications/resources/updated").map(({ params }) => params);
    server.updated("x://y");
    await turn();
    assert.equal(updates(), []);
    assert.equal((await client.ask("resources/subscribe", { uri: "x://y" })).result, {});
    assert.equal((await client.ask("resources/subscribe", { uri: "x://y" })).result, {});
    server.updated("x://y");
    server.updated("x://y");
    server.updated("x://z");
    await turn();
    assert.equal(updates(), [{ uri: "x://y" }]);
    assert.equal((await client.ask("resources/unsubscribe", { uri: "x://y" })).result, {});
    assert.equal((await client.ask("resources/unsubscribe", { uri: "x://never" })).result, {});
    server.updated("x://y");
    await turn();
    assert.is(updates().length, 1);
    assert.equal(other.notifications(), []);
    for (const uri of ["a://1", "a://2"]) assert.ok((await client.ask("resources/subscribe", { uri })).result);
    assert.is((await client.ask("resources/subscribe", { uri: "a://3" })).error.code, -32602);
    for (const uri of [undefined, null, 1])
      assert.is((await client.ask("resources/subscribe", { uri })).error.code, -32602);
  }
});

test("a template that is not permitted is not listed, and completes nothing", async () => {
  const server = make();
  const permits = ({ auth }: Any) => auth?.principal === "ada";
  server.resource("x://secret", { permits }, () => "secret");
  server.resource("x://of/{owner}", { permits, complete: { owner: ["hidden"] } }, () => "of");
  server.resource("x://free/{name}", { complete: { name: ["open"] } }, () => "free");
  for (const version of versions) {
    for (const [principal, shown] of [
      ["ada", ["x://of/{owner}", "x://free/{name}"]],
      ["bob", ["x://free/{name}"]],
    ] as const) {
      const client = new Client(server, { principal });
      await client.open(version);
      const { result } = await client.askIn(version, "resources/templates/list");
      assert.equal(
        result.resourceTemplates.map(({ uriTemplate }: Any) => uriTemplate),
        shown,
      );
      const complete = (uri: string, name: string) =>
        client.askIn(version, "completion/complete", {
          ref: { type: "ref/resource", uri },
          argument: { name, value: "" },
        });
      const may = principal === "ada";
      assert.equal((await complete("x://of/{owner}", "owner")).result?.completion.values, may ? ["hidden"] : undefined);
      assert.is((await complete("x://secret", "x")).error?.code, may ? undefined : -32602);
      assert.equal((await complete("x://free/{name}", "name")).result.completion.values, ["open"]);
    }
  }
});

test("what is subscribed to and left again in one turn is left", async () => {
  for (const permits of [undefined, async () => true]) {
    const server = make();
    server.resource("x://one", permits ? { permits } : {}, () => "one");
    const client = new Client(server);
    await client.open("2025-11-25");
    const answers = [
      client.ask("resources/subscribe", { uri: "x://one" }),
      client.ask("resources/unsubscribe", { uri: "x://one" }),
    ];
    await Promise.all(answers);
    server.updated("x://one");
    await turn();
    assert.equal(client.notifications("notifications/resources/updated"), []);
  }
});

test("a resource is nothing to whom it is not permitted: not listed, not read, not told of", async () => {
  const server = make();
  let opened = 0;
  const permits = async ({ auth }: Any) => auth?.principal === "ada";
  server.resource("x://secret", { permits }, () => `opened ${++opened}`);
  server.resource("x://open", {}, () => "open");
  const ofOwner = ({ auth }: Any, { owner }: Any) => auth?.principal === owner;
  server.resource("x://of/{owner}", { permits: ofOwner }, ({ owner }) => `of ${owner}`);
  for (const version of versions) {
    opened = 0;
    for (const [principal, mayRead] of [
      ["ada", true],
      ["bob", false],
      [undefined, false],
    ] as const) {
      const client = new Client(server, principal === undefined ? undefined : { principal });
      await client.open(version);
      const uris = ["x://secret", "x://of/ada"];
      const { result } = await client.askIn(version, "resources/list");
      assert.equal(
        result.resources.map(({ uri }: Any) => uri),
        mayRead ? ["x://secret", "x://open"] : ["x://open"],
      );
      for (const uri of uris) {
        const read = await client.askIn(version, "resources/read", { uri });
        assert.is(read.result?.contents.length, mayRead ? 1 : undefined);
        if (!mayRead) assert.equal(read.error.code, version === modernVersion ? -32602 : -32002);
      }
      const watched = [...uris, "x://open", "x://of/bob", "x://nobody-knows"];
      const told: string[] = [];
      if (version === modernVersion) {
        void client.askModern("subscriptions/listen", { notifications: { resourceSubscriptions: watched } });
        await turn();
        told.push(...client.received.at(-1).params.notifications.resourceSubscriptions);
      } else for (const uri of watched) if ((await client.ask("resources/subscribe", { uri })).result) told.push(uri);
      const mine = principal === "bob" ? ["x://open", "x://of/bob"] : ["x://open"];
      assert.equal(told, [...(mayRead ? uris : []), ...mine, "x://nobody-knows"]);
      for (const uri of uris) server.updated(uri);
      await turn();
      assert.is(client.notifications("notifications/resources/updated").length, mayRead ? 2 : 0);
      client.connection.close();
    }
    assert.is(opened, 1);
  }
});

test("cache hints: a resource's own, else the server's; only in the modern era", async () => {
  const server = make({ cache: { ttlMs: 1000, cacheScope: "public" } });
  server.resource("x://own", { cache: { ttlMs: 5 } }, () => "r");
  server.resource("x://none", {}, () => "r");
  const hints = async (uri: string, more: Any = {}) => {
    const { result } = await (await connected(server, modernVersion)).askModern("resources/read", { uri, ...more });
    return [result.ttlMs, result.cacheScope];
  };
  assert.equal(await hints("x://own"), [5, "private"]);
  assert.equal(await hints("x://none"), [1000, "public"]);
  assert.equal(await hints("x://none", { inputResponses: {} }), [0, "private"]);
  const { result } = await read(server, "x://own");
  assert.equal(Object.keys(result), ["contents"]);
  for (const cache of [{ ttlMs: -1 }, { ttlMs: 1.5 }, { ttlMs: "1" }, { cacheScope: "all" }] as Any[]) {
    assert.throws(() => make({ cache }), TypeError);
    assert.throws(() => server.resource("x://bad", { cache }, () => "r"), /x:\/\/bad/);
  }
});

test("a definition that is no good is refused when it is given", () => {
  const server = make();
  const bad: [Any, Any, Any][] = [
    ["no scheme", {}, () => 1],
    ["", {}, () => 1],
    ["/path", {}, () => 1],
    ["{x}", {}, () => 1],
    ["x://y", {}, undefined],
    ["x://y", { list: () => [] }, () => 1],
    ["x://y", { complete: {} }, () => 1],
    ["x://y", { unconfined: true }, () => 1],
    ["x://{a", {}, () => 1],
    ["x://{a}", { complete: { b: [] } }, () => 1],
  ];
  for (const [uri, definition, handler] of bad)
    assert.throws(() => server.resource(uri, definition, handler), Error, uri);
  server.resource("x://y", {}, () => "y");
  assert.throws(() => server.resource("x://y", {}, () => "y"), /registered already/);
});

test.run();
