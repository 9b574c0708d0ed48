// @ts-check
// Each client, behind the little in which they differ.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Client as SdkClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport as SdkStdio } from "@modelcontextprotocol/sdk/client/stdio.js";
import { SSEClientTransport as SdkSse } from "@modelcontextprotocol/sdk/client/sse.js";
import { StreamableHTTPClientTransport as SdkHttp } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import {
  CallToolResultSchema,
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  ListRootsRequestSchema,
  LoggingMessageNotificationSchema,
  ResourceUpdatedNotificationSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { Arrivals } from "./arrivals.mjs";
import { stdioCommand } from "./processes.mjs";

const info = { name: "interop-client", version: "0.0.0" };

/** What each client can be asked, and what it answers. */
const capabilities = { elicitation: { form: {} }, sampling: {}, roots: {} };
export const answers = {
  "elicitation/create": { action: "accept", content: { name: "Ada" } },
  "sampling/createMessage": { role: "assistant", content: { type: "text", text: "fine" }, model: "m-1" },
  "roots/list": { roots: [{ uri: "file:///work" }] },
};
/** Back soon: what a server says of it goes first where it says so. */
const reconnectionOptions = {
  initialReconnectionDelay: 50,
  maxReconnectionDelay: 200,
  reconnectionDelayGrowFactor: 1.5,
  maxRetries: 3,
};

/** The version that is installed, from the package's own package.json. */
function installed(name) {
  let folder = dirname(
    createRequire(import.meta.url).resolve(name === "@modelcontextprotocol/sdk" ? `${name}/client/index.js` : name),
  );
  for (;;) {
    try {
      const found = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
      if (found.name === name) return found.version;
    } catch {
      // Not every folder has one.
    }
    if (folder === dirname(folder)) throw new Error(`${name} is not installed`);
    folder = dirname(folder);
  }
}

const sdk = `@modelcontextprotocol/sdk ${installed("@modelcontextprotocol/sdk")}`;
const client2 = `@modelcontextprotocol/client ${installed("@modelcontextprotocol/client")}`;

/** A connection that a check can use: the client, and what came from the server without being asked for. */
class Link {
  logs = new Arrivals();
  updates = new Arrivals();
  /** The tools after each change of the list, as the client fetched them. */
  lists = new Arrivals();
  /** What the client reported to its `onerror`. */
  errors = new Arrivals();
  /** Every message since the connection was made, as the transport gave it to the client. */
  received = new Arrivals();
  stderr = new Arrivals();
  /** HTTP only: what was asked for and what came, `{ method, status, session }`. */
  http = new Arrivals();
  /** HTTP only: breaks off the last event stream that answered a POST, as a network would. */
  cut = () => {};
  /** What the server asked of the client, by its methods. */
  asked = new Arrivals();

  constructor(subject, service) {
    this.subject = subject;
    this.service = service;
    this.listChanged = {
      tools: {
        debounceMs: 0,
        onChanged: (error, tools) => (error ? this.errors.push(error) : this.lists.push(tools.map(({ name }) => name))),
      },
    };
  }

  get wire() {
    if (this.subject.wire) return this.subject.wire;
    return this.service ? "http" : "stdio";
  }

  watch(client, transport) {
    this.client = client;
    this.transport = transport;
    client.onerror = (error) => this.errors.push(error);
    transport.stderr?.on("data", (chunk) => this.stderr.push(String(chunk)));
  }

  async open() {
    await this.client.connect(this.transport);
    const take = this.transport.onmessage;
    this.transport.onmessage = (message, extra) => {
      this.received.push(message);
      take(message, extra);
    };
  }

  /** `fetch`, with a record of what passed. */
  get fetch() {
    return async (url, init) => {
      const response = await fetch(url, init);
      this.http.push({
        method: init?.method ?? "GET",
        status: response.status,
        session: response.headers.get("mcp-session-id"),
        lastEventId: new Headers(init?.headers).get("last-event-id"),
      });
      if (init?.method !== "POST" || !response.headers.get("content-type")?.startsWith("text/event-stream"))
        return response;
      return this.cuttable(response);
    };
  }

  cuttable(response) {
    const reader = response.body.getReader();
    const body = new ReadableStream({
      start: (controller) => {
        this.cut = () => {
          controller.error(new Error("the connection broke"));
          void reader.cancel();
        };
      },
      pull: async (controller) => {
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    });
    return new Response(body, { status: response.status, headers: response.headers });
  }

  /** Takes up what another link of this client left: its session, and the stream of its call. */
  async takeUp({ transport }) {
    this.watch(this.make(), this.transportTo(transport.sessionId));
    await this.open();
  }

  answer(method) {
    return async () => {
      this.asked.push(method);
      return answers[method];
    };
  }
}

class SdkLink extends Link {
  async connect() {
    const client = this.make();
    this.watch(client, this.transportTo());
    await this.open();
    // This client's transport is the only one of its parts that knows.
    this.version = this.wire === "http" ? this.transport.protocolVersion : undefined;
  }

  transportTo(sessionId) {
    if (this.wire === "sse") return new SdkSse(new URL("/sse", this.service.url));
    if (this.wire === "stdio") return new SdkStdio(stdioCommand);
    const resumed = sessionId === undefined ? {} : { sessionId };
    return new SdkHttp(this.service.url, { fetch: this.fetch, reconnectionOptions, ...resumed });
  }

  make() {
    const client = new SdkClient(info, { listChanged: this.listChanged, capabilities });
    client.setRequestHandler(ElicitRequestSchema, this.answer("elicitation/create"));
    client.setRequestHandler(CreateMessageRequestSchema, this.answer("sampling/createMessage"));
    client.setRequestHandler(ListRootsRequestSchema, this.answer("roots/list"));
    client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => this.logs.push(params));
    client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => this.updates.push(params));
    return client;
  }

  call(params, options) {
    return this.client.callTool(params, CallToolResultSchema, options);
  }
}

