import { LEGACY, member } from "../../trace.js";
import type { Json, Revision } from "../../trace.js";
import { across, answers, headers, isOf, mutant, put, results, sends, without } from "./mutant.js";
import type { ClientMutant } from "./mutant.js";

const [A, B, C, D] = LEGACY as [Revision, Revision, Revision, Revision];
const M: Revision = "2026-07-28";
const CALLS = /^tools\/call$/;
const INDEX = "basic/index";
const LIFE = "basic/lifecycle#";
const HTTP = "basic/transports#";
const CANCEL = "basic/utilities/cancellation#";

/** The same about wires, batches, metadata and tasks. */
export const ofLegacyWires: readonly ClientMutant[] = [
  mutant(
    "lines-broken",
    [`${A}/${HTTP}stdio/1`, `${D}/${HTTP}stdio/1`, `${M}/basic/transports/stdio#top/1`],
    "Breaks a message into lines.",
    () => ({ text: (message) => (isOf(message, CALLS) ? "{" : undefined) }),
    ["stdio"],
  ),
  mutant(
    "debug-on-stdin",
    [`${B}/${HTTP}stdio/5`, `${M}/basic/transports/stdio#top/5`],
    "Writes a word of its own to the server's input.",
    () => ({ text: (message) => (isOf(message, CALLS) ? "DEBUG calling" : undefined) }),
    ["stdio"],
  ),
  mutant(
    "latin-1",
    [`${C}/${HTTP}top/1`, `${M}/basic/transports/index#messages/1`],
    "Encodes messages in Latin 1.",
    () => ({ text: (message) => (isOf(message, CALLS) ? `not UTF-8: ${JSON.stringify(message)}` : undefined) }),
    ["http"],
  ),
  mutant(
    "accepts-json-alone",
    [
      ...across([B, D], `${HTTP}sending-messages-to-the-server/3`),
      `${M}/basic/transports/streamable-http#sending-messages/3`,
    ],
    "Accepts JSON alone.",
    headers(/./, (fields) => (fields["accept"] = "application/json")),
  ),
  mutant(
    "forgets-session",
    [`${B}/${HTTP}session-management/4`, `${D}/${HTTP}session-management/5`],
    "Leaves the session's id out of calls.",
    headers(/^tools\//, (fields) => delete fields["mcp-session-id"]),
  ),
  mutant(
    "other-session",
    [`${C}/${HTTP}session-management/4`, `${D}/${HTTP}session-management/5`],
    "Names another session in answers.",
    () => ({
      toServer: (message, fields) => {
        if (message["method"] === undefined && fields["mcp-session-id"]) fields["mcp-session-id"] = "other";
        return message;
      },
    }),
  ),
  mutant(
    "no-version-header",
    [`${C}/${HTTP}protocol-version-header/1`, `${D}/${LIFE}version-negotiation/7`],
    "Leaves the version out of the header.",
    headers(/./, (fields) => delete fields["mcp-protocol-version"]),
  ),
  mutant(
    "other-version-header",
    across([C, D], `${HTTP}protocol-version-header/2`),
    "Names another version in the header than was negotiated.",
    headers(/./, (fields) => (fields["mcp-protocol-version"] = "2025-03-26")),
  ),
  mutant(
    "keeps-dead-session",
    [`${B}/${HTTP}session-management/7`, `${D}/${HTTP}session-management/8`],
    "Initializes anew under the id of the session that is gone.",
    () => {
      let count = 0;
      return {
        toServer: (message, fields) => {
          if (isOf(message, "initialize") && count++ > 0) fields["mcp-session-id"] = "session-1";
          return message;
        },
      };
    },
  ),
  mutant(
    "leaves-session-open",
    [`${C}/${HTTP}session-management/8`, `${D}/${HTTP}session-management/9`],
    "Does not end its session.",
    () => ({ request: (method) => method !== "DELETE" }),
  ),
  mutant(
    "stream-of-json",
    across([B, D], `${HTTP}listening-for-messages-from-the-server/2`),
    "GETs without accepting event streams.",
    () => ({
      request: (method, fields) => {
        if (method === "GET") fields["accept"] = "application/json";
      },
    }),
  ),
  mutant(
    "resumes-anywhere",
    [`${C}/${HTTP}resumability-and-redelivery/3`, `${D}/${HTTP}resumability-and-redelivery/4`],
    "Comes back for another event than the last.",
    () => ({
      request: (_, fields) => {
        if (fields["last-event-id"]) fields["last-event-id"] = "e-0";
      },
    }),
  ),
  mutant(
    "hasty",
    [`${D}/${HTTP}sending-messages-to-the-server/14`],
    "Comes back at once, whatever the server says.",
    () => ({ event: ({ retry, ...rest }) => ({ ...rest, ...(retry === undefined ? {} : { retry: 1 }) }) }),
  ),
  mutant(
    "posts-to-the-stream",
    [`${A}/${HTTP}security-warning/6`],
    "POSTs calls to the address of the stream.",
    () => {
      let done = 0;
      return { path: (path) => (done++ > 1 ? "/sse" : path) };
    },
    ["sse"],
  ),
  mutant(
    "sends-batches",
    across([C, D], `${HTTP}sending-messages-to-the-server/4`),
    "Sends batches where there are none.",
    sends(CALLS, (message) => [message]),
  ),
  mutant("deaf-to-batches", [`${B}/${INDEX}#batching/1`], "Does not understand batches.", () => ({
    batch: () => undefined,
  })),
  mutant(
    "initialize-in-batch",
    [`${B}/${LIFE}initialization/3`],
    "Initializes in a batch.",
    sends("initialize", (message) => [message]),
  ),
  mutant(
    "stumbles-over-reserved-keys",
    across([C, D, M], `${INDEX}#meta/1`),
    "Takes a reserved key that it does not know for an error.",
    results("tools/call", (result) =>
      member(result["_meta"], "io.modelcontextprotocol/not-there-yet") === undefined ? result : undefined,
    ),
  ),
  mutant(
    "key-prefix-wrong",
    across([C, M], `${INDEX}#meta/2`),
    "Uses a _meta key whose prefix has an empty label.",
    sends(CALLS, (message) => put(message, ["params", "_meta", "a..b/c"], 1)),
  ),
  mutant(
    "key-label-wrong",
    across([D], `${INDEX}#meta/3`),
    "Uses a _meta key whose label begins with a digit.",
    sends(CALLS, (message) => put(message, ["params", "_meta", "1a/c"], 1)),
  ),
  mutant(
    "key-name-wrong",
    [`${C}/${INDEX}#meta/4`, `${D}/${INDEX}#meta/5`],
    "Uses a _meta key whose name ends with a hyphen.",
    sends(CALLS, (message) => put(message, ["params", "_meta", "a.b/c-"], 1)),
  ),
  mutant(
    "task-unasked",
    [`${D}/basic/utilities/tasks#tool-level-negotiation/2`],
    "Calls every tool as a task.",
    sends(CALLS, (message) => put(message, ["params", "task"], {})),
  ),
  mutant(
    "task-undeclared",
    [`${D}/basic/utilities/tasks#tool-level-negotiation/1`],
    "Calls as a task where the server has none.",
    sends(CALLS, (message) => put(message, ["params", "task"], {})),
  ),
  mutant(
    "task-refused",
    [`${D}/basic/utilities/tasks#tool-level-negotiation/5`],
    "Calls a tool that demands a task without one.",
    sends(CALLS, (message) => without(message, "params", "task")),
  ),
  mutant(
    "task-other-id",
    [`${D}/basic/utilities/tasks#associating-task-related-messages/3`],
    "Asks for another task.",
    sends("tasks/get", (message) => put(message, ["params", "taskId"], "other")),
  ),
  mutant(
    "task-cancelled-as-request",
    [`${D}/${CANCEL}behavior-requirements/3`],
    "Cancels a task by a notification.",
    (hands) => {
      let id: Json | undefined;
      return {
        toServer: (message) => {
          if (isOf(message, CALLS)) id ??= message["id"] as Json;
          if (isOf(message, "tasks/cancel"))
            hands.say({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: id as Json } });
          return message;
        },
      };
    },
  ),
  mutant(
    "task-unnamed",
    [`${D}/basic/utilities/tasks#related-task-metadata/1`],
    "Does not name the task in its answer.",
    answers("elicitation/create", (message) => without(message, "result", "_meta")),
  ),
  mutant(
    "task-not-served",
    [`${D}/basic/utilities/tasks#task-support-and-handling/1`],
    "Refuses a question that is to be a task.",
    answers("elicitation/create", ({ id }) => ({
      jsonrpc: "2.0",
      id: id as Json,
      error: { code: -32602, message: "no tasks" },
    })),
  ),
];
