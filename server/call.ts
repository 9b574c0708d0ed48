import type { Exchange } from "../protocol/exchange.js";
import type { Params, RequestId } from "../protocol/jsonrpc.js";
import type { Peer } from "../protocol/peer.js";
import type { MethodRule } from "../protocol/revision.js";
import type { Rounds } from "./asking/rounds.js";
import type { CacheHints } from "./cache-hints.js";
import type { Caller } from "./caller.js";
import type { Era } from "./era.js";
import type { ExtensionRule } from "./extensions/extension.js";
import type { Progress } from "./features/progress.js";
import type { TaskRun } from "./extensions/tasks/task-run.js";
import type { Server } from "./server.js";

/** One request on its way through the server. */
export interface Call {
  readonly server: Server;
  /** What the caller's revision says of the method. */
  readonly rule: MethodRule | ExtensionRule;
  readonly id: RequestId;
  readonly method: string;
  params: Params;
  readonly caller: Caller;
  readonly peer: Peer;
  readonly exchange: Exchange;
  /** Under which token the client wants to hear of progress, if it does. */
  readonly progressToken: RequestId | undefined;
  /** How far the client was told that the work is. Of the request, not of a handler: one may call another. */
  progress: Progress | undefined;
  /** How the handler asks the client: made when it is needed. */
  rounds: Rounds | undefined;
  /** Knows how to make them; undefined for methods whose handlers cannot ask. */
  asks: Era | undefined;
  /** Whether a handler has looked at who asks. */
  personal: boolean;
  /** What the feature that answers knows about how long the answer holds. */
  hints: CacheHints | undefined;
  /** How the call may become a task, and the task once it has: only where its tool says that it may. */
  task: CallTask | undefined;
}

/** A call at its start; all else comes on its way. Its members are spelt out, so that every call has one shape. */
export const callOf = (
  server: Server,
  rule: Call["rule"],
  id: RequestId,
  method: string,
  params: Params,
  caller: Caller,
  peer: Peer,
  exchange: Exchange,
  progressToken: RequestId | undefined,
): Call => ({
  server,
  rule,
  id,
  method,
  params,
  caller,
  peer,
  exchange,
  progressToken,
  progress: undefined,
  rounds: undefined,
  asks: undefined,
  personal: false,
  hints: undefined,
  task: undefined,
});

/** A call that may become a task. */
export interface CallTask {
  /** Makes it one. Resolves when it is kept, or when the client cannot have one and the call goes on as it is. */
  detach(): Promise<void>;
  /** The task, once the call is one. */
  readonly run: TaskRun | undefined;
}

/** Answers one method. What it throws becomes the error response. */
export type Handler = (call: Call) => Record<string, unknown> | Promise<Record<string, unknown>>;
export type Handlers = Readonly<Record<string, Handler>>;
