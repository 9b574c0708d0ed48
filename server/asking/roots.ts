import { supports, type Capabilities } from "../../protocol/capabilities.js";
import { checkForm } from "../../protocol/form.js";
import type { Question } from "./question.js";

/** Asks for the directories and files that the client works in. Page: `2026-07-28/client/roots`. */
export const roots: Question = { method: "roots/list" };

/** What a client must have declared to be asked so; undefined when it has. */
export const missingForRoots = (capabilities: Capabilities): Record<string, unknown> | undefined =>
  supports(capabilities, "roots") ? undefined : { roots: {} };

/** What is wrong with a client's roots; undefined when they fit. Throws for what is no list of roots at all. */
export function faultOfRoots(answer: unknown): string | undefined {
  checkForm(answer, { "roots!": [{ "uri!": "string", name: "string" }] }, "answer");
  const [other] = (answer as { roots: { uri: string }[] }).roots.filter(({ uri }) => !uri.startsWith("file://"));
  return other && `"answer.roots": "${other.uri}" is no file:// URI`;
}
