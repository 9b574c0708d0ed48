import { calls, withParams, without } from "../../fixture/fault.js";
import { isObject, member } from "../../trace.js";
import type { Json, JsonObject } from "../../trace.js";
import { answers, errors, ofMessages, put } from "../mutant.js";
import type { Mutant, Mutation } from "../mutant.js";

const MRTR = "2026-07-28/basic/patterns/mrtr";
const META = "io.modelcontextprotocol/";
const SUBSCRIPTION = `${META}subscriptionId`;
const metaOf = (message: Json): Json | undefined => member(member(message, "params"), "_meta");
const asksBack = (message: Json): boolean => member(member(message, "result"), "resultType") === "input_required";
const inputRequired = (change: (result: JsonObject) => JsonObject) => () => ({
  fromServer: (message: Json) => [
    isObject(message) && asksBack(message) ? { ...message, result: change(message["result"] as JsonObject) } : message,
  ],
});
/** Gives every modern client a capability that it may not have. */
const capable = (name: string) => (): Mutation => ({
  toServer: (message) =>
    isObject(message) && isObject(metaOf(message))
      ? put(message, ["params", "_meta", `${META}clientCapabilities`, name], {})
      : undefined,
});
/** Metadata that a request lacks, for requests of some methods. */
const completed = (method: string) => (): Mutation => ({
  toServer: (message) => {
    if (!calls(message, method)) return undefined;
    const given = metaOf(message);
    const defaults = {
      [`${META}protocolVersion`]: "2026-07-28",
      [`${META}clientInfo`]: { name: "c", version: "1" },
      [`${META}clientCapabilities`]: {},
    };
    return put(message, ["params", "_meta"], { ...defaults, ...(isObject(given) ? given : {}) });
  },
});

