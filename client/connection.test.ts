import { test } from "uvu";
import * as assert from "uvu/assert";
import { FakeClock, settled } from "../protocol/fake-clock.js";
import { CallFailed, connect } from "./index.js";
import { failureOf, legacyScript, modernScript, Scripted, type Wire } from "./testing/scripted.js";

const content = [{ type: "text", text: "x" }];

test("a call that takes too long is cancelled, and its late answer ignored", async () => {
  for (const script of [legacyScript(), modernScript()]) {
    const clock = new FakeClock();
    const errors: unknown[] = [];
    const client = await connect(script, { clock, onError: (error) => errors.push(error) });
    const failed = failureOf(client.callTool("slow", {}, { timeoutMs: 50 }));
    await clock.advance(50);
    assert.is((await failed).code, "request_timeout");
    const { id } = script.last("tools/call");
    assert.is(script.last("notifications/cancelled").params.requestId, id);
    script.say({ id, result: { content } });
    assert.equal(errors, []);
    assert.is(clock.pending, 0);
  }
});

test("a signal takes a call back, once", async () => {
  const script = legacyScript();
  const client = await connect(script);
  const abort = new AbortController();
  const failed = failureOf(client.callTool("slow", {}, { signal: abort.signal }));
  await settled();
  abort.abort("enough");
  const failure = await failed;
  assert.is(failure.code, "request_cancelled");
  assert.match(failure.message, /enough/);
  await settled();
  assert.is(script.sent.filter(({ method }) => method === "notifications/cancelled").length, 1);
  assert.is((await failureOf(client.callTool("slow", {}, { signal: abort.signal }))).code, "request_cancelled");
  assert.is(script.sent.filter(({ method }) => method === "tools/call").length, 1);
});

test("progress begins the time anew where asked, up to the maximum", async () => {
  const clock = new FakeClock();
  const script = legacyScript();
  const client = await connect(script, { clock });
  const told: unknown[] = [];
  const options = { timeoutMs: 50, maxTotalMs: 100, resetOnProgress: true, onProgress: (p: unknown) => told.push(p) };
  const failed = failureOf(client.callTool("slow", {}, options));
  await clock.advance(40);
  const { id, params } = script.last("tools/call");
  const step = (progress: number) =>
    script.say({ method: "notifications/progress", params: { progressToken: params._meta.progressToken, progress } });
  step(1);
  await clock.advance(40);
  step(2);
  assert.equal(told, [{ progress: 1 }, { progress: 2 }]);
  await clock.advance(20);
  assert.match((await failed).message, /100 ms/);
  step(3);
  assert.is(told.length, 2);
  assert.is(script.last("notifications/cancelled").params.requestId, id);
});

test("what this client's own handlers take is not held against the server", async () => {
  const clock = new FakeClock();
  let answer!: (roots: []) => void;
  const roots = () => new Promise<[]>((resolve) => (answer = resolve));
  const script = legacyScript(({ method }, script) => {
    if (method === "tools/call" && script.last("tools/call").params.name === "asks")
      script.say({ id: "q", method: "roots/list" });
  });
  const client = await connect(script, { clock, roots });
  const called = client.callTool("asks", {}, { timeoutMs: 50 });
  await settled();
  // Nor what is asked for meanwhile.
  const meanwhile = client.callTool("other", {}, { timeoutMs: 50 });
  await clock.advance(500);
  script.say({ id: script.last("tools/call").id, result: { content } });
  assert.equal((await meanwhile).content, content);
  answer([]);
  await clock.advance(40);
  assert.equal(script.sent.at(-1), { jsonrpc: "2.0", id: "q", result: { roots: [] } });
  const { id } = script.sent.find(({ params }) => params?.name === "asks");
  script.say({ id, result: { content } });
  assert.equal((await called).content, content);
});

test("no question of the server gives it more time than it had", async () => {
  const clock = new FakeClock();
  const script = legacyScript();
  const client = await connect(script, { clock, roots: [] });
  const failed = failureOf(client.callTool("slow", {}, { timeoutMs: 50 }));
  for (const method of ["ping", "roots/list", "what/is", "ping"]) {
    await clock.advance(10);
    script.say({ id: clock.now(), method });
  }
  await clock.advance(9);
  assert.not(script.last("notifications/cancelled"));
  await clock.advance(1);
  assert.is((await failed).code, "request_timeout");
});

test("time goes on when a question is taken back whose handler does not heed that", async () => {
  const clock = new FakeClock();
  const script = legacyScript();
  const client = await connect(script, { clock, roots: () => new Promise(() => {}) });
  const failed = failureOf(client.callTool("slow", {}, { timeoutMs: 50 }));
  await clock.advance(20);
  script.say({ id: "q", method: "roots/list" });
  await clock.advance(500);
  script.say({ method: "notifications/cancelled", params: { requestId: "q" } });
  await clock.advance(29);
  assert.is(clock.pending, 2);
  await clock.advance(1);
  assert.is((await failed).code, "request_timeout");
});

