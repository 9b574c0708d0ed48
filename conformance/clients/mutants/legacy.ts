import { LEGACY, member } from "../../trace.js";
import type { Json, JsonObject, Revision } from "../../trace.js";
import { across, answers, beside, isOf, mutant, put, sends, uponHearing, without } from "./mutant.js";
import type { ClientMutant } from "./mutant.js";

const [A, B, C, D] = LEGACY as [Revision, Revision, Revision, Revision];
const M: Revision = "2026-07-28";
const CALLS = /^tools\/call$/;
const INDEX = "basic/index";
const LIFE = "basic/lifecycle#";
const PROGRESS = "basic/utilities/progress#";
const CANCEL = "basic/utilities/cancellation#";

/** The ids of the client's calls are changed on their way, and back. */
const otherIds = (change: (id: Json) => Json) => () => {
  const known = new Map<string, Json>();
  return {
    toServer(message: JsonObject) {
      if (!isOf(message, CALLS)) return message;
      const id = change(message["id"] as Json);
      known.set(JSON.stringify(id), message["id"] as Json);
      return { ...message, id };
    },
    toClient(message: JsonObject) {
      const id = known.get(JSON.stringify(message["id"] ?? null));
      return message["method"] === undefined && id !== undefined ? { ...message, id } : message;
    },
  };
};
const note = (method: string, params: JsonObject): Json => ({ jsonrpc: "2.0", method, params });

