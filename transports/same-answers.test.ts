import { test } from "uvu";
import * as assert from "uvu/assert";
import { createServer } from "../server/index.js";
import { connectMemory } from "./memory.js";
import { FakeClock } from "./testing/fake-clock.js";
import { adapters, Events, postModern, type HttpWire } from "./testing/http-wire.js";
import { initialized, legacy, modern, type Wire } from "./testing/messages.js";
import { SseClient, sseAdapters } from "./testing/sse-wire.js";
import { openStdio } from "./testing/stdio-wire.js";
import type { HttpOptions } from "./http/options.js";

// One tool that asks two questions: whoever calls it, in whichever revision and over whichever transport, gets the
// same.

const capabilities = { elicitation: {}, sampling: {} };
const answers: Record<string, object> = {
  "elicitation/create": { action: "accept", content: { name: "Ada" } },
  "sampling/createMessage": { role: "assistant", content: { type: "text", text: "Looks good" }, model: "m" },
};

function makeServer() {
  const server = createServer({ name: "same", version: "1" }, { clock: new FakeClock() });
  let made = 0;
  server.tool("deploy", {}, async (_args, ctx) => {
    const plan = await ctx.once("plan", () => `plan ${++made}`);
    const [who, review] = await Promise.all([
      ctx.elicit("who", {
        message: "Your name?",
        schema: { type: "object", properties: { name: { type: "string" } } },
      }),
      ctx.sample("review", { messages: [{ role: "user", content: { type: "text", text: plan } }], maxTokens: 100 }),
    ]);
    if (who.action !== "accept") return "cancelled";
    const { content } = review as Wire;
    return `${plan}, deployed by ${who.content.name}: ${content.text}`;
  });
  return server;
}

/** A channel on which all messages go both ways. */
interface Channel {
  send(message: object): void | Promise<unknown>;
  next(): Promise<Wire>;
}

/** A client with a handshake: answers what it is asked until its call is answered. */
async function callLegacy({ send, next }: Channel, version: string): Promise<Wire> {
  await send(
    legacy(0, "initialize", { protocolVersion: version, capabilities, clientInfo: { name: "t", version: "1" } }),
  );
  assert.is((await next()).result.protocolVersion, version);
  await send(initialized);
  await send(legacy(1, "tools/call", { name: "deploy" }));
  return answerAll(next, send);
}

async function answerAll(next: Channel["next"], send: Channel["send"]): Promise<Wire> {
  for (;;) {
    const message = await next();
    if (message === undefined) throw new Error("the channel ended before the answer");
    if (message.method === undefined) return message;
    await send({ jsonrpc: "2.0", id: message.id, result: answers[message.method] });
  }
}

const callOf = (id: number, more: object = {}) =>
  modern(id, "tools/call", {
    name: "deploy",
    _meta: { "io.modelcontextprotocol/clientCapabilities": capabilities },
    ...more,
  });

/** What a modern client tries again with. */
function retryOf({ result }: Wire): Wire {
  assert.is(result.resultType, "input_required");
  const asked = Object.entries(result.inputRequests as Record<string, { method: string }>);
  assert.equal(asked.map(([key]) => key).sort(), ["review", "who"], "both in one round");
  return callOf(2, {
    inputResponses: Object.fromEntries(asked.map(([key, { method }]) => [key, answers[method]])),
    requestState: result.requestState,
  });
}

async function callModern({ send, next }: Channel): Promise<Wire> {
  await send(callOf(1));
  await send(retryOf(await next()));
  return next();
}

/** A queue that whoever waits for the next message is served from. */
function queue() {
  const messages: Wire[] = [];
  const waiting: ((message: Wire) => void)[] = [];
  return {
    push(message: Wire) {
      const take = waiting.shift();
      if (take) take(message);
      else messages.push(message);
    },
    next: () =>
      messages.length > 0 ? Promise.resolve(messages.shift()) : new Promise<Wire>((resolve) => waiting.push(resolve)),
  };
}

async function messagesOf(answer: Response): Promise<Channel["next"]> {
  if (answer.headers.get("content-type") === "application/json") {
    const message = await answer.json();
    return () => Promise.resolve(message);
  }
  const events = new Events(answer);
  return () => events.next();
}

async function legacyOverHttp(wire: HttpWire, version: string): Promise<Wire> {
  const opened = await wire.send({
    body: legacy(0, "initialize", { protocolVersion: version, capabilities, clientInfo: { name: "t", version: "1" } }),
  });
  const headers = { "Mcp-Session-Id": opened.headers.get("mcp-session-id")!, "MCP-Protocol-Version": version };
  await opened.text();
  const send = (body: object) => wire.send({ body, headers });
  await send(initialized);
  return answerAll(await messagesOf(await send(legacy(1, "tools/call", { name: "deploy" }))), send);
}

async function modernOverHttp(wire: HttpWire): Promise<Wire> {
  const next = async (message: Wire) => (await messagesOf(await postModern(wire, message)))();
  return next(retryOf(await next(callOf(1))));
}

/** Without a version: the modern one. */
type Run = (version: string | undefined) => Promise<Wire>;
const talk = (channel: Channel, version: string | undefined) =>
  version === undefined ? callModern(channel) : callLegacy(channel, version);

const http =
  (adapter: string, options: HttpOptions): Run =>
  async (version) => {
    const wire = await adapters[adapter]!(makeServer(), options);
    try {
      return await (version === undefined ? modernOverHttp(wire) : legacyOverHttp(wire, version));
    } finally {
      await wire.stop();
    }
  };

const transports: Record<string, Run> = {
  async memory(version) {
    const { push, next } = queue();
    const wire = connectMemory(makeServer(), push);
    return talk({ send: (message) => wire.send(message), next }, version).finally(() => wire.close());
  },
  async stdio(version) {
    const wire = openStdio(makeServer());
    const answer = await talk({ send: (message) => wire.send(message), next: () => wire.next() }, version);
    await wire.rest();
    return answer;
  },
};
for (const adapter of Object.keys(adapters)) {
  for (const reply of ["auto", "sse", "json"] as const)
    transports[`HTTP ${reply} (${adapter})`] = http(adapter, { reply });
}
for (const [adapter, open] of Object.entries(sseAdapters)) {
  transports[`HTTP+SSE (${adapter})`] = async (version) => {
    const wire = await open(makeServer());
    const client = await SseClient.open(wire);
    try {
      return await talk({ send: (message) => client.post(message), next: () => client.next() }, version);
    } finally {
      await wire.stop();
    }
  };
}

/** Elicitation came with 2025-06-18: before that the tool has nobody to ask. */
const versions = ["2025-06-18", "2025-11-25", undefined];
const content = [{ type: "text", text: "plan 1, deployed by Ada: Looks good" }];

for (const [name, run] of Object.entries(transports)) {
  for (const version of versions) {
    // The revisions with a handshake ask by requests of their own, which an answer of JSON alone has no place for.
    const cannotAsk = version !== undefined && name.startsWith("HTTP json");
    if (version === undefined && name.startsWith("HTTP+SSE")) continue;
    test(`${version ?? "2026-07-28"} over ${name}${cannotAsk ? ": cannot ask, and says so" : ""}`, async () => {
      const { id, result } = await run(version);
      assert.is(id, version === undefined ? 2 : 1);
      if (cannotAsk) {
        assert.is(result.isError, true);
        assert.match(result.content[0].text, "answered with JSON alone");
      } else assert.equal([result.content, result.isError], [content, undefined]);
    });
  }
}

test.run();
