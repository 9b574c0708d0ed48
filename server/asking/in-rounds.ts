import { Refusal } from "../../protocol/errors.js";
import type { Call, Handler } from "../call.js";
import type { Era } from "../era.js";
import { elicitation } from "./elicitation.js";
import { missingFor } from "./question.js";
import { InputRequest, unwrap, wished, type Outcome, type Rounds } from "./rounds.js";
import { UrlElicitationRequired } from "./url-elicitation-required.js";

/**
 * Runs a handler so that it can ask the client. The machinery for that is made when the request brings something from
 * an earlier round, or when the handler asks for the first time: a call that asks nothing pays nothing.
 */
export async function inRounds(
  call: Call,
  era: Era,
  handler: Handler,
): Promise<Record<string, unknown>> {
  const { params } = call;
  if (Object.hasOwn(params, "requestState") || Object.hasOwn(params, "inputResponses"))
    call.rounds = await era.resume(call);
  call.asks = era;
  let outcome: Outcome;
  try {
    const result = await handler(call);
    if (!call.rounds && !(result[wished] instanceof InputRequest)) return result;
    outcome = { result };
  } catch (error) {
    outcome = error instanceof UrlElicitationRequired ? sendToPages(call, error) : { error };
    if (!call.rounds && "error" in outcome) throw outcome.error;
  }
  // What a task asks, it asks by itself.
  if (call.task?.run) return unwrap(outcome);
  return roundsOf(call).settle(outcome, async () => handler(call));
}

/** The rounds of a call. Throws -32603 where a handler asks that cannot: a list, a completion. */
export function roundsOf(call: Call, key?: string): Rounds {
  if (key === "__proto__") throw new TypeError('"__proto__" cannot be the key of a question');
  if (!call.rounds && !call.asks)
    throw new Refusal("custom", -32603, "Only tools, prompts and resources can ask the client");
  return (call.rounds ??= call.asks!.rounds(call));
}

/** Puts the pages that a handler needs visited as the revision can put them. */
export function sendToPages(call: Call, required: UrlElicitationRequired): Outcome {
  const { caller, server, peer } = call;
  const questions = required.pages.map(({ message, url, elicitationId }) =>
    elicitation({ mode: "url", message, url, ...(elicitationId === undefined ? {} : { elicitationId }) }),
  );
  const able = questions.every((question) => missingFor(question, caller) === undefined);
  if (able && caller.revision.facts.elicitationIds)
    return { error: required.toRefusal((id) => server.elicitations.note(id, peer)) };
  const inputRequests = Object.fromEntries(
    questions.map((question, i) => [i === 0 ? "page" : `page#${i + 1}`, question]),
  );
  return { result: { [wished]: new InputRequest({ inputRequests }) } };
}