/** Clients of the revisions with a handshake, and what they share with the modern one. */
export const ofLegacy: readonly ClientMutant[] = [
  mutant(
    "id-null",
    [`${A}/basic/messages#requests/2`, `${D}/${INDEX}#requests/2`, `${M}/${INDEX}#requests/2`],
    "Gives calls null for an id.",
    otherIds(() => null),
  ),
  mutant(
    "id-fraction",
    [`${B}/${INDEX}#requests/1`, `${M}/${INDEX}#requests/1`],
    "Gives calls an id that is no integer.",
    otherIds((id) => Number(id) + 0.5),
  ),
  mutant(
    "id-again",
    [`${A}/basic/messages#requests/3`, `${C}/${INDEX}#requests/3`],
    "Gives all calls the same id.",
    otherIds(() => 99),
  ),
  mutant(
    "jsonrpc-1",
    [`${A}/basic/index#top/1`, `${C}/${INDEX}#messages/1`, `${M}/${INDEX}#messages/1`],
    "Says that it speaks JSON-RPC 1.0.",
    sends(/^tools/, (message) => ({ ...message, jsonrpc: "1.0" })),
  ),
  mutant(
    "answer-other-id",
    [`${A}/basic/messages#responses/1`, `${B}/${INDEX}#responses/1`, `${D}/${INDEX}#result-responses/1`],
    "Answers a ping under another id.",
    answers("ping", (message) => ({ ...message, id: `${String(message["id"])}-other` })),
  ),
  mutant(
    "answer-both",
    [`${A}/basic/messages#responses/3`, `${C}/${INDEX}#responses/3`],
    "Answers a ping by a result and an error.",
    answers("ping", (message) => ({ ...message, error: { code: 1, message: "both" } })),
  ),
  mutant(
    "answer-neither",
    [`${B}/${INDEX}#responses/2`, `${D}/${INDEX}#result-responses/2`],
    "Answers a ping by neither result nor error.",
    answers("ping", (message) => without(message, "result")),
  ),
  mutant(
    "error-code-text",
    [`${A}/basic/messages#responses/4`, `${C}/${INDEX}#responses/5`, `${D}/${INDEX}#error-responses/3`],
    "Gives errors a code that is a string.",
    answers("no/such/method", (message) => put(message, ["error", "code"], "-32601")),
  ),
  mutant(
    "error-without-message",
    [`${B}/${INDEX}#responses/4`, `${D}/${INDEX}#error-responses/2`],
    "Gives errors no message.",
    answers("no/such/method", (message) => without(message, "error", "message")),
  ),
  mutant(
    "notification-with-id",
    [`${A}/basic/messages#notifications/1`, `${C}/${INDEX}#notifications/2`],
    "Gives its notifications an id.",
    sends(/^notifications\//, (message) => ({ ...message, id: "n-1" })),
  ),
  mutant(
    "answers-notifications",
    [`${B}/${INDEX}#notifications/1`, `${D}/${INDEX}#notifications/1`],
    "Answers a notification that it does not know.",
    uponHearing("notifications/nobody/knows", () => [
      { jsonrpc: "2.0", id: null, error: { code: -32601, message: "What?" } },
    ]),
  ),
  mutant(
    "no-version",
    across([A, D], `${LIFE}initialization/2.1`),
    "Names no version in initialize.",
    sends("initialize", (message) => without(message, "params", "protocolVersion")),
  ),
  mutant(
    "no-capabilities",
    across([B, C], `${LIFE}initialization/2.2`),
    "Leaves capabilities out of initialize.",
    sends("initialize", (message) => without(message, "params", "capabilities")),
  ),
  mutant(
    "no-client-info",
    across([A, C], `${LIFE}initialization/2.3`),
    "Does not say who it is.",
    sends("initialize", (message) => without(message, "params", "clientInfo")),
  ),
  mutant(
    "never-ready",
    [`${A}/${LIFE}initialization/4`, `${B}/${LIFE}initialization/5`, `${D}/${LIFE}initialization/4`],
    "Does not say that it is ready.",
    sends("notifications/initialized", () => undefined),
  ),
  mutant(
    "asks-at-once",
    [`${A}/${LIFE}initialization/1`, `${D}/${LIFE}initialization/1`],
    "Lists tools before it has initialized.",
    beside("initialize", () => ({ jsonrpc: "2.0", id: "soon", method: "tools/list" })),
  ),
  mutant(
    "uses-undeclared",
    across([C, D], `${LIFE}operation/1.2`),
    "Lists prompts, whatever the server declared.",
    beside("tools/list", () => ({ jsonrpc: "2.0", id: "p-1", method: "prompts/list" })),
  ),
  mutant("cancels-initialize", across([A, D], `${CANCEL}behavior-requirements/2`), "Cancels initialize.", (hands) => ({
    toServer: (message) => {
      if (isOf(message, "initialize")) hands.say(note("notifications/cancelled", { requestId: message["id"] as Json }));
      return message;
    },
  })),
  mutant(
    "cancels-others",
    across([A, C], `${CANCEL}behavior-requirements/1.1`),
    "Cancels by an id that it never used.",
    sends("notifications/cancelled", (message) => put(message, ["params", "requestId"], "of-nobody")),
  ),
  mutant(
    "silent-to-ping",
    across([A, D], "basic/utilities/ping#behavior-requirements/1"),
    "Does not answer pings.",
    answers("ping", () => undefined),
  ),
  mutant(
    "talkative-to-ping",
    across([B, C], "basic/utilities/ping#behavior-requirements/1"),
    "Says more than nothing to pings.",
    answers("ping", (message) => put(message, ["result", "pong"], true)),
  ),
  mutant(
    "tokens-alike",
    [...across([A, D], `${PROGRESS}progress-flow/2`), `${M}/basic/patterns/progress#progress-flow/2`],
    "Gives all calls the same progress token.",
    sends(CALLS, (message) => put(message, ["params", "_meta", "progressToken"], "the-same")),
  ),
  mutant(
    "token-object",
    [...across([B, D], `${PROGRESS}progress-flow/1`), `${M}/basic/patterns/progress#progress-flow/1`],
    "Gives calls an object for a progress token.",
    sends(CALLS, (message) => put(message, ["params", "_meta", "progressToken"], { a: 1 })),
  ),
  mutant(
    "progress-back",
    across([A, D], `${PROGRESS}progress-flow/4`),
    "Reports progress that goes back.",
    uponHearing("sampling/createMessage", () =>
      [5, 3].map((progress) => note("notifications/progress", { progressToken: "t-1", progress })),
    ),
  ),
  mutant(
    "progress-of-nobody",
    across([B, C], `${PROGRESS}behavior-requirements/1.1`),
    "Reports progress for a token that nobody gave.",
    uponHearing("sampling/createMessage", () => [
      note("notifications/progress", { progressToken: "of-nobody", progress: 1 }),
    ]),
  ),
  mutant(
    "progress-after-the-end",
    [...across([A], `${PROGRESS}implementation-notes/3`), ...across([D], `${PROGRESS}behavior-requirements/1.2`)],
    "Reports progress after its answer.",
    (hands) => ({
      toServer: (message) => {
        if (member(message["result"], "model") !== undefined)
          hands.say(note("notifications/progress", { progressToken: "t-1", progress: 1 }));
        return message;
      },
    }),
  ),
  mutant(
    "reads-cursors",
    across([A, D, M], "server/utilities/pagination#implementation-guidelines/3.2"),
    "Trims cursors.",
    sends("tools/list", (message) => {
      const cursor = member(message["params"], "cursor");
      return typeof cursor === "string" ? put(message, ["params", "cursor"], cursor.slice(0, 4)) : message;
    }),
  ),
  mutant(
    "keeps-cursors",
    across([B, D], "server/utilities/pagination#implementation-guidelines/3.3"),
    "Uses a cursor of the session before.",
    () => {
      let [kept, again]: [Json | undefined, boolean] = [undefined, false];
      return {
        toServer: (message) => {
          if (isOf(message, "initialize")) again = kept !== undefined;
          if (!isOf(message, "tools/list")) return message;
          const cursor = member(message["params"], "cursor");
          kept ??= cursor;
          return again && cursor === undefined ? put(message, ["params", "cursor"], kept) : message;
        },
      };
    },
  ),
  mutant(
    "roots-of-the-web",
    across([A, D], "client/roots#root/1"),
    "Lists roots that are no files.",
    answers("roots/list", (message) => put(message, ["result", "roots"], [{ uri: "https://example.com/" }])),
  ),
  ...(["roots", "sampling"] as const).map((kind) =>
    mutant(
      `hides-${kind}`,
      across([A, C, D], `client/${kind}#capabilities/1`),
      `Serves ${kind} without having declared it.`,
      sends("initialize", (message) => without(message, "params", "capabilities", kind)),
    ),
  ),
  mutant(
    "hides-elicitation",
    across([C, D], "client/elicitation#capabilities/1"),
    "Serves elicitation without having declared it.",
    sends("initialize", (message) => without(message, "params", "capabilities", "elicitation")),
  ),
  mutant(
    "roots-change-unsaid",
    across([A, B, D], "client/roots#root-list-changes/1"),
    "Does not say that its roots have changed.",
    sends("notifications/roots/list_changed", () => undefined),
  ),
  mutant(
    "takes-any-mode",
    [`${D}/client/elicitation#error-handling/2.1`],
    "Accepts modes that it did not declare.",
    answers("elicitation/create", ({ id }) => ({ jsonrpc: "2.0", id: id as Json, result: { action: "cancel" } })),
  ),
  mutant(
    "wants-a-mode",
    [`${D}/client/elicitation#elicitation-requests/3`],
    "Refuses elicitations without a mode.",
    answers("elicitation/create", ({ id }) => ({
      jsonrpc: "2.0",
      id: id as Json,
      error: { code: -32602, message: "mode" },
    })),
  ),
  mutant(
    "samples-with-tools",
    [`${D}/client/sampling#tools-in-sampling/1`],
    "Takes tools in samplings without having declared that.",
    answers("sampling/createMessage", ({ id }) => ({
      jsonrpc: "2.0",
      id: id as Json,
      result: { role: "assistant", content: { type: "text", text: "a" }, model: "m" },
    })),
  ),
];
