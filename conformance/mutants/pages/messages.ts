import { calls, without } from "../../fixture/fault.js";
import { isObject, member } from "../../trace.js";
import type { Json, JsonObject } from "../../trace.js";
import { across, answers, complete, errors, items, notes, ofMessages, put, results } from "../mutant.js";
import type { Mutant } from "../mutant.js";

const any = (): boolean => true;
const asks = (message: Json): message is JsonObject =>
  isObject(message) && message["method"] !== undefined && message["id"] !== undefined;
const eachResult = (change: (result: JsonObject) => JsonObject) =>
  answers(any, (answer) => {
    const result = member(answer, "result");
    return isObject(result) ? { ...answer, result: change(result) } : answer;
  });
const withMeta = (key: string, value: Json) => eachResult((result) => put(result, ["_meta", key], value));
const asked = (change: (message: JsonObject) => JsonObject) => () => ({
  fromServer: (message: Json) => [asks(message) ? change(message) : message],
});

/** Keys of the protocol that no revision defines. */
const RESERVED =
  /^(io\.modelcontextprotocol\/(?!(protocolVersion|clientInfo|clientCapabilities|logLevel|related-task|subscriptionId)$)|dev\.mcp\/)/;

/** basic/index and basic/messages: the shape of messages. */
export const ofMessagesPage: readonly Mutant[] = [
  ofMessages(
    "id-as-text",
    ["2024-11-05/basic/messages#responses/1", "2025-03-26/basic/index#responses/1"],
    "Gives a number back as a string in the id of a result.",
    answers(any, (answer) => (typeof answer["id"] === "number" ? { ...answer, id: String(answer["id"]) } : answer)),
  ),
  ofMessages(
    "id-of-the-one-before",
    ["2025-06-18/basic/index#responses/1"],
    "Gives each response the id of the response before it.",
    () => {
      let before: Json = 4_711;
      return answers(any, (answer) => {
        const id = before;
        before = answer["id"] as Json;
        return { ...answer, id };
      })();
    },
  ),
  ofMessages(
    "result-and-error",
    ["2024-11-05/basic/messages#responses/3", "2025-06-18/basic/index#responses/3"],
    "Puts an error beside each result of tools/call.",
    answers(
      (request) => calls(request, "tools/call"),
      (answer) => ({ ...answer, error: { code: 0, message: "no error" } }),
    ),
  ),
  ofMessages(
    "neither-result-nor-error",
    ["2024-11-05/basic/messages#responses/2", "2025-03-26/basic/index#responses/2"],
    "Leaves the result out of the answer to tools/call.",
    answers(
      (request) => calls(request, "tools/call"),
      (answer) => without(answer, "result"),
    ),
  ),
  ofMessages(
    "result-of-null",
    ["2025-11-25/basic/index#result-responses/2", "2026-07-28/basic/index#result-responses/2"],
    "Answers a call of a tool by a result that is null.",
    answers(
      (request) => calls(request, "tools/call"),
      (answer) => (answer["result"] === undefined ? answer : { ...answer, result: null }),
    ),
  ),
  ofMessages(
    "error-code-as-text",
    [
      "2025-06-18/basic/index#responses/5",
      "2025-11-25/basic/index#error-responses/3",
      "2026-07-28/basic/index#error-responses/3",
    ],
    "Writes the code of an error as a string.",
    errors(undefined, (error) => ({ ...error, code: String(error["code"]) })),
  ),
  ofMessages(
    "error-code-in-halves",
    ["2024-11-05/basic/messages#responses/4", "2025-03-26/basic/index#responses/5"],
    "Gives an error a code that is no integer.",
    errors(undefined, (error) => ({ ...error, code: -32_600.5 })),
  ),
  ofMessages(
    "error-without-message",
    ["2025-11-25/basic/index#error-responses/2", "2026-07-28/basic/index#error-responses/2"],
    "Leaves the message out of an error.",
    errors(undefined, (error) => without(error, "message")),
  ),
  ofMessages(
    "error-is-text",
    ["2025-03-26/basic/index#responses/4", "2025-06-18/basic/index#responses/4"],
    "Sends an error that is a mere string.",
    errors(undefined, (error) => String(error["message"])),
  ),
  ofMessages(
    "error-without-its-id",
    ["2025-11-25/basic/index#error-responses/1", "2026-07-28/basic/index#error-responses/1"],
    "Leaves the id out of errors, though it could be read.",
    answers(any, (answer) => (answer["error"] === undefined ? answer : without(answer, "id"))),
  ),
  ofMessages(
    "notification-with-id",
    ["2025-03-26/basic/index#notifications/2", "2026-07-28/basic/index#notifications/2"],
    "Gives each notification of progress an id.",
    notes("notifications/progress", (message) => ({ ...message, id: 77 })),
  ),
  ofMessages(
    "log-with-id",
    ["2024-11-05/basic/messages#notifications/1", "2025-11-25/basic/index#notifications/2"],
    "Gives each log message an id.",
    notes("notifications/message", (message) => ({ ...message, id: "log" })),
  ),
  ofMessages(
    "question-with-half-an-id",
    ["2024-11-05/basic/messages#requests/1", "2025-06-18/basic/index#requests/1"],
    "Asks the client with an id that is no integer.",
    () => {
      let count = 0.5;
      return asked((message) => ({ ...message, id: count++ }))();
    },
  ),
  ofMessages(
    "question-with-null",
    ["2025-03-26/basic/index#requests/2", "2025-11-25/basic/index#requests/2"],
    "Asks the client with null for an id.",
    asked((message) => ({ ...message, id: null })),
  ),
  ofMessages(
    "every-question-is-number-one",
    ["2024-11-05/basic/messages#requests/3", "2025-03-26/basic/index#requests/3"],
    "Gives every question the id 1, and takes the answer to 1 for the answer to the last.",
    () => {
      let last: Json = 1;
      return {
        toServer: (message) =>
          isObject(message) && message["method"] === undefined && message["id"] === 1
            ? { ...message, id: last }
            : undefined,
        fromServer: (message) => {
          if (!asks(message)) return [message];
          last = message["id"] as Json;
          return [{ ...message, id: 1 }];
        },
      };
    },
  ),
  ofMessages(
    "thanks-for-initialized",
    ["2025-03-26/basic/index#notifications/1", "2025-06-18/basic/index#notifications/1"],
    "Answers notifications, other than the handshake's, by an empty result.",
    () => {
      let owed = 0;
      return {
        toServer: (message) => {
          const method = member(message, "method");
          if (typeof method === "string" && member(message, "id") === undefined && !method.endsWith("initialized"))
            owed++;
        },
        fromServer: (message) => {
          const thanks = Array.from({ length: owed }, (): Json => ({ jsonrpc: "2.0", id: null, result: {} }));
          owed = 0;
          return [...thanks, message];
        },
      };
    },
  ),
  ofMessages(
    "another-json-rpc",
    ["2024-11-05/basic/index#top/1", "2025-06-18/basic/index#messages/1", "2026-07-28/basic/index#messages/1"],
    "Writes version 1.0 of JSON-RPC on its results.",
    answers(any, (answer) => ({ ...answer, jsonrpc: "1.0" })),
  ),
  ofMessages(
    "one-of-a-batch",
    ["2025-03-26/basic/index#batching/1"],
    "Understands only the first message of a batch.",
    () => ({ toServer: (message) => (Array.isArray(message) ? ([message[0] as Json] as Json) : undefined) }),
    ["memory", "stdio", "http"],
  ),
  ofMessages(
    "a-result-type-of-its-own",
    ["2026-07-28/basic/index#resulttype/2"],
    "Says resultType done where a call is complete.",
    results("tools/call", (result) =>
      result["resultType"] === "complete" ? { ...result, resultType: "done" } : result,
    ),
  ),
  ofMessages(
    "a-code-from-the-reserve",
    ["2026-07-28/basic/index#error-codes/3"],
    "Answers an unknown method by a code that the specification keeps for itself.",
    errors(undefined, (error) => (error["code"] === -32601 ? { ...error, code: -32055 } : undefined)),
  ),
  ofMessages(
    "the-code-of-an-older-revision",
    ["2026-07-28/basic/index#error-codes/4.1"],
    "Sends -32042 where a capability is missing.",
    errors(undefined, (error) => (error["code"] === -32021 ? { ...error, code: -32042 } : undefined)),
  ),
  ofMessages(
    "reserved-metadata-refused",
    across(["2025-06-18", "2025-11-25", "2026-07-28"], "basic/index#meta/1"),
    "Takes what stands at a reserved _meta key for an error.",
    answers(
      (request) => Object.keys(member(member(request, "params"), "_meta") ?? {}).some((key) => RESERVED.test(key)),
      (answer) => ({ ...without(answer, "result"), error: { code: -32602, message: "Unknown metadata" } }),
    ),
  ),
  ofMessages(
    "metadata-with-empty-label",
    across(["2025-06-18", "2025-11-25", "2026-07-28"], "basic/index#meta/2"),
    "Sends a _meta key with an empty label in its prefix.",
    withMeta("com..example/kind", 1),
  ),
  ofMessages(
    "metadata-with-numbered-label",
    across(["2025-06-18", "2026-07-28"], "basic/index#meta/3"),
    "Sends a _meta key whose prefix has a label that begins with a digit.",
    withMeta("com.2example/kind", 1),
  ),
  ofMessages(
    "metadata-with-open-end",
    ["2025-06-18/basic/index#meta/4", "2025-11-25/basic/index#meta/5", "2026-07-28/basic/index#meta/5"],
    "Sends a _meta key whose name ends with a hyphen.",
    withMeta("com.example/kind-", 1),
  ),
  ofMessages(
    "nameless-results",
    ["2026-07-28/basic/index#meta/14.1"],
    "Leaves the server's name out of the _meta of results.",
    eachResult((result) => put(result, ["_meta", "io.modelcontextprotocol/serverInfo"], undefined)),
  ),
  ofMessages(
    "schema-of-no-type",
    across(["2025-11-25", "2026-07-28"], "basic/index#schema-validation/1"),
    "Lists a property whose type JSON Schema does not know.",
    items("tools/list", "tools", (tool) => put(tool, ["inputSchema", "properties", "odd"], { type: "strnig" })),
  ),
  ofMessages(
    "arrays-unchecked",
    across(["2025-11-25", "2026-07-28"], "basic/index#implementation-requirements/1"),
    "Reads schemas as an older dialect: whatever an array holds, it is taken.",
    answers(
      (request) =>
        calls(request, "tools/call") &&
        Object.values(member(member(request, "params"), "arguments") ?? {}).some((value) => Array.isArray(value)),
      (answer, request) =>
        member(answer["result"], "isError") === true || answer["error"] !== undefined
          ? {
              ...without(answer, "error"),
              result: put(complete({ content: [] }, request), ["_meta"], member(answer["result"], "_meta")),
            }
          : answer,
    ),
  ),
];
