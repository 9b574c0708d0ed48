import { Refusal } from "../../protocol/errors.js";
import type { Call } from "../call.js";
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
  handle: () => Promise<Record<string, unknown>>,
): Promise<Record<string, unknown>> {
  const { params } = call;
  if (Object.hasOwn(params, "requestState") || Object.hasOwn(params, "inputResponses"))
    call.rounds = await era.resume(call);
  call.makeRounds = () => era.rounds(call);
  let outcome: Outcome;
  try {
    outcome = { result: await handle() };
  } catch (error) {
    outcome = error instanceof UrlElicitationRequired ? sendToPages(call, error) : { error };
  }
  // What a task asks, it asks by itself.
  if (call.task?.run) return unwrap(outcome);
  const wishes = "result" in outcome && outcome.result[wished] instanceof InputRequest;
  if (!call.rounds && !wishes) return unwrap(outcome);
  return roundsOf(call).settle(outcome, handle);
}

/** The rounds of a call. Throws -32603 where a handler asks that cannot: a list, a completion. */
export function roundsOf(call: Call, key?: string): Rounds {
  if (key === "__proto__") throw new TypeError('"__proto__" cannot be the key of a question');
  if (!call.rounds && !call.makeRounds)
    throw new Refusal("custom", -32603, "Only tools, prompts and resources can ask the client");
  return (call.rounds ??= call.makeRounds!());
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
