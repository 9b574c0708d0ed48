import { withParams, without } from "../../fixture/fault.js";
import { isObject, member } from "../../trace.js";
import type { Json, JsonObject } from "../../trace.js";
import { errors, ofMessages, put, results } from "../mutant.js";
import type { Mutant, Mutation } from "../mutant.js";

const ELICITATION = "client/elicitation";
const SAMPLING = "client/sampling";
const CACHING = "2026-07-28/server/utilities/caching";

/** Changes what the server asks by a method: its own requests, and the input requests of results. */
const asking = (method: string, change: (params: JsonObject) => JsonObject) => (): Mutation => {
  const changed = (one: Json): Json =>
    isObject(one) && one["method"] === method ? { ...one, params: change((one["params"] ?? {}) as JsonObject) } : one;
  return {
    fromServer: (message) => {
      const requests = member(member(message, "result"), "inputRequests");
      if (!isObject(requests)) return [changed(message)];
      const all = Object.entries(requests).map(([key, one]) => [key, changed(one as Json)] as const);
      return [put(message, ["result", "inputRequests"], Object.fromEntries(all))];
    },
  };
};
const elicits = (change: (params: JsonObject) => JsonObject) => asking("elicitation/create", change);
const onPages = (change: (params: JsonObject) => JsonObject) =>
  elicits((params) => (params["mode"] === "url" ? change(params) : params));

/** client/elicitation, client/sampling, and server/utilities/caching. */
export const ofClientPages: readonly Mutant[] = [
  ofMessages(
    "elicits-without-a-word",
    [`2025-11-25/${ELICITATION}#elicitation-requests/1.2`],
    "Elicits without a message for people.",
    elicits((params) => without(params, "message")),
  ),
  ofMessages(
    "form-without-fields",
    [`2026-07-28/${ELICITATION}#form-mode-elicitation-requests/1.1`],
    "Sends a form without its schema.",
    elicits((params) => without(params, "requestedSchema")),
  ),
  ofMessages(
    "page-without-address",
    [`2025-11-25/${ELICITATION}#url-mode-elicitation-requests/1.1`],
    "Sends the user to a page without its URL.",
    onPages((params) => without(params, "url")),
  ),
  ofMessages(
    "page-at-no-address",
    [`2026-07-28/${ELICITATION}#url-mode-elicitation-requests/2`],
    "Sends the user to a page at what is no URL.",
    onPages((params) => ({ ...params, url: "our start page" })),
  ),
  ofMessages(
    "another-page-is-done",
    [`2025-11-25/${ELICITATION}#completion-notifications-for-url-mode-elicitation/3`],
    "Announces the end of an elicitation by an id of its own.",
    () => ({
      fromServer: (message) => [
        isObject(message) && message["method"] === "notifications/elicitation/complete"
          ? withParams(message, { elicitationId: "something" })
          : message,
      ],
    }),
  ),
  ofMessages(
    "a-form-among-the-pages",
    [`2025-11-25/${ELICITATION}#url-elicitation-required-error/4`],
    "Lists a form among the elicitations of -32042.",
    errors(undefined, (error) => {
      const list = member(error["data"], "elicitations");
      if (!Array.isArray(list)) return undefined;
      return put(error, ["data", "elicitations"], [{ ...(list[0] as JsonObject), mode: "form" }, ...list.slice(1)]);
    }),
  ),
  ofMessages(
    "samples-without-a-role",
    [`2026-07-28/${SAMPLING}#messages/1`],
    "Gives the client's model a message of nobody.",
    asking("sampling/createMessage", (params) => {
      const { messages } = params;
      return Array.isArray(messages)
        ? { ...params, messages: messages.map((one) => without(one as JsonObject, "role")) }
        : params;
    }),
  ),
  ofMessages(
    "tools-for-any-model",
    [`2025-11-25/${SAMPLING}#tools-in-sampling/2`],
    "Gives tools to a model whose client does not declare that it can.",
    asking("sampling/createMessage", (params) => ({
      ...params,
      tools: [{ name: "look", inputSchema: { type: "object" } }],
    })),
  ),
  ofMessages(
    "results-and-remarks",
    [`2025-11-25/${SAMPLING}#tool-result-messages/1`],
    "Puts a remark beside the results of tools.",
    asking("sampling/createMessage", (params) => {
      const { messages } = params;
      if (!Array.isArray(messages)) return params;
      const changed = messages.map((one) => {
        const content = member(one as Json, "content");
        const blocks = (Array.isArray(content) ? content : [content]) as readonly Json[];
        return blocks.some((block) => member(block, "type") === "tool_result")
          ? { ...(one as JsonObject), content: [...blocks, { type: "text", text: "Look at that." }] }
          : (one as Json);
      });
      return { ...params, messages: changed };
    }),
  ),
  ofMessages(
    "hintless-tools",
    [`${CACHING}#cacheable-results/1.2`],
    "Lists tools without saying how long the list holds.",
    results("tools/list", (result) => without(result, "ttlMs")),
  ),
  ofMessages(
    "hintless-contents",
    [`${CACHING}#cacheable-results/1.6`],
    "Sends contents of a resource without saying for whom they may be kept.",
    results("resources/read", (result) => without(result, "cacheScope")),
  ),
  ofMessages(
    "stale-before-it-is-sent",
    [`${CACHING}#time-to-live-ttl-field/7`],
    "Says that a list holds for less than no time.",
    results("prompts/list", (result) => ({ ...result, ttlMs: -1 })),
  ),
  ofMessages(
    "public-after-private",
    [`${CACHING}#interaction-with-pagination/6`],
    "Says private of the first page of a list and public of the others.",
    results("tools/list", (result, request) =>
      member(request["params"], "cursor") === undefined
        ? { ...result, cacheScope: "private" }
        : { ...result, cacheScope: "public" },
    ),
  ),
];
