import type { Exchange } from "../protocol/exchange.js";
import type { Request } from "../protocol/jsonrpc.js";
import type { Peer } from "../protocol/peer.js";
import type { MethodRule, Revision } from "../protocol/revision.js";
import type { Rounds } from "./asking/rounds.js";
import type { Call } from "./call.js";
import type { Caller } from "./caller.js";
import { legacy } from "./legacy.js";
import { modern } from "./modern.js";
import type { Server } from "./server.js";

/** What differs in behaviour between the revisions with a handshake and those without. */
export interface Era {
  /** Who is asking. Throws when the lifecycle or the metadata does not allow the request. */
  identify(
    revision: Revision,
    rule: MethodRule,
    request: Request,
    peer: Peer,
    exchange: Exchange,
    server: Server,
  ): Caller;
  /** How the handler of a call asks its client. */
  rounds(call: Call): Rounds;
  /**
   * The same for a request that brings something from an earlier round. Throws -32602 for what it cannot have brought.
   */
  resume(call: Call): Promise<Rounds | undefined>;
  /** Finishes a result: the caller's vocabulary, and what this era adds to every result. */
  seal(result: Record<string, unknown>, call: Call): Record<string, unknown>;
}

const eras: Readonly<Record<Revision["era"], Era>> = { legacy, modern };

export const eraOf = (revision: Revision): Era => eras[revision.era];
