import { Refusal } from "../../protocol/errors.js";
import type { Call, Handler } from "../call.js";
import type { Era } from "../era.js";
import { elicitation } from "./elicitation.js";
import { missingFor } from "./question.js";
import { InputRequest, unwrap, wished, type Outcome, type Rounds } from "./rounds.js";
import { UrlElicitationRequired } from "./url-elicitation-required.js";

type Result = Record<string, unknown>;

/**
 * Runs a handler so that it can ask the client. The machinery for that is made when the request brings something from
 * an earlier round, or when the handler asks for the first time: a call that asks nothing pays nothing.
 */
export function inRounds(call: Call, era: Era, handler: Handler): Result | Promise<Result> {
  const { params } = call;
  call.asks = era;
  if (Object.hasOwn(params, "requestState") || Object.hasOwn(params, "inputResponses"))
    return resumed(call, era, handler);
  let result: Result | Promise<Result>;
  try {
    result = handler(call);
  } catch (error) {
    return failed(call, handler, error);
  }
  return result instanceof Promise ? whenDone(call, handler, result) : done(call, handler, result);
}

async function resumed(call: Call, era: Era, handler: Handler): Promise<Result> {
  call.rounds = await era.resume(call);
  return whenDone(call, handler, runAgain(call, handler));
}

async function whenDone(call: Call, handler: Handler, working: Promise<Result>): Promise<Result> {
  let result: Result;
  try {
    result = await working;
  } catch (error) {
    return failed(call, handler, error);
  }
  return done(call, handler, result);
}

function done(call: Call, handler: Handler, result: Result): Result | Promise<Result> {
  if (!call.rounds && !(result[wished] instanceof InputRequest)) return result;
  return settle(call, handler, { result });
}

function failed(call: Call, handler: Handler, error: unknown): Result | Promise<Result> {
  const outcome = error instanceof UrlElicitationRequired ? sendToPages(call, error) : { error };
  if (!call.rounds && "error" in outcome) throw outcome.error;
  return settle(call, handler, outcome);
}

function settle(call: Call, handler: Handler, outcome: Outcome): Result | Promise<Result> {
  // What a task asks, it asks by itself.
  if (call.task?.run) return unwrap(outcome);
  return roundsOf(call).settle(outcome, () => runAgain(call, handler));
}

const runAgain = async (call: Call, handler: Handler): Promise<Result> => handler(call);

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
    return { error: required.toRefusal((id) => server.asking.elicitations.note(id, peer)) };
  const inputRequests = Object.fromEntries(
    questions.map((question, i) => [i === 0 ? "page" : `page#${i + 1}`, question]),
  );
  return { result: { [wished]: new InputRequest({ inputRequests }) } };
}
