import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Message } from "../../protocol/jsonrpc.js";
import { versions, modernVersions } from "../../protocol/revisions/index.js";
import { connectMemory } from "../../transports/memory.js";
import { createServer, elicitation, inputRequired, sampling, urlElicitationRequired, type Server } from "../index.js";

type Json = Record<string, any>;

const capabilities = { elicitation: { form: {}, url: {} }, sampling: { tools: {} }, roots: {} };
const modern = modernVersions[0]!;

/** A client that answers what it is asked, in whatever way its revision asks. */
function connect(
  server: Server,
  version: string,
  answers: Record<string, (params: Json) => unknown>,
  declared: Json = capabilities,
) {
  const seen: Json[] = [];
  const waiting = new Map<unknown, (message: Json) => void>();
  const connection = connectMemory(server, (received) => {
    const message = received as Message as Json;
    seen.push(message);
    if (message.method !== undefined && message.id !== undefined) {
      const answer = answers[message.method]?.(message.params ?? {});
      if (answer === undefined) return;
      connection.send({
        jsonrpc: "2.0",
        id: message.id,
        ...((answer as Json).code ? { error: answer } : { result: answer }),
      });
    } else waiting.get(message.id)?.(message);
  });
  let lastId = 0;
  const request = (method: string, params: Json): Promise<Json> => {
    const id = `c${++lastId}`;
    const _meta = modernVersions.includes(version)
      ? { "io.modelcontextprotocol/protocolVersion": version, "io.modelcontextprotocol/clientCapabilities": declared }
      : undefined;
    return new Promise((resolve) => {
      waiting.set(id, resolve);
      connection.send({ jsonrpc: "2.0", id, method, params: _meta ? { ...params, _meta } : params });
    });
  };
  if (!modernVersions.includes(version)) {
    void request("initialize", {
      protocolVersion: version,
      capabilities: declared,
      clientInfo: { name: "c", version: "1" },
    });
    connection.send({ jsonrpc: "2.0", method: "notifications/initialized" });
  }
  /** Calls a tool, answering as often as it asks. */
  const call = async (name: string, args: Json = {}): Promise<{ answer: Json; rounds: number }> => {
    let params: Json = { name, arguments: args };
    for (let rounds = 1; ; rounds++) {
      const answer = await request("tools/call", params);
      if (answer.result?.resultType !== "input_required") return { answer, rounds };
      const inputResponses: Json = {};
      for (const [key, asked] of Object.entries(answer.result.inputRequests as Json))
        inputResponses[key] = answers[asked.method]!(asked.params ?? {});
      params = { name, arguments: args, inputResponses, requestState: answer.result.requestState };
    }
  };
  return { connection, seen, request, call };
}

const form = { type: "object", properties: { name: { type: "string" } }, required: ["name"] } as const;
const accept = () => ({ action: "accept", content: { name: "Ada" } });
const written = () => ({ role: "assistant", model: "m", content: { type: "text", text: "written" } });

const asks = versions.filter((version) => version >= "2025-06-18");

