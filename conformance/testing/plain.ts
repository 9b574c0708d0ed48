/**
 * A small server on standard input and output that keeps the protocol, written with nothing of barewire, and ways to
 * break it: `node plain.js FAULT`. It speaks 2025-11-25 and 2026-07-28.
 */

type Message = Record<string, any>;
const MODERN = "2026-07-28";
const LEGACY = "2025-11-25";
const META = "io.modelcontextprotocol/";

/** What each fault does to the answers, or to what is asked. */
export const FAULTS = [
  "id-as-text",
  "talks-on-stdout",
  "line-broken-in-two",
  "code-as-text",
  "unknown-method-succeeds",
  "version-refused",
  "older-version-agreed-to",
  "no-server-info",
  "tool-without-schema",
  "tool-name-with-blanks",
  "tool-with-wrong-schema",
  "no-ttl",
  "no-result-type",
  "no-version-needed",
  "unknown-version-served",
  "progress-unasked",
  "any-cursor",
  "resource-missing-is-empty",
  "answers-a-notification",
  "outlives-its-input",
  "ping-unanswered",
  "unknown-prompt-is-empty",
  "erases",
  "asks-undeclared",
  "arguments-unchecked",
  "latin-1",
  "tools-undeclared",
] as const;
export type Fault = (typeof FAULTS)[number];

const fault = process.argv[2] as Fault | undefined;
const has = (one: Fault): boolean => fault === one;
const write = (message: Message) =>
  process.stdout.write(`${JSON.stringify(message)}\n`, has("latin-1") ? "latin1" : "utf8");
const refuse = (code: number, message: string, data?: unknown): Message => ({
  error: { code: has("code-as-text") ? String(code) : code, message, ...(data === undefined ? {} : { data }) },
});

const TOOLS: Message[] = [
  {
    name: has("tool-name-with-blanks") ? "two words" : "echo",
    inputSchema: {
      type: has("tool-with-wrong-schema") ? "thing" : "object",
      properties: { text: { type: "string" } },
      required: ["text"],
    },
    annotations: { readOnlyHint: true },
  },
  { name: "erase", inputSchema: { type: "object" }, annotations: { readOnlyHint: false, destructiveHint: true } },
];
if (has("tool-without-schema")) delete TOOLS[0]?.["inputSchema"];
const CAPABILITIES = { ...(has("tools-undeclared") ? {} : { tools: {} }), resources: {}, prompts: {} };
const SERVER = { name: "plain", version: "1.0.0" };

/** A page of a list, the only one there is. */
const page = (params: Message, key: string, items: unknown): Message =>
  params["cursor"] !== undefined && !has("any-cursor")
    ? refuse(-32602, "no such cursor")
    : { result: { [key]: items } };

const QUESTION = {
  method: "elicitation/create",
  params: { mode: "form", message: "Who?", requestedSchema: { type: "object", properties: {} } },
};
function call(params: Message, modern: boolean): Message {
  const args = params["arguments"] ?? {};
  if (params["name"] === "erase") {
    process.stderr.write("ERASED\n");
    return { result: { content: [] } };
  }
  if (params["name"] !== TOOLS[0]?.["name"]) return refuse(-32602, "no such tool");
  if (has("asks-undeclared")) {
    if (modern) return { result: { resultType: "input_required", inputRequests: { who: QUESTION } } };
    write({ jsonrpc: "2.0", id: "question", ...QUESTION });
  }
  if (typeof args.text !== "string" && !has("arguments-unchecked"))
    return { result: { content: [{ type: "text", text: "text: a string" }], isError: true } };
  if (has("progress-unasked"))
    write({ jsonrpc: "2.0", method: "notifications/progress", params: { progressToken: "made up", progress: 1 } });
  return { result: { content: [{ type: "text", text: String(args.text) }] } };
}

