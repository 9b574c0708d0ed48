import { member } from "../../trace.js";
import type { Json, JsonObject } from "../../trace.js";
import { beside, headers, isOf, mutant, put, results, sends, without } from "./mutant.js";
import type { ClientMutant } from "./mutant.js";
import type { MakeMutation } from "./front.js";

const M = "2026-07-28";
const HTTP = `${M}/basic/transports/streamable-http#`;
const RETRY = `${M}/basic/patterns/mrtr#client-requirements-basic-workflow/`;
const TASKS = "extensions/tasks/specification/tasks#";
const KEY = "io.modelcontextprotocol/";
const CALLS = "tools/call";
const isRetry = (message: JsonObject): boolean =>
  member(message["params"], "requestState") !== undefined || member(message["params"], "inputResponses") !== undefined;
const retries = (change: (message: JsonObject) => Json | undefined): MakeMutation =>
  sends(/./, (message) => (isRetry(message) ? change(message) : message));
const decoded = (value: string | undefined): string | undefined => {
  const [, text] = /^=\?base64\?(.*)\?=$/.exec(value ?? "") ?? [];
  return text === undefined ? value : Buffer.from(text, "base64").toString("latin1");
};
const undeclared = (kind: string) =>
  sends(CALLS, (message) => without(message, "params", "_meta", `${KEY}clientCapabilities`, kind));
/** A request that does not go out: the client hears another answer. */
const served =
  (method: string, from: (messages: readonly JsonObject[]) => JsonObject | undefined): MakeMutation =>
  (hands) => {
    const asked: JsonObject[] = [];
    return {
      toServer: (message) => {
        if (!isOf(message, method)) return message;
        const result = from(asked);
        asked.push(message);
        if (!result) return message;
        hands.hear({ jsonrpc: "2.0", id: message["id"] as Json, result });
        return undefined;
      },
    };
  };
const READ = { resultType: "complete", contents: [], ttlMs: 1, cacheScope: "private" };