for (const version of asks) {
  test(`${version}: two questions asked together, a once value and roots give the same answer`, async () => {
    const server = createServer({ name: "s", version: "1" });
    let made = 0;
    server.tool("ask", {}, async (_, ctx) => {
      const plan = await ctx.once("plan", () => `plan ${++made}`);
      const [who, text] = await Promise.all([
        ctx.elicit("who", { message: "Your name?", schema: form }),
        ctx.sample("text", { messages: [{ role: "user", content: { type: "text", text: "Write" } }], maxTokens: 10 }),
      ]);
      const roots = await ctx.roots();
      return `${plan}: ${who.content?.name}, ${(text.content as Json).text}, ${roots[0]?.uri}`;
    });
    const client = connect(server, version, {
      "elicitation/create": accept,
      "sampling/createMessage": written,
      "roots/list": () => ({ roots: [{ uri: "file:///here" }] }),
    });
    const { answer, rounds } = await client.call("ask");
    assert.equal(answer.result.content, [{ type: "text", text: "plan 1: Ada, written, file:///here" }]);
    assert.is(made, 1);
    assert.is(rounds, version === modern ? 3 : 1);
  });

  test(`${version}: the bare pattern keeps its own state and gets the answers`, async () => {
    const server = createServer({ name: "s", version: "1" });
    server.tool("ask", {}, (_, ctx) => {
      const state = ctx.requestState as { step: number } | undefined;
      if (state?.step === 2) return `done with ${JSON.stringify(ctx.inputResponses)}`;
      const inputRequests = {
        who: elicitation({
          message: "Your name?",
          requestedSchema: { type: "object", properties: { name: { type: "string" } } },
        }),
      };
      return inputRequired({ inputRequests, requestState: { step: (state?.step ?? 0) + 1 } });
    });
    const client = connect(server, version, { "elicitation/create": accept });
    const { answer } = await client.call("ask");
    assert.equal(answer.result.content, [
      { type: "text", text: 'done with {"who":{"action":"accept","content":{"name":"Ada"}}}' },
    ]);
  });

  test(`${version}: a capability that is missing is an error, never a result`, async () => {
    const server = createServer({ name: "s", version: "1" });
    server.tool("ask", {}, async (_, ctx) => void (await ctx.sample("x", { messages: [], maxTokens: 1 })));
    const { answer } = await connect(server, version, {}, {}).call("ask");
    assert.is(answer.error.code, version === modern ? -32021 : -32600);
    assert.equal(answer.error.data, { requiredCapabilities: { sampling: {} } });
  });
}

test("a swallowed question, a finally block and a question asked early still end in input_required", async () => {
  const server = createServer({ name: "s", version: "1" });
  let finals = 0;
  server.tool("swallow", {}, async (_, ctx) => {
    const early = ctx.elicit("early", { message: "?", schema: form });
    try {
      await ctx.elicit("late", { message: "?", schema: form });
    } catch {
      return "swallowed";
    } finally {
      finals += 1;
    }
    return (await early).content?.name;
  });
  const client = connect(server, modern, { "elicitation/create": accept });
  const first = await client.request("tools/call", { name: "swallow" });
  assert.is(first.result.resultType, "input_required");
  assert.equal(Object.keys(first.result.inputRequests), ["early", "late"]);
  const { answer } = await client.call("swallow");
  assert.equal(answer.result.content, [{ type: "text", text: "Ada" }]);
  assert.is(finals, 3);
});

test("what the client can never give is said at once, not after the user was asked for the rest", async () => {
  const server = createServer({ name: "s", version: "1" });
  server.tool("both", {}, async (_, ctx) => {
    await Promise.all([
      ctx.elicit("who", { message: "?", schema: form }),
      ctx.sample("text", { messages: [], maxTokens: 1 }),
    ]);
  });
  const { error } = await connect(server, modern, {}, { elicitation: {} }).request("tools/call", { name: "both" });
  assert.equal([error.code, error.data], [-32021, { requiredCapabilities: { sampling: {} } }]);
});

test("a state is refused when forged, for another call, another caller, or too late", async () => {
  let now = 0;
  const clock = { now: () => now, after: () => () => {} };
  const server = createServer({ name: "s", version: "1" }, { clock, requestState: { ttlMs: 1000 } });
  server.tool(
    "ask",
    { input: { type: "object" } },
    async (_, ctx) => (await ctx.elicit("who", { message: "?", schema: form })).action,
  );
  server.tool(
    "other",
    { input: { type: "object" } },
    async (_, ctx) => (await ctx.elicit("who", { message: "?", schema: form })).action,
  );
  const client = connect(server, modern, {});
  const { requestState } = (await client.request("tools/call", { name: "ask", arguments: { a: 1, b: 2 } }))
    .result as Json;
  const retry = (changes: Json) =>
    client.request("tools/call", {
      name: "ask",
      arguments: { b: 2, a: 1 },
      inputResponses: { who: accept() },
      requestState,
      ...changes,
    });
  assert.is((await retry({})).result.resultType, "complete");
  assert.is((await retry({ requestState: `${requestState}x` })).error.code, -32602);
  assert.is((await retry({ requestState: "forged" })).error.code, -32602);
  assert.is((await retry({ requestState: 5 })).error.code, -32602);
  assert.is((await retry({ name: "other" })).error.code, -32602);
  assert.is((await retry({ arguments: { a: 2, b: 2 } })).error.code, -32602);
  now = 1000;
  assert.is((await retry({})).error.code, -32602);
});

