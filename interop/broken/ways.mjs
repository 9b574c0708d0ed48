// @ts-check
/** @typedef {Record<string, any>} Loose */
/**
 * A way to break the official example server: what becomes of a line that it writes, the traces that are played, and
 * the statement that each break is against. `asked` are the requests by id.
 * @typedef {object} Way
 * @property {string} name
 * @property {string} requirement
 * @property {readonly string[]} traces
 * @property {(message: Loose, asked: Map<unknown, Loose>) => string | undefined} line
 * @property {string} [first] A line before all others.
 */

const whole = (/** @type {Loose} */ message) => JSON.stringify(message);
/** What is done to answers of one method; the rest goes by. */
const answers =
  (/** @type {string} */ method, /** @type {(message: Loose) => Loose | undefined} */ change) =>
  (/** @type {Loose} */ message, /** @type {Map<unknown, Loose>} */ asked) => {
    const changed = asked.get(message.id)?.method === method ? change(message) : message;
    return changed && whole(changed);
  };

/** @type {readonly Way[]} */
export const ways = [
  {
    name: "answers under an id of its own making",
    requirement: "2025-11-25/basic/index#result-responses/1",
    traces: ["ping/empty-result.json"],
    line: answers("ping", (message) => ({ ...message, id: `${message.id}x` })),
  },
  {
    name: "leaves pings unanswered",
    requirement: "2025-11-25/basic/utilities/ping#behavior-requirements/1",
    traces: ["ping/empty-result.json"],
    line: answers("ping", () => undefined),
  },
  {
    name: "greets on its output before it serves",
    requirement: "2025-11-25/basic/transports#stdio/4",
    traces: ["lifecycle/initialize.json"],
    line: whole,
    first: "The server is ready.",
  },
  {
    name: "gives a tool no input schema",
    requirement: "2025-11-25/server/tools#tool/1",
    traces: ["tools/list-members.json"],
    line: answers("tools/list", (message) => {
      const tools = message.result.tools.map(({ inputSchema, ...tool }) => tool);
      return { ...message, result: { ...message.result, tools } };
    }),
  },
  {
    name: "writes error codes as text",
    requirement: "2025-11-25/basic/index#error-responses/3",
    traces: ["messages/unknown-method.json"],
    line: (message) =>
      whole(message.error ? { ...message, error: { ...message.error, code: String(message.error.code) } } : message),
  },
  {
    name: "does not say who it is",
    requirement: "2025-11-25/schema#InitializeResult",
    traces: ["lifecycle/initialize.json"],
    line: answers("initialize", ({ result: { serverInfo, ...result }, ...message }) => ({ ...message, result })),
  },
  {
    name: "refuses versions that it does not know",
    requirement: "2025-11-25/basic/lifecycle#version-negotiation/4",
    traces: ["lifecycle/version-future.json"],
    line: (message, asked) => {
      const { method, params } = asked.get(message.id) ?? {};
      const refused = method === "initialize" && params?.protocolVersion !== message.result?.protocolVersion;
      return whole(
        refused ? { jsonrpc: "2.0", id: message.id, error: { code: -32602, message: "no such version" } } : message,
      );
    },
  },
  {
    name: "speaks another version of JSON-RPC",
    requirement: "2025-11-25/basic/index#messages/1",
    traces: ["ping/empty-result.json"],
    line: answers("ping", (message) => ({ ...message, jsonrpc: "1.0" })),
  },
  {
    name: "breaks its messages over lines",
    requirement: "2025-11-25/basic/transports#stdio/1",
    traces: ["ping/empty-result.json"],
    line: (message, asked) =>
      asked.get(message.id)?.method === "ping" ? JSON.stringify(message, null, 2) : whole(message),
  },
  {
    name: "finds every prompt, but empty",
    requirement: "2025-11-25/server/prompts#error-handling/1.1",
    traces: ["prompts/unknown.json"],
    line: (message, asked) => {
      const wrong = asked.get(message.id)?.method === "prompts/get" && message.error;
      return whole(wrong ? { jsonrpc: "2.0", id: message.id, result: { messages: [] } } : message);
    },
  },
];