/** basic/patterns/mrtr and subscriptions, and what basic/index says of metadata. */
export const ofModernPages: readonly Mutant[] = [
  ofMessages(
    "metadata-unchecked-on-prompts",
    ["2026-07-28/basic/index#meta/8"],
    "Does not miss metadata in prompts/get alone.",
    completed("prompts/get"),
  ),
  ofMessages(
    "remembers-capabilities",
    ["2026-07-28/basic/index#statelessness/1"],
    "Takes the capabilities of a connection's earlier requests for those of the later.",
    () => {
      let known: JsonObject = {};
      return {
        toServer: (message) => {
          const given = member(metaOf(message), `${META}clientCapabilities`);
          if (!isObject(message) || !isObject(given)) return undefined;
          known = { ...known, ...given };
          return put(message, ["params", "_meta", `${META}clientCapabilities`], known);
        },
      };
    },
  ),
  ofMessages(
    "asks-any-model",
    ["2026-07-28/basic/index#meta/11"],
    "Asks for the model of clients that do not say they have one.",
    capable("sampling"),
  ),
  ofMessages(
    "missing-without-a-name",
    ["2026-07-28/basic/index#meta/12"],
    "Does not name the capability that is missing.",
    errors(undefined, (error) => (error["code"] === -32021 ? without(error, "data") : undefined)),
  ),
  ofMessages(
    "subscription-without-name",
    ["2026-07-28/basic/index#meta/16"],
    "Does not name the subscription in what it brings.",
    () => ({
      fromServer: (message) => [
        String(member(message, "method")).endsWith("changed") || String(member(message, "method")).endsWith("updated")
          ? put(message, ["params", "_meta", SUBSCRIPTION], undefined)
          : message,
      ],
    }),
  ),
  ofMessages(
    "asks-by-requests",
    [`${MRTR}#top/1`],
    "Asks the client by a request of its own in place of an input_required result.",
    () => ({
      fromServer: (message) => {
        if (!asksBack(message)) return [message];
        const questions = Object.values((member(member(message, "result"), "inputRequests") ?? {}) as JsonObject);
        return questions.map((one, index) => ({ jsonrpc: "2.0", id: `ask${index}`, ...(one as JsonObject) }));
      },
    }),
  ),
  ofMessages(
    "asks-back-for-a-list",
    [`${MRTR}#supported-requests/2`],
    "Answers tools/list by input_required.",
    answers(
      (request) => calls(request, "tools/list"),
      (answer) => ({ ...answer, result: { resultType: "input_required", requestState: "who are you?" } }),
    ),
  ),
  ofMessages(
    "asks-for-a-ping",
    [`${MRTR}#server-requirements-basic-workflow/4`],
    "Asks by an input request that is none of the three kinds.",
    inputRequired((result) => put(result, ["inputRequests", "alive"], { method: "ping", params: {} })),
  ),
  ofMessages(
    "forged-state-accepted",
    [`${MRTR}#server-requirements-basic-workflow/7`, `${MRTR}#security-considerations/1`],
    "Takes any state for the last that it gave.",
    () => {
      let last: Json | undefined;
      return {
        toServer: (message) => {
          const state = member(member(message, "params"), "requestState");
          return state === undefined || last === undefined || !isObject(message)
            ? undefined
            : withParams(message, { requestState: last });
        },
        fromServer: (message) => {
          last = member(member(message, "result"), "requestState") ?? last;
          return [message];
        },
      };
    },
  ),
  ofMessages(
    "broken-state-ignored",
    [`${MRTR}#server-requirements-basic-workflow/6`],
    "Begins anew where a state was forged.",
    answers(
      (request) => member(member(request, "params"), "requestState") !== undefined,
      (answer) =>
        member(answer["error"], "code") === -32602
          ? { ...without(answer, "error"), result: { resultType: "complete", content: [], _meta: {} } }
          : answer,
    ),
  ),
  ofMessages(
    "states-for-ever",
    [`${MRTR}#server-requirements-basic-workflow/9.2`, `${MRTR}#server-requirements-basic-workflow/10`],
    "Answers the retry with a state that is over as it answered the one before.",
    () => {
      let before: Json = { resultType: "complete", content: [{ type: "text", text: "accept" }] };
      return answers(
        (request) => member(member(request, "params"), "requestState") !== undefined,
        (answer) => {
          before = answer["result"] ?? before;
          return answer["error"] === undefined ? answer : { ...without(answer, "error"), result: before };
        },
      )();
    },
  ),
  ofMessages(
    "a-form-for-everybody",
    [`${MRTR}#server-requirements-basic-workflow/13`],
    "Asks clients for forms that do not say that they have any.",
    capable("elicitation"),
  ),
  ofMessages(
    "waits-for-the-retry",
    [`${MRTR}#server-requirements-basic-workflow/14`],
    "Refuses everything else until a question is answered.",
    () => {
      let waiting = false;
      const refused = new Set<string>();
      return {
        toServer: (message) => {
          if (member(member(message, "params"), "inputResponses") !== undefined) waiting = false;
          if (waiting) refused.add(JSON.stringify(member(message, "id")));
        },
        fromServer: (message) => {
          if (asksBack(message)) waiting = true;
          const id = JSON.stringify(member(message, "id"));
          if (!isObject(message) || !refused.delete(id)) return [message];
          return [{ ...without(message, "result"), error: { code: -32603, message: "I am waiting for an answer" } }];
        },
      };
    },
  ),
  ofMessages(
    "wrong-answers-complete",
    [`${MRTR}#error-handling/2`],
    "Completes a call whose inputResponses are malformed.",
    answers(
      (request) => member(member(request, "params"), "inputResponses") !== undefined,
      (answer) =>
        answer["error"] === undefined
          ? answer
          : { ...without(answer, "error"), result: { resultType: "complete", content: [] } },
    ),
  ),
  ofMessages(
    "minds-answers-to-nothing",
    [`${MRTR}#error-handling/3`],
    "Refuses a retry with answers to what it did not ask.",
    () => {
      const asked = new Set<string>();
      const odd = new Set<string>();
      return {
        toServer: (message) => {
          const given = member(member(message, "params"), "inputResponses");
          if (isObject(given) && Object.keys(given).some((key) => !asked.has(key)))
            odd.add(JSON.stringify(member(message, "id")));
        },
        fromServer: (message) => {
          for (const key of Object.keys(member(member(message, "result"), "inputRequests") ?? {})) asked.add(key);
          if (!isObject(message) || !odd.delete(JSON.stringify(message["id"]))) return [message];
          return [{ ...without(message, "result"), error: { code: -32602, message: "Nobody asked that" } }];
        },
      };
    },
  ),
  ofMessages(
    "ends-without-a-word",
    ["2026-07-28/basic/patterns/subscriptions#graceful-closure/1"],
    "Does not answer the request of a subscription that it ends.",
    answers(
      (request) => calls(request, "subscriptions/listen"),
      () => [],
    ),
  ),
  ofMessages(
    "acknowledges-somebody",
    ["2026-07-28/basic/patterns/subscriptions#acknowledgment/1"],
    "Acknowledges a subscription without naming it.",
    () => ({
      fromServer: (message) => [
        calls(message, "notifications/subscriptions/acknowledged")
          ? put(message, ["params", "_meta", SUBSCRIPTION], undefined)
          : message,
      ],
    }),
  ),
];
