import { calls, withParams, without } from "../../fixture/fault.js";
import { isObject, member } from "../../trace.js";
import type { Json, JsonObject } from "../../trace.js";
import { across, answers, notes, ofHttp, ofMessages, put } from "../mutant.js";
import type { Mutant, Mutation } from "../mutant.js";

const PROGRESS = "notifications/progress";
const CANCELLED = "notifications/cancelled";
const keyOf = (id: Json | undefined): string => JSON.stringify(id ?? null);
const isAnswer = (message: Json): message is JsonObject => isObject(message) && message["method"] === undefined;

/** What the server says a moment after the client's cancellation, with the next message that it sends. */
function afterCancellation(of: "open" | "answered" | "unknown" | "malformed", say: (id: Json) => Json): () => Mutation {
  return () => {
    const state = new Map<string, "open" | "answered">();
    const owed: Json[] = [];
    return {
      toServer: (message) => {
        const params = member(message, "params");
        const id = member(params, "requestId");
        if (calls(message, CANCELLED)) {
          const found =
            typeof id === "string" || typeof id === "number" ? (state.get(keyOf(id)) ?? "unknown") : "malformed";
          if (found === of) owed.push(say(id ?? null));
        } else if (member(message, "method") !== undefined && member(message, "id") !== undefined)
          state.set(keyOf(member(message, "id")), "open");
      },
      fromServer: (message) => {
        if (isAnswer(message) && state.has(keyOf(message["id"]))) state.set(keyOf(message["id"]), "answered");
        return [...owed.splice(0), message];
      },
    };
  };
}

const refusal = (id: Json): Json => ({ jsonrpc: "2.0", id, error: { code: -32602, message: "Nothing to cancel" } });

/** Cancels something with the answer to a call. */
const cancels = (which: (answer: JsonObject) => Json, before: boolean) =>
  answers(
    (request) => calls(request, "tools/call"),
    (answer) => {
      const note: Json = { jsonrpc: "2.0", method: CANCELLED, params: { requestId: which(answer), reason: "because" } };
      return before ? [note, answer] : [answer, note];
    },
  );

/** Goes on with progress after the response. */
const afterwards = (): Mutation => {
  let last: JsonObject | undefined;
  return {
    fromServer: (message) => {
      if (calls(message, PROGRESS)) last = message;
      const told = last;
      if (!isAnswer(message) || !told) return [message];
      last = undefined;
      return [message, withParams(told, { progress: Number(member(told["params"], "progress")) + 1 })];
    },
  };
};

/** Holds all progress back until the response is out. */
const heldBack = (): Mutation => {
  const held: Json[] = [];
  return {
    fromServer: (message) => {
      if (!calls(message, PROGRESS)) return isAnswer(message) ? [message, ...held.splice(0)] : [message];
      held.push(message);
      return [];
    },
  };
};

const asksWith = (token: () => Json) => () => ({
  fromServer: (message: Json) => [
    isObject(message) && message["method"] !== undefined && message["id"] !== undefined
      ? put(message, ["params", "_meta", "progressToken"], token())
      : message,
  ],
});

const ignoring = (): Mutation => ({
  toServer: (message) => (calls(message, CANCELLED) ? { ...message, method: "notifications/whatever" } : undefined),
});

