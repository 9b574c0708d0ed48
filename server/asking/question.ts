import type { Capabilities } from "../../protocol/capabilities.js";
import { faultOfElicitation, missingForElicitation } from "./elicitation.js";
import { checkRoots, missingForRoots } from "./roots.js";
import { faultOfSampling, missingForSampling } from "./sampling.js";

/**
 * Something that a server asks of a client while it works on a call.
 * Pages: `2026-07-28/client/elicitation`, `2026-07-28/client/sampling`, `2026-07-28/client/roots`.
 */
export interface Question {
  readonly method: "elicitation/create" | "sampling/createMessage" | "roots/list";
  readonly params?: Readonly<Record<string, unknown>>;
}

/** What a client must have declared for a question, in the shape of capabilities; undefined when all of it is there. */
export function missingFor({ method, params }: Question, capabilities: Capabilities): Record<string, unknown> | undefined {
  if (method === "roots/list") return missingForRoots(capabilities);
  return method === "elicitation/create" ? missingForElicitation(params, capabilities) : missingForSampling(params, capabilities);
}

/** What is wrong with a client's answer to a question; undefined when it fits. */
export function faultOf({ method, params }: Question, answer: unknown): string | undefined {
  try {
    if (method === "elicitation/create") return faultOfElicitation(params!, answer);
    if (method === "sampling/createMessage") return faultOfSampling(answer);
    checkRoots(answer);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
