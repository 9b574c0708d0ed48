import { supports, type Capabilities } from "../../protocol/capabilities.js";
import { checkForm } from "../../protocol/form.js";
import type { Question } from "./question.js";

/** Asks for the directories and files that the client works in. Page: `2026-07-28/client/roots`. */
export const roots: Question = { method: "roots/list" };

/** What a client must have declared to be asked so; undefined when it has. */
export const missingForRoots = (capabilities: Capabilities): Record<string, unknown> | undefined =>
  supports(capabilities, "roots") ? undefined : { roots: {} };

/** Throws for an answer that is no list of roots. */
export const checkRoots = (answer: unknown): void =>
  checkForm(answer, { "roots!": [{ "uri!": "string", name: "string" }] }, "answer");
