import { test } from "uvu";
import * as assert from "uvu/assert";
import { both } from "../testing/both.js";
import { adapters, Events, openSession, postHeaders, postModern, type Sent } from "../testing/http-wire.js";
import { testServer } from "../testing/http-server.js";
import { call, initialize, legacy, modern, modernMeta, notification } from "../testing/messages.js";

const rejections: unknown[] = [];
process.on("unhandledRejection", (reason) => rejections.push(reason));

/** Holds a refusal's status, code and id, and that its body is JSON. */
async function refused(answer: Response, status: number, code: number, id?: unknown): Promise<void> {
  const text = await answer.text();
  assert.is(answer.status, status, text);
  assert.is(answer.headers.get("content-type"), "application/json");
  const { error, jsonrpc, ...rest } = JSON.parse(text);
  assert.equal([jsonrpc, error.code], ["2.0", code], text);
  assert.equal(rest, id === undefined ? {} : { id });
}

const discover = modern(1, "server/discover");

both("both eras on one endpoint", async (wire) => {
  const answer = await postModern(wire, modern(1, "tools/call", call("echo", { a: 1 })));
  assert.is(answer.status, 200);
  assert.is(answer.headers.get("content-type"), "application/json");
  assert.is((await answer.json()).result.resultType, "complete");
  for (const version of ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"]) {
    const session = await openSession(wire, version);
    const { result } = await (await session.post(legacy(1, "tools/call", call("echo", { a: 1 })))).json();
    assert.equal(result, { content: [{ type: "text", text: '{"a":1}' }] });
  }
});

both("an old session id does not matter to a modern request, and is not echoed", async (wire) => {
  const answer = await postModern(wire, discover, { headers: { "Mcp-Session-Id": "gone" } });
  assert.is(answer.status, 200);
  assert.is(answer.headers.get("mcp-session-id"), null);
});

both("header mirroring: what is missing, differs or is malformed is 400 and -32020 with the id", async (wire) => {
  const request = modern(7, "tools/call", call("region", { region: "eu" }));
  const headers = {
    "MCP-Protocol-Version": "2026-07-28",
    "Mcp-Method": "tools/call",
    "Mcp-Name": "region",
    "Mcp-Param-Region": "eu",
  };
  assert.is((await wire.send({ body: request, headers })).status, 200);
  assert.is(
    (await wire.send({ body: request, headers: { ...headers, "Mcp-Param-Region": "=?base64?ZXU=?=" } })).status,
    200,
  );
  for (const wrong of [
    { "MCP-Protocol-Version": undefined },
    { "MCP-Protocol-Version": "2025-11-25" },
    { "Mcp-Method": undefined },
    { "Mcp-Method": "Tools/Call" },
    { "Mcp-Name": undefined },
    { "Mcp-Name": "echo" },
    { "Mcp-Name": "=?base64?%%?=" },
    { "Mcp-Param-Region": undefined },
    { "Mcp-Param-Region": "us" },
    { "Mcp-Param-Region": "=?base64?%%?=" },
  ] as Record<string, string | undefined>[]) {
    await refused(await wire.send({ body: request, headers: { ...headers, ...wrong } }), 400, -32020, 7);
  }
});

both("versions: unknown ones, and metadata that is missing", async (wire) => {
  const future = modern(1, "server/discover", { _meta: { "io.modelcontextprotocol/protocolVersion": "2099-01-01" } });
  const answer = await postModern(wire, future);
  assert.is(answer.status, 400);
  const { error } = await answer.json();
  assert.equal([error.code, error.data], [-32022, { supported: ["2026-07-28"], requested: "2099-01-01" }]);
  const header = { "MCP-Protocol-Version": "2026-07-28" };
  await refused(await wire.send({ body: legacy(2, "tools/list"), headers: header }), 400, -32602, 2);
  await refused(await wire.send({ body: initialize(), headers: header }), 400, -32602, "init");
  await refused(await wire.send({ body: legacy(3, "server/discover") }), 400, -32602, 3);
  const bare = { ...discover, params: { _meta: { "io.modelcontextprotocol/protocolVersion": "2026-07-28" } } };
  await refused(await postModern(wire, bare), 400, -32602, 1);
});

