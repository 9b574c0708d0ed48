import type { Message, RequestId } from "./jsonrpc.js";

/** Who is told of what a client's transport hears. */
export interface Receiver {
  /** A message, or a batch of them, parsed but not yet held against anything. */
  message(message: unknown): void;
  /**
   * Bytes that are no message, or a stream that the client can do without; nothing ends by it but the request with that
   * id, which they would have answered.
   */
  fault(error: unknown, answered?: RequestId): void;
  /** The server has forgotten the session. */
  expired(): void;
  /** The server broke off and is started anew: what was in flight is lost, as is the session. */
  restarted(error: Error): void;
  /** The server can say nothing unasked any more, until the transport is asked to hear again. Calls go on. */
  unheard(error: Error): void;
  /** The connection is over, and not by `close`. */
  closed(error: Error): void;
  /** A person is asked about what the server wants, for which no time counts; the function lets time go on. */
  hold(): () => void;
}

/** What goes along with one message. */
export interface Sending {
  /** Headers, for a binding that has such. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Stops sending and stops listening for the answer. */
  readonly signal?: AbortSignal;
}

/** What both sides agreed on, as far as a transport has to know. */
export interface Terms {
  /** The version to name in a header with each message, if any. */
  readonly version: string | undefined;
  /** Whether the server may speak on a stream of the session itself, and ends the session when asked to. */
  readonly session: boolean;
  /** Whether a stream that broke can be taken up where it ended. */
  readonly resumable: boolean;
}

/**
 * The client's end of a connection: bytes become messages and messages bytes. What the messages mean is the client's.
 * Pages: `2026-07-28/basic/transports/index`, `2025-11-25/basic/transports#custom-transports`.
 */
export interface Transport {
  /** Whether all messages share one channel, so that a request is cancelled by a message and not by its own stream. */
  readonly shared: boolean;
  /** Connects. Rejects with a `CallFailed` where that fails. */
  open(receiver: Receiver): Promise<void>;
  /**
   * Sends one message. Resolves when it is sent or (where a request has a stream of its own) when its answer has come;
   * rejects with a `CallFailed` when no answer can come any more.
   */
  send(message: Message, sending?: Sending): Promise<void>;
  /** A handshake begins: what an earlier session left is forgotten. */
  begin?(): void;
  /** Tries again to hear what the server says unasked, where the transport has given that up (`unheard`). */
  hear?(): void;
  /** The version is agreed on. */
  agree?(terms: Terms): void;
  /**
   * A transport for servers of earlier revisions at the same address, for one that refuses the handshake of this
   * transport by `status`. Undefined: there is none.
   */
  older?(status: number): Transport | undefined;
  /** Ends the connection and what belongs to it. Never rejects. */
  close(): Promise<void>;
}