function answer(method: unknown, params: Message, modern: boolean): Message | undefined {
  switch (method) {
    case "server/discover":
      return modern
        ? { result: { supportedVersions: [MODERN], capabilities: CAPABILITIES } }
        : refuse(-32601, "no such method");
    case "tools/list":
      return page(params, "tools", TOOLS);
    case "tools/call":
      return call(params, modern);
    case "resources/list":
      return page(params, "resources", [{ uri: "note://one", name: "one" }]);
    case "resources/templates/list":
      return page(params, "resourceTemplates", []);
    case "resources/read":
      if (params["uri"] === "note://one") return { result: { contents: [{ uri: "note://one", text: "one" }] } };
      if (has("resource-missing-is-empty")) return { result: { contents: [] } };
      return refuse(modern ? -32602 : -32002, "no such resource", { uri: params["uri"] });
    case "prompts/list":
      return page(params, "prompts", [{ name: "hello" }]);
    case "prompts/get":
      if (params["name"] !== "hello" && !has("unknown-prompt-is-empty")) return refuse(-32602, "no such prompt");
      return { result: { messages: [{ role: "user", content: { type: "text", text: "hello" } }] } };
    default:
      return has("unknown-method-succeeds") ? { result: {} } : refuse(-32601, "no such method");
  }
}

const CACHED = /^(server\/discover|tools\/list|prompts\/list|resources\/)/;
function seal(method: string, answered: Message): Message {
  const { result } = answered;
  if (result === undefined) return answered;
  const hints = CACHED.test(method) ? { ttlMs: 0, cacheScope: "private" } : {};
  if (has("no-ttl") && method === "tools/list") delete (hints as Message)["ttlMs"];
  const type = has("no-result-type") || result.resultType !== undefined ? {} : { resultType: "complete" };
  return { result: { ...result, ...type, ...hints, _meta: { [`${META}serverInfo`]: SERVER } } };
}

function initialize(params: Message): Message {
  if (typeof params["protocolVersion"] !== "string") return refuse(-32602, "protocolVersion: a string");
  if (has("version-refused") && params["protocolVersion"] !== LEGACY) return refuse(-32602, "no such version");
  const protocolVersion = has("older-version-agreed-to") ? params["protocolVersion"] : LEGACY;
  const result: Message = { protocolVersion, capabilities: CAPABILITIES, serverInfo: SERVER };
  if (has("no-server-info")) delete result["serverInfo"];
  return { result };
}

let session = false;
function receive(message: any): Message | undefined {
  if (typeof message !== "object" || message === null || message.jsonrpc !== "2.0") return refuse(-32600, "no request");
  if (typeof message.method !== "string") {
    if ("result" in message || "error" in message) return undefined;
    return { id: message.id, ...refuse(-32600, "no method") };
  }
  const { id, method, params = {} } = message;
  if (id === undefined) return has("answers-a-notification") ? { id: 99, result: {} } : undefined;
  if (typeof id !== "string" && !Number.isInteger(id)) return refuse(-32600, "id: a string or an integer");
  if (typeof params !== "object" || Array.isArray(params)) return { id, ...refuse(-32602, "params: an object") };
  const meta = params._meta ?? {};
  const version = meta[`${META}protocolVersion`];
  if (version !== undefined || (!session && method !== "initialize" && method !== "ping")) {
    if (version !== MODERN && version !== undefined && !has("unknown-version-served"))
      return { id, ...refuse(-32022, "no such version", { supported: [MODERN], requested: String(version) }) };
    const lacking = [version, meta[`${META}clientCapabilities`]].includes(undefined);
    if (lacking && !has("no-version-needed")) return { id, ...refuse(-32602, "_meta lacks a member") };
    if (["initialize", "ping"].includes(method)) return { id, ...refuse(-32601, "no such method") };
    return { id, ...seal(method, answer(method, params, true) as Message) };
  }
  if (method === "ping") return has("ping-unanswered") ? undefined : { id, result: {} };
  if (method === "initialize") {
    session = true;
    return { id, ...initialize(params) };
  }
  return { id, ...answer(method, params, false) };
}

if (process.argv[1]?.endsWith("plain.js")) {
  if (has("talks-on-stdout")) process.stdout.write("plain is ready\n");
  const take = (line: string) => {
    let message: unknown;
    try {
      message = JSON.parse(line);
    } catch {
      return write({ jsonrpc: "2.0", ...refuse(-32700, "no JSON") });
    }
    const answered = receive(message);
    if (!answered) return;
    if (has("id-as-text") && answered["id"] !== undefined) answered["id"] = `${answered["id"]}.`;
    const complete = { jsonrpc: "2.0", ...answered };
    if (has("line-broken-in-two")) process.stdout.write(`${JSON.stringify(complete, null, 1)}\n`);
    else write(complete);
  };
  // Not by node:readline: to newer ones U+2028 ends a line as well.
  let rest = "";
  process.stdin.setEncoding("utf8").on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop()!;
    for (const line of lines) take(line);
  });
  if (has("outlives-its-input")) setInterval(() => undefined, 1000);
}
