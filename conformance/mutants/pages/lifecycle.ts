import { calls, without } from "../../fixture/fault.js";
import { isObject, member } from "../../trace.js";
import type { Json, JsonObject } from "../../trace.js";
import { across, answers, ofMessages, put, results } from "../mutant.js";
import type { Mutant, Mutation } from "../mutant.js";

const offers = (message: Json): Json | undefined => member(member(message, "params"), "protocolVersion");
const opening = (change: (result: JsonObject) => JsonObject) => results("initialize", change);

/** Serves before the handshake: refusals up to the end of `initialize` become empty lists. */
function tooEager(): Mutation {
  let opened = false;
  const early = new Set<string>();
  return {
    toServer: (message) => {
      if (calls(message, "initialize")) opened = true;
      if (!opened && String(member(message, "method")).endsWith("/list"))
        early.add(JSON.stringify(member(message, "id")));
    },
    fromServer: (message) => {
      if (!isObject(message) || !early.delete(JSON.stringify(message["id"])) || !message["error"]) return [message];
      return [{ ...without(message, "error"), result: { tools: [], resources: [], prompts: [] } }];
    },
  };
}

/** Pings that the client sends itself; the answers to them are changed. */
const pings = (change: (answer: JsonObject) => Json | readonly Json[]) =>
  answers((request) => calls(request, "ping") && !String(member(request, "id")).startsWith("barrier"), change);