test("a session that is opened anew has the log level and the subscriptions of the old one", async () => {
  const script = legacyScript(({ id }, script) => {
    if (id !== undefined) script.say({ id, result: {} });
  });
  const client = await connect(script, { logLevel: "warning" });
  await client.listen({ resourceSubscriptions: ["a:b"] }, () => {});
  const before = script.sent.length;
  script.receiver.expired();
  await client.ping();
  assert.equal(
    script.sent.slice(before).map(({ method, params }) => [method, params?.level ?? params?.uri]),
    [
      ["initialize", undefined],
      ["notifications/initialized", undefined],
      ["logging/setLevel", "warning"],
      ["resources/subscribe", "a:b"],
      ["ping", undefined],
    ],
  );
});

test("a server that is started anew while its session is opened anew gets one of its own", async () => {
  const lost = new CallFailed("connection_closed", "The server's process ended");
  let initializes = 0;
  const server = legacyScript(({ method, id }, script) => {
    if (method === "ping") script.say({ id, result: {} });
  });
  const script = new Scripted((message) => {
    if (message.method === "initialize" && ++initializes === 2) script.receiver.restarted(lost);
    else void server.send(message);
  });
  const opened = script.open.bind(script);
  script.open = async (receiver) => {
    await opened(receiver);
    await server.open(receiver);
  };
  const errors: unknown[] = [];
  const client = await connect(script, { onError: (error) => errors.push(error) });
  script.receiver.restarted(lost);
  await client.ping();
  assert.is(initializes, 3);
  assert.equal(errors, []);
});

test("sessions are not opened anew for ever", async () => {
  const clock = new FakeClock();
  const errors: string[] = [];
  const script = legacyScript(({ method, id }, script) => {
    if (method === "ping") script.say({ id, result: {} });
  });
  const client = await connect(script, {
    clock,
    limits: { maxRenewals: 2 },
    onError: (error) => errors.push((error as CallFailed).code),
  });
  for (let loss = 0; loss < 5; loss++) {
    script.receiver.expired();
    await settled();
  }
  assert.is(script.sent.filter(({ method }) => method === "initialize").length, 3);
  assert.equal(errors, ["limit_exceeded", "limit_exceeded", "limit_exceeded"]);
  assert.is((await failureOf(client.ping())).code, "limit_exceeded");
  await clock.advance(60_000);
  await client.ping();
});

test("nothing malformed crashes the client or ends the connection", async () => {
  const errors: string[] = [];
  const script = legacyScript(({ method, id }, script) => {
    if (method === "ping") script.say({ id, result: {} });
  });
  const client = await connect(script, { onError: (error) => errors.push(String(error)) });
  for (const message of [null, 1, "x", [], [{ jsonrpc: "2.0" }], {}, { jsonrpc: "1.0", id: 1, result: {} }] as Wire[]) {
    script.receiver.message(message);
  }
  script.say({ id: 999, result: {} });
  script.say({ id: "foreign", result: {} });
  script.say({ error: { code: -32700, message: "what?" } });
  script.say({ method: "notifications/progress", params: { progressToken: {}, progress: "x" } });
  script.say({ method: "notifications/cancelled", params: { requestId: "unknown" } });
  script.say({ method: "notifications/message" });
  await client.ping();
  assert.is(errors.length, 10);
});

test("a malformed answer fails its call alone", async () => {
  const answers: Wire[] = [
    { result: "x" },
    { result: {}, error: { code: 1, message: "" } },
    { error: {} },
    { result: null },
  ];
  for (const answer of answers) {
    const script = legacyScript(({ method, id }, script) => {
      if (method === "tools/call") script.say({ id, ...answer });
      if (method === "ping") script.say({ id, result: {} });
    });
    const client = await connect(script);
    assert.is((await failureOf(client.callTool("t"))).code, "malformed_answer");
    await client.ping();
  }
});

test("a second answer is ignored", async () => {
  const errors: unknown[] = [];
  const script = legacyScript(({ method, id }, script) => {
    if (method !== "tools/call") return;
    script.say({ id, result: { content } });
    script.say({ id, result: { content: [] } });
  });
  const client = await connect(script, { onError: (error) => errors.push(error) });
  assert.equal((await client.callTool("t")).content, content);
  assert.equal(errors, []);
});

