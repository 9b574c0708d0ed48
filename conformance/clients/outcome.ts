import type { Outcome } from "../replay.js";
import type { Skipped } from "../suite.js";
import type { Json } from "../trace.js";

export interface ClientTiming {
  /** How long the client may take for what it is asked, in milliseconds. Default 3,000. */
  readonly timeoutMs: number;
  /** How long it may take to be gone when all has been done. Default 1,500. */
  readonly endMs: number;
}
export const CLIENT_TIMING: ClientTiming = { timeoutMs: 3_000, endMs: 1_500 };

/** A run that came to nothing keeps what was shown by then. */
export type ClientOutcome = (Outcome | (Skipped & { readonly covered: readonly string[] })) & {
  /** The capabilities that the client declared. */
  readonly declared?: Json;
};

/** The trace cannot go on, which is no fault: the client did not do what was asked, or lacks what it needs. */
export class Untried extends Error {
  constructor(
    reason: string,
    readonly applies: boolean,
  ) {
    super(reason);
  }
}