/** Cancellation and progress: basic/utilities, and of 2026-07-28 basic/patterns. */
export const ofCalls: readonly Mutant[] = [
  ofMessages(
    "cancels-the-client's-request",
    across(["2024-11-05", "2025-11-25"], "basic/utilities/cancellation#behavior-requirements/1.1"),
    "Cancels the client's own call before it answers it.",
    cancels((answer) => answer["id"] as Json, true),
  ),
  ofMessages(
    "cancels-what-is-over",
    across(["2025-03-26", "2025-06-18"], "basic/utilities/cancellation#behavior-requirements/1.2"),
    "Cancels a question that the client has answered.",
    () => {
      let answered: Json | undefined;
      return {
        toServer: (message) => {
          if (isAnswer(message) && message["result"] !== undefined) answered = message["id"] as Json;
        },
        fromServer: (message) => {
          const id = answered;
          answered = undefined;
          if (id === undefined) return [message];
          return [{ jsonrpc: "2.0", method: CANCELLED, params: { requestId: id } }, message];
        },
      };
    },
  ),
  ofMessages(
    "works-on",
    ["2024-11-05/basic/utilities/cancellation#behavior-requirements/3.1"],
    "Does not hear cancellations.",
    ignoring,
  ),
  ofMessages(
    "works-on-in-the-modern-era",
    ["2026-07-28/basic/patterns/cancellation#behavior-requirements/3.1"],
    "Does not hear cancellations.",
    ignoring,
    ["memory", "stdio"],
  ),
  ofMessages(
    "answers-the-cancelled",
    [
      "2024-11-05/basic/utilities/cancellation#behavior-requirements/3.3",
      "2026-07-28/basic/patterns/cancellation#behavior-requirements/3.3",
    ],
    "Answers a cancelled request by an error.",
    afterCancellation("open", (id) => ({ jsonrpc: "2.0", id, error: { code: -32800, message: "Cancelled" } })),
    ["memory", "stdio", "sse"],
  ),
  ofMessages(
    "minds-a-late-cancellation",
    [
      "2024-11-05/basic/utilities/cancellation#timing-considerations/1",
      "2026-07-28/basic/patterns/cancellation#timing-considerations/1",
    ],
    "Answers the cancellation of an answered request by an error.",
    afterCancellation("answered", refusal),
    ["memory", "stdio", "sse"],
  ),
  ofMessages(
    "minds-an-unknown-cancellation",
    [
      "2025-11-25/basic/utilities/cancellation#error-handling/1.1",
      "2026-07-28/basic/patterns/cancellation#error-handling/1.1",
    ],
    "Answers the cancellation of an unknown request by an error.",
    afterCancellation("unknown", refusal),
    ["memory", "stdio", "sse"],
  ),
  ofMessages(
    "answers-again-when-cancelled",
    ["2025-06-18/basic/utilities/cancellation#error-handling/1.2"],
    "Answers an answered request once more when it is cancelled.",
    afterCancellation("answered", (id) => ({ jsonrpc: "2.0", id, result: {} })),
  ),
  ofMessages(
    "minds-a-malformed-cancellation",
    ["2025-03-26/basic/utilities/cancellation#error-handling/1.3"],
    "Answers a cancellation without a proper id by an error.",
    afterCancellation("malformed", () => refusal(null)),
  ),
  ofMessages(
    "cancels-calls",
    ["2026-07-28/basic/patterns/cancellation#top/3"],
    "Cancels a call, though only subscriptions are the server's to cancel.",
    cancels((answer) => answer["id"] as Json, true),
  ),
  ofMessages(
    "speaks-of-the-cancelled",
    ["2026-07-28/basic/transports/stdio#cancellation/2"],
    "Sends progress of a request after its cancellation.",
    () => {
      const tokens = new Map<string, Json>();
      const owed: Json[] = [];
      return {
        toServer: (message) => {
          const token = member(member(member(message, "params"), "_meta"), "progressToken");
          if (token !== undefined) tokens.set(keyOf(member(message, "id")), token);
          const of = calls(message, CANCELLED) ? tokens.get(keyOf(member(message["params"], "requestId"))) : undefined;
          if (of === undefined) return;
          owed.push({ jsonrpc: "2.0", method: PROGRESS, params: { progressToken: of, progress: 99, message: "on" } });
        },
        fromServer: (message) => [...owed.splice(0), message],
      };
    },
    ["memory", "stdio"],
  ),
  ofHttp(
    "deaf-to-a-disconnect",
    ["2026-07-28/basic/transports/streamable-http#cancellation/1"],
    "Works on when the client has closed the stream of a request.",
    { deaf: true },
  ),
  ofMessages(
    "question-with-a-token-of-no-kind",
    across(["2024-11-05", "2025-11-25"], "basic/utilities/progress#progress-flow/1"),
    "Asks the client with a progress token that is neither string nor integer.",
    asksWith(() => true),
  ),
  ofMessages(
    "one-token-for-everything",
    across(["2025-03-26", "2025-06-18"], "basic/utilities/progress#progress-flow/2"),
    "Asks two things at the same time with one progress token.",
    asksWith(() => "mine"),
  ),
  ofMessages(
    "progress-falls",
    across(["2024-11-05", "2025-03-26", "2025-06-18"], "basic/utilities/progress#progress-flow/4"),
    "Reports progress that becomes less.",
    () => {
      let left = 1_000;
      return notes(PROGRESS, (message) => withParams(message, { progress: left-- }))();
    },
  ),
  ofMessages(
    "token-nearly-right",
    across(["2024-11-05", "2025-03-26"], "basic/utilities/progress#behavior-requirements/1.1"),
    "Reports progress under a token that is that of the request and a letter more.",
    notes(PROGRESS, (message) =>
      withParams(message, { progressToken: `${member(message["params"], "progressToken")}x` }),
    ),
  ),
  ofMessages(
    "progress-for-nobody",
    across(["2025-06-18"], "basic/utilities/progress#behavior-requirements/1.1"),
    "Reports progress of calls that gave no token.",
    answers(
      (request) =>
        calls(request, "tools/call") &&
        member(member(member(request, "params"), "_meta"), "progressToken") === undefined,
      (answer) => [
        { jsonrpc: "2.0", method: PROGRESS, params: { progressToken: answer["id"] as Json, progress: 1 } },
        answer,
      ],
    ),
  ),
  ofMessages(
    "progress-after-the-end",
    [
      ...across(["2024-11-05", "2025-11-25"], "basic/utilities/progress#implementation-notes/3"),
      "2026-07-28/basic/patterns/progress#implementation-notes/3",
    ],
    "Reports progress once more after the response.",
    afterwards,
  ),
  ofMessages(
    "progress-held-back",
    [
      ...across(["2025-03-26", "2025-06-18"], "basic/utilities/progress#behavior-requirements/1.2"),
      "2026-07-28/basic/patterns/progress#behavior-requirements/1.2",
    ],
    "Holds all progress back until the response is out.",
    heldBack,
  ),
  ofMessages(
    "requests-of-the-server's-own",
    ["2026-07-28/basic/patterns/index#top/1", "2026-07-28/basic/transports/stdio#receiving-messages/2"],
    "Asks for the client's roots by a request before it answers a call.",
    answers(
      (request) => calls(request, "tools/call"),
      (answer) => [{ jsonrpc: "2.0", id: "s1", method: "roots/list" }, without(answer)],
    ),
    ["stdio", "memory"],
  ),
];