test("an error of the server keeps its code and data", async () => {
  const script = modernScript(({ id }, script) => {
    script.say({ id, error: { code: -32602, message: "No such tool", data: { name: "t" } } });
  });
  const client = await connect(script);
  const failure = await failureOf(client.callTool("t"));
  assert.equal(
    [failure.code, failure.rpcCode, failure.message, failure.data],
    ["answer_error", -32602, "No such tool", { name: "t" }],
  );
});

test("what the server did not declare, and what the revision lacks, is not sent", async () => {
  const script = legacyScript(() => {}, "2025-11-25", {});
  const client = await connect(script);
  const before = script.sent.length;
  for (const work of [
    client.listTools(),
    client.callTool("t"),
    client.listPrompts(),
    client.complete({ ref: { type: "ref/prompt", name: "p" }, argument: { name: "a", value: "" } }),
    client.setLogLevel("info"),
  ])
    assert.is((await failureOf(work)).code, "missing_server_capability");
  assert.is((await failureOf(client.discover())).code, "not_in_revision");
  assert.is((await failureOf(client.request("sampling/createMessage"))).code, "not_in_revision");
  const modern = await connect(modernScript());
  assert.is((await failureOf(modern.ping())).code, "not_in_revision");
  assert.is(script.sent.length, before);
});

test("more requests than allowed are refused here", async () => {
  const client = await connect(legacyScript(), { limits: { maxInFlight: 2 } });
  const pending = [client.callTool("a"), client.callTool("b")].map(failureOf);
  assert.is((await failureOf(client.callTool("c"))).code, "limit_exceeded");
  await client.close();
  for (const failure of await Promise.all(pending)) assert.is(failure.code, "connection_closed");
});

test("when the connection ends, calls fail and questions are over", async () => {
  const aborted: unknown[] = [];
  const script: Scripted = legacyScript((message, script) => {
    if (message.method === "tools/call")
      script.say({ id: "q", method: "sampling/createMessage", params: { messages: [], maxTokens: 1 } });
  });
  const client = await connect(script, {
    sample: (_question, { signal }) =>
      new Promise((_, reject) =>
        signal.addEventListener("abort", () => {
          aborted.push(signal.reason);
          reject(new Error("over"));
        }),
      ),
  });
  const closings: unknown[] = [];
  client.onClose((error) => closings.push(error));
  const failed = failureOf(client.callTool("t"));
  await settled();
  script.receiver.closed(new CallFailed("connection_closed", "The server's process ended with code 1"));
  assert.match((await failed).message, /code 1/);
  assert.is(aborted.length, 1);
  assert.is(closings.length, 1);
  assert.is((await failureOf(client.callTool("t"))).code, "connection_closed");
  assert.not(script.sent.some(({ id }) => id === "q"));
  await client.close();
});

test("pages are followed, an empty cursor too, and never for ever", async () => {
  const cursors = ["", "b"];
  const script = legacyScript(({ method, id }, script) => {
    if (method !== "tools/list") return;
    const nextCursor = cursors.shift();
    script.say({ id, result: { tools: [{ name: `t${id}`, inputSchema: { type: "object" } }], nextCursor } });
  });
  assert.is((await (await connect(script)).listTools()).length, 3);
  assert.equal(
    script.sent.filter(({ method }) => method === "tools/list").map(({ params }) => params?.cursor),
    [undefined, "", "b"],
  );
  const endless = (next: (n: number) => string) =>
    legacyScript(({ method, id }, script) => {
      if (method === "tools/list") script.say({ id, result: { tools: [], nextCursor: next(id) } });
    });
  const same = await connect(endless(() => "same"));
  assert.is((await failureOf(same.listTools())).code, "malformed_answer");
  const more = await connect(endless(String), { limits: { maxPages: 5 } });
  assert.is((await failureOf(more.listTools())).code, "limit_exceeded");
});

test("a list with what is no object fails the call by name", async () => {
  for (const item of [null, "t", 1, []]) {
    const script = legacyScript(({ id }, script) => script.say({ id, result: { tools: [item], resources: [item] } }));
    const client = await connect(script);
    for (const list of [client.listTools(), client.listResources()])
      assert.is((await failureOf(list)).code, "malformed_answer");
  }
});

test("listeners that throw are told of, and do no harm", async () => {
  const errors: unknown[] = [];
  const script = legacyScript(({ method, id }, script) => {
    if (method !== "tools/call") return;
    script.say({ method: "notifications/progress", params: { progressToken: id, progress: 1 } });
    script.say({ id, result: { content } });
  });
  const client = await connect(script, { onError: (error) => errors.push(error) });
  const onProgress = () => {
    throw new Error("the author's");
  };
  assert.equal((await client.callTool("t", {}, { onProgress })).content, content);
  assert.is(errors.length, 1);
});

test.run();
