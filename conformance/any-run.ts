import type { Outcome } from "./replay.js";
import type { Skipped } from "./suite.js";
import type { Revision } from "./trace.js";

/** One trace, of either role, in one revision, on one wire. */
export interface AnyRun {
  readonly file: {
    readonly page: string;
    readonly path: string;
    readonly trace: {
      readonly title: string;
      readonly steps: readonly (object & { readonly covers?: readonly string[] })[];
    };
  };
  readonly revision: Revision;
  readonly wire: string;
  /** A client that was not tried to the end has shown what it did by then. */
  readonly outcome: Outcome | (Skipped & { readonly covered?: readonly string[] });
}
