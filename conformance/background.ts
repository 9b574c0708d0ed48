import { member } from "./trace.js";
import type { Json, JsonObject } from "./trace.js";

/**
 * What a legacy server may say at any time in a session, whatever a trace is about. The modern revision allows nothing
 * of the kind.
 */
const BACKGROUND: readonly string[] = [
  "notifications/message",
  "notifications/tools/list_changed",
  "notifications/prompts/list_changed",
  "notifications/resources/list_changed",
  "notifications/tasks/status",
  "ping",
  "roots/list",
];
/** Answers to what a legacy server may ask at any time. */
const ANSWERS: Readonly<Record<string, JsonObject>> = { ping: {}, "roots/list": { roots: [] } };

/**
 * Whether a legacy server's message is nothing to a trace that does not name its method. Where it is a request, `answer`
 * is the result that lets the server go on.
 */
export function background(message: Json): { readonly answer?: JsonObject } | undefined {
  const method = member(message, "method");
  if (typeof method !== "string" || !BACKGROUND.includes(method)) return undefined;
  const answer = Object.hasOwn(ANSWERS, method) ? ANSWERS[method] : undefined;
  return answer ? { answer } : {};
}