test("answers alone are taken, wrong keys and malformed answers are asked for again", async () => {
  const server = createServer({ name: "s", version: "1" });
  server.tool("ask", {}, async (_, ctx) => (await ctx.elicit("who", { message: "?", schema: form })).content?.name);
  const client = connect(server, modern, {});
  const retry = async (inputResponses: unknown) =>
    (await client.request("tools/call", { name: "ask", inputResponses })).result as Json;
  assert.equal((await retry({ who: accept(), more: 1 })).content, [{ type: "text", text: "Ada" }]);
  for (const answers of [
    { wrong: accept() },
    { who: 12345 },
    { who: { action: "accept", content: { name: 5 } } },
    null,
    [],
  ]) {
    assert.is((await retry(answers)).resultType, "input_required");
  }
});

test("what is done once is done once, beside a question and beside itself", async () => {
  const server = createServer({ name: "s", version: "1" });
  let made = 0;
  let finish = () => {};
  server.tool("charge", {}, async (_, ctx) => {
    const charge = () => ctx.once("charge", () => new Promise<number>((resolve) => (finish = () => resolve(++made))));
    const [one, other, who] = await Promise.all([
      charge(),
      charge(),
      ctx.elicit("who", { message: "?", schema: form }),
    ]);
    return [one, other, who.content?.name].join();
  });
  const client = connect(server, modern, { "elicitation/create": accept });
  const answered = client.call("charge");
  // The handler has ended by its question; what is made once is still being made.
  for (let i = 0; i < 200; i++) await undefined;
  finish();
  assert.equal((await answered).answer.result.content, [{ type: "text", text: "1,1,Ada" }]);
  assert.is(made, 1);
});

test("answers to what was not asked are nobody's once something was asked", async () => {
  const server = createServer({ name: "s", version: "1" });
  server.tool("two", {}, async (_, ctx) => {
    await ctx.elicit("first", { message: "?", schema: form });
    return (await ctx.elicit("second", { message: "?", schema: form })).action;
  });
  const client = connect(server, modern, {});
  const { requestState } = (await client.request("tools/call", { name: "two" })).result as Json;
  const inputResponses = { first: accept(), second: accept() };
  const { result } = await client.request("tools/call", { name: "two", inputResponses, requestState });
  assert.equal(Object.keys(result.inputRequests), ["second"]);
});

test("legacy: what nobody waits for any more is taken back from the user", async () => {
  const server = createServer({ name: "s", version: "1" });
  server.tool("mixed", {}, async (_, ctx) => {
    const who = ctx.elicit("who", { message: "?", schema: form });
    await Promise.all([who, ctx.sample("text", { messages: [], maxTokens: 1 })]);
  });
  server.tool("left", {}, (_, ctx) => {
    void ctx.elicit("who", { message: "?", schema: form });
    return "done";
  });
  for (const [tool, ends] of [
    ["mixed", "error"],
    ["left", "result"],
  ] as const) {
    const client = connect(server, "2025-06-18", {}, { elicitation: {} });
    assert.ok((await client.call(tool)).answer[ends]);
    const sent = client.seen
      .filter(({ method }) => method)
      .map(({ method, id, params }) => [method, id ?? params.requestId]);
    assert.equal(sent, [
      ["elicitation/create", 1],
      ["notifications/cancelled", 1],
    ]);
  }
});