both(
  "an unknown method is 404 for modern clients, 200 for legacy ones; initialize is unknown to modern ones",
  async (wire) => {
    await refused(await postModern(wire, modern(1, "no/such")), 404, -32601, 1);
    await refused(
      await postModern(wire, { ...initialize(), params: { ...initialize().params, _meta: modernMeta } }),
      404,
      -32601,
      "init",
    );
    const session = await openSession(wire);
    await refused(await session.post(legacy(1, "no/such")), 200, -32601, 1);
  },
);

both("notifications get 202 without a body", async (wire) => {
  const cancelled = notification("notifications/cancelled", { requestId: 1 });
  for (const answer of [
    await wire.send({ body: cancelled, headers: { "MCP-Protocol-Version": "2026-07-28" } }),
    await (await openSession(wire)).post(cancelled),
    await (await openSession(wire)).post({ jsonrpc: "2.0", id: 77, result: {} }),
  ]) {
    assert.is(answer.status, 202);
    assert.is(await answer.text(), "");
  }
  await refused(await wire.send({ body: { jsonrpc: "2.0", id: 1, result: {} } }), 400, -32600);
});

both("Accept", async (wire) => {
  const kind = async (accept: string | undefined, message: object = discover) => {
    const answer = await postModern(wire, message, { headers: { Accept: accept } });
    await answer.text();
    return [answer.status, answer.headers.get("content-type")];
  };
  const [json, events] = ["application/json", "text/event-stream"];
  assert.equal(await kind("*/*"), [200, json]);
  assert.equal(await kind(""), [200, json]);
  assert.equal(await kind("application/*"), [200, json]);
  assert.equal(await kind("APPLICATION/JSON ; q=0.5"), [200, json]);
  assert.equal(await kind(events), [200, events]);
  assert.equal(await kind(`${json};q=0, ${events}`), [200, events]);
  assert.equal(await kind(`${json};q=0, */*`), [200, events]);
  assert.equal(await kind(`*/*;q=0.1, ${json};q=0.000`), [200, events]);
  assert.equal(await kind("text/html"), [406, json]);
  assert.equal(await kind("*/*;q=0"), [406, json]);
  const progress = modern(1, "tools/call", call("progress", {}, { progressToken: 1 }));
  assert.equal(await kind(`${events};q=0, */*`, progress), [200, json]);
  assert.equal(await kind(json, progress), [200, json]);
  assert.equal(await kind("*/*", progress), [200, events]);
});

both("a legacy unknown method is an event for who takes events alone", async (wire) => {
  const session = await openSession(wire);
  const answer = await session.send({ body: legacy(1, "no/such"), headers: { Accept: "text/event-stream" } });
  const [message] = await new Events(answer).rest();
  assert.equal([message.id, message.error.code], [1, -32601]);
});

both("content type", async (wire) => {
  const status = async (type: string | undefined) => {
    const answer = await postModern(wire, discover, { headers: { "Content-Type": type } });
    await answer.text();
    return answer.status;
  };
  assert.equal(
    await Promise.all(["application/json; charset=utf-8", 'Application/JSON;Charset="UTF-8"'].map(status)),
    [200, 200],
  );
  assert.equal(
    await Promise.all(["text/plain", "application/json; charset=utf-16", "application/jsonl", undefined].map(status)),
    [415, 415, 415, 415],
  );
});

both(
  "bodies that are no message are 400 without an id, or with the id where one can be read",
  async (wire) => {
    const raw = (body: string | Uint8Array) => wire.send({ body });
    await refused(await raw('{"jsonrpc":"2.0","id":1,'), 400, -32700);
    await refused(await raw(""), 400, -32700);
    await refused(await raw("\u{feff}{}"), 400, -32700);
    await refused(await raw(Uint8Array.of(0x22, 0xff, 0x22)), 400, -32700);
    await refused(await raw("null"), 400, -32600);
    await refused(await raw("{}"), 400, -32600);
    await refused(await raw('{"jsonrpc":"2.0","id":null,"method":"ping"}'), 400, -32600);
    await refused(await raw('{"jsonrpc":"2.0","id":5,"method":3}'), 400, -32600, 5);
    await refused(
      await raw(`{"jsonrpc":"2.0","id":6,"method":"ping","params":{"a":${"[".repeat(30)}${"]".repeat(30)}}}`),
      400,
      -32600,
      6,
    );
    await refused(await raw("[".repeat(30)), 400, -32700);
  },
  {},
  { maxDepth: 20 },
);

