import { isObject, member, MODERN } from "../trace.js";
import type { Json, JsonObject, Revision } from "../trace.js";
import type { Served } from "./trace.js";

export const SERVER_INFO = { name: "barewire-conformance", version: "1.0.0" };
const VERSION = "io.modelcontextprotocol/protocolVersion";
const CACHED: readonly string[] = [
  "server/discover",
  "tools/list",
  "prompts/list",
  "resources/list",
  "resources/templates/list",
  "resources/read",
];

/** What the suite's server declares where a trace does not say: all that needs no more than an answer. */
const CAPABILITIES: JsonObject = {
  tools: { listChanged: true },
  prompts: { listChanged: true },
  resources: { listChanged: true, subscribe: true },
  logging: {},
};

export const isModern = (revision: Revision): boolean => MODERN.includes(revision);

/** The modern version that a request names. */
export const versionOf = (message: Json): Json | undefined =>
  member(member(member(message, "params"), "_meta"), VERSION);

export function capabilitiesOf(served: Served, revision: Revision): JsonObject {
  return served.capabilities ?? (revision === "2024-11-05" ? CAPABILITIES : { ...CAPABILITIES, completions: {} });
}

/** The answer to `initialize`. */
export const initialized = (served: Served, revision: Revision): JsonObject => ({
  protocolVersion: revision,
  capabilities: capabilitiesOf(served, revision),
  serverInfo: SERVER_INFO,
  ...(served.instructions === undefined ? {} : { instructions: served.instructions }),
});

/** Completes what the suite's server says; `method` is that of the request which a response answers. */
export function dress(message: Json, revision: Revision, method: string | undefined): Json {
  if (Array.isArray(message)) return message.map((one: Json) => dress(one, revision, undefined));
  if (!isObject(message)) return message;
  const dressed = { jsonrpc: "2.0", ...message };
  const result = member(message, "result");
  if (!isModern(revision) || !isObject(result)) return dressed;
  const complete = result["resultType"] === undefined || result["resultType"] === "complete";
  const cached = complete && method !== undefined && CACHED.includes(method);
  return {
    ...dressed,
    result: { resultType: "complete", ...(cached ? { ttlMs: 0, cacheScope: "private" } : {}), ...result },
  };
}

type Answer = (params: Json | undefined, served: Served, revision: Revision) => JsonObject;

/** What is answered where no step of the trace is about it: the least that such a request asks for. */
const ANSWERS: Readonly<Record<string, Answer>> = {
  ping: () => ({}),
  "tools/list": (_, { tools = [] }) => ({ tools }),
  "prompts/list": (_, { prompts = [] }) => ({ prompts }),
  "resources/list": (_, { resources = [] }) => ({ resources }),
  "resources/templates/list": (_, { resourceTemplates = [] }) => ({ resourceTemplates }),
  "logging/setLevel": () => ({}),
  "resources/subscribe": () => ({}),
  "resources/unsubscribe": () => ({}),
  "tools/call": () => ({ content: [{ type: "text", text: "done" }] }),
  "resources/read": (params) => ({ contents: [{ uri: member(params, "uri") ?? "test://a", text: "text" }] }),
  "prompts/get": () => ({ messages: [] }),
  "completion/complete": () => ({ completion: { values: [] } }),
  "server/discover": (_, served, revision) => ({
    supportedVersions: [revision],
    capabilities: capabilitiesOf(served, revision),
    ...(served.instructions === undefined ? {} : { instructions: served.instructions }),
  }),
};
const LEGACY_ONLY = /^(ping|logging\/|resources\/(un)?subscribe)/;

/** What a server of one era says to a request of the other, so that a client of both finds the right one. */
export function refusal(message: Json, revision: Revision): { error: JsonObject; status: number } | undefined {
  const version = versionOf(message);
  if (!isModern(revision) && version !== undefined)
    return { error: { code: -32601, message: "Method not found" }, status: 400 };
  if (!isModern(revision)) return undefined;
  if (version === undefined && member(message, "method") === "initialize")
    return { error: { code: -32602, message: `This server speaks ${revision} alone` }, status: 400 };
  if (version === undefined)
    return { error: { code: -32602, message: "The metadata of the request are missing" }, status: 400 };
  if (version === revision) return undefined;
  const data = { supported: [revision], requested: version };
  return { error: { code: -32022, message: "Unsupported protocol version", data }, status: 400 };
}

/** The answer of the suite's server to a request that no step takes. */
export function answerTo(message: Json, served: Served, revision: Revision): JsonObject {
  const method = String(member(message, "method"));
  const answer = Object.hasOwn(ANSWERS, method) ? ANSWERS[method] : undefined;
  const unknown = !answer || (isModern(revision) ? LEGACY_ONLY.test(method) : method === "server/discover");
  if (unknown) return { error: { code: -32601, message: "Method not found" } };
  return { result: answer(member(message, "params"), served, revision) };
}
