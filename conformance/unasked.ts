import { Failure } from "./failure.js";
import type { OpenQuestions } from "./open-questions.js";
import type { Asked, OpenRequests } from "./open-requests.js";
import { isObject, member, MODERN } from "./trace.js";
import type { Json, JsonObject, Revision, WireName } from "./trace.js";

/** The statement that a response bears the id of its request, in each revision. */
const SAME_ID: Readonly<Record<Revision, string>> = {
  "2024-11-05": "2024-11-05/basic/messages#responses/1",
  "2025-03-26": "2025-03-26/basic/index#responses/1",
  "2025-06-18": "2025-06-18/basic/index#responses/1",
  "2025-11-25": "2025-11-25/basic/index#result-responses/1",
  "2026-07-28": "2026-07-28/basic/index#result-responses/1",
};

/** The statement that every message is JSON-RPC. */
export const jsonRpc = (revision: Revision): string =>
  revision === "2024-11-05" ? "2024-11-05/basic/index#top/1" : `${revision}/basic/index#messages/1`;

/** A message that the schema of its revision does not allow. Where no sentence says so, the definition is named. */
export const breaksSchema = (message: Json, revision: Revision, definition: string, text: string): Failure =>
  new Failure(
    `the message breaks its schema: ${text}`,
    `${definition} of ${revision}`,
    JSON.stringify(message),
    text.endsWith("'resultType'") ? [RESULT_TYPE] : rulesOf(message, revision, definition),
  );

const RESULT_TYPE = "2026-07-28/basic/index#result-responses/4";

function rulesOf(message: Json, revision: Revision, definition: string): readonly string[] {
  // JSON-RPC itself has batches; it is the schema that has none.
  const batch = Array.isArray(message) && definition === "JSONRPCMessage";
  if (batch || !definition.startsWith("JSONRPC")) return [`${revision}/schema#${definition}`];
  const id = member(message, "id");
  const asks = typeof member(message, "method") === "string" && id !== undefined;
  if (!asks || typeof id === "string" || Number.isInteger(id)) return [jsonRpc(revision)];
  const page = revision === "2024-11-05" ? "basic/messages" : "basic/index";
  return [1, ...(id === null ? [2] : [])].map((number) => `${revision}/${page}#requests/${number}`);
}

/** A response whose id is that of no open request. */
export const answersNothing = (message: Json, revision: Revision): Failure =>
  new Failure("a response that answers no open request", "the id of an open request", JSON.stringify(message), [
    SAME_ID[revision],
  ]);

/** A request whose progress token another open one has. */
export const repeatsToken = (message: Json, revision: Revision): Failure =>
  new Failure("a progress token of another request that is still open", "a token of its own", JSON.stringify(message), [
    `${revision}/basic/${MODERN.includes(revision) ? "patterns" : "utilities"}/progress#progress-flow/2`,
  ]);

/** Whether an announcement says again, as metadata, of which task it is. */
const namesItsTaskTwice = (message: Json): boolean =>
  member(message, "method") === "notifications/tasks/status" &&
  member(member(member(message, "params"), "_meta"), "io.modelcontextprotocol/related-task") !== undefined;

const namedTwice = (message: Json): Failure =>
  new Failure("a task is named twice", "no related-task metadata", JSON.stringify(message), [
    "2025-11-25/basic/utilities/tasks#task-notifications/3",
  ]);

/** The page about messages, in each revision. */
export const messages = (revision: Revision): string =>
  revision === "2024-11-05" ? `${revision}/basic/messages` : `${revision}/basic/index`;

/** Statements about responses, which have other headings in early revisions than in late ones. */
const responses = (revision: Revision, early: Readonly<Record<string, number>>, late: string | undefined): string[] => {
  const numbered = early[revision] ?? (revision === "2024-11-05" ? undefined : early["2025-03-26"]);
  if (revision === "2025-11-25" || MODERN.includes(revision))
    return late === undefined ? [] : [`${revision}/basic/index#${late}`];
  return numbered === undefined ? [] : [`${messages(revision)}#responses/${numbered}`];
};

