import { calls, without } from "../../fixture/fault.js";
import { isObject, member } from "../../trace.js";
import type { Json, JsonObject } from "../../trace.js";
import { across, answers, errors, items, notes, ofMessages, put, results, takes } from "../mutant.js";
import type { Mutant } from "../mutant.js";
import { forgetful, hiding, unknownMethod } from "./tools.js";

const PROMPTS = "server/prompts";
const RESOURCES = "server/resources";

/** Changes the blocks of one kind in the messages of prompts. */
const blocks = (type: string, change: (block: JsonObject) => JsonObject) =>
  results("prompts/get", (result) => {
    const messages = result["messages"];
    if (!Array.isArray(messages)) return result;
    const changed = messages.map((one) => {
      const block = member(one as Json, "content");
      return isObject(block) && block["type"] === type
        ? { ...(one as JsonObject), content: change(block) }
        : (one as Json);
    });
    return { ...result, messages: changed };
  });
const embedded = (change: (resource: JsonObject) => JsonObject) =>
  blocks("resource", (block) => ({ ...block, resource: change(block["resource"] as JsonObject) }));
const contents = (change: (content: JsonObject) => JsonObject) => items("resources/read", "contents", change);
const recode = (method: string, from: number, to: number) =>
  errors(method, (error) => (error["code"] === from ? { ...error, code: to } : undefined));

