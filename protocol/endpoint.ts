import type { Clock } from "./clock.js";
import type { Exchange } from "./exchange.js";
import type { Response } from "./jsonrpc.js";
import type { Limits } from "./limits.js";
import type { Peer } from "./peer.js";
import type { Spoken } from "./revisions/spoken.js";

/**
 * What a transport needs of a server: messages go in with the peer that sent them and the exchange for what is sent
 * before the response; the response comes back, or nothing (notifications, responses, cancelled requests).
 */
export interface Endpoint {
  /** Parses one JSON text, within `limits.maxDepth`. Throws -32700 for what is no JSON, -32600 for what is too deep. */
  parse(text: string): unknown;
  /**
   * Never throws or rejects: whatever goes wrong is the response. A promise only where something has to be waited for.
   */
  receive(message: unknown, peer: Peer, exchange: Exchange): Response | undefined | Promise<Response | undefined>;
  /** Takes a session up that was opened elsewhere: from here on it is told of changes by this peer. */
  resume(peer: Peer): void;
  /** Brings up what the author's `lifespan` option starts; a transport calls it before it serves. */
  start(): Promise<unknown>;
  /** Ends all subscriptions and stops what `lifespan` started. */
  close(): Promise<void>;
  /** Calls `run` when the endpoint closes, and waits for it; returns how to take that back. */
  onClose(run: () => unknown): () => void;
  readonly clock: Clock;
  /** Which revisions it speaks. */
  readonly revisions: Spoken;
  readonly limits: Limits;
  /** Told of errors that no peer may see in full. */
  onError(error: unknown, where: string): void;
}