export const malformed = (reason: string, expected: string, message: Json, requirements: readonly string[]): Failure =>
  new Failure(reason, expected, JSON.stringify(message), requirements);

/**
 * What is wrong with the form of a message, by JSON-RPC and the page about messages, whatever it says. `wire`: undefined
 * for a message of a client.
 */
export function wrongForm(message: Json, revision: Revision, wire?: WireName): Failure | undefined {
  if (!isObject(message)) return undefined;
  if (message["jsonrpc"] !== "2.0") {
    const page =
      revision === "2024-11-05"
        ? [`${revision}/basic/index#top/1`, `${revision}/basic/messages#top/1`]
        : [`${revision}/basic/index#messages/1`];
    return malformed("a message of another protocol", 'jsonrpc "2.0"', message, page);
  }
  return message["method"] === undefined ? wrongResponse(message, revision) : wrongCall(message, revision, wire);
}

function wrongResponse(message: JsonObject, revision: Revision): Failure | undefined {
  const [result, error] = [Object.hasOwn(message, "result"), Object.hasOwn(message, "error")];
  const rule = (early: Readonly<Record<string, number>>, late?: string) => responses(revision, early, late);
  if (result && error)
    return malformed(
      "a response with both",
      "a result or an error",
      message,
      rule({ "2024-11-05": 3, "2025-03-26": 3 }),
    );
  if (!result && !error) {
    const ids = rule({ "2024-11-05": 2, "2025-03-26": 2 }, "result-responses/2");
    return malformed("a response with neither", "a result or an error", message, ids);
  }
  if (result && !isObject(message["result"])) {
    const late = rule({}, "result-responses/2");
    const ids = late.length > 0 ? late : [`${revision}/schema#JSONRPCResponse`];
    return malformed("a result that is no object", "an object", message, ids);
  }
  if (!error) return undefined;
  const { code, message: text } = (isObject(message["error"]) ? message["error"] : {}) as JsonObject;
  if (code === undefined || typeof text !== "string")
    return malformed(
      "an error that says too little",
      "a code and a message",
      message,
      rule({ "2025-03-26": 4 }, "error-responses/2"),
    );
  if (!Number.isInteger(code)) {
    const ids = rule({ "2024-11-05": 4, "2025-03-26": 5 }, "error-responses/3");
    return malformed("a code that is no integer", "an integer", message, ids);
  }
  return undefined;
}

function wrongCall(message: JsonObject, revision: Revision, wire?: WireName): Failure | undefined {
  if (!Object.hasOwn(message, "id")) return undefined;
  const method = String(message["method"]);
  const notification = revision === "2024-11-05" ? 1 : 2;
  if (method.startsWith("notifications/"))
    return malformed("a notification with an id", "no id", message, [
      `${messages(revision)}#notifications/${notification}`,
    ]);
  if (wire !== undefined && MODERN.includes(revision)) return ofItsOwn(message, revision, wire);
  const { id } = message;
  if (id === null)
    return malformed("a request with null for an id", "an id", message, [`${messages(revision)}#requests/2`]);
  if (typeof id !== "string" && !Number.isInteger(id))
    return malformed("a request with a wrong id", "a string or an integer", message, [
      `${messages(revision)}#requests/1`,
    ]);
  const token = member(member(message["params"], "_meta"), "progressToken");
  if (token === undefined || typeof token === "string" || Number.isInteger(token)) return undefined;
  const progress = `${revision}/basic/${MODERN.includes(revision) ? "patterns" : "utilities"}/progress#progress-flow/1`;
  return malformed("a wrong progress token", "a string or an integer", message, [progress]);
}

/** The modern revision has no requests of the server. */
function ofItsOwn(message: JsonObject, revision: Revision, wire: WireName): Failure {
  const ids = [`${revision}/basic/patterns/index#top/1`, `${revision}/basic/patterns/mrtr#top/1`];
  if (wire === "stdio" || wire === "memory") ids.push(`${revision}/basic/transports/stdio#receiving-messages/2`);
  if (wire === "http") ids.push(`${revision}/basic/transports/streamable-http#receiving-messages/3`);
  return malformed("a request of the server's own", "an input_required result", message, ids);
}