/** basic/lifecycle, basic/utilities/ping, and of 2026-07-28 basic/versioning and server/discover. */
export const ofLifecyclePages: readonly Mutant[] = [
  ofMessages(
    "serves-before-the-handshake",
    across(["2024-11-05", "2025-11-25"], "basic/lifecycle#initialization/1"),
    "Answers lists before it was initialized.",
    tooEager,
    ["memory", "stdio"],
  ),
  ofMessages(
    "a-server-without-a-name",
    across(["2024-11-05", "2025-06-18"], "basic/lifecycle#initialization/3"),
    "Answers initialize without serverInfo.",
    opening((result) => without(result, "serverInfo")),
  ),
  ofMessages(
    "a-server-without-capabilities",
    ["2025-03-26/basic/lifecycle#initialization/4", "2025-11-25/basic/lifecycle#initialization/3"],
    "Answers initialize without capabilities.",
    opening((result) => without(result, "capabilities")),
  ),
  ofMessages(
    "newest-version-whatever-is-asked",
    across(["2024-11-05", "2025-03-26", "2025-06-18"], "basic/lifecycle#version-negotiation/3"),
    "Answers every version by 2025-11-25.",
    opening((result) => ({ ...result, protocolVersion: "2025-11-25" })),
  ),
  ofMessages(
    "oldest-version-whatever-is-asked",
    across(["2025-11-25"], "basic/lifecycle#version-negotiation/3"),
    "Answers every version by 2024-11-05.",
    opening((result) => ({ ...result, protocolVersion: "2024-11-05" })),
  ),
  ofMessages(
    "any-version-will-do",
    across(["2024-11-05", "2025-11-25"], "basic/lifecycle#version-negotiation/4"),
    "Agrees to whatever version it is offered.",
    answers(
      (request) => calls(request, "initialize"),
      (answer, request) => put(answer, ["result", "protocolVersion"], offers(request)),
    ),
  ),
  ofMessages(
    "no-other-version",
    across(["2025-03-26", "2025-06-18"], "basic/lifecycle#version-negotiation/4"),
    "Refuses an unknown version in place of offering another.",
    answers(
      (request) => calls(request, "initialize"),
      (answer, request) =>
        member(answer["result"], "protocolVersion") === offers(request)
          ? answer
          : { ...without(answer, "result"), error: { code: -32602, message: "Unsupported protocol version" } },
    ),
  ),
  ofMessages(
    "announces-what-it-does-not-declare",
    across(["2025-06-18", "2025-11-25"], "basic/lifecycle#operation/1.2"),
    "Declares no listChanged and announces changes all the same.",
    opening((result) => {
      const { tools, prompts, resources } = (result["capabilities"] ?? {}) as Record<string, JsonObject | undefined>;
      const quiet = { tools: tools && {}, prompts: prompts && {}, resources: resources && {} };
      return { ...result, capabilities: { ...(result["capabilities"] as JsonObject), ...quiet } };
    }),
  ),
  ofMessages(
    "links-before-their-time",
    across(["2025-03-26"], "basic/lifecycle#operation/1.1"),
    "Sends a kind of content that the negotiated version does not have.",
    results("tools/call", (result) => ({
      ...result,
      content: [{ type: "resource_link", uri: "test://static-text", name: "a link" }],
    })),
  ),
  ofMessages(
    "requests-before-initialized",
    across(["2024-11-05", "2025-06-18"], "basic/lifecycle#initialization/6"),
    "Asks for the client's roots with the answer to initialize.",
    answers(
      (request) => calls(request, "initialize"),
      (answer) => [answer, { jsonrpc: "2.0", id: "too-early", method: "roots/list" }],
    ),
  ),
  ofMessages(
    "pong",
    across(["2025-03-26", "2025-11-25"], "basic/utilities/ping#behavior-requirements/1"),
    "Answers a ping by a result that is not empty.",
    pings((answer) => ({ ...answer, result: { pong: true } })),
  ),
  ofMessages(
    "unknown-ping",
    across(["2024-11-05"], "basic/utilities/ping#behavior-requirements/1"),
    "Does not know the method ping.",
    pings((answer) => ({ ...without(answer, "result"), error: { code: -32601, message: "Method not found" } })),
  ),
  ofMessages(
    "silent-at-ping",
    across(["2025-06-18"], "basic/utilities/ping#behavior-requirements/1"),
    "Leaves pings without an answer.",
    pings(() => []),
    ["memory", "stdio", "sse"],
  ),
  ofMessages(
    "versions-kept-secret",
    ["2026-07-28/basic/versioning#protocol-version-negotiation/1"],
    "Refuses a version without telling which ones it serves.",
    answers(
      () => true,
      (answer) =>
        member(answer["error"], "code") === -32022 ? put(answer, ["error", "data", "supported"], []) : answer,
    ),
  ),
  ofMessages(
    "undiscoverable",
    ["2026-07-28/basic/versioning#protocol-version-negotiation/3", "2026-07-28/server/discover#top/1"],
    "Does not know the method server/discover.",
    answers(
      (request) => calls(request, "server/discover") && !String(member(request, "id")).startsWith("barrier"),
      (answer) => ({ ...without(answer, "result"), error: { code: -32601, message: "Method not found" } }),
    ),
  ),
  ofMessages(
    "discovery-without-a-name",
    ["2026-07-28/server/discover#discoverresult/1"],
    "Does not say in the answer to server/discover who it is.",
    results("server/discover", (result) => put(result, ["_meta", "io.modelcontextprotocol/serverInfo"], undefined)),
  ),
  ofMessages(
    "extension-without-prefix",
    ["2026-07-28/basic/versioning#extension-negotiation/1"],
    "Declares an extension by a bare word.",
    results("server/discover", (result) => put(result, ["capabilities", "extensions", "telepathy"], {})),
  ),
  ofMessages(
    "extension-for-everybody",
    ["2026-07-28/basic/versioning#extension-negotiation/2"],
    "Uses the extension for tasks whether or not the client declared it.",
    () => ({
      toServer: (message) => {
        const path = ["params", "_meta", "io.modelcontextprotocol/clientCapabilities", "extensions"];
        return isObject(message) && isObject(member(message["params"], "_meta"))
          ? put(message, [...path, "io.modelcontextprotocol/tasks"], {})
          : undefined;
      },
    }),
  ),
];