class Client2Link extends Link {
  async connect() {
    const client = this.make();
    this.watch(client, this.transportTo());
    await this.open();
    this.version = client.getNegotiatedProtocolVersion();
  }

  transportTo(sessionId) {
    const resumed = sessionId === undefined ? {} : { sessionId };
    return this.service
      ? new StreamableHTTPClientTransport(this.service.url, { fetch: this.fetch, reconnectionOptions, ...resumed })
      : new StdioClientTransport(stdioCommand);
  }

  make() {
    const client = new Client(info, { listChanged: this.listChanged, capabilities, ...this.subject.options });
    for (const method of Object.keys(answers)) client.setRequestHandler(method, this.answer(method));
    client.setNotificationHandler("notifications/message", ({ params }) => this.logs.push(params));
    client.setNotificationHandler("notifications/resources/updated", ({ params }) => this.updates.push(params));
    return client;
  }

  call(params, options) {
    return this.client.callTool(params, options);
  }
}

const modern = (mode) => ({ versionNegotiation: { mode } });
const legacy = (version) => ({ supportedProtocolVersions: [version] });

/** Who connects, speaking what. `era` is what the client has to find out. */
export const subjects = [
  { client: sdk, how: "as it comes", era: "legacy", revision: "2025-11-25", Link: SdkLink },
  { client: sdk, how: "HTTP+SSE", era: "legacy", revision: "2025-11-25", Link: SdkLink, wire: "sse" },
  { client: client2, how: "as it comes", era: "legacy", revision: "2025-11-25", Link: Client2Link },
  {
    client: client2,
    how: "told 2025-06-18",
    era: "legacy",
    revision: "2025-06-18",
    Link: Client2Link,
    options: legacy("2025-06-18"),
  },
  {
    client: client2,
    how: "told 2025-03-26",
    era: "legacy",
    revision: "2025-03-26",
    Link: Client2Link,
    options: legacy("2025-03-26"),
  },
  {
    client: client2,
    how: "told 2024-11-05",
    era: "legacy",
    revision: "2024-11-05",
    Link: Client2Link,
    options: legacy("2024-11-05"),
  },
  { client: client2, how: "auto", era: "modern", revision: "2026-07-28", Link: Client2Link, options: modern("auto") },
  {
    client: client2,
    how: "pinned",
    era: "modern",
    revision: "2026-07-28",
    Link: Client2Link,
    options: modern({ pin: "2026-07-28" }),
  },
];
