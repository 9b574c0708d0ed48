import { CallFailed } from "../protocol/call-failed.js";
import { isObject, own, type Params } from "../protocol/jsonrpc.js";
import type { Result } from "./calls.js";
import type { Connection, Extra } from "./connection.js";
import type { RequestOptions } from "./options.js";
import { failureOf } from "./questions.js";
import { abortOf, inTime, timeOf } from "./within.js";

/**
 * Makes a request and, as long as its result asks for input, again with the answers of this client's handlers.
 * Page: `2026-07-28/basic/patterns/mrtr#client-requirements-basic-workflow`.
 */
export async function requestInRounds(
  connection: Connection,
  method: string,
  params: Params,
  options: RequestOptions,
  extra: Extra = {},
): Promise<Result> {
  const rest = timeOf(connection, options);
  const first = await connection.request(method, params, options, extra);
  if (!asksInput(connection, first)) return first;
  return inTime(connection, method, options, rest(), (bounded) =>
    furtherRounds(connection, method, params, bounded, extra, first),
  );
}

/** Up to 2025-11-25 a result has no type, and a server asks by requests of its own. */
const asksInput = ({ revision }: Connection, result: Result): boolean =>
  revision.facts.extensions && own(result, "resultType") === "input_required";

async function furtherRounds(
  connection: Connection,
  method: string,
  params: Params,
  options: RequestOptions,
  extra: Extra,
  first: Result,
): Promise<Result> {
  if (!connection.revision.methods[method]?.asks)
    throw new CallFailed("malformed_answer", `The answer to ${method} asks for input; only some methods may`);
  const { maxRounds } = connection.settings.limits;
  let result = first;
  for (let round = 0; round < maxRounds; round++) {
    const input = await inputFor(connection, method, result, options.signal);
    result = await connection.request(method, { ...params, ...input }, options, extra);
    if (!asksInput(connection, result)) return result;
  }
  throw new CallFailed("limit_exceeded", `${method} asked for input more than ${maxRounds} times (limits.maxRounds)`);
}

async function inputFor(connection: Connection, method: string, result: Result, signal?: AbortSignal): Promise<Params> {
  const requests = own(result, "inputRequests");
  const state = own(result, "requestState");
  if (requests === undefined && state === undefined)
    throw new CallFailed(
      "malformed_answer",
      `The answer to ${method} needs input but has neither inputRequests nor requestState`,
    );
  if (state !== undefined && typeof state !== "string")
    throw new CallFailed("malformed_answer", '"requestState" must be a string');
  return {
    ...(requests === undefined ? {} : { inputResponses: await answersTo(connection, requests, signal) }),
    ...(state === undefined ? {} : { requestState: state }),
  };
}

/**
 * The answers to questions inside a result, all asked at once. Rejects with a {@link CallFailed}; then, and when `signal`
 * aborts or the connection ends, the handlers that are still at work are told by their own signal.
 */
export async function answersTo(
  connection: Connection,
  requests: unknown,
  signal?: AbortSignal,
): Promise<Record<string, unknown>> {
  if (!isObject(requests)) throw new CallFailed("malformed_answer", '"inputRequests" must be an object');
  const { maxQuestions } = connection.settings.limits;
  const asked = Object.entries(requests);
  if (asked.length > maxQuestions) {
    const why = `The server asks ${asked.length} questions at once; ${maxQuestions} are allowed (limits.maxQuestions)`;
    throw new CallFailed("limit_exceeded", why);
  }
  const stopper = new AbortController();
  const stopped = new Promise<never>((_, reject) => {
    stopper.signal.addEventListener("abort", () => reject(stopper.signal.reason as Error));
  });
  const onAbort = () => stopper.abort(abortOf("The request", signal!));
  const forget = connection.onClose((error) => stopper.abort(error));
  if (signal?.aborted) onAbort();
  signal?.addEventListener("abort", onAbort);
  try {
    const answers = asked.map(([key, request]) => answerTo(connection, key, request, stopper.signal));
    return Object.fromEntries(await Promise.race([Promise.all(answers), stopped]));
  } catch (error) {
    stopped.catch(() => {});
    stopper.abort(error);
    throw error;
  } finally {
    forget();
    signal?.removeEventListener("abort", onAbort);
  }
}

async function answerTo(
  connection: Connection,
  key: string,
  request: unknown,
  signal: AbortSignal,
): Promise<readonly [string, unknown]> {
  const method = own(request, "method");
  const params = own(request, "params");
  try {
    const about = isObject(params) ? params : undefined;
    return [key, await connection.questions.answer(String(method), about, connection.revision, { signal })];
  } catch (error) {
    throw failureOf(key, method, error);
  }
}