both(
  "a body that is too large is 413, with its length told or in chunks",
  async (wire) => {
    const text = JSON.stringify(modern(1, "tools/call", call("echo", { text: "x".repeat(2000) })));
    await refused(await wire.send({ body: text }), 413, -32600);
    const chunked = new Response(text).body!;
    await refused(await wire.send({ body: chunked }), 413, -32600);
    const fits = await postModern(wire, modern(1, "tools/call", call("echo", { text: "x" })));
    assert.is(fits.status, 200);
  },
  {},
  { maxMessageBytes: 1000 },
);

both("methods: 405 with Allow for what the endpoint does not take", async (wire) => {
  for (const method of ["PUT", "HEAD", "PATCH"]) {
    const answer = await wire.send({ method });
    assert.equal([answer.status, answer.headers.get("allow")], [405, "GET, POST, DELETE, OPTIONS"]);
  }
  for (const method of ["GET", "DELETE"]) {
    const answer = await wire.send({
      method,
      headers: { "MCP-Protocol-Version": "2026-07-28", Accept: "text/event-stream" },
    });
    assert.is(answer.status, 405);
  }
});

both(
  "without sessions: no ids, no GET, no DELETE; the version is the header's or 2025-03-26",
  async (wire) => {
    const answer = await wire.send({ body: initialize() });
    assert.equal([answer.status, answer.headers.get("mcp-session-id")], [200, null]);
    for (const method of ["GET", "DELETE"])
      assert.is((await wire.send({ method, headers: { Accept: "*/*" } })).status, 405);
    const [first] = await (await wire.send({ body: [legacy(1, "tools/list")] })).json();
    assert.not("title" in first.result.tools[0]);
    await refused(
      await wire.send({ body: [legacy(1, "tools/list")], headers: { "MCP-Protocol-Version": "2025-06-18" } }),
      400,
      -32600,
    );
    assert.is(
      (await wire.send({ body: legacy(1, "tools/list"), headers: { "MCP-Protocol-Version": "2025-06-18" } })).status,
      200,
    );
    await refused(
      await wire.send({ body: legacy(1, "tools/list"), headers: { "MCP-Protocol-Version": "1999" } }),
      400,
      -32600,
      1,
    );
  },
  { sessions: false },
);

both(
  "an endpoint that answers with JSON alone",
  async (wire) => {
    const progress = await postModern(wire, modern(1, "tools/call", call("progress", {}, { progressToken: 1 })));
    assert.equal([progress.headers.get("content-type"), (await progress.json()).id], ["application/json", 1]);
    await refused(await postModern(wire, modern("s", "subscriptions/listen", { notifications: {} })), 404, -32601, "s");
    await refused(await postModern(wire, discover, { headers: { Accept: "text/event-stream" } }), 406, -32600);
    assert.is((await wire.send({ method: "GET", headers: { Accept: "*/*" } })).status, 405);
    const session = await openSession(wire);
    assert.equal((await (await session.post(legacy(1, "ping"))).json()).result, {});
  },
  { reply: "json" },
);

both(
  "an endpoint that answers with events alone",
  async (wire) => {
    const answer = await postModern(wire, discover);
    const [message, ...more] = await new Events(answer).rest();
    assert.equal([message.id, more], [1, []]);
    await refused(await postModern(wire, modern(1, "no/such")), 404, -32601, 1);
    const session = await openSession(wire).catch(() => undefined);
    assert.ok(session, "the session id is on the stream's headers");
  },
  { reply: "sse" },
);

both("subscriptions/listen needs a client that takes events", async (wire) => {
  const listen = modern("s", "subscriptions/listen", { notifications: {} });
  await refused(await postModern(wire, listen, { headers: { Accept: "application/json" } }), 406, -32600, "s");
});