/** server/prompts and server/resources. */
export const ofContent: readonly Mutant[] = [
  ofMessages(
    "prompts-undeclared",
    across(["2024-11-05", "2025-11-25", "2026-07-28"], `${PROMPTS}#capabilities/1`),
    "Has prompts and does not declare them.",
    hiding("prompts"),
  ),
  ofMessages(
    "prompts-unlisted",
    ["2026-07-28/server/prompts#capabilities/2"],
    "Declares prompts and does not know prompts/list.",
    unknownMethod("prompts/list"),
  ),
  ofMessages(
    "prompts-by-the-hour",
    ["2026-07-28/server/prompts#capabilities/3"],
    "Lists one prompt less with each time that the connection asks.",
    forgetful("prompts/list", "prompts"),
  ),
  ofMessages(
    "image-not-encoded",
    across(["2024-11-05", "2026-07-28"], `${PROMPTS}#image-content/1`),
    "Sends an image that is not Base64.",
    blocks("image", (block) => ({ ...block, data: "<svg/>" })),
  ),
  ofMessages(
    "image-of-no-kind",
    across(["2025-06-18"], `${PROMPTS}#image-content/1`),
    "Sends an image without its MIME type.",
    blocks("image", (block) => without(block, "mimeType")),
  ),
  ofMessages(
    "sound-not-encoded",
    across(["2025-03-26", "2026-07-28"], `${PROMPTS}#audio-content/1`),
    "Sends sound that is not Base64.",
    blocks("audio", (block) => ({ ...block, data: "la la la" })),
  ),
  ofMessages(
    "sound-of-no-kind",
    across(["2025-11-25"], `${PROMPTS}#audio-content/1`),
    "Sends sound whose MIME type is empty.",
    blocks("audio", (block) => ({ ...block, mimeType: "" })),
  ),
  ofMessages(
    "embedded-from-nowhere",
    across(["2024-11-05", "2025-11-25"], `${PROMPTS}#embedded-resources/1.1`),
    "Embeds a resource without its URI.",
    embedded((resource) => without(resource, "uri")),
  ),
  ofMessages(
    "embedded-of-no-kind",
    across(["2025-03-26", "2026-07-28"], `${PROMPTS}#embedded-resources/1.2`),
    "Embeds a resource without its MIME type.",
    embedded((resource) => without(resource, "mimeType")),
  ),
  ofMessages(
    "embedded-and-empty",
    across(["2025-06-18", "2026-07-28"], `${PROMPTS}#embedded-resources/1.3`),
    "Embeds a resource with neither text nor blob.",
    embedded((resource) => without(resource, "text", "blob")),
  ),
  ofMessages(
    "any-prompt-there-is",
    across(["2024-11-05", "2026-07-28"], `${PROMPTS}#error-handling/1.1`),
    "Answers a prompt that it does not have by no messages.",
    takes("prompts/get", -32602, () => ({ messages: [] })),
  ),
  ofMessages(
    "unknown-prompt-is-internal",
    across(["2025-06-18"], `${PROMPTS}#error-handling/1.1`),
    "Calls a prompt that it does not have an internal error.",
    recode("prompts/get", -32602, -32603),
  ),
  ofMessages(
    "arguments-of-prompts-unneeded",
    across(["2025-03-26", "2025-11-25"], `${PROMPTS}#error-handling/1.2`),
    "Does without arguments that it said to be required.",
    takes("prompts/get", -32602, () => ({
      messages: [{ role: "user", content: { type: "text", text: "undefined" } }],
    })),
  ),
  ofMessages(
    "prompt-fails-by-its-own-code",
    across(["2025-03-26", "2026-07-28"], `${PROMPTS}#error-handling/1.3`),
    "Reports a failure within a prompt by a code of its own.",
    recode("prompts/get", -32603, -32000),
  ),
  ofMessages(
    "prompts-change-in-silence",
    across(["2025-11-25", "2026-07-28"], `${PROMPTS}#list-changed-notification/1`),
    "Does not announce that its prompts have changed.",
    notes("notifications/prompts/list_changed", () => undefined),
  ),
  ofMessages(
    "resources-undeclared",
    across(["2025-03-26", "2026-07-28"], `${RESOURCES}#capabilities/1`),
    "Has resources and does not declare them.",
    hiding("resources"),
  ),
  ofMessages(
    "resources-unlisted",
    ["2026-07-28/server/resources#capabilities/2"],
    "Declares resources and does not know resources/list.",
    unknownMethod("resources/list"),
  ),
  ofMessages(
    "resources-by-the-hour",
    ["2026-07-28/server/resources#capabilities/3"],
    "Lists one resource less with each time that the connection asks.",
    forgetful("resources/list", "resources"),
  ),
  ofMessages(
    "any-uri-there-is",
    across(["2024-11-05", "2025-06-18"], `${RESOURCES}#security-considerations/1`),
    "Answers every URI, even what is none.",
    answers(
      (request) => calls(request, "resources/read"),
      (answer, request) =>
        answer["error"] === undefined
          ? answer
          : put(
              without(answer, "error"),
              ["result", "contents"],
              [{ uri: String(member(request["params"], "uri")), text: "here" }],
            ),
    ),
  ),
  ofMessages(
    "blob-in-another-alphabet",
    across(["2024-11-05", "2026-07-28"], `${RESOURCES}#security-considerations/3`),
    "Sends binary data in hexadecimal with a colon between.",
    contents((content) => {
      const { blob } = content;
      return typeof blob === "string"
        ? { ...content, blob: `hex:${Buffer.from(blob, "base64").toString("hex")}` }
        : content;
    }),
  ),
  ofMessages(
    "blob-without-padding",
    across(["2025-06-18"], `${RESOURCES}#security-considerations/3`),
    "Sends binary data whose Base64 breaks off in the middle of a group.",
    contents((content) => {
      const { blob } = content;
      return typeof blob === "string" ? { ...content, blob: blob.replace(/=+$/, "").replace(/^.{2}/, "") } : content;
    }),
  ),
  ofMessages(
    "uri-with-spaces",
    across(["2025-06-18", "2026-07-28"], `${RESOURCES}#custom-uri-schemes/1`),
    "Lists a resource whose URI has spaces.",
    items("resources/list", "resources", (one, index) => (index === 0 ? { ...one, uri: "my notes://to do/1" } : one)),
  ),
  ofMessages(
    "a-code-for-missing-resources",
    across(["2026-07-28"], `${RESOURCES}#error-handling/1`),
    "Answers an unknown resource by the code of older revisions.",
    recode("resources/read", -32602, -32002),
  ),
  ofMessages(
    "parameters-are-invalid",
    across(["2024-11-05", "2025-11-25"], `${RESOURCES}#error-handling/1.1`),
    "Answers an unknown resource by -32602 in a revision that has a code for it.",
    recode("resources/read", -32002, -32602),
  ),
  ofMessages(
    "nothing-is-there",
    across(["2026-07-28"], `${RESOURCES}#error-handling/4`),
    "Answers an unknown resource by no contents.",
    takes("resources/read", -32602, () => ({ contents: [], ttlMs: 0, cacheScope: "private" })),
  ),
  ofMessages(
    "resource-fails-by-its-own-code",
    ["2025-03-26/server/resources#error-handling/1.2", "2026-07-28/server/resources#error-handling/2"],
    "Reports a failure within a resource by a code of its own.",
    recode("resources/read", -32603, -32000),
  ),
  ofMessages(
    "out-by-the-back-door",
    across(["2026-07-28"], `${RESOURCES}#security-considerations/5`),
    "Follows a file URI out of its folder.",
    answers(
      (request) =>
        calls(request, "resources/read") && /\.\.|%2e/i.test(String(member(member(request, "params"), "uri"))),
      (answer, request) =>
        put(without(answer, "error"), ["result"], {
          resultType: "complete",
          ttlMs: 0,
          cacheScope: "private",
          contents: [{ uri: String(member(request["params"], "uri")), text: "root:x:0:0" }],
        }),
    ),
  ),
  ofMessages(
    "resources-change-in-silence",
    across(["2024-11-05", "2026-07-28"], `${RESOURCES}#list-changed-notification/1`),
    "Does not announce that its resources have changed.",
    notes("notifications/resources/list_changed", () => undefined),
  ),
];