test("a tool's time does not run out while a person thinks", async () => {
  const waits: { at: number; run: () => void }[] = [];
  let now = 0;
  const clock = {
    now: () => now,
    after: (ms: number, run: () => void) => {
      const wait = { at: now + ms, run };
      waits.push(wait);
      return () => void waits.splice(waits.indexOf(wait), waits.includes(wait) ? 1 : 0);
    },
  };
  const pass = (ms: number) => {
    now += ms;
    for (const wait of waits.filter(({ at }) => at <= now)) {
      waits.splice(waits.indexOf(wait), 1);
      wait.run();
    }
  };
  const server = createServer({ name: "s", version: "1" }, { clock });
  server.tool(
    "ask",
    { timeoutMs: 100 },
    async (_, ctx) => (await ctx.elicit("who", { message: "?", schema: form })).action,
  );
  let answer = () => {};
  const client = connect(server, "2025-06-18", { "elicitation/create": () => undefined });
  const answered = client.call("ask");
  for (let i = 0; i < 20; i++) await undefined;
  const { id } = client.seen.find(({ method }) => method === "elicitation/create")!;
  answer = () => client.connection.send({ jsonrpc: "2.0", id, result: { action: "decline" } });
  pass(100);
  pass(100);
  answer();
  assert.equal((await answered).answer.result, { content: [{ type: "text", text: "decline" }] });
  assert.is(waits.length, 0);
});

test("a form of which nothing is required may come back empty", async () => {
  const server = createServer({ name: "s", version: "1" });
  const schema = { type: "object", properties: { name: { type: "string" } } } as const;
  server.tool("ask", {}, async (_, ctx) => {
    const { content } = await ctx.elicit("who", { message: "?", schema });
    return `name: ${content?.name}, ${typeof content}`;
  });
  for (const version of asks) {
    const client = connect(server, version, { "elicitation/create": () => ({ action: "accept" }) });
    assert.equal((await client.call("ask")).answer.result.content, [{ type: "text", text: "name: undefined, object" }]);
  }
});

test("a client's word that its roots have changed reaches the author", async () => {
  const heard: string[] = [];
  const server = createServer({ name: "s", version: "1" }, { onRootsChanged: ({ name }) => heard.push(name) });
  const client = connect(server, "2025-06-18", {});
  client.connection.send({ jsonrpc: "2.0", method: "notifications/roots/list_changed" });
  await client.request("ping", {});
  assert.equal(heard, ["c"]);
});

test("the bare pattern: all questions can be asked or none is, and a page gets its id", async () => {
  const server = createServer({ name: "s", version: "1" });
  const page = (elicitationId?: string) =>
    elicitation({
      mode: "url",
      message: "Go",
      url: "https://example.com/",
      ...(elicitationId ? { elicitationId } : {}),
    });
  const requestedSchema = { type: "object", properties: {} } as never;
  server.tool("mixed", {}, () =>
    inputRequired({
      inputRequests: {
        form: elicitation({ message: "?", requestedSchema }),
        model: sampling({ messages: [], maxTokens: 1 }),
      },
    }),
  );
  server.tool("page", {}, (_, ctx) =>
    ctx.inputResponses ? "been there" : inputRequired({ inputRequests: { q: page(), r: page("mine") } }),
  );
  const poor = connect(server, "2025-11-25", {}, { elicitation: {} });
  assert.is((await poor.call("mixed")).answer.error.code, -32600);
  assert.is(poor.seen.filter(({ method }) => method).length, 0);
  const client = connect(server, "2025-11-25", { "elicitation/create": () => ({ action: "accept" }) });
  assert.equal((await client.call("page")).answer.result.content, [{ type: "text", text: "been there" }]);
  const ids = client.seen.filter(({ method }) => method).map(({ params }) => params.elicitationId);
  assert.match(ids[0], /^[0-9a-f-]{36}$/);
  assert.is(ids[1], "mine");
  server.elicitationCompleted("mine");
  assert.equal(client.seen.at(-1)!.params, { elicitationId: "mine" });
});