/** Clients of the modern revision and of the tasks extension. */
export const ofModern: readonly ClientMutant[] = [
  mutant(
    "meta-without-version",
    [`${M}/basic/index#meta/7`],
    "Leaves the version out of the metadata of calls.",
    sends(CALLS, (message) => without(message, "params", "_meta", `${KEY}protocolVersion`)),
  ),
  ...["prompts", "tools"].map((kind) =>
    mutant(
      `${kind}-without-capabilities`,
      [`${M}/server/${kind}#top/1`],
      `Leaves the capabilities out of the metadata of requests about ${kind}.`,
      sends(new RegExp(`^${kind}/`), (message) => without(message, "params", "_meta", `${KEY}clientCapabilities`)),
    ),
  ),
  mutant(
    "resources-without-meta",
    [`${M}/server/resources#top/1`],
    "Sends requests about resources without metadata.",
    sends(/^resources/, (message) => without(message, "params", "_meta")),
  ),
  mutant(
    "completion-without-meta",
    [`${M}/server/utilities/completion#top/1`],
    "Asks for completions without metadata.",
    sends(/^completion/, (message) => without(message, "params", "_meta")),
  ),
  mutant(
    "nameless",
    [`${M}/basic/index#meta/10`],
    "Does not say who it is.",
    sends(/./, (message) => without(message, "params", "_meta", `${KEY}clientInfo`)),
  ),
  ...["roots", "sampling", "elicitation"].map((kind) =>
    mutant(
      `calls-without-${kind}`,
      [`${M}/client/${kind}#capabilities/1`],
      `Declares ${kind} in its first request alone.`,
      undeclared(kind),
    ),
  ),
  mutant(
    "no-method-header",
    [`${HTTP}standard-request-headers/1`, `${HTTP}sending-messages/4`],
    "Leaves Mcp-Method out.",
    headers(/./, (fields) => delete fields["mcp-method"]),
  ),
  mutant(
    "no-name-header",
    [`${HTTP}client-behavior/1.2`, `${HTTP}standard-request-headers/1`],
    "Leaves Mcp-Name out.",
    headers(/./, (fields) => delete fields["mcp-name"]),
  ),
  mutant(
    "modern-no-version-header",
    [`${HTTP}protocol-version-header/1`],
    "Leaves the version out of the header.",
    headers(/./, (fields) => delete fields["mcp-protocol-version"]),
  ),
  mutant(
    "modern-other-version-header",
    [`${HTTP}protocol-version-header/2`],
    "Names another version in the header than in the metadata.",
    headers(/./, (fields) => (fields["mcp-protocol-version"] = "2025-11-25")),
  ),
  mutant(
    "posts-batches",
    [`${HTTP}sending-messages/5`],
    "POSTs a batch.",
    sends("tools/list", (message) => [message]),
  ),
  mutant(
    "state-changed",
    [`${RETRY}3`],
    "Changes the state that it gives back.",
    retries((message) => {
      const state = member(message["params"], "requestState");
      return typeof state === "string"
        ? put(message, ["params", "requestState"], state.trim().toLowerCase() + "=")
        : message;
    }),
  ),
  mutant(
    "state-dropped",
    [`${RETRY}3`],
    "Does not give the state back.",
    retries((message) => without(message, "params", "requestState")),
  ),
  mutant(
    "state-invented",
    [`${RETRY}5`],
    "Gives back a state that nobody gave.",
    retries((message) =>
      member(message["params"], "requestState") === undefined ? put(message, ["params", "requestState"], "") : message,
    ),
  ),
  mutant(
    "retry-same-id",
    [`${RETRY}6`, `${M}/server/tools#input-required-tool-results/2`],
    "Retries under the same id.",
    () => {
      const known = new Map<string, Json>();
      let first: Json | undefined;
      return {
        toServer: (message) => {
          if (isOf(message, CALLS)) first ??= message["id"] as Json;
          if (!isRetry(message)) return message;
          known.set(JSON.stringify(first), message["id"] as Json);
          return { ...message, id: first as Json };
        },
        toClient: (message) => {
          const id = known.get(JSON.stringify(message["id"] ?? null));
          return id === undefined || message["method"] !== undefined ? message : { ...message, id };
        },
      };
    },
  ),
  mutant("state-everywhere", [`${RETRY}7`], "Keeps sending the state with other calls.", () => {
    let state: Json | undefined;
    return {
      toServer: (message) => {
        state ??= member(message["params"], "requestState");
        return isOf(message, CALLS) && state !== undefined && !isRetry(message)
          ? put(message, ["params", "requestState"], state)
          : message;
      },
    };
  }),
  mutant(
    "answers-later",
    [`${RETRY}1`],
    "Retries without the answers.",
    retries((message) => without(message, "params", "inputResponses")),
  ),
  mutant(
    "takes-unknown-results",
    [`${M}/basic/index#resulttype/3`],
    "Takes an unknown result type for a question.",
    results(CALLS, (result) =>
      result["resultType"] === "nobody_knows" ? { ...result, resultType: "input_required", inputRequests: {} } : result,
    ),
  ),
  mutant(
    "takes-untyped-for-a-question",
    [`${M}/basic/index#resulttype/4`],
    "Takes a result without a type for a question.",
    results(CALLS, (result) =>
      result["resultType"] === undefined ? { ...result, resultType: "input_required", inputRequests: {} } : result,
    ),
  ),
  mutant(
    "caches-by-method",
    [`${M}/server/utilities/caching#cache-key/1`],
    "Serves any resource from what it kept of another.",
    served("resources/read", (asked) => (asked.length > 0 ? READ : undefined)),
  ),
  mutant(
    "caches-retries",
    [`${M}/server/utilities/caching#cache-key/2`],
    "Keeps what came of a retry.",
    served("resources/read", (asked) => (asked.some(isRetry) ? READ : undefined)),
  ),
  mutant(
    "modern-empty-cursor",
    [`${M}/server/utilities/pagination#implementation-guidelines/4`],
    "Takes an empty cursor for the end.",
    results("tools/list", (result) => (result["nextCursor"] === "" ? without(result, "nextCursor") : result)),
  ),
  mutant(
    "responds",
    [`${HTTP}sending-messages/6`, `${M}/basic/transports/stdio#sending-messages/1`],
    "Answers a request of the server's.",
    (hands) => ({
      toClient: (message) => {
        if (isOf(message, "ping")) hands.say({ jsonrpc: "2.0", id: message["id"] as Json, result: {} });
        return message;
      },
    }),
  ),
  mutant(
    "modern-progress",
    [`${M}/basic/patterns/progress#behavior-requirements/1.1`],
    "Reports progress that nobody asked for.",
    beside(CALLS, () => ({
      jsonrpc: "2.0",
      method: "notifications/progress",
      params: { progressToken: "mine", progress: 1 },
    })),
  ),
  mutant(
    "mirrors-nothing",
    [`${HTTP}custom-headers-from-tool-parameters/3`, `${HTTP}client-behavior/1.5`],
    "Repeats no parameters in headers.",
    headers(CALLS, (fields) => {
      for (const name of Object.keys(fields)) if (name.startsWith("mcp-param-")) delete fields[name];
    }),
  ),
  mutant(
    "mirrors-null",
    [`${HTTP}server-behavior-for-custom-headers/6`],
    "Sends a header for a parameter that is null.",
    headers(CALLS, (fields) => (fields["mcp-param-none"] = "null")),
  ),
  mutant(
    "mirrors-absent",
    [`${HTTP}server-behavior-for-custom-headers/7`],
    "Sends a header for a parameter that is not there.",
    headers(CALLS, (fields) => (fields["mcp-param-gone"] = "")),
  ),
  mutant(
    "headers-plain",
    [`${HTTP}value-encoding/2`, `${HTTP}value-encoding/1`],
    "Sends values in Latin 1.",
    headers(CALLS, (fields) => {
      for (const name of Object.keys(fields))
        if (name.startsWith("mcp-param-")) fields[name] = decoded(fields[name]) ?? "";
    }),
  ),
  mutant(
    "markers-upper-case",
    [`${HTTP}value-encoding/4`],
    "Writes the Base64 markers in upper case.",
    headers(CALLS, (fields) => {
      for (const name of Object.keys(fields)) fields[name] = fields[name]?.replace("=?base64?", "=?BASE64?") ?? "";
    }),
  ),
  mutant(
    "looks-encoded",
    [`${HTTP}value-encoding/7`],
    "Sends a value that looks encoded as it is.",
    headers(CALLS, (fields) => {
      if (fields["mcp-param-empty"]) fields["mcp-param-empty"] = decoded(fields["mcp-param-empty"]) ?? "";
    }),
  ),
  mutant(
    "names-plain",
    [`${HTTP}standard-request-headers/2`],
    "Sends names that are no ASCII as they are.",
    headers(/./, (fields) => {
      const name = decoded(fields["mcp-name"]);
      if (name !== undefined) fields["mcp-name"] = name;
    }),
  ),
  mutant(
    "calls-what-is-wrong",
    [`${HTTP}schema-extension/9`, `${M}/server/tools#x-mcp-header/8`],
    "Calls a tool whose annotations are wrong.",
    beside(CALLS, (message) => put({ ...message, id: "bad" }, ["params", "name"], "twice")),
  ),
  mutant("fetches-schemas", [`${M}/basic/index#ref-resolution/1`], "Fetches a schema from the network.", (hands) => ({
    toClient: (message) => {
      if (JSON.stringify(message).includes("schema.json")) hands.fetch("/schema.json");
      return message;
    },
  })),
  mutant(
    "modern-cancels-others",
    [`${M}/basic/patterns/cancellation#behavior-requirements/1.1`],
    "Cancels by an id that it never used.",
    sends("notifications/cancelled", (message) => put(message, ["params", "requestId"], "of-nobody")),
  ),
  mutant(
    "gives-up-silently",
    [`${M}/basic/patterns/cancellation#timeouts/2`],
    "Does not say that it waits no longer.",
    sends("notifications/cancelled", () => undefined),
    ["memory", "stdio"],
  ),
  mutant(
    "one-error-alone",
    [`${M}/basic/transports/stdio#backward-compatibility/2`],
    "Falls back for one error code alone.",
    () => ({
      toClient: (message) =>
        member(message["error"], "code") === -32000
          ? put(message, ["error"], { code: -32022, message: "No", data: { supported: ["2099-01-01"], requested: M } })
          : message,
    }),
  ),
  mutant(
    "forgets-subscriptions",
    [`${M}/basic/patterns/subscriptions#graceful-closure/3`],
    "Does not subscribe again.",
    () => {
      let count = 0;
      return { toServer: (message) => (isOf(message, "subscriptions/listen") && count++ > 0 ? undefined : message) };
    },
  ),
  mutant(
    "task-without-name",
    [`${TASKS}streamable-http-routing-headers/1`],
    "Leaves Mcp-Name out of tasks/get.",
    headers("tasks/get", (fields) => delete fields["mcp-name"]),
  ),
  mutant("cancels-task-as-request", [`${TASKS}task-cancellation/1`], "Cancels a task by a notification.", (hands) => {
    let id: Json | undefined;
    return {
      toServer: (message) => {
        if (isOf(message, CALLS)) id ??= message["id"] as Json;
        if (isOf(message, "tasks/cancel"))
          hands.say({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: id as Json } });
        return message;
      },
    };
  }),
  mutant("follows-any-task", [`${TASKS}capability-negotiation/4`], "Polls a task that answers a list.", (hands) => ({
    toClient: (message) => {
      const result = member(message, "result");
      const id = member(result, "resultType") === "task" ? member(result, "taskId") : undefined;
      const _meta = { [`${KEY}protocolVersion`]: M, [`${KEY}clientCapabilities`]: {} };
      if (id !== undefined)
        hands.say({ jsonrpc: "2.0", id: "follow", method: "tasks/get", params: { taskId: id, _meta } });
      return message;
    },
  })),
  mutant(
    "answers-a-task-twice",
    [`${TASKS}response/15`],
    "Answers a question of a task twice.",
    beside("tasks/update", (message) => ({ ...message, id: "twice" })),
  ),
];
