import type { Capabilities } from "../../protocol/capabilities.js";
import type { Revision } from "../../protocol/revision.js";
import { faultOfElicitation, missingForElicitation } from "./elicitation.js";
import { faultOfRoots, missingForRoots } from "./roots.js";
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
export function missingFor(
  { method, params }: Question,
  { revision, clientCapabilities }: Asked,
): Record<string, unknown> | undefined {
  if (method === "roots/list") return missingForRoots(clientCapabilities);
  if (method === "elicitation/create") return missingForElicitation(params, clientCapabilities, revision);
  return missingForSampling(params, clientCapabilities, revision);
}

/** Whoever is asked: what it declared, in which revision. */
export interface Asked {
  readonly revision: Revision;
  readonly clientCapabilities: Capabilities;
}

/** What is wrong with a client's answer to a question; undefined when it fits. */
export function faultOf({ method, params }: Question, answer: unknown): string | undefined {
  try {
    if (method === "elicitation/create") return faultOfElicitation(params!, answer);
    if (method === "sampling/createMessage") return faultOfSampling(answer);
    return faultOfRoots(answer);
  } catch (error) {
    return (error as Error).message;
  }
}