test("a page to visit: elicitationId and -32042 where the revision has them", async () => {
  const server = createServer({ name: "s", version: "1" });
  const ids: string[] = [];
  server.tool("visit", {}, async (_, ctx) => {
    const { action } = await ctx.elicit("key", {
      message: "Go",
      url: (id) => `https://example.com/${(ids[0] ??= id)}`,
    });
    return action;
  });
  server.tool("required", {}, () => {
    throw urlElicitationRequired({ message: "Go", url: "https://example.com/", elicitationId: "e1" });
  });
  const legacy = connect(server, "2025-11-25", { "elicitation/create": () => ({ action: "accept" }) });
  assert.equal((await legacy.call("visit")).answer.result.content, [{ type: "text", text: "accept" }]);
  const asked = legacy.seen.find(({ method }) => method === "elicitation/create")!;
  assert.equal(asked.params, {
    mode: "url",
    message: "Go",
    url: `https://example.com/${ids[0]}`,
    elicitationId: ids[0],
  });
  server.elicitationCompleted(ids[0]!);
  assert.equal(legacy.seen.at(-1)!.params, { elicitationId: ids[0] });
  const { error } = (await legacy.call("required")).answer;
  assert.is(error.code, -32042);
  assert.equal(error.data.elicitations, [
    { mode: "url", message: "Go", url: "https://example.com/", elicitationId: "e1" },
  ]);
  const { result } = await connect(server, modern, {}).request("tools/call", { name: "required" });
  assert.equal(result.inputRequests, {
    page: { method: "elicitation/create", params: { mode: "url", message: "Go", url: "https://example.com/" } },
  });
});

test("a client's error and a cancelled call end the question", async () => {
  const server = createServer({ name: "s", version: "1" });
  let failed: unknown;
  server.tool("ask", {}, async (_, ctx) => {
    try {
      await ctx.sample("x", sampling({ messages: [], maxTokens: 1 }).params as never);
    } catch (error) {
      failed = error;
      throw error;
    }
  });
  const client = connect(server, "2025-06-18", {
    "sampling/createMessage": () => ({ code: -1, message: "User rejected" }),
  });
  assert.equal((await client.call("ask")).answer.result, {
    content: [{ type: "text", text: "User rejected" }],
    isError: true,
  });
  assert.is((failed as Json).rpcCode, -1);
  const silent = connect(server, "2025-06-18", {});
  void silent.request("tools/call", { name: "ask" });
  await silent.request("ping", {});
  silent.connection.send({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: "c2" } });
  await silent.request("ping", {});
  assert.equal(
    silent.seen.filter(({ method }) => method).map(({ method }) => method),
    ["sampling/createMessage", "notifications/cancelled"],
  );
});

test("a model that wants its tool for ever is asked so many times in every revision that has tools", async () => {
  const look = { name: "look", inputSchema: { type: "object" as const } };
  for (const version of versions) {
    const server = createServer({ name: "s", version: "1" }, { limits: { maxToolRounds: 2 }, onError: () => {} });
    let asked = 0;
    server.tool("loop", {}, async (_, ctx) => {
      const messages = [{ role: "user" as const, content: { type: "text" as const, text: "?" } }];
      await ctx.sample("plain", { messages, maxTokens: 9 });
      for (let round = 0; ; round++) await ctx.sample(`r${round}`, { messages, maxTokens: 9, tools: [look] });
    });
    const answer = (params: Json) => {
      if (params.tools) asked += 1;
      return { role: "assistant", model: "m", content: { type: "text", text: "again" } };
    };
    const { call } = connect(server, version, { "sampling/createMessage": answer });
    const {
      answer: { result, error },
    } = await call("loop");
    if (version < "2025-11-25") continue;
    assert.is(error, undefined);
    assert.equal([asked, result.isError, result.content[0].text.includes("2 times")], [2, true, true]);
  }
});

test.run();