/** A cancellation of something that the server never asked, or in the modern revision of no subscription. */
function cancelsWrongly(message: Json, revision: Revision, known: Known): Failure | undefined {
  if (member(message, "method") !== "notifications/cancelled") return undefined;
  const id = member(member(message, "params"), "requestId") ?? null;
  if (!MODERN.includes(revision)) {
    const ids = [`${revision}/basic/utilities/cancellation#behavior-requirements/1.1`];
    return known.questions.heard(id)
      ? undefined
      : malformed("a cancellation of another's request", "a request of its own", message, ids);
  }
  const page = `${revision}/basic/patterns/cancellation`;
  if (known.asked.listened(id)) return undefined;
  return malformed("a cancellation of no subscription", "the id of a subscription", message, [
    `${page}#top/3`,
    `${page}#behavior-requirements/2`,
  ]);
}

/** What stands on standard output and is no message of one line. */
export const noMessage = (text: string, revision: Revision, wire: WireName, known: readonly string[] = []): Failure => {
  const stdio = MODERN.includes(revision)
    ? [`${revision}/basic/transports/stdio#top/1`, `${revision}/basic/transports/stdio#top/4`]
    : [`${revision}/basic/transports#stdio/1`, `${revision}/basic/transports#stdio/4`];
  const ended = /^the process ended/.test(text);
  const requirements = wire === "stdio" && !ended ? stdio : known;
  const [reason, expected] = ended
    ? ["the server ended", "a server that goes on"]
    : ["what came is no JSON message", "a JSON message"];
  return new Failure(reason, expected, text.slice(0, 400), requirements);
};

const CHANGES = /^notifications\/(tools|prompts|resources)\/list_changed$/;

/** What a legacy server sends without having declared the capability for it. */
function usesUndeclared(message: Json, revision: Revision, declared: Json | undefined): Failure | undefined {
  const method = member(message, "method");
  const kind = typeof method === "string" ? CHANGES.exec(method)?.[1] : undefined;
  const breach = (what: string, ids: readonly string[]) => malformed(`${what} was not declared`, what, message, ids);
  const operation = `${revision}/basic/lifecycle#operation/1.2`;
  if (kind !== undefined && member(member(declared, kind), "listChanged") !== true)
    return breach(`${kind}.listChanged`, [operation]);
  if (method === "notifications/message" && member(declared, "logging") === undefined)
    return breach("logging", [operation, `${revision}/server/utilities/logging#capabilities/1`]);
  return undefined;
}

/** What is known of the conversation when a message comes. */
export interface Known {
  readonly wire: WireName;
  /** What the server has asked. */
  readonly questions: OpenQuestions;
  /** What the client has asked. */
  readonly asked: OpenRequests;
  /** The capabilities that a legacy server declared in a handshake of the runner's own. */
  readonly declared: Json | undefined;
}

const given = (...failures: readonly (Failure | undefined | false)[]): readonly Failure[] =>
  failures.filter((one) => one !== undefined && one !== false);

/** The rules that a request or notification of the server breaks; it is one more thing asked from here on. */
export function callBreaches(message: Json, revision: Revision, known: Known): readonly Failure[] {
  return given(
    wrongForm(message, revision, known.wire),
    namesItsTaskTwice(message) && namedTwice(message),
    cancelsWrongly(message, revision, known),
    known.declared !== undefined && usesUndeclared(message, revision, known.declared),
    known.questions.hear(message) && repeatsToken(message, revision),
  );
}

/** The rules that a response breaks. `answered`: the open request that has its id. */
export function responseBreaches(
  message: Json,
  revision: Revision,
  { wire }: Known,
  answered: Asked | undefined,
): readonly Failure[] {
  const id = member(message, "id");
  const unreadable = (id === undefined || id === null) && member(message, "error") !== undefined;
  return given(
    wrongForm(message, revision, wire),
    answered === undefined && !unreadable && answersNothing(message, revision),
  );
}
