import { Failure } from "./failure.js";
import { member } from "./trace.js";
import type { Json, Revision, WireName } from "./trace.js";

/** The statement that a response bears the id of its request, in each revision. */
const SAME_ID: Readonly<Record<Revision, string>> = {
  "2024-11-05": "2024-11-05/basic/messages#responses/1",
  "2025-03-26": "2025-03-26/basic/index#responses/1",
  "2025-06-18": "2025-06-18/basic/index#responses/1",
  "2025-11-25": "2025-11-25/basic/index#result-responses/1",
  "2026-07-28": "2026-07-28/basic/index#result-responses/1",
};

/** A response whose id is that of no open request. */
/** The statement that nothing but messages stands on standard output. */
const STDOUT: Readonly<Record<Revision, string>> = {
  "2024-11-05": "2024-11-05/basic/transports#stdio/4",
  "2025-03-26": "2025-03-26/basic/transports#stdio/4",
  "2025-06-18": "2025-06-18/basic/transports#stdio/4",
  "2025-11-25": "2025-11-25/basic/transports#stdio/4",
  "2026-07-28": "2026-07-28/basic/transports/stdio#top/4",
};

/** The statement that no message has a line break in it. */
const ONE_LINE: Readonly<Record<Revision, string>> = {
  "2024-11-05": "2024-11-05/basic/transports#stdio/1",
  "2025-03-26": "2025-03-26/basic/transports#stdio/1",
  "2025-06-18": "2025-06-18/basic/transports#stdio/1",
  "2025-11-25": "2025-11-25/basic/transports#stdio/1",
  "2026-07-28": "2026-07-28/basic/transports/stdio#top/1",
};
/** What a piece of JSON may begin with, where a message was broken in lines. */
const PIECE = /^\s*[{}[\]"]/;

/** The statement that every message is JSON-RPC. */
export const jsonRpc = (revision: Revision): string =>
  revision === "2024-11-05" ? "2024-11-05/basic/index#top/1" : `${revision}/basic/index#messages/1`;

/** What stands where a message has to be and is none, or what the wire tells of a connection that broke. */
export const noise = (text: string, revision: Revision, wire: WireName): Failure => {
  const gone = /^the process ended by itself|^HTTP [A-Z]+ failed/.test(text);
  const ofPipe = PIECE.test(text) ? ONE_LINE[revision] : STDOUT[revision];
  const rule = wire === "stdio" ? ofPipe : jsonRpc(revision);
  return new Failure("what came is no JSON message", "a JSON message", text.slice(0, 400), gone ? [] : [rule]);
};

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
  if (!definition.startsWith("JSONRPC")) return [`${revision}/schema#${definition}`];
  const id = member(message, "id");
  const asks = typeof member(message, "method") === "string" && id !== undefined;
  if (!asks || typeof id === "string" || Number.isInteger(id)) return [jsonRpc(revision)];
  const page = revision === "2024-11-05" ? "basic/messages" : "basic/index";
  return [1, ...(id === null ? [2] : [])].map((number) => `${revision}/${page}#requests/${number}`);
}

export const answersNothing = (message: Json, revision: Revision): Failure =>
  new Failure("a response that answers no open request", "the id of an open request", JSON.stringify(message), [
    SAME_ID[revision],
  ]);

/** A request whose progress token another open one has. */
export const repeatsToken = (message: Json, revision: Revision): Failure =>
  new Failure("a progress token of another request that is still open", "a token of its own", JSON.stringify(message), [
    `${revision}/basic/utilities/progress#progress-flow/2`,
  ]);

/** Whether an announcement says again, as metadata, of which task it is. */
export const namesItsTaskTwice = (message: Json): boolean =>
  member(message, "method") === "notifications/tasks/status" &&
  member(member(member(message, "params"), "_meta"), "io.modelcontextprotocol/related-task") !== undefined;

export const namedTwice = (message: Json): Failure =>
  new Failure("a task is named twice", "no related-task metadata", JSON.stringify(message), [
    "2025-11-25/basic/utilities/tasks#task-notifications/3",
  ]);