both("Origin: loopback origins only, by default", async (wire) => {
  const from = (origin: string, more: Sent = {}) =>
    postModern(wire, discover, { ...more, headers: { Origin: origin } });
  for (const origin of ["http://localhost:5173", "https://127.0.0.1", "http://[::1]:8080"]) {
    const answer = await from(origin);
    assert.equal([answer.status, answer.headers.get("access-control-allow-origin")], [200, origin]);
    assert.match(
      answer.headers.get("access-control-expose-headers")!,
      /Mcp-Session-Id, MCP-Protocol-Version, WWW-Authenticate/,
    );
    assert.match(answer.headers.get("vary")!, /Origin/);
  }
  for (const origin of [
    "https://evil.example",
    "null",
    "http://localhost.evil.example",
    "http://127.0.0.1.evil.example",
    "file://",
    "http://x@evil.example",
  ]) {
    const answer = await from(origin);
    await refused(answer, 403, -32600);
    assert.is(answer.headers.get("access-control-allow-origin"), null);
  }
  await refused(await wire.send({ method: "GET", headers: { Origin: "https://evil.example" } }), 403, -32600);
  await refused(await wire.send({ method: "OPTIONS", headers: { Origin: "https://evil.example" } }), 403, -32600);
  await refused(await wire.send({ body: "not json", headers: { Origin: "https://evil.example" } }), 403, -32600);
});

both(
  "Origin: the listed ones only",
  async (wire) => {
    assert.is((await postModern(wire, discover, { headers: { Origin: "https://app.example" } })).status, 200);
    await refused(await postModern(wire, discover, { headers: { Origin: "http://localhost" } }), 403, -32600);
    assert.is((await postModern(wire, discover)).status, 200, "a client that is no browser sends none");
  },
  { allowedOrigins: ["https://app.example"] },
);

both("a preflight is answered before anything else, with the Mcp headers that it asks for", async (wire) => {
  const answer = await wire.send({
    method: "OPTIONS",
    headers: {
      Origin: "http://localhost:1",
      "Access-Control-Request-Method": "POST",
      "Access-Control-Request-Headers": "content-type, Mcp-Param-Region, mcp-method, authorization, x-other",
    },
  });
  assert.is(answer.status, 204);
  const allowed = answer.headers.get("access-control-allow-headers")!.split(", ");
  for (const name of [
    "authorization",
    "content-type",
    "mcp-param-region",
    "mcp-method",
    "mcp-session-id",
    "mcp-protocol-version",
    "last-event-id",
  ]) {
    assert.ok(allowed.includes(name), name);
  }
  assert.not(allowed.includes("x-other"));
  assert.match(answer.headers.get("access-control-allow-methods")!, /POST/);
  assert.is(answer.headers.get("access-control-allow-origin"), "http://localhost:1");
});

both("refusals can be read by pages of an allowed origin", async (wire) => {
  const answer = await wire.send({ body: "{", headers: { Origin: "http://localhost:1" } });
  assert.equal([answer.status, answer.headers.get("access-control-allow-origin")], [400, "http://localhost:1"]);
});

both("a result that JSON cannot say is an error, and what handlers throw is 200", async (wire, { server }) => {
  server.tool("throws", {}, () => {
    throw new Error("line one\r\nX-Injected: yes");
  });
  const answer = await postModern(wire, modern(1, "tools/call", call("throws")));
  assert.equal([answer.status, answer.headers.get("x-injected")], [200, null]);
  assert.is((await answer.json()).result.isError, true);
});

both("values of a request do not end up as headers of the answer", async (wire) => {
  const evil = 'a"\u00e9\u0085b';
  const answers = [
    await wire.send({ body: discover, headers: { "MCP-Protocol-Version": evil } }),
    await wire.send({ body: discover, headers: { "Content-Type": evil } }),
    await wire.send({
      method: "OPTIONS",
      headers: { Origin: "http://localhost", "Access-Control-Request-Headers": `mcp-${evil}` },
    }),
    await wire.send({ method: "GET", headers: { "Mcp-Session-Id": evil } }),
  ];
  assert.equal(
    answers.map(({ status }) => status),
    [400, 415, 204, 404],
  );
  for (const answer of answers)
    for (const [name, value] of answer.headers) assert.not(value.includes("\u0085"), `${name}: ${value}`);
});

test("Accept may be missing altogether", async () => {
  const set = testServer();
  const wire = await adapters.fetch!(set.server);
  const { Accept: _, ...headers } = { ...postHeaders };
  const answer = await wire.send({
    body: discover,
    headers: { ...headers, Accept: undefined, "MCP-Protocol-Version": "2026-07-28", "Mcp-Method": "server/discover" },
  });
  assert.equal([answer.status, answer.headers.get("content-type")], [200, "application/json"]);
});

test("no rejection was left unhandled", () => assert.equal(rejections, []));

test.run();
